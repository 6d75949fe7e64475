/** Puts a text at a place of a note: through the editor that shows it, or else into its file. */

import type { EditorView } from "@codemirror/view";
import { MarkdownView, TFile, type App, type Editor } from "obsidian";
import { bad } from "../daemon/problem";
import { beginInlay } from "../editor/inlay";
import { locate, type Place } from "./place";

/** Obsidian's editor is CodeMirror's, which its types do not say. */
export function viewOf(editor: Editor): EditorView {
  return (editor as Editor & { cm: EditorView }).cm;
}

/** The editor that shows the note of this path. */
export function editorOf(app: App, path: string): Editor | null {
  for (const { view } of app.workspace.getLeavesOfType("markdown")) {
    if (view instanceof MarkdownView && view.file?.path === path) return view.editor;
  }
  return null;
}

/** The note that this view of CodeMirror's shows. */
export function noteOf(app: App, cm: EditorView): { editor: Editor; file: TFile } | null {
  for (const { view } of app.workspace.getLeavesOfType("markdown")) {
    if (view instanceof MarkdownView && view.file && viewOf(view.editor) === cm)
      return { editor: view.editor, file: view.file };
  }
  return null;
}

/** What is selected, as offsets; both are the cursor's where nothing is. */
export function selected(editor: Editor): { from: number; to: number } {
  return { from: editor.posToOffset(editor.getCursor("from")), to: editor.posToOffset(editor.getCursor("to")) };
}

/** The note in front, whether or not its editor has the focus: it has not when a button of the panel is pressed. */
export function noteInFront(app: App): { editor: Editor; file: TFile } | null {
  const { editor, file } = app.workspace.activeEditor ?? {};
  if (editor && file) return { editor, file };
  const view = app.workspace.getMostRecentLeaf()?.view;
  return view instanceof MarkdownView && view.file ? { editor: view.editor, file: view.file } : null;
}

/** One step to undo, where an editor shows the note. False where the place is gone, or cannot be told for certain. */
export async function putAt(app: App, place: Place, text: string): Promise<boolean> {
  const open = editorOf(app, place.path);
  if (open) {
    const range = locate(open.getValue(), place);
    return range !== null && beginInlay(viewOf(open), range, "stream").accept(text);
  }
  const file = app.vault.getAbstractFileByPath(place.path);
  if (!(file instanceof TFile)) return false;
  let put = false;
  await app.vault.process(file, (now) => {
    const range = locate(now, place);
    put = range !== null;
    return range ? now.slice(0, range.from) + text + now.slice(range.to) : now;
  });
  return put;
}

/** The same. Rejects with a `StudioloError` where it can't be put there. */
export async function mustPut(app: App, place: Place, text: string): Promise<void> {
  if (!(await putAt(app, place, text)))
    throw bad(`The place for it in ${place.path} is gone.`, "Insert it where you want it now.");
}
