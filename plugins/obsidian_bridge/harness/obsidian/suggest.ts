/** Lists that open while one types, in the editor or in a field. */

import type * as obsidian from "obsidian";
import { Scope } from "./keymap";
import type { MarkdownView } from "./views";

interface Owner<T> {
  renderSuggestion(value: T, element: HTMLElement): unknown;
  selectSuggestion(value: T, event: MouseEvent | KeyboardEvent): void;
}

/** Rows of which one is chosen, by keys of `scope` or by the mouse. */
export class Choices<T> {
  private values: T[] = [];
  private rows: HTMLElement[] = [];
  private at = 0;

  constructor(
    private readonly element: HTMLElement,
    private readonly owner: Owner<T>,
    scope: Scope,
  ) {
    scope.register([], "ArrowDown", () => this.select(this.at + 1));
    scope.register([], "ArrowUp", () => this.select(this.at - 1));
    scope.register([], "Enter", (event) => this.choose(event));
  }

  get none(): boolean {
    return this.values.length === 0;
  }

  show(values: T[], keep = false): void {
    this.values = values;
    if (!keep) this.element.empty();
    this.rows = values.map((value, index) => {
      const row = this.element.createDiv("suggestion-item");
      this.owner.renderSuggestion(value, row);
      row.addEventListener("mousemove", () => this.select(index));
      row.addEventListener("mousedown", (event) => event.preventDefault());
      row.addEventListener("click", (event) => this.choose(event));
      return row;
    });
    this.select(0);
  }

  choose(event: MouseEvent | KeyboardEvent): false {
    const value = this.values[this.at];
    if (value !== undefined) this.owner.selectSuggestion(value, event);
    return false;
  }

  private select(index: number): false {
    if (this.rows.length) this.at = (index + this.rows.length) % this.rows.length;
    for (const [number, row] of this.rows.entries()) row.toggleClass("is-selected", number === this.at);
    this.rows[this.at]?.scrollIntoView({ block: "nearest" });
    return false;
  }
}

export abstract class PopoverSuggest<T> implements obsidian.PopoverSuggest<T> {
  readonly suggestEl = createDiv("suggestion-container");
  readonly scope: Scope;
  readonly #choices: Choices<T>;

  constructor(
    readonly app: obsidian.App,
    scope?: obsidian.Scope,
  ) {
    this.scope = (scope as Scope | undefined) ?? new Scope();
    this.#choices = new Choices(this.suggestEl.createDiv("suggestion"), this, this.scope);
    this.scope.register([], "Escape", () => this.close() ?? false);
  }

  abstract renderSuggestion(value: T, element: HTMLElement): void;
  abstract selectSuggestion(value: T, event: MouseEvent | KeyboardEvent): void;

  open(): void {
    if (this.suggestEl.isConnected) return;
    document.body.append(this.suggestEl);
    this.app.keymap.pushScope(this.scope);
  }

  close(): void {
    if (!this.suggestEl.isConnected) return;
    this.app.keymap.popScope(this.scope);
    this.suggestEl.detach();
  }

  /** Nothing to choose from is no list. */
  offer(values: T[], place: { left: number; bottom: number }): void {
    if (values.length === 0) return this.close();
    this.open();
    this.#choices.show(values);
    const { width, height } = this.suggestEl.getBoundingClientRect();
    this.suggestEl.setCssStyles({
      left: `${Math.min(place.left, window.innerWidth - width)}px`,
      top: `${Math.min(place.bottom + 4, window.innerHeight - height)}px`,
    });
  }
}

export abstract class EditorSuggest<T> extends PopoverSuggest<T> implements obsidian.EditorSuggest<T> {
  context: obsidian.EditorSuggestContext | null = null;
  limit = 100;

  abstract onTrigger(
    cursor: obsidian.EditorPosition,
    editor: obsidian.Editor,
    file: obsidian.TFile | null,
  ): obsidian.EditorSuggestTriggerInfo | null;
  abstract getSuggestions(context: obsidian.EditorSuggestContext): T[] | Promise<T[]>;

  setInstructions(_instructions: obsidian.Instruction[]): void {}

  override close(): void {
    super.close();
    this.context = null;
  }

  /** Whether there is something to suggest. It begins where something was typed, and goes on while the cursor is there. */
  look(view: MarkdownView, typed: boolean, taken: boolean): boolean {
    const { editor, file } = view;
    const may = !taken && file !== null && !editor.somethingSelected() && (typed || this.context !== null);
    const found = may ? this.onTrigger(editor.getCursor(), editor, file) : null;
    if (found === null || file === null) {
      this.close();
      return false;
    }
    const context = (this.context = { ...found, editor, file });
    // an editor may not be measured while it updates
    void Promise.resolve(this.getSuggestions(context)).then((values) => {
      const place = this.context === context ? editor.cm.coordsAtPos(editor.posToOffset(context.start)) : null;
      if (place) this.offer(values.slice(0, this.limit || undefined), place);
    });
    return true;
  }
}

export abstract class AbstractInputSuggest<T> extends PopoverSuggest<T> {
  limit = 100;
  #selected: ((value: T, event: MouseEvent | KeyboardEvent) => unknown) | null = null;

  constructor(
    app: obsidian.App,
    private readonly textInputEl: HTMLInputElement | HTMLDivElement,
  ) {
    super(app);
    const look = () => void this.#look();
    textInputEl.addEventListener("input", look);
    textInputEl.addEventListener("focus", look);
    textInputEl.addEventListener("blur", () => this.close());
  }

  protected abstract getSuggestions(query: string): T[] | Promise<T[]>;

  setValue(value: string): void {
    if (this.textInputEl instanceof HTMLInputElement) this.textInputEl.value = value;
    else this.textInputEl.setText(value);
  }

  getValue(): string {
    return this.textInputEl instanceof HTMLInputElement ? this.textInputEl.value : this.textInputEl.getText();
  }

  onSelect(selected: (value: T, event: MouseEvent | KeyboardEvent) => unknown): this {
    this.#selected = selected;
    return this;
  }

  selectSuggestion(value: T, event: MouseEvent | KeyboardEvent): void {
    this.#selected?.(value, event);
  }

  async #look(): Promise<void> {
    const values = await this.getSuggestions(this.getValue());
    this.offer(values.slice(0, this.limit || undefined), this.textInputEl.getBoundingClientRect());
  }
}
