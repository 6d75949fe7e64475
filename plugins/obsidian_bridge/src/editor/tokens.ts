/**
 * What else a model could have written: the likeliest alternatives of each token, seen when it is hovered over.
 *
 * Tokens are followed through edits elsewhere; one that was edited is forgotten. Knows no model: whoever wrote the text
 * says what its tokens were, and is told which alternative was chosen.
 */

import { type Extension, RangeSet, RangeSetBuilder, RangeValue, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, hoverTooltip, type Tooltip } from "@codemirror/view";
import type { Choice, Token } from "../daemon/wire";
import { button, element } from "./dom";
import type { Place } from "./place";

/** An alternative that was chosen, in place of `before`, the token that was written. */
export interface Chosen extends Place {
  before: string;
  choice: string;
}

class Written extends RangeValue {
  override startSide = 1;
  override endSide = -1;

  constructor(readonly token: Token) {
    super();
  }
}

const remembered = StateEffect.define<RangeSet<Written>>();

const field = StateField.define<RangeSet<Written>>({
  create: () => RangeSet.empty,
  update(written, tr) {
    if (tr.docChanged && written.size > 0) {
      tr.changes.iterChangedRanges((start, end) => {
        const filter = (from: number, to: number) => start >= to || end <= from;
        written = written.update({ filter, filterFrom: start, filterTo: end });
      });
      written = written.map(tr.changes);
    }
    for (const effect of tr.effects) if (effect.is(remembered)) written = RangeSet.join([written, effect.value]);
    return written;
  },
});

/**
 * Remembers the tokens of a text that stands at `from`. White space that was cut from its ends may be missing; what does
 * not stand there is not remembered.
 */
export function rememberTokens(view: EditorView, from: number, tokens: readonly Token[]): void {
  const { doc } = view.state;
  const written = new RangeSetBuilder<Written>();
  let position = from;
  for (const token of tokens) {
    const text = position === from ? token.text.trimStart() : token.text;
    const stands = doc.sliceString(position, position + text.length);
    const known = stands === text ? text : text.trimEnd();
    if (!stands.startsWith(known)) break;
    if (known !== "") written.add(position, position + known.length, new Written(token));
    position += known.length;
  }
  view.dispatch({ effects: remembered.of(written.finish()) });
}

/** Where the text ends that was written in one piece with the token at `at`. */
export function endOfWritten(view: EditorView, at: number): number {
  let end = at;
  view.state.field(field).between(at, view.state.doc.length, (from, to) => {
    if (from > end) return false;
    end = Math.max(end, to);
    return undefined;
  });
  return end;
}

/** What an editor needs to remember tokens. `choose` hears of an alternative that was clicked. */
export function tokenMarks(choose: (view: EditorView, chosen: Chosen) => void): Extension {
  const hover = hoverTooltip((view, position, side) => tooltip(view, position, side, choose), { hoverTime: 400 });
  const marks = EditorView.decorations.compute([hover.active], (state) =>
    Decoration.set(state.field(hover.active).map(({ pos, end = pos }) => hovered.range(pos, end))),
  );
  return [field, hover, marks];
}

const hovered = Decoration.mark({ class: "studiolo-token" });

function tooltip(
  view: EditorView,
  position: number,
  side: -1 | 1,
  choose: (view: EditorView, chosen: Chosen) => void,
): Tooltip | null {
  let found: Tooltip | null = null;
  view.state.field(field).between(position, position, (from, to, { token }) => {
    if (side < 0 ? position <= from : position >= to) return;
    const before = view.state.doc.sliceString(from, to);
    const create = () => ({
      dom: card(token, (choice) => choose(view, { from, to, before, choice })),
    });
    found = { pos: from + leading(before), end: to, above: false, create };
    return false;
  });
  return found;
}

/** How much white space is before the first letter, if there is one. */
function leading(text: string): number {
  return text.trim() ? text.length - text.trimStart().length : 0;
}

// ---- how it looks

function card(token: Token, choose: (choice: string) => void): HTMLElement {
  const others = token.alternatives.filter(({ text }) => text !== token.text);
  const choices = [{ text: token.text, probability: token.probability }, ...others];
  choices.sort((one, other) => other.probability - one.probability);
  const rows = choices.map((choice) => row(choice, choice.text === token.text, choose));
  const dom = element("div", "studiolo-tokens", ...rows);
  dom.setAttribute("role", "menu");
  dom.setAttribute("aria-label", "What else it could have been");
  return dom;
}

function row(choice: Choice, isWritten: boolean, choose: (text: string) => void): HTMLElement {
  const { text, probability } = choice;
  const likely = element("progress", "");
  likely.value = probability;
  const made = button(
    isWritten ? "studiolo-choice studiolo-choice-written" : "studiolo-choice",
    () => choose(text),
    element("span", "studiolo-choice-text", visible(text)),
    likely,
    element("span", "studiolo-choice-percent", percentage(probability)),
  );
  made.setAttribute("role", "menuitem");
  made.disabled = isWritten;
  return made;
}

/** White space that would not be seen otherwise. */
function visible(text: string): string {
  return text
    .replace(/^ (?=.)/su, "")
    .replace(/\n/g, "⏎")
    .replace(/^[ \t]+$/u, (blank) => "␣".repeat(blank.length));
}

function percentage(probability: number): string {
  const percent = probability * 100;
  return percent < 1 ? "< 1 %" : `${Math.round(percent)} %`;
}
