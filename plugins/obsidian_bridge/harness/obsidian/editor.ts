/** Obsidian's `Editor` on a real CodeMirror 6, and the editor's own set of extensions. Knows no file. */

import { defaultKeymap, history, historyKeymap, indentLess, indentMore, redo, undo } from "@codemirror/commands";
import { markdown, markdownLanguage } from "@codemirror/lang-markdown";
import { yamlFrontmatter } from "@codemirror/lang-yaml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { search, searchKeymap } from "@codemirror/search";
import { EditorSelection, EditorState, StateField, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type * as obsidian from "obsidian";

/** A field whose value its editor is given when it begins. */
function given<T>(otherwise: () => T): StateField<T> {
  return StateField.define<T>({ create: otherwise, update: (value) => value });
}

const missing = (): never => {
  throw new Error("This editor belongs to no note.");
};

export const editorInfoField = given<obsidian.MarkdownFileInfo>(missing);
export const editorViewField = editorInfoField;
export const editorEditorField = given<EditorView>(missing);
export const editorLivePreviewField = given<boolean>(() => true);

const looks = HighlightStyle.define([
  ...[1, 2, 3, 4, 5, 6].map((level) => ({
    tag: tags[`heading${level}` as "heading1"],
    class: `cm-header cm-header-${level}`,
  })),
  { tag: tags.strong, class: "cm-strong" },
  { tag: tags.emphasis, class: "cm-em" },
  { tag: tags.strikethrough, class: "cm-strikethrough" },
  { tag: tags.monospace, class: "cm-inline-code" },
  { tag: tags.link, class: "cm-link" },
  { tag: tags.url, class: "cm-url" },
  { tag: tags.quote, class: "cm-quote" },
  { tag: tags.processingInstruction, class: "cm-formatting" },
  { tag: tags.contentSeparator, class: "cm-hr" },
  { tag: [tags.meta, tags.definition(tags.propertyName)], class: "cm-hmd-frontmatter" },
]);

/** What every note is edited with, before plugins add theirs. */
export const basics: Extension = [
  history(),
  drawSelection(),
  EditorState.allowMultipleSelections.of(true),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({ spellcheck: "false", autocorrect: "on", class: "cm-contentContainer" }),
  yamlFrontmatter({ content: markdown({ base: markdownLanguage }) }),
  syntaxHighlighting(looks),
  search(),
  keymap.of([{ key: "Tab", run: indentMore, shift: indentLess }, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
];

export class Editor implements obsidian.Editor {
  constructor(readonly cm: EditorView) {}

  private get state(): EditorState {
    return this.cm.state;
  }

  getDoc(): this {
    return this;
  }

  refresh(): void {
    this.cm.requestMeasure();
  }

  getValue(): string {
    return this.state.doc.toString();
  }

  setValue(content: string): void {
    this.cm.dispatch({ changes: { from: 0, to: this.state.doc.length, insert: content } });
  }

  getLine(line: number): string {
    return this.state.doc.line(line + 1).text;
  }

  setLine(line: number, text: string): void {
    const { from, to } = this.state.doc.line(line + 1);
    this.cm.dispatch({ changes: { from, to, insert: text } });
  }

  lineCount(): number {
    return this.state.doc.lines;
  }

  lastLine(): number {
    return this.state.doc.lines - 1;
  }

  getSelection(): string {
    return this.state.selection.ranges.map(({ from, to }) => this.state.sliceDoc(from, to)).join("\n");
  }

  somethingSelected(): boolean {
    return this.state.selection.ranges.some((range) => !range.empty);
  }

  getRange(from: obsidian.EditorPosition, to: obsidian.EditorPosition): string {
    return this.state.sliceDoc(this.posToOffset(from), this.posToOffset(to));
  }

  replaceSelection(replacement: string, origin?: string): void {
    this.cm.dispatch({ ...this.state.replaceSelection(replacement), userEvent: origin });
  }

  replaceRange(
    replacement: string,
    from: obsidian.EditorPosition,
    to: obsidian.EditorPosition = from,
    origin?: string,
  ): void {
    const changes = { from: this.posToOffset(from), to: this.posToOffset(to), insert: replacement };
    this.cm.dispatch({ changes, userEvent: origin });
  }

  getCursor(which: "from" | "to" | "head" | "anchor" = "head"): obsidian.EditorPosition {
    return this.offsetToPos(this.state.selection.main[which]);
  }

  listSelections(): obsidian.EditorSelection[] {
    return this.state.selection.ranges.map(({ anchor, head }) => ({
      anchor: this.offsetToPos(anchor),
      head: this.offsetToPos(head),
    }));
  }

  setCursor(position: obsidian.EditorPosition | number, ch = 0): void {
    const at = typeof position === "number" ? { line: position, ch } : position;
    this.setSelection(at);
  }

  setSelection(anchor: obsidian.EditorPosition, head: obsidian.EditorPosition = anchor): void {
    this.setSelections([{ anchor, head }]);
  }

  setSelections(ranges: obsidian.EditorSelectionOrCaret[], main?: number): void {
    const real = ranges.map(({ anchor, head = anchor }) =>
      EditorSelection.range(this.posToOffset(anchor), this.posToOffset(head)),
    );
    this.cm.dispatch({ selection: EditorSelection.create(real, main) });
  }

  focus(): void {
    this.cm.focus();
  }

  blur(): void {
    this.cm.contentDOM.blur();
  }

  hasFocus(): boolean {
    return this.cm.hasFocus;
  }

  getScrollInfo(): obsidian.EditorScrollInfo {
    const {
      scrollTop: top,
      scrollLeft: left,
      scrollWidth,
      scrollHeight,
      clientWidth,
      clientHeight,
    } = this.cm.scrollDOM;
    return { top, left, width: scrollWidth, height: scrollHeight, clientWidth, clientHeight };
  }

  scrollTo(x?: number | null, y?: number | null): void {
    this.cm.scrollDOM.scrollTo({ left: x ?? undefined, top: y ?? undefined });
  }

  scrollIntoView(range: obsidian.EditorRange, center = false): void {
    const real = EditorSelection.range(this.posToOffset(range.from), this.posToOffset(range.to));
    this.cm.dispatch({ effects: EditorView.scrollIntoView(real, { y: center ? "center" : "nearest" }) });
  }

  undo(): void {
    undo(this.cm);
  }

  redo(): void {
    redo(this.cm);
  }

  exec(command: obsidian.EditorCommandName): void {
    throw new Error(`The harness does not have the editor's command ${command}.`);
  }

  transaction(tx: obsidian.EditorTransaction, origin?: string): void {
    const changes = (tx.changes ?? []).map(({ from, to = from, text }) => ({
      from: this.posToOffset(from),
      to: this.posToOffset(to),
      insert: text,
    }));
    const set = this.state.changes(changes);
    const after = set.apply(this.state.doc);
    const ranges = (tx.selections ?? (tx.selection ? [tx.selection] : [])).map(({ from, to = from }) =>
      EditorSelection.range(offsetIn(after, from), offsetIn(after, to)),
    );
    if (tx.replaceSelection !== undefined) this.replaceSelection(tx.replaceSelection, origin);
    else
      this.cm.dispatch({
        changes: set,
        selection: ranges.length ? EditorSelection.create(ranges) : undefined,
        userEvent: origin,
      });
  }

  wordAt(position: obsidian.EditorPosition): obsidian.EditorRange | null {
    const word = this.state.wordAt(this.posToOffset(position));
    return word && { from: this.offsetToPos(word.from), to: this.offsetToPos(word.to) };
  }

  posToOffset(position: obsidian.EditorPosition): number {
    return offsetIn(this.state.doc, position);
  }

  offsetToPos(offset: number): obsidian.EditorPosition {
    const line = this.state.doc.lineAt(Math.min(Math.max(offset, 0), this.state.doc.length));
    return { line: line.number - 1, ch: offset - line.from };
  }

  processLines<T>(
    read: (line: number, text: string) => T | null,
    write: (line: number, text: string, value: T | null) => obsidian.EditorChange | void,
    ignoreEmpty = true,
  ): void {
    const lines = this.getValue()
      .split("\n")
      .map((text, line) => ({ text, line, value: read(line, text) }));
    const changes = lines.flatMap(({ text, line, value }) =>
      ignoreEmpty && value === null ? [] : (write(line, text, value) ?? []),
    );
    if (changes.length) this.transaction({ changes });
  }
}

function offsetIn(doc: EditorState["doc"], { line, ch }: obsidian.EditorPosition): number {
  if (line < 0) return 0;
  if (line >= doc.lines) return doc.length;
  const { from, to } = doc.line(line + 1);
  return Math.min(from + Math.max(ch, 0), to);
}
