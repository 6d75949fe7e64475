/** Going on at the cursor, stopping, and going on from another word. */

import type { EditorView } from "@codemirror/view";
import type { Editor, Plugin, TFile } from "obsidian";
import type { Desk } from "../desk";
import type { Job } from "../daemon/jobs";
import { endOfWritten, type Chosen } from "../editor/tokens";
import { PASSAGE, passage, type Landing } from "./landing";
import { noteOf, selected } from "./put";
import { sendable, textRequest } from "./request";

export class Writing {
  constructor(
    plugin: Plugin,
    private readonly desk: Desk,
    private readonly landing: Landing,
  ) {
    const begin = (editor: Editor, file: TFile) => this.continue(editor, file);
    desk.command("continue", "Continue writing here", "pen-line", begin, { menu: "Continue here" });
    plugin.addCommand({
      id: "stop",
      name: "Stop writing, keep what came",
      icon: "square",
      checkCallback: (checking) => {
        const job = this.running();
        if (job && !checking) desk.jobs.cancel(job);
        return job !== null;
      },
    });
  }

  /** Goes on from the cursor, or from the end of what is selected. */
  async continue(editor: Editor, file: TFile): Promise<void> {
    const { to } = selected(editor);
    await this.goOn(editor, file, { from: to, to }, "");
  }

  /** Another word in the place of one that was written: all that came after it is written anew. */
  async choose(view: EditorView, chosen: Chosen): Promise<void> {
    const note = noteOf(this.desk.app, view);
    const range = { from: chosen.from, to: endOfWritten(view, chosen.from) };
    if (note) await this.goOn(note.editor, note.file, range, chosen.choice);
  }

  private async goOn(editor: Editor, file: TFile, range: { from: number; to: number }, lead: string): Promise<void> {
    try {
      const before = sendable(this.desk, file, editor.getValue(), 0, range.from) + lead;
      const alternatives = this.desk.settings.alternatives ? 5 : 0;
      const request = textRequest(this.desk, "continue", before, { alternatives });
      await this.landing.begin(editor, file.path, range, request, lead, lead === "");
    } catch (error) {
      this.desk.tell(error);
    }
  }

  /** What is being written into the note in front, or into any other. */
  private running(): Job | null {
    const jobs = [...this.desk.jobs.here.values()].filter((job) => job.purpose.kind === PASSAGE && !job.over);
    const path = this.desk.app.workspace.getActiveFile()?.path;
    return jobs.find((job) => passage(job).place.path === path) ?? jobs[0] ?? null;
  }
}
