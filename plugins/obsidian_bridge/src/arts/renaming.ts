/** A note that is renamed while something is made for it: what was meant for it follows. */

import type { Plugin } from "obsidian";
import type { Purpose } from "../daemon/jobs";
import type { Desk } from "../desk";

/** Where a purpose says what it is for: a place in a note, or a note as a whole. */
type ForNote = Purpose & { path?: unknown; place?: { path: string } };

export function followRenames(plugin: Plugin, desk: Desk): void {
  plugin.registerEvent(
    desk.app.vault.on("rename", (file, old) => {
      for (const { purpose } of desk.jobs.here.values()) {
        const meant = purpose as ForNote;
        if (meant.place?.path === old) meant.place.path = file.path;
        if (meant.path === old) meant.path = file.path;
      }
      desk.jobs.write();
    }),
  );
}
