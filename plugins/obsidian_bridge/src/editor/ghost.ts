/**
 * Ghost text: what could come next, seen faintly at the cursor after a pause or when asked for.
 *
 * To take it is to type it: whoever types the very words, by key or by hand, eats into it, and anything else that happens
 * to the document or the cursor ends it. No key is taken unless a ghost is seen, and Enter never. Knows no model: `ask`
 * does.
 */

import { isolateHistory } from "@codemirror/commands";
import {
  EditorState,
  type Extension,
  Prec,
  StateEffect,
  type Transaction,
  type TransactionSpec,
} from "@codemirror/state";
import { EditorView, logException, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { beginInlay, ghostIn, inlayEnded, inlays, inlayWritten, type Placed } from "./inlay";

export interface GhostOptions {
  /** Whether it comes by itself. */
  on(): boolean;
  /** Milliseconds without a key before it does. */
  pause(): number;
  /** Keys that take all of it, or its next word, as CodeMirror names them: "Tab", "Alt-ArrowRight". */
  accept(): string;
  word(): string;
  /** What could come at `position`, piece by piece, until `signal` says that nobody wants it any more. */
  ask(view: EditorView, position: number, signal: AbortSignal): AsyncIterable<string>;
}

const TAKEN = "input.complete.ghost";
const wanted = StateEffect.define<null>();

/** Has the ghost come now. */
export function askForGhost(view: EditorView): void {
  view.dispatch({ effects: wanted.of(null) });
}

export function ghost(options: GhostOptions): Extension {
  return [
    inlays,
    ViewPlugin.define((view) => new Asking(view, options), {
      eventHandlers: {
        compositionstart() {
          this.dismiss();
        },
      },
    }),
    EditorState.transactionExtender.of(eaten),
    Prec.highest(EditorView.domEventHandlers({ keydown: (event, view) => key(event, view, options) })),
  ];
}

class Asking {
  private timer = 0;
  private asked: AbortController | null = null;

  constructor(
    private readonly view: EditorView,
    private readonly options: GhostOptions,
  ) {}

  update(update: ViewUpdate): void {
    if (this.asked && !ghostIn(update.state)) this.abort();
    if (has(update, wanted)) this.later(0);
    else if (update.docChanged || update.selectionSet) {
      window.clearTimeout(this.timer);
      const typed = update.transactions.some((tr) => tr.isUserEvent("input.type") || tr.isUserEvent(TAKEN));
      if (typed && this.options.on()) this.later(this.options.pause());
    }
  }

  dismiss(): void {
    window.clearTimeout(this.timer);
    const ghost = ghostIn(this.view.state);
    if (ghost) this.view.dispatch({ effects: inlayEnded.of(ghost.key) });
  }

  destroy(): void {
    window.clearTimeout(this.timer);
    this.abort();
  }

  private later(pause: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(pause > 0), pause);
  }

  private abort(): void {
    this.asked?.abort();
    this.asked = null;
  }

  private async ask(byItself: boolean): Promise<void> {
    const { view } = this;
    const { main, ranges } = view.state.selection;
    if (this.asked || ghostIn(view.state)?.text || ranges.length > 1 || !main.empty) return;
    if (view.compositionStarted || suggesting(view) || (byItself && !view.hasFocus)) return;
    this.dismiss();
    const { signal } = (this.asked = new AbortController());
    const inlay = beginInlay(view, { from: main.head }, "ghost");
    try {
      for await (const piece of this.options.ask(view, main.head, signal)) {
        if (signal.aborted) return;
        inlay.append(piece);
      }
    } catch (error) {
      if (!signal.aborted) logException(view.state, error, "ghost text");
    }
    if (signal.aborted) return;
    this.asked = null;
    if (!ghostIn(view.state)?.text) inlay.dismiss();
  }
}

function has(update: ViewUpdate, type: typeof wanted): boolean {
  return update.transactions.some(({ effects }) => effects.some((effect) => effect.is(type)));
}

/** A list of suggestions is open, and the keys are its own. */
function suggesting(view: EditorView): boolean {
  return view.dom.ownerDocument.querySelector(".suggestion-container, .cm-tooltip-autocomplete") !== null;
}

// ---- typing it

/** What a transaction leaves of the ghost. */
function eaten(tr: Transaction): Pick<TransactionSpec, "effects"> | null {
  const ghost = ghostIn(tr.startState);
  if (!ghost || (!tr.docChanged && !tr.selection)) return null;
  const typed = tr.isUserEvent("input.type.compose") ? null : typedAt(ghost, tr);
  if (typed === null || !ghost.text.startsWith(typed)) return { effects: inlayEnded.of(ghost.key) };
  return { effects: inlayWritten.of({ key: ghost.key, text: ghost.text.slice(typed.length) }) };
}

/** What was typed at the ghost's place; null when something else happened. */
function typedAt({ from }: Placed, tr: Transaction): string | null {
  let typed: string | null = "";
  tr.changes.iterChanges((start, end, _from, _to, inserted) => {
    typed = typed === "" && start === from && end === from ? inserted.toString() : null;
  });
  const { main, ranges } = tr.newSelection;
  const follows = typed !== null && ranges.length === 1 && main.empty && main.head === from + typed.length;
  return follows ? typed : null;
}

function key(event: KeyboardEvent, view: EditorView, options: GhostOptions): boolean {
  const ghost = ghostIn(view.state);
  if (!ghost?.text || suggesting(view)) return false;
  if (event.key === "Escape") view.dispatch({ effects: inlayEnded.of(ghost.key) });
  else if (pressed(event, options.accept())) take(view, ghost, ghost.text);
  else if (pressed(event, options.word())) take(view, ghost, firstWord(ghost.text));
  else return false;
  return true;
}

function take(view: EditorView, { from }: Placed, text: string): void {
  view.dispatch({
    changes: { from, insert: text },
    selection: { anchor: from + text.length },
    annotations: isolateHistory.of("full"),
    userEvent: TAKEN,
  });
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/** The first word, with what stands before it. */
function firstWord(text: string): string {
  for (const { index, segment, isWordLike } of segmenter.segment(text)) {
    if (isWordLike) return text.slice(0, index + segment.length);
  }
  return text;
}

/** Whether a key is the one of that name; `Mod` is Cmd or Ctrl. Enter is never. */
function pressed(event: KeyboardEvent, name: string): boolean {
  const held = name.split(/-(?!$)/);
  const key = held.pop()?.toLowerCase() ?? "";
  if (event.key === "Enter" || (event.key.toLowerCase() !== key && event.code.toLowerCase() !== `key${key}`))
    return false;
  const command = event.ctrlKey || event.metaKey;
  return (
    event.altKey === held.includes("Alt") &&
    event.shiftKey === held.includes("Shift") &&
    (held.includes("Mod")
      ? command
      : event.ctrlKey === held.includes("Ctrl") && event.metaKey === held.includes("Meta"))
  );
}
