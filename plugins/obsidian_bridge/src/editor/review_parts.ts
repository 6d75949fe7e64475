/** What a review adds to the page: the bar above the passage, the proposed words, and a verdict for each sentence. */

import { EditorView, WidgetType } from "@codemirror/view";

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
    const bar = element(view, "div", "studiolo-review-bar");
    bar.dataset.review = key;
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", "Rewritten passage");
    bar.addEventListener("keydown", (event) => {
      if (event.key === "Escape") view.focus();
    });
    const versions = element(view, "span", "studiolo-review-versions");
    versions.append(
      icon(view, "previous", "Previous version", () => acts.turn(view, key, -1)),
      element(view, "span", "studiolo-review-version"),
      icon(view, "next", "Next version", () => acts.turn(view, key, 1)),
    );
    bar.append(
      versions,
      element(view, "span", "studiolo-review-changes"),
      button(view, "Accept all", "studiolo-review-accept", () => acts.acceptAll(view, key)),
      button(view, "Reject all", "", () => acts.rejectAll(view, key)),
      button(view, "Insert below", "", () => acts.insertBelow(view, key)),
      button(view, "Keep for later", "", () => acts.keep(view, key)),
    );
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

  override toDOM(view: EditorView): HTMLElement {
    const dom = element(view, "ins", "studiolo-new");
    dom.append(this.text);
    return dom;
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
    const dom = element(view, "span", "studiolo-verdict");
    dom.append(
      icon(view, "accept", "Accept this sentence (Ctrl/Cmd+Enter)", () => this.acts.accept(view)),
      icon(view, "reject", "Reject this sentence (Ctrl/Cmd+Backspace)", () => this.acts.reject(view)),
    );
    return dom;
  }
}

const STROKES = {
  accept: "M5 12.5l4.5 4.5L19 7.5",
  reject: "M6.5 6.5l11 11M17.5 6.5l-11 11",
  previous: "M14.5 6.5L9 12l5.5 5.5",
  next: "M9.5 6.5L15 12l-5.5 5.5",
};

function icon(view: EditorView, kind: keyof typeof STROKES, label: string, act: () => void): HTMLElement {
  const { ownerDocument } = view.dom;
  const made = button(view, "", `clickable-icon studiolo-icon studiolo-icon-${kind}`, act);
  made.setAttribute("aria-label", label);
  const picture = ownerDocument.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  const stroke = ownerDocument.createElementNS(picture.namespaceURI ?? "", "path");
  stroke.setAttribute("d", STROKES[kind]);
  picture.append(stroke);
  made.append(picture);
  return made;
}

function button(view: EditorView, text: string, className: string, act: () => void): HTMLButtonElement {
  const made = view.dom.ownerDocument.createElement("button");
  made.className = className;
  made.type = "button";
  made.append(text);
  made.addEventListener("mousedown", (event) => event.preventDefault()); // the cursor stays where it is
  made.addEventListener("click", act);
  return made;
}

function element(view: EditorView, tag: string, className: string): HTMLElement {
  const made = view.dom.ownerDocument.createElement(tag);
  made.className = className;
  return made;
}

function write(bar: HTMLElement, className: string, text: string): void {
  const place = bar.querySelector(`.${className}`);
  if (place) place.textContent = text;
}
