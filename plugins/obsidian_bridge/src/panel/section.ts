/** A part of the panel. It is drawn anew whenever something has changed, and draws nothing where it has nothing to say. */

export interface Section {
  id: string;
  title: string;
  draw(place: HTMLElement): void;
  /** Has `draw` called for what changes besides the connection, the jobs and the note in front; the end of that. */
  watch?(draw: () => void): () => void;
}

/** A button of the panel. */
export function button(place: HTMLElement, words: string, pressed: () => void, cls = ""): HTMLButtonElement {
  const made = place.createEl("button", { text: words, cls });
  made.addEventListener("click", pressed);
  return made;
}

/** Draws only where `shown` differs from what was drawn last: a press between mouse down and up must find its button. */
export function anew(place: HTMLElement, shown: unknown, draw: () => void): void {
  const now = JSON.stringify(shown);
  if (place.dataset.shown === now) return;
  place.dataset.shown = now;
  place.empty();
  draw();
}
