/** What would be sent from the cursor: which entries of the story bible and why, what was left out, how many tokens. */

import type { Desk } from "../desk";
import { look, type Look } from "../arts/looking";
import { noteInFront } from "../arts/put";
import type { ContextPart } from "../daemon/wire";
import { anew, button, type Section } from "./section";

const NAMES: Record<string, string> = {
  writer: "Who the writer is",
  examples: "Examples",
  task: "Task",
  bible: "Story bible",
  text: "Your text",
  template: "The model's own form",
};

export function sent(desk: Desk): Section {
  let latest: Look | null = null;
  let looking = false;
  let problem = "";
  const draw = (place: HTMLElement) =>
    anew(place, [latest, looking, problem, desk.jobs.line.welcome !== null], () => {
      const line = place.createDiv({ cls: "studiolo-line" });
      line.createEl("h6", { text: "What is sent", cls: "studiolo-grow" });
      const ask = button(line, looking ? "Looking…" : "Look", () => void begin(place));
      ask.disabled = looking || desk.jobs.line.welcome === null;
      if (problem) place.createEl("p", { text: problem, cls: "studiolo-problem" });
      if (latest) show(place, latest);
    });

  async function begin(place: HTMLElement): Promise<void> {
    const note = noteInFront(desk.app);
    if (!note) {
      problem = "Open a note, and put the cursor where the text is to go on.";
      draw(place);
      return;
    }
    [looking, problem] = [true, ""];
    draw(place);
    try {
      latest = await look(desk, note.editor, note.file);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    looking = false;
    draw(place);
  }

  return { id: "sent", title: "What is sent", draw };
}

function show(place: HTMLElement, { context, prompt }: Look): void {
  place.createDiv({ text: `${context.tokens} of ${context.window} tokens`, cls: "studiolo-muted" });
  const bar = place.createDiv({ cls: "studiolo-shares" });
  for (const part of context.parts) drawShare(bar, part, context.window);
  const list = place.createEl("ul", { cls: "studiolo-parts" });
  for (const part of context.parts) {
    const cut = part.cut ? `, ${part.cut} left out` : "";
    const row = list.createEl("li", { cls: `studiolo-part-${part.name}` });
    row.createSpan({ text: NAMES[part.name] ?? part.name, cls: "studiolo-grow" });
    row.createSpan({ text: `${part.tokens}${cut}`, cls: part.cut ? "studiolo-problem" : "studiolo-muted" });
  }
  for (const entry of context.entries ?? []) {
    const card = place.createDiv({ cls: entry.sent ? "studiolo-entry" : "studiolo-entry studiolo-dropped" });
    const line = card.createDiv({ cls: "studiolo-line" });
    line.createSpan({ text: entry.name, cls: "studiolo-grow" });
    line.createSpan({ text: entry.sent ? `${entry.tokens}` : "not sent", cls: "studiolo-muted" });
    card.createDiv({ text: entry.why, cls: "studiolo-muted" });
  }
  const whole = place.createEl("details");
  whole.createEl("summary", { text: "The whole prompt" });
  whole.createEl("pre", { text: prompt, cls: "studiolo-prompt" });
}

function drawShare(bar: HTMLElement, part: ContextPart, window: number): void {
  const share = bar.createDiv({ cls: `studiolo-share studiolo-part-${part.name}` });
  share.setCssProps({ "--studiolo-share": String(part.tokens / window) });
  share.setAttribute("aria-label", `${NAMES[part.name] ?? part.name}: ${part.tokens} tokens`);
}
