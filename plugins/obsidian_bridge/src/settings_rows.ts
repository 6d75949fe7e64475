/** The rows that settings consist of. Each saves what a person sets at once. Knows no setting. */

import { AbstractInputSuggest, Setting, type App, type TFolder } from "obsidian";
import { wrong, type Bounds } from "./sampling";

export class Rows {
  constructor(
    private readonly app: App,
    readonly place: HTMLElement,
    private readonly save: () => void,
  ) {}

  heading(words: string, meaning = ""): void {
    new Setting(this.place).setName(words).setDesc(meaning).setHeading();
  }

  toggle(name: string, meaning: string, on: boolean, set: (on: boolean) => void): void {
    this.row(name, meaning).addToggle((toggle) => toggle.setValue(on).onChange((value) => this.take(set, value)));
  }

  text(name: string, meaning: string, example: string, words: string, set: (words: string) => void): void {
    this.row(name, meaning).addText((field) =>
      field
        .setPlaceholder(example)
        .setValue(words)
        .onChange((value) => this.take(set, value)),
    );
  }

  /** One text a line. */
  lines(name: string, meaning: string, lines: readonly string[], set: (lines: string[]) => void): void {
    this.row(name, meaning).addTextArea((field) =>
      field.setValue(lines.join("\n")).onChange((value) =>
        this.take(
          set,
          value.split("\n").filter((line) => line.trim() !== ""),
        ),
      ),
    );
  }

  /** One of `choices`, or "" for `none`. */
  choice(
    name: string,
    meaning: string,
    none: string,
    choices: readonly (readonly [value: string, words: string])[],
    chosen: string,
    set: (value: string) => void,
  ): Setting {
    return this.row(name, meaning).addDropdown((menu) => {
      menu.addOption("", none);
      for (const [value, words] of choices) menu.addOption(value, words);
      // what a daemon offered that is not here now
      if (chosen && !choices.some(([value]) => value === chosen)) menu.addOption(chosen, chosen);
      menu.setValue(chosen).onChange((value) => this.take(set, value));
    });
  }

  /** A number, or null for an empty field. What is none is not taken, and the row says so. */
  number(
    name: string,
    meaning: string,
    bounds: Bounds,
    value: number | null,
    set: (value: number | null) => void,
  ): void {
    const row = this.row(name, meaning);
    row.addText((field) =>
      field.setValue(value === null ? "" : String(value)).onChange((words) => {
        const number = words.trim() === "" ? null : Number(words);
        const problem = number === null ? null : wrong(bounds, number);
        row.setDesc(problem === null ? meaning : `Write ${problem}.`);
        row.settingEl.toggleClass("studiolo-wrong", problem !== null);
        if (problem === null) this.take(set, number);
      }),
    );
  }

  /** A key as it is pressed, and not as somebody spells it. */
  key(name: string, meaning: string, key: string, set: (key: string) => void): void {
    this.row(name, meaning).addText((field) => {
      field.setValue(key);
      field.inputEl.readOnly = true;
      field.inputEl.addEventListener("keydown", (event) => {
        const pressed = keyOf(event);
        if (pressed === null) return;
        event.preventDefault();
        event.stopPropagation();
        field.setValue(pressed);
        this.take(set, pressed);
      });
    });
  }

  folder(name: string, meaning: string, path: string, set: (path: string) => void): void {
    this.row(name, meaning).addText((field) => {
      const take = (value: string) => this.take(set, value);
      new Folders(this.app, field.inputEl, take);
      field.setValue(path).onChange(take);
    });
  }

  private row(name: string, meaning: string): Setting {
    return new Setting(this.place).setName(name).setDesc(meaning);
  }

  private take<T>(set: (value: T) => void, value: T): void {
    set(value);
    this.save();
  }
}

/** The folders of the vault that what was typed is a part of. */
class Folders extends AbstractInputSuggest<TFolder> {
  constructor(
    app: App,
    private readonly field: HTMLInputElement,
    private readonly take: (path: string) => void,
  ) {
    super(app, field);
  }

  getSuggestions(words: string): TFolder[] {
    const typed = words.toLowerCase();
    return this.app.vault.getAllFolders().filter((folder) => folder.path.toLowerCase().includes(typed));
  }

  renderSuggestion(folder: TFolder, place: HTMLElement): void {
    place.setText(folder.path);
  }

  override selectSuggestion(folder: TFolder): void {
    this.field.value = folder.path;
    this.take(folder.path);
    this.close();
  }
}

type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "shiftKey" | "metaKey">;

/** As CodeMirror names keys; null for one that is only held, and for those that are needed to write and to leave. */
export function keyOf({ key, ctrlKey, altKey, shiftKey, metaKey }: Pressed): string | null {
  if (["Control", "Alt", "Shift", "Meta", "AltGraph", "Dead", "Process"].includes(key)) return null;
  if (["Enter", "Escape", "Backspace", "Delete"].includes(key) || (key === "Tab" && shiftKey)) return null;
  if (key.length === 1 && !ctrlKey && !altKey && !metaKey) return null;
  const held = [ctrlKey && "Ctrl-", altKey && "Alt-", shiftKey && "Shift-", metaKey && "Meta-"].filter(Boolean);
  return held.join("") + (key === " " ? "Space" : key);
}
