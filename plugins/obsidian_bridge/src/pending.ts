/**
 * What is under way, written down in a file of this vault on this device. What the browser's own storage takes is on
 * disk only seconds later, and a crash must not cost what was begun.
 */

import type { Plugin } from "obsidian";
import type { Pending, PendingJob } from "./daemon/jobs";
import { bad } from "./daemon/problem";

/** `client` says whose jobs these are: where vaults are synchronised, other devices' lie beside. */
export function pendingIn(plugin: Plugin, client: string, tell: (problem: unknown) => void): Pending {
  const { adapter } = plugin.app.vault;
  const path = `${plugin.manifest.dir ?? `${plugin.app.vault.configDir}/plugins/${plugin.manifest.id}`}/jobs-${client}.json`;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => null);
    return done;
  };
  return {
    read: () =>
      inTurn(async () => {
        try {
          return (await adapter.exists(path)) ? (JSON.parse(await adapter.read(path)) as PendingJob[]) : [];
        } catch {
          tell(bad("What was under way when the app ended can't be read.", "Ask for it again."));
          return [];
        }
      }),
    write: (jobs) => void inTurn(() => adapter.write(path, JSON.stringify(jobs))).catch(tell),
  };
}
