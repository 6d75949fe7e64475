/** What is under way, with how far it is and a way to stop it; and what is done and has found no place. */

import type { Job } from "../daemon/jobs";
import type { Desk } from "../desk";
import { finished, PASSAGE, passage, type Passage } from "../arts/landing";
import { DOING as MEDIA, MADE, made, type Made, type Media } from "../arts/media";
import { noteInFront, viewOf } from "../arts/put";
import { beginInlay } from "../editor/inlay";
import { anew, button, type Section } from "./section";

const DOING: Record<string, string> = {
  continue: "Writing on",
  rewrite: "Rewriting",
  expand: "Expanding",
  shorten: "Shortening",
  translate: "Translating",
  ...MEDIA,
};

export function running(desk: Desk): Section {
  return {
    id: "running",
    title: "Under way",
    draw(place) {
      const jobs = [...desk.jobs.here.values()].filter((job) => !job.over && job.purpose.kind !== "ghost");
      anew(
        place,
        jobs.map((job) => [job.key, job.state, job.position, job.progress, !!job.preview, ...job.parts.values()]),
        () => {
          if (jobs.length) place.createEl("h6", { text: "Under way" });
          for (const job of jobs) drawJob(desk, place.createDiv({ cls: "studiolo-job" }), job);
        },
      );
    },
  };
}

const PARTS = { begun: "being made", done: "done", failed: "failed" };

function drawJob(desk: Desk, place: HTMLElement, job: Job): void {
  const line = place.createDiv({ cls: "studiolo-line" });
  const what = job.request.kind === "text" ? (job.request.mode ?? "story") : (job.request.kind ?? "");
  line.createSpan({ text: DOING[what] ?? "Writing", cls: "studiolo-grow" });
  line.createSpan({ text: far(job), cls: "studiolo-muted" });
  button(line, "Stop", () => desk.jobs.cancel(job)).setAttribute("aria-label", `Stop: ${DOING[what] ?? "Writing"}`);
  for (const { name, state, problem } of job.parts.values()) {
    const row = place.createDiv({ cls: "studiolo-line" });
    row.createSpan({ text: name, cls: "studiolo-grow" });
    row.createSpan({ text: problem?.message ?? PARTS[state], cls: "studiolo-muted" });
  }
  if (job.preview?.message.preview.type === "preview") {
    const picture = place.createEl("img", { cls: "studiolo-preview", attr: { alt: "How it looks so far" } });
    const url = URL.createObjectURL(new Blob([new Uint8Array(job.preview.bytes)], { type: "image/jpeg" }));
    picture.addEventListener("load", () => URL.revokeObjectURL(url));
    picture.src = url;
  }
}

function far(job: Job): string {
  if (job.state === "sending") return "sending";
  if (job.state === "queued") return job.position ? `${job.position} before it` : "waiting";
  const { progress } = job;
  if (progress?.stage === "load") return "loading the model";
  return progress?.total ? `${Math.round((100 * progress.done) / progress.total)} %` : "";
}

/** What the person should know of what was done last: what was cut, what was chosen for them, which form was kept. */
export function told(desk: Desk): Section {
  return {
    id: "told",
    title: "Notes",
    draw(place) {
      const notes = desk.jobs.latest?.result?.recipe.notes ?? [];
      anew(place, notes, () => {
        if (notes.length) place.createEl("h6", { text: "Of the latest result" });
        for (const note of notes) place.createDiv({ text: note, cls: "studiolo-muted" });
      });
    },
  };
}

/** What is done and found no place: a text, or the link to what was made. */
export function waiting(desk: Desk, media: Media): Section {
  return {
    id: "waiting",
    title: "Waiting",
    draw(place) {
      const jobs = [...desk.jobs.here.values()].filter((job) => job.over && placeless(job) !== null);
      anew(
        place,
        jobs.map((job) => [job.key, placeless(job)]),
        () => {
          if (jobs.length) place.createEl("h6", { text: "Waiting for a place" });
          for (const job of jobs) drawWaiting(place.createDiv({ cls: "studiolo-card" }), job);
        },
      );
    },
  };

  function drawWaiting(card: HTMLElement, job: Job): void {
    const text = placeless(job) ?? "";
    card.createDiv({ text: `For ${(job.purpose as Passage | Made).place.path}`, cls: "studiolo-muted" });
    card.createDiv({ text: text || "It could not be saved yet.", cls: "studiolo-text" });
    const line = card.createDiv({ cls: "studiolo-line" });
    if (text === "") button(line, "Save", () => void media.settle(job));
    else button(line, "Insert at the cursor", () => insert(job, text));
    button(line, "Discard", () => desk.jobs.taken(job));
  }

  function insert(job: Job, text: string): void {
    const editor = noteInFront(desk.app)?.editor;
    if (!editor) {
      desk.tell("Open a note, and put the cursor where it belongs.");
      return;
    }
    const at = editor.posToOffset(editor.getCursor("to"));
    beginInlay(viewOf(editor), { from: at }, "stream").accept(text);
    desk.jobs.taken(job);
  }
}

/** What waits; empty where its files are still to be saved, null where nothing waits. */
function placeless(job: Job): string | null {
  if (job.purpose.kind === PASSAGE) return passage(job).lead + finished(job) || null;
  return job.purpose.kind === MADE && made(job).waits ? made(job).link : null;
}
