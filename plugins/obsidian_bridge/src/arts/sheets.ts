/** Character sheets, places and plot beats for the note in front, into its frontmatter. */

import { TFile, type Plugin } from "obsidian";
import type { Desk } from "../desk";
import type { Job, Purpose } from "../daemon/jobs";
import { bad } from "../daemon/problem";
import type { TextRequest } from "../daemon/wire";
import { mergeSheet } from "../notes/frontmatter";
import { sheetOf } from "../notes/sheet";
import { publicText } from "../words/private";
import { finished } from "./landing";
import { mustBeOpen, textRequest } from "./request";

const SHEET = "sheet";
const KINDS = [
  ["character", "Character sheet"],
  ["place", "Place sheet"],
  ["beats", "Plot beats"],
] as const;

interface ForNote extends Purpose {
  kind: typeof SHEET;
  path: string;
}

export class Sheets {
  constructor(
    plugin: Plugin,
    private readonly desk: Desk,
  ) {
    desk.takes(SHEET, (job) => this.follow(job));
    for (const [mode, name] of KINDS) {
      plugin.addCommand({
        id: `sheet-${mode}`,
        name: `${name} into the properties of this note`,
        icon: "id-card",
        checkCallback: (checking) => {
          const file = desk.app.workspace.getActiveFile();
          if (file?.extension !== "md") return false;
          if (!checking) void this.begin(file, mode).catch(desk.tell);
          return true;
        },
      });
    }
  }

  /** Has the answer to a request, which is JSON, merged into a note's frontmatter. */
  submit(file: TFile, request: TextRequest): void {
    this.follow(this.desk.jobs.submit(request, { kind: SHEET, path: file.path } satisfies ForNote));
  }

  private async begin(file: TFile, mode: string): Promise<void> {
    mustBeOpen(this.desk, file);
    const words = publicText(await this.desk.app.vault.read(file)).trim();
    const about = words ? `${file.basename}. ${words}` : file.basename;
    this.submit(file, await textRequest(this.desk, mode, about, { variants: 1, max_tokens: null }));
  }

  private follow(job: Job): void {
    job.onceOver(() => void this.settle(job).catch(this.desk.tell));
  }

  private async settle(job: Job): Promise<void> {
    const { path } = job.purpose as ForNote;
    try {
      if (job.problem) this.desk.tell(job.problem);
      if (job.state !== "done" || job.request.kind !== "text") return;
      const file = this.desk.app.vault.getAbstractFileByPath(path);
      if (!(file instanceof TFile)) throw bad(`${path} is gone, and its sheet with it.`, "Ask for it in another note.");
      await mergeSheet(this.desk.app, file, sheetOf(job.request.mode ?? "", finished(job)));
    } finally {
      this.desk.jobs.taken(job);
    }
  }
}
