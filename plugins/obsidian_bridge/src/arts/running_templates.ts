/** Runs a template: what it asks for goes where it says. */

import type { Editor, TFile } from "obsidian";
import type { Desk } from "../desk";
import { contextAt, request, type Template } from "../notes/template";
import { selected } from "./put";
import type { Landing } from "./landing";
import { mustBeOpen, textRequest } from "./request";
import type { Rewriting } from "./rewriting";
import type { Sheets } from "./sheets";

export class RunningTemplates {
  constructor(
    private readonly desk: Desk,
    private readonly landing: Landing,
    private readonly rewriting: Rewriting,
    private readonly sheets: Sheets,
  ) {}

  async run(template: Template, editor: Editor, file: TFile): Promise<void> {
    mustBeOpen(this.desk, file);
    const { from, to } = selected(editor);
    const { mode, text, ...wanted } = request(
      template,
      contextAt(editor.getValue(), from, to, file.basename, new Date()),
    );
    const whole = textRequest(this.desk, mode, text, wanted);
    const land = (range: { from: number; to: number }, lead: string, joined: boolean) =>
      this.landing.begin(editor, file.path, range, whole, lead, joined);
    if (template.place === "review") await this.rewriting.submit(editor, file, whole);
    else if (template.place === "frontmatter") this.sheets.submit(file, await whole);
    else if (template.place === "replace") await land({ from, to }, "", false);
    else if (template.place === "below") await land({ from: to, to }, "\n\n", false);
    else await land({ from: to, to }, "", mode === "continue");
  }
}
