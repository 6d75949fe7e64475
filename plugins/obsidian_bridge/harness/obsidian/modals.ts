/** What lies over the window: dialogs, lists to choose from, short words at the corner. */

import type * as obsidian from "obsidian";
import { Scope } from "./keymap";
import { prepareFuzzySearch, renderMatches, sortSearchResults } from "./search";
import { Choices } from "./suggest";

export class Notice implements obsidian.Notice {
  readonly noticeEl: HTMLElement;
  readonly containerEl: HTMLElement;
  readonly messageEl: HTMLElement;

  constructor(message: string | DocumentFragment, duration = 5000) {
    const container = document.body.find(".notice-container") ?? document.body.createDiv("notice-container");
    this.containerEl = this.messageEl = this.noticeEl = container.createDiv("notice");
    this.setMessage(message);
    this.noticeEl.addEventListener("click", () => this.hide());
    if (duration > 0) window.setTimeout(() => this.hide(), duration);
  }

  setMessage(message: string | DocumentFragment): this {
    this.messageEl.setText(message);
    return this;
  }

  hide(): void {
    this.noticeEl.detach();
  }
}

export class Modal implements obsidian.Modal {
  readonly scope: Scope;
  readonly containerEl = createDiv("modal-container mod-dim");
  readonly modalEl: HTMLElement;
  readonly titleEl: HTMLElement;
  readonly contentEl: HTMLElement;
  shouldRestoreSelection = true;
  #before: Element | null = null;
  #closed: (() => unknown) | null = null;

  constructor(readonly app: obsidian.App) {
    this.scope = new Scope();
    this.scope.register([], "Escape", () => this.close() ?? false);
    this.containerEl.createDiv("modal-bg").addEventListener("click", () => this.close());
    this.modalEl = this.containerEl.createDiv("modal");
    this.modalEl
      .createDiv({ cls: "modal-close-button", attr: { "aria-label": "Close" } })
      .addEventListener("click", () => this.close());
    this.titleEl = this.modalEl.createDiv("modal-header").createDiv("modal-title");
    this.contentEl = this.modalEl.createDiv("modal-content");
  }

  open(): void {
    this.#before = document.activeElement;
    document.body.append(this.containerEl);
    this.app.keymap.pushScope(this.scope);
    void this.onOpen();
    if (!this.modalEl.contains(document.activeElement)) {
      this.modalEl.querySelector<HTMLElement>("input, textarea, button, select")?.focus();
    }
  }

  close(): void {
    if (!this.containerEl.isConnected) return;
    this.app.keymap.popScope(this.scope);
    this.containerEl.detach();
    if (this.shouldRestoreSelection && this.#before instanceof HTMLElement) this.#before.focus({ preventScroll: true });
    this.onClose();
    this.#closed?.();
  }

  onOpen(): Promise<void> | void {}

  onClose(): void {}

  setTitle(title: string): this {
    this.titleEl.setText(title);
    return this;
  }

  setContent(content: string | DocumentFragment): this {
    this.contentEl.setText(content);
    return this;
  }

  setCloseCallback(closed: () => unknown): this {
    this.#closed = closed;
    return this;
  }
}

export abstract class SuggestModal<T> extends Modal implements obsidian.SuggestModal<T> {
  limit = 100;
  emptyStateText = "No results found.";
  readonly inputEl: HTMLInputElement;
  readonly resultContainerEl: HTMLElement;
  #choices: Choices<T>;
  #instructions: HTMLElement;

  constructor(app: obsidian.App) {
    super(app);
    this.modalEl.className = "prompt";
    this.modalEl.empty();
    this.inputEl = this.modalEl
      .createDiv("prompt-input-container")
      .createEl("input", { cls: "prompt-input", type: "text" });
    this.resultContainerEl = this.modalEl.createDiv("prompt-results");
    this.#instructions = this.modalEl.createDiv("prompt-instructions");
    this.#choices = new Choices(this.resultContainerEl, this, this.scope);
    this.inputEl.addEventListener("input", () => void this.#look());
  }

  abstract getSuggestions(query: string): T[] | Promise<T[]>;
  abstract renderSuggestion(value: T, element: HTMLElement): unknown;
  abstract onChooseSuggestion(item: T, event: MouseEvent | KeyboardEvent): unknown;

  override open(): void {
    super.open();
    this.inputEl.focus();
    void this.#look();
  }

  setPlaceholder(placeholder: string): void {
    this.inputEl.placeholder = placeholder;
  }

  setInstructions(instructions: obsidian.Instruction[]): void {
    showInstructions(this.#instructions, instructions);
  }

  onNoSuggestion(): void {
    this.resultContainerEl.empty();
    this.resultContainerEl.createDiv({ cls: "suggestion-empty", text: this.emptyStateText });
  }

  selectSuggestion(value: T, event: MouseEvent | KeyboardEvent): void {
    this.close();
    void this.onChooseSuggestion(value, event);
  }

  selectActiveSuggestion(event: MouseEvent | KeyboardEvent): void {
    this.#choices.choose(event);
  }

  async #look(): Promise<void> {
    const query = this.inputEl.value;
    const found = await this.getSuggestions(query);
    if (query !== this.inputEl.value) return;
    if (found.length === 0) this.onNoSuggestion();
    this.#choices.show(found.slice(0, this.limit || undefined), found.length === 0);
  }
}

export abstract class FuzzySuggestModal<T>
  extends SuggestModal<obsidian.FuzzyMatch<T>>
  implements obsidian.FuzzySuggestModal<T>
{
  abstract getItems(): T[];
  abstract getItemText(item: T): string;
  abstract onChooseItem(item: T, event: MouseEvent | KeyboardEvent): void;

  getSuggestions(query: string): obsidian.FuzzyMatch<T>[] {
    const search = prepareFuzzySearch(query);
    const found = this.getItems().flatMap((item) => {
      const match = search(this.getItemText(item));
      return match ? [{ item, match }] : [];
    });
    if (query) sortSearchResults(found);
    return found;
  }

  renderSuggestion({ item, match }: obsidian.FuzzyMatch<T>, element: HTMLElement): void {
    renderMatches(element, this.getItemText(item), match.matches);
  }

  onChooseSuggestion({ item }: obsidian.FuzzyMatch<T>, event: MouseEvent | KeyboardEvent): void {
    this.onChooseItem(item, event);
  }
}

export function showInstructions(element: HTMLElement, instructions: obsidian.Instruction[]): void {
  element.empty();
  for (const { command, purpose } of instructions) {
    const line = element.createDiv("prompt-instruction");
    line.createSpan({ cls: "prompt-instruction-command", text: command });
    line.createSpan({ text: purpose });
  }
}
