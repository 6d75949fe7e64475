/**
 * Text that is seen at a place of the document without being in it yet: a stream, or a ghost.
 *
 * The document is changed once, when the text is accepted, and that is exactly one step to undo; until then the history
 * and the scroll position know nothing of it. The place is followed through whatever the user types meanwhile. Knows no
 * model and no note.
 */

import { isolateHistory } from "@codemirror/commands";
import { type EditorState, type Extension, type Range, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate, WidgetType } from "@codemirror/view";
import { element } from "./dom";
import { follow, type Place } from "./place";

export type InlayKind = "stream" | "ghost";

export interface Inlay {
  append(text: string): void;
  set(text: string): void;
  /** What the text will stand in place of; null when that is gone, or the inlay is over. */
  range(): Place | null;
  /** Puts the text, or the one given, into the document as one step to undo. False when there is no place for it. */
  accept(text?: string): boolean;
  dismiss(): void;
  /**
   * Has `heard` called when there is no place for the text any more, before it was accepted or dismissed: the view shows
   * another note or is closed, or what the text was to replace was edited.
   */
  onGone(heard: () => void): void;
}

/** An inlay as a state of the editor has it. */
export interface Placed extends Place {
  readonly key: object;
  readonly kind: InlayKind;
  readonly text: string;
  readonly gone: () => void;
}

const begun = StateEffect.define<Placed>();
export const inlayWritten = StateEffect.define<{ key: object; text: string }>();
export const inlayEnded = StateEffect.define<object>();

const field = StateField.define<readonly Placed[]>({
  create: () => [],
  update(placed, tr) {
    if (tr.docChanged && placed.length > 0) {
      placed = placed.flatMap((one) => {
        const place = follow(one, tr.changes);
        return place ? [{ ...one, ...place }] : [];
      });
    }
    for (const effect of tr.effects) {
      if (effect.is(begun)) placed = [...placed, effect.value];
      else if (effect.is(inlayEnded)) placed = placed.filter(({ key }) => key !== effect.value);
      else if (effect.is(inlayWritten)) {
        const { key, text } = effect.value;
        placed = placed.map((one) => (one.key === key ? { ...one, text } : one));
      }
    }
    return placed;
  },
  provide: (field) => EditorView.decorations.from(field, drawn),
});

/** Tells of the inlays whose place is gone. */
const keeper = ViewPlugin.define((view) => {
  let placed = view.state.field(field);
  return {
    update(update: ViewUpdate) {
      const before = placed;
      placed = update.state.field(field);
      if (before === placed) return;
      const ended = new Set<object>();
      for (const { effects } of update.transactions) {
        for (const effect of effects) if (effect.is(inlayEnded)) ended.add(effect.value);
      }
      for (const { key, gone } of before) {
        if (!ended.has(key) && !placed.some((one) => one.key === key)) queueMicrotask(gone);
      }
    },
    destroy() {
      for (const { gone } of placed) gone();
    },
  };
});

/** What an editor needs to have inlays. */
export const inlays: Extension = [field, keeper];

/** The ghost that is seen in `state`, or is about to be. */
export function ghostIn(state: EditorState): Placed | undefined {
  return state.field(field).find(({ kind }) => kind === "ghost");
}

/** Begins an inlay in place of `at.from` to `at.to`; without `to`, at one place. */
export function beginInlay(view: EditorView, at: { from: number; to?: number }, kind: InlayKind): Inlay {
  const key = {};
  const watchers: (() => void)[] = [];
  let open = true;
  const gone = () => {
    if (open) for (const heard of watchers) heard();
    open = false;
  };
  const here = () => (open ? view.state.field(field, false)?.find((one) => one.key === key) : undefined);
  const set = (text: string) => {
    if (here()) view.dispatch({ effects: inlayWritten.of({ key, text }) });
  };
  const { from, to = from } = at;
  view.dispatch({ effects: begun.of({ key, kind, from, to, text: "", gone }) });
  return {
    set,
    append: (text) => set((here()?.text ?? "") + text),
    range() {
      const place = here();
      return place ? { from: place.from, to: place.to } : null;
    },
    accept(text) {
      const place = here();
      if (!place) return false;
      open = false;
      const insert = view.state.toText(text ?? place.text);
      const { main, ranges } = view.state.selection;
      const stands = ranges.length === 1 && main.from >= place.from && main.to <= place.to;
      view.dispatch({
        changes: { from: place.from, to: place.to, insert },
        selection: stands ? { anchor: place.from + insert.length } : undefined,
        effects: inlayEnded.of(key),
        annotations: isolateHistory.of("full"),
        userEvent: "input.complete",
      });
      return true;
    },
    dismiss() {
      if (here()) view.dispatch({ effects: inlayEnded.of(key) });
      open = false;
    },
    onGone: (heard) => void watchers.push(heard),
  };
}

// ---- how it looks

class InlayText extends WidgetType {
  constructor(
    readonly kind: InlayKind,
    readonly text: string,
  ) {
    super();
  }

  override eq(other: InlayText): boolean {
    return this.kind === other.kind && this.text === other.text;
  }

  override toDOM(): HTMLElement {
    return element("span", `studiolo-inlay studiolo-inlay-${this.kind}`, this.text);
  }

  /** A stream grows: only what is new is drawn. */
  override updateDOM(dom: HTMLElement): boolean {
    const drawn = dom.firstChild as Text | null;
    if (drawn === null || !dom.classList.contains(`studiolo-inlay-${this.kind}`)) return false;
    if (this.text.startsWith(drawn.data)) drawn.appendData(this.text.slice(drawn.length));
    else drawn.data = this.text;
    return true;
  }

  override get lineBreaks(): number {
    return this.text.split("\n").length - 1;
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

const replaced = Decoration.mark({ class: "studiolo-inlay-replaced" });

function drawn(placed: readonly Placed[]): DecorationSet {
  const marks: Range<Decoration>[] = [];
  for (const { from, to, kind, text } of placed) {
    if (from < to) marks.push(replaced.range(from, to));
    marks.push(Decoration.widget({ widget: new InlayText(kind, text), side: 1 }).range(to));
  }
  return Decoration.set(marks, true);
}
