/** What every art is given to work with; `main.ts` makes the one there is. */

import type { App } from "obsidian";
import type { commands } from "./commands";
import type { Job, Jobs } from "./daemon/jobs";
import type { Blob } from "./daemon/wire";
import type { Settings } from "./settings";

export interface Desk {
  app: App;
  settings: Settings;
  jobs: Jobs;
  /** The story bible of this vault as the daemon keeps it; null where there are no entries. */
  bible: () => Promise<Blob | null>;
  /** Who takes the results of jobs whose purpose is of this kind; asked for jobs that outlived the app, too. */
  takes: (kind: string, take: (job: Job) => void) => void;
  /** Has something that a person can do with a note among the commands. */
  command: ReturnType<typeof commands>;
  /** Tells the person of a problem, or of something worth knowing. */
  tell: (what: unknown) => void;
}
