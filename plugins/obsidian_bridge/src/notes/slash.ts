/** The menu behind a slash: templates and commands, found by typing. */

import {
  EditorSuggest,
  prepareFuzzySearch,
  type App,
  type Editor,
  type EditorPosition,
  type EditorSuggestContext,
  type EditorSuggestTriggerInfo,
  type TFile,
} from "obsidian";
import { inCode } from "../words/spans";

/** What can be chosen. */
export interface Item {
  name: string;
  /** What it is, in a word. */
  kind: string;
  run(editor: Editor, file: TFile): unknown;
}

/** A slash that begins a line or a word, and what was typed behind it. */
const SLASH = /(?:^|\s)\/(\S[^\n/]{0,40})?$/u;

export class SlashMenu extends EditorSuggest<Item> {
  constructor(
    app: App,
    private readonly on: () => boolean,
    private readonly items: () => readonly Item[],
  ) {
    super(app);
    this.setInstructions([
      { command: "↑↓", purpose: "to choose" },
      { command: "↵", purpose: "to take" },
      { command: "esc", purpose: "to go on writing" },
    ]);
  }

  onTrigger(cursor: EditorPosition, editor: Editor): EditorSuggestTriggerInfo | null {
    if (!this.on()) return null;
    const line = editor.getLine(cursor.line).slice(0, cursor.ch);
    const found = SLASH.exec(line);
    if (found === null || inCode(editor.getValue(), editor.posToOffset(cursor))) return null;
    const query = found[1] ?? "";
    return { start: { line: cursor.line, ch: cursor.ch - query.length - 1 }, end: cursor, query };
  }

  getSuggestions({ query }: EditorSuggestContext): Item[] {
    const search = prepareFuzzySearch(query);
    return this.items()
      .map((item) => ({ item, score: search(item.name)?.score }))
      .filter((one): one is { item: Item; score: number } => one.score !== undefined)
      .sort((one, other) => other.score - one.score)
      .map(({ item }) => item);
  }

  renderSuggestion(item: Item, place: HTMLElement): void {
    place.addClass("studiolo-slash");
    place.createSpan({ text: item.name });
    place.createSpan({ text: item.kind, cls: "studiolo-muted" });
  }

  selectSuggestion(item: Item): void {
    const { context } = this;
    if (!context) return;
    const { editor, start, end, file } = context;
    this.close();
    editor.replaceRange("", start, end);
    item.run(editor, file);
  }
}
