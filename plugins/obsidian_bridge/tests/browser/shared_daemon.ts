/** One daemon for all files that are gentle with it, so that its models load once. Who kills one has one of their own. */

import type { TestProject } from "vitest/node";
import { Daemon } from "../../harness/daemon";

declare module "vitest" {
  interface ProvidedContext {
    /** The shared daemon's port, and its folder. */
    daemon: { port: number; home: string };
  }
}

/** Starts it before the first file, and gives the function that ends it after the last. */
export default async function begin(project: TestProject): Promise<() => Promise<void>> {
  const daemon = await Daemon.begin();
  project.provide("daemon", { port: daemon.port, home: daemon.home });
  return () => daemon.close();
}
