/**
 * A place in a note that outlives editors: what stands before and after it, and what it holds.
 *
 * While a note is open, its editor tracks the place; this is for when it is not. Pure.
 */

/** Characters on either side by which the place is known again. */
const NEIGHBOURS = 160;

export interface Place {
  /** Of the note, in the vault. */
  path: string;
  before: string;
  /** What the result is to take the place of; empty for none. */
  held: string;
  after: string;
}

export function placeOf(path: string, text: string, from: number, to = from): Place {
  return {
    path,
    before: text.slice(Math.max(0, from - NEIGHBOURS), from),
    held: text.slice(from, to),
    after: text.slice(to, to + NEIGHBOURS),
  };
}

/** Where the place is in a text that may have changed since; null where that is not certain. */
export function locate(text: string, place: Place): { from: number; to: number } | null {
  const { before, held, after } = place;
  for (const [left, right] of [
    [before, after],
    [before, ""],
    ["", after],
  ] as const) {
    const known = left + held + right;
    if (known.trim() === "") continue;
    const first = text.indexOf(known);
    if (first >= 0 && text.indexOf(known, first + 1) < 0) {
      const from = first + left.length;
      return { from, to: from + held.length };
    }
  }
  return text.trim() === "" && held === "" ? { from: text.length, to: text.length } : null;
}

/** The same for a passage that may have been edited itself: then it is all that stands between its neighbours. */
export function locateEdited(text: string, place: Place): { from: number; to: number } | null {
  const whole = locate(text, place);
  if (whole || place.held === "") return whole;
  const { before, after } = place;
  const start = text.indexOf(before);
  const from = start + before.length;
  const to = after === "" ? text.length : text.indexOf(after, from);
  const sure =
    start >= 0 && text.indexOf(before, start + 1) < 0 && to >= 0 && to - from <= 4 * place.held.length + NEIGHBOURS;
  return sure && before + after !== "" ? { from, to } : null;
}

/** What has to stand between a text and a paragraph of its own behind it. */
export function ownParagraph(before: string): string {
  if (before.trim() === "" || before.endsWith("\n\n")) return "";
  return before.endsWith("\n") ? "\n" : "\n\n";
}

/** Where a paragraph of its own goes below the line of `to`, and what has to stand before it and behind it. */
export function below(text: string, to: number): { at: number; lead: string; tail: string } {
  const end = text.indexOf("\n", to);
  const at = end < 0 ? text.length : end;
  return { at, lead: ownParagraph(text.slice(0, at)), tail: /^\n.*\S/.test(text.slice(at)) ? "\n" : "" };
}

/** What has to stand between a text and what goes on from it: a space, where words would touch. */
export function joint(before: string, next: string): string {
  const last = before.slice(-1);
  if (last === "" || next === "" || /\s/.test(last) || /^[\s.,;:!?…)\]”’»、。，！？」』]/.test(next)) return "";
  return /[([“‘«「『\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]/.test(last) ? "" : " ";
}
