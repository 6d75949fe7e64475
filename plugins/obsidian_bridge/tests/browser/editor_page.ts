/** The page that `editor.test.ts` runs: CodeMirror 6 as Obsidian has it, with the editor's rooms and nothing else. */

import { defaultKeymap, history, historyKeymap, indentWithTab, redo, undo, undoDepth } from "@codemirror/commands";
import { markdown } from "@codemirror/lang-markdown";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import "../../harness/obsidian/dom";
import { askForGhost, ghost } from "../../src/editor/ghost";
import { beginInlay, type Inlay, inlays } from "../../src/editor/inlay";
import { beginReview, type Review, reviews } from "../../src/editor/review";
import { type Chosen, rememberTokens, tokenMarks } from "../../src/editor/tokens";

const ghostly = {
  on: true,
  pause: 60,
  accept: "Tab",
  word: "Alt-ArrowRight",
  pieces: [] as string[],
  gap: 5,
  aborted: 0,
};
const heard: string[] = [];
const chosen: Chosen[] = [];

async function* pieces(signal: AbortSignal): AsyncGenerator<string> {
  signal.addEventListener("abort", () => ghostly.aborted++);
  for (const piece of ghostly.pieces) {
    yield piece;
    await new Promise((resolve) => setTimeout(resolve, ghostly.gap));
  }
}

const ours = [
  inlays,
  reviews,
  tokenMarks((_view, choice) => chosen.push(choice)),
  ghost({
    on: () => ghostly.on,
    pause: () => ghostly.pause,
    accept: () => ghostly.accept,
    word: () => ghostly.word,
    ask: (_view, _position, signal) => pieces(signal),
  }),
];

function stateOf(doc: string, plain = false): EditorState {
  const keys = keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]);
  const common = [history(), markdown(), EditorView.lineWrapping, drawSelection(), keys];
  return EditorState.create({ doc, extensions: plain ? common : [...common, ours] });
}

const bench = {
  view: new EditorView({ state: stateOf(""), parent: document.querySelector("#editor") ?? document.body }),
  ghost: ghostly,
  heard,
  chosen,
  inlay: null as Inlay | null,
  review: null as Review | null,

  /**
   * Shows another note in the same view, and waits until that has laid it out: a key that comes before, as no person's
   * does, may leave the cursor where it was, in a bare CodeMirror too.
   */
  async open(doc: string, plain = false): Promise<void> {
    bench.view.setState(stateOf(doc, plain));
    bench.view.scrollDOM.scrollTop = 0;
    Object.assign(ghostly, {
      on: false,
      pause: 60,
      accept: "Tab",
      word: "Alt-ArrowRight",
      pieces: [],
      gap: 5,
      aborted: 0,
    });
    heard.length = chosen.length = 0;
    bench.view.focus();
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
  },
  text: () => bench.view.state.doc.toString(),
  cursor: () => bench.view.state.selection.main.head,
  select: (anchor: number, head = anchor) => bench.view.dispatch({ selection: { anchor, head } }),
  steps: () => undoDepth(bench.view.state),
  undo: () => undo(bench.view),
  redo: () => redo(bench.view),
  askForGhost: () => askForGhost(bench.view),
  stream(from: number, to = from): void {
    bench.inlay = beginInlay(bench.view, { from, to }, "stream");
    bench.inlay.onGone(() => heard.push("gone"));
  },
  reviewOf(from: number, to: number, versions: string[]): void {
    bench.review = beginReview(bench.view, { from, to }, versions, {
      done: () => heard.push("done"),
      keep: (versions) => heard.push(`keep ${versions.length}`),
      lost: (why) => heard.push(`lost ${why}`),
    });
  },
  remember: (from: number, tokens: Parameters<typeof rememberTokens>[2]) => rememberTokens(bench.view, from, tokens),
  /** Milliseconds from a key to the page being laid out, of `count` keys. */
  latencies(count: number): number[] {
    return Array.from({ length: count }, () => {
      const { view } = bench;
      const begin = performance.now();
      const { head } = view.state.selection.main;
      view.dispatch({ changes: { from: head, insert: "a" }, selection: { anchor: head + 1 }, userEvent: "input.type" });
      view.contentDOM.getBoundingClientRect();
      return performance.now() - begin;
    });
  },
};

export type Bench = typeof bench;
declare global {
  interface Window {
    bench: Bench;
    first: Inlay | null;
  }
}
window.bench = bench;
