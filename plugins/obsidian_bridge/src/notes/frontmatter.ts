/** Puts a sheet into a note's frontmatter, and asks before anything is replaced that a person wrote. */

import { MarkdownView, Modal, Setting, type App, type TFile } from "obsidian";
import { bad } from "../daemon/problem";
import { differences, merged, words, type Difference, type Sheet } from "./sheet";

/** False where the person did not want it after all. Rejects with a `StudioloError`. */
export async function mergeSheet(app: App, file: TFile, sheet: Sheet): Promise<boolean> {
  const there = app.metadataCache.getFileCache(file)?.frontmatter ?? {};
  const differing = differences(there, sheet);
  const taken = differing.length ? await ask(app, file, differing) : [];
  if (taken === null) return false;
  await saveOpen(app, file);
  try {
    await app.fileManager.processFrontMatter(file, (now: Sheet) => {
      Object.assign(now, merged(now, sheet, taken));
    });
  } catch {
    throw bad(`The frontmatter of ${file.path} can't be read.`, "Mend it, as YAML, and do it again.");
  }
  return true;
}

/** What was typed a moment ago is in the editor only. */
async function saveOpen(app: App, file: TFile): Promise<void> {
  for (const { view } of app.workspace.getLeavesOfType("markdown")) {
    if (view instanceof MarkdownView && view.file?.path === file.path) await view.save();
  }
}

function ask(app: App, file: TFile, differing: Difference[]): Promise<Difference[] | null> {
  return new Promise((resolve) => new Differences(app, file.basename, differing, resolve).open());
}

/** Which of the new values are taken; none unless the person says so. */
class Differences extends Modal {
  private readonly taken = new Set<Difference>();
  private answer: Difference[] | null = null;

  constructor(
    app: App,
    private readonly title: string,
    private readonly differing: Difference[],
    private readonly answered: (taken: Difference[] | null) => void,
  ) {
    super(app);
  }

  override onOpen(): void {
    this.setTitle(`What ${this.title} says already`);
    this.contentEl.createEl("p", { text: "Yours stays, unless you take the new one.", cls: "studiolo-muted" });
    for (const one of this.differing) {
      const row = new Setting(this.contentEl).setName(one.key).setClass("studiolo-difference");
      row.descEl.createDiv({ text: `Yours: ${words(one.mine)}` });
      row.descEl.createDiv({ text: `New: ${words(one.theirs)}` });
      row.addToggle((toggle) =>
        toggle
          .setTooltip("Take the new one")
          .onChange((on) => void (on ? this.taken.add(one) : this.taken.delete(one))),
      );
    }
    new Setting(this.contentEl)
      .addButton((button) => button.setButtonText("Cancel").onClick(() => this.close()))
      .addButton((button) =>
        button
          .setButtonText("Put into the note")
          .setCta()
          .onClick(() => {
            this.answer = [...this.taken];
            this.close();
          }),
      );
  }

  override onClose(): void {
    this.contentEl.empty();
    this.answered(this.answer);
  }
}
