/** What a review adds to the page: the bar above the passage, the proposed words, and a verdict for each sentence. */

import { type EditorView, WidgetType } from "@codemirror/view";
import { button, element } from "./dom";

export interface BarActs {
  acceptAll(view: EditorView, key: string): void;
  rejectAll(view: EditorView, key: string): void;
  insertBelow(view: EditorView, key: string): void;
  keep(view: EditorView, key: string): void;
  turn(view: EditorView, key: string, step: 1 | -1): void;
}

export interface VerdictActs {
  accept(view: EditorView): void;
  reject(view: EditorView): void;
}

interface Counts {
  changes: number;
  index: number;
  versions: number;
}

export class ReviewBar extends WidgetType {
  constructor(
    readonly key: string,
    readonly counts: Counts,
    readonly acts: BarActs,
  ) {
    super();
  }

  override eq({ key, counts }: ReviewBar): boolean {
    const { changes, index, versions } = this.counts;
    return key === this.key && counts.changes === changes && counts.index === index && counts.versions === versions;
  }

  override get estimatedHeight(): number {
    return 40;
  }

  override toDOM(view: EditorView): HTMLElement {
    const { key, acts } = this;
    const versions = [
      icon("previous", "Previous version", () => acts.turn(view, key, -1)),
      element("span", "studiolo-review-version"),
      icon("next", "Next version", () => acts.turn(view, key, 1)),
    ];
    const bar = element(
      "div",
      "studiolo-review-bar",
      element("span", "studiolo-review-versions", ...versions),
      element("span", "studiolo-review-changes"),
      button("studiolo-review-accept", () => acts.acceptAll(view, key), "Accept all"),
      button("", () => acts.rejectAll(view, key), "Reject all"),
      button("", () => acts.insertBelow(view, key), "Insert below"),
      button("", () => acts.keep(view, key), "Keep for later"),
    );
    bar.dataset.review = key;
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", "Rewritten passage");
    bar.addEventListener("keydown", (event) => {
      if (event.key === "Escape") view.focus();
    });
    this.updateDOM(bar);
    return bar;
  }

  /** Keeps the buttons, and so the keyboard's place among them. */
  override updateDOM(bar: HTMLElement): boolean {
    if (bar.dataset.review !== this.key) return false;
    const { changes, index, versions } = this.counts;
    bar.classList.toggle("studiolo-has-versions", versions > 1);
    write(bar, "studiolo-review-version", `${index + 1} of ${versions}`);
    write(
      bar,
      "studiolo-review-changes",
      changes === 0 ? "No change" : changes === 1 ? "1 change" : `${changes} changes`,
    );
    return true;
  }
}

/** Goes to the first button of a review's bar, if it is drawn. */
export function focusBar(view: EditorView, key: string): boolean {
  const bar = view.contentDOM.querySelector(`.studiolo-review-bar[data-review="${key}"]`);
  const first = bar?.querySelector<HTMLElement>(".studiolo-review-accept");
  first?.focus();
  return first !== null && first !== undefined;
}

/** Words that are proposed. */
export class Proposal extends WidgetType {
  constructor(readonly text: string) {
    super();
  }

  override eq({ text }: Proposal): boolean {
    return text === this.text;
  }

  override toDOM(): HTMLElement {
    return element("ins", "studiolo-new", this.text);
  }

  override get lineBreaks(): number {
    return this.text.split("\n").length - 1;
  }
}

/** The two buttons after a sentence. */
export class Verdict extends WidgetType {
  /** `name` says which sentence of which review; `acts` need not be the same. */
  constructor(
    readonly name: string,
    readonly acts: VerdictActs,
  ) {
    super();
  }

  override eq({ name }: Verdict): boolean {
    return name === this.name;
  }

  override toDOM(view: EditorView): HTMLElement {
    return element(
      "span",
      "studiolo-verdict",
      icon("accept", "Accept this sentence (Ctrl/Cmd+Enter)", () => this.acts.accept(view)),
      icon("reject", "Reject this sentence (Ctrl/Cmd+Backspace)", () => this.acts.reject(view)),
    );
  }
}

type Icon = "accept" | "reject" | "previous" | "next";

function icon(kind: Icon, label: string, act: () => void): HTMLElement {
  const made = button(`clickable-icon studiolo-icon studiolo-icon-${kind}`, act);
  made.setAttribute("aria-label", label);
  return made;
}

function write(bar: HTMLElement, className: string, text: string): void {
  const place = bar.querySelector(`.${className}`);
  if (place) place.textContent = text;
}
