/** Asks for the words that something is to be made of, and for what else its art wants to know. */

import { Modal, Setting, type App } from "obsidian";

export interface Asked {
  title: string;
  /** On the button that begins it. */
  begin: string;
  /** What stands in the field at first. */
  words: string;
  /** What might be said, seen while the field is empty. */
  such?: string;
  /** Adds what else there is to set. */
  more?: (place: HTMLElement) => void;
  done(words: string): void;
}

export class Words extends Modal {
  private words: string;

  constructor(
    app: App,
    private readonly asked: Asked,
  ) {
    super(app);
    this.words = asked.words;
  }

  override onOpen(): void {
    const { title, begin, more } = this.asked;
    this.setTitle(title);
    const field = this.contentEl.createEl("textarea", {
      cls: "studiolo-words",
      attr: { rows: "5", "aria-label": title },
    });
    field.value = this.words;
    field.placeholder = this.asked.such ?? "";
    field.addEventListener("input", () => (this.words = field.value));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) this.finish();
    });
    more?.(this.contentEl);
    new Setting(this.contentEl).addButton((button) =>
      button
        .setButtonText(begin)
        .setCta()
        .onClick(() => this.finish()),
    );
    field.focus();
  }

  override onClose(): void {
    this.contentEl.empty();
  }

  private finish(): void {
    if (this.words.trim() === "") return;
    this.close();
    this.asked.done(this.words.trim());
  }
}
