/**
 * A rewritten passage under review: what was and what is proposed, word for word, in place.
 *
 * The document keeps the passage as it was until a sentence of the proposal is accepted; each acceptance is one step to
 * undo, and undone it is open again. What is shown is always the difference between the passage as it stands and the
 * version that is looked at. An edit inside the passage ends the review. Knows no model and no note.
 */

import { invertedEffects, isolateHistory } from "@codemirror/commands";
import {
  type ChangeSpec,
  type EditorState,
  type Extension,
  Prec,
  type Range,
  StateEffect,
  StateField,
  type Text,
  type Transaction,
} from "@codemirror/state";
import {
  type Command,
  Decoration,
  type DecorationSet,
  EditorView,
  keymap,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { compare, type Pair } from "../words/diff";
import { follow, type Place } from "./place";
import { type BarActs, focusBar, Proposal, ReviewBar, Verdict } from "./review_parts";

export interface ReviewEvents {
  /** Every sentence was accepted or rejected, or the version was put below. */
  done(): void;
  /** The versions are wanted later. */
  keep(versions: string[]): void;
  /** The passage was edited, or its view shows another note or was closed, before the review was over. */
  lost(why: "edited" | "gone"): void;
}

export interface Review {
  /** Where the passage is; null when the review is over. */
  range(): Place | null;
  /** Another version to choose from. */
  add(version: string): void;
  /** Ends it, with the passage as it stands. */
  end(): void;
}

/** A review as a state of the editor has it. */
interface Open extends Place {
  readonly key: string;
  readonly on: ReviewEvents;
  readonly versions: readonly string[];
  /** The version that is looked at. */
  readonly index: number;
  /** Sentences that were rejected, by `pairName`. */
  readonly rejected: ReadonlySet<string>;
  readonly pairs: readonly Pair[];
}

/** A sentence that waits for a verdict, where it stands. */
interface Waiting extends Place {
  readonly pair: Pair;
}

const begun = StateEffect.define<Open>();
const changed = StateEffect.define<{ key: string } & Partial<Pick<Open, "versions" | "index" | "rejected">>>();
const ended = StateEffect.define<string>();
/** The passage was changed by the review itself. */
const settled = StateEffect.define<string>();

const field = StateField.define<readonly Open[]>({
  create: () => [],
  update(open, tr) {
    if (tr.docChanged && open.length > 0) open = open.flatMap((one) => followed(one, tr) ?? []);
    for (const effect of tr.effects) {
      if (effect.is(begun)) open = [...open, effect.value];
      else if (effect.is(ended)) open = open.filter(({ key }) => key !== effect.value);
      else if (effect.is(changed)) {
        const { key, ...what } = effect.value;
        open = open.map((one) =>
          one.key === key ? compared({ ...one, ...what }, tr.state.doc.sliceString(one.from, one.to)) : one,
        );
      }
    }
    return open;
  },
});

function followed(one: Open, tr: Transaction): Open | null {
  if (!tr.effects.some((effect) => effect.is(settled) && effect.value === one.key)) {
    const place = follow(one, tr.changes);
    return place && { ...one, ...place };
  }
  const [from, to] = [tr.changes.mapPos(one.from, -1), tr.changes.mapPos(one.to, 1)];
  const next = compared({ ...one, from, to }, tr.newDoc.sliceString(from, to));
  return waiting(next).length > 0 ? next : null;
}

function compared(one: Open, passage: string): Open {
  return { ...one, pairs: compare(passage, one.versions[one.index] ?? "") };
}

function pairName({ before, after }: Pair): string {
  return `${before}\0${after}`;
}

function waiting({ from, pairs, rejected }: Pick<Open, "from" | "pairs" | "rejected">): Waiting[] {
  const found: Waiting[] = [];
  for (const pair of pairs) {
    const to = from + pair.before.length;
    if (pair.before !== pair.after && !rejected.has(pairName(pair))) found.push({ pair, from, to });
    from = to;
  }
  return found;
}

/** Tells of the reviews that are over because nothing waits any more, or because their passage is gone. */
const keeper = ViewPlugin.define((view) => {
  let open = view.state.field(field);
  return {
    update(update: ViewUpdate) {
      const before = open;
      open = update.state.field(field);
      if (before === open) return;
      const effects = update.transactions.flatMap(({ effects }) => effects);
      for (const { key, on } of before) {
        const ours = effects.filter((effect) => effect.value === key);
        if (open.some((one) => one.key === key) || ours.some((effect) => effect.is(ended))) continue;
        queueMicrotask(() => (ours.some((effect) => effect.is(settled)) ? on.done() : on.lost("edited")));
      }
    },
    destroy() {
      for (const { on } of open) on.lost("gone");
    },
  };
});

// ---- what a person does with it

function find(view: EditorView, key: string): Open | undefined {
  return view.state.field(field, false)?.find((one) => one.key === key);
}

function finish(view: EditorView, one: Open, changes: ChangeSpec = []): void {
  view.dispatch({
    changes,
    effects: ended.of(one.key),
    annotations: isolateHistory.of("full"),
    userEvent: "input.complete",
  });
  one.on.done();
}

function accept(view: EditorView, one: Open, sentences: Waiting[]): void {
  view.dispatch({
    changes: sentences.map(({ from, to, pair }) => ({ from, to, insert: pair.after })),
    effects: settled.of(one.key),
    annotations: isolateHistory.of("full"),
    userEvent: "input.complete",
  });
}

function reject(view: EditorView, one: Open, { pair }: Waiting): void {
  if (waiting(one).length === 1) finish(view, one);
  else view.dispatch({ effects: changed.of({ key: one.key, rejected: new Set(one.rejected).add(pairName(pair)) }) });
}

/** What the bar above a passage does. */
const bar: BarActs = {
  acceptAll: withReview((view, one) => {
    const sentences = waiting(one);
    if (sentences.length > 0) accept(view, one, sentences);
    else finish(view, one);
  }),
  rejectAll: withReview((view, one) => finish(view, one)),
  insertBelow: withReview((view, one) => {
    const insert = view.state.toText(`\n\n${one.versions[one.index] ?? ""}`);
    finish(view, one, { from: paragraphEnd(view.state.doc, one.to), insert });
  }),
  keep: withReview((view, one) => {
    view.dispatch({ effects: ended.of(one.key) });
    one.on.keep([...one.versions]);
  }),
  turn: (view, key, step) =>
    withReview((view, one) => {
      const count = one.versions.length;
      view.dispatch({ effects: changed.of({ key, index: (one.index + step + count) % count, rejected: new Set() }) });
    })(view, key),
};

function withReview(act: (view: EditorView, one: Open) => void): (view: EditorView, key: string) => void {
  return (view, key) => {
    const one = find(view, key);
    if (one) act(view, one);
  };
}

function paragraphEnd(doc: Text, position: number): number {
  let line = doc.lineAt(position);
  while (line.number < doc.lines && doc.line(line.number + 1).text.trim() !== "") line = doc.line(line.number + 1);
  return line.to;
}

/** The sentence at the cursor that waits for a verdict, or the next one in its passage. */
function current(state: EditorState): [Open, Waiting] | null {
  const { head } = state.selection.main;
  const one = state.field(field).find(({ from, to }) => head >= from && head <= to);
  const sentences = one ? waiting(one) : [];
  const sentence =
    sentences.find(({ from, to }) => head >= from && head < to) ??
    sentences.find(({ to }) => to >= head) ??
    sentences[sentences.length - 1];
  return one && sentence ? [one, sentence] : null;
}

function judging(judge: (view: EditorView, one: Open, sentence: Waiting) => void): Command {
  return (view) => {
    const found = current(view.state);
    if (found === null) return false;
    const [{ key }, sentence] = found;
    judge(view, ...found);
    const left = waiting(find(view, key) ?? { from: 0, pairs: [], rejected: new Set() });
    const next = left.find(({ from }) => from >= sentence.from) ?? left[0];
    if (next) view.dispatch({ selection: { anchor: next.from }, scrollIntoView: true });
    return true;
  };
}

/** Accepts the sentence at the cursor and goes on to the next. */
export const acceptSentence: Command = judging((view, one, sentence) => accept(view, one, [sentence]));
/** Leaves the sentence at the cursor as it was and goes on to the next. */
export const rejectSentence: Command = judging(reject);

/** Goes to the buttons above the passage. */
const toBar: Command = (view) => {
  const found = current(view.state);
  return found !== null && focusBar(view, found[0].key);
};

// ---- how it looks

const gone = Decoration.mark({ class: "studiolo-gone", tagName: "del" });
const line = Decoration.line({ class: "studiolo-review" });
const active = Decoration.mark({ class: "studiolo-review-active" });

function drawn(state: EditorState): DecorationSet {
  const marks: Range<Decoration>[] = [];
  const [, at] = current(state) ?? [];
  for (const one of state.field(field)) {
    const sentences = waiting(one);
    const { key, index, versions } = one;
    const begin = state.doc.lineAt(one.from);
    const widget = new ReviewBar(key, { changes: sentences.length, index, versions: versions.length }, bar);
    marks.push(Decoration.widget({ widget, block: true, side: -1 }).range(begin.from));
    for (let { from } = begin; from <= one.to; from = state.doc.lineAt(from).to + 1) marks.push(line.range(from));
    for (const sentence of sentences) marks.push(...judged(key, sentence, sentence.from === at?.from));
  }
  return Decoration.set(marks, true);
}

function judged(key: string, { from, pair }: Waiting, isActive: boolean): Range<Decoration>[] {
  const marks: Range<Decoration>[] = [];
  const end = from + pair.before.trimEnd().length;
  if (isActive && from < end) marks.push(active.range(from, end));
  let position = from;
  for (const { kind, text } of pair.pieces) {
    const widget = new Proposal(text);
    if (kind === "new") marks.push(Decoration.widget({ widget, side: 1 }).range(Math.min(position, end)));
    else if (kind === "gone" && position < end) marks.push(gone.range(position, Math.min(position + text.length, end)));
    if (kind !== "new") position += text.length;
  }
  const act = (judge: typeof reject) => (view: EditorView) => {
    const one = find(view, key);
    const sentence = one && waiting(one).find((other) => pairName(other.pair) === pairName(pair));
    if (sentence) judge(view, one, sentence);
    view.focus();
  };
  const verdict = new Verdict(key + pairName(pair), {
    accept: act((view, one, sentence) => accept(view, one, [sentence])),
    reject: act(reject),
  });
  marks.push(Decoration.widget({ widget: verdict, side: 2 }).range(Math.max(from, end)));
  return marks;
}

/** What an editor needs to have reviews. */
export const reviews: Extension = [
  field,
  keeper,
  invertedEffects.of((tr) => tr.effects.filter((effect) => effect.is(settled))),
  EditorView.decorations.compute([field, "selection"], drawn),
  Prec.highest(
    keymap.of([
      { key: "Mod-Enter", run: acceptSentence },
      { key: "Mod-Backspace", run: rejectSentence },
      { key: "Alt-F10", run: toBar },
    ]),
  ),
];

/**
 * Begins the review of `versions` of a passage, of which there is at least one. White space around the passage and the
 * versions is no part of it. Until it is over, `on` hears nothing.
 */
export function beginReview(view: EditorView, range: Place, versions: string[], on: ReviewEvents): Review {
  const key = crypto.randomUUID();
  let closed = false;
  const events: ReviewEvents = {
    done: () => on.done(),
    keep: (versions) => on.keep(versions),
    lost(why) {
      closed = true;
      on.lost(why);
    },
  };
  const here = () => (closed ? undefined : find(view, key)); // a view that was closed keeps its last state
  const passage = view.state.doc.sliceString(range.from, range.to);
  const from = range.from + passage.length - passage.trimStart().length;
  const to = from + passage.trim().length;
  const one = compared(
    {
      key,
      on: events,
      from,
      to,
      versions: versions.map((version) => version.trim()),
      index: 0,
      rejected: new Set(),
      pairs: [],
    },
    passage.trim(),
  );
  const { main } = view.state.selection;
  const first = waiting(one)[0]?.from ?? from;
  view.dispatch({
    effects: begun.of(one),
    selection: main.from >= range.from && main.to <= range.to ? { anchor: first } : undefined,
  });
  return {
    range() {
      const open = here();
      return open ? { from: open.from, to: open.to } : null;
    },
    add(version) {
      const open = here();
      if (open) view.dispatch({ effects: changed.of({ key, versions: [...open.versions, version.trim()] }) });
    },
    end() {
      if (here()) view.dispatch({ effects: ended.of(key) });
    },
  };
}
