/** Pictures and sounds that are made and have found no place in their note. */

import { Notice } from "obsidian";
import { MADE, made, type Media } from "../arts/media";
import type { Job } from "../daemon/jobs";
import type { Desk } from "../desk";
import { anew, button, type Section } from "./section";

export function madeThings(desk: Desk, media: Media): Section {
  return {
    id: "made",
    title: "Pictures and sounds",
    draw(place) {
      const jobs = [...desk.jobs.here.values()].filter((job) => job.purpose.kind === MADE && job.state === "done");
      anew(
        place,
        jobs.map((job) => [job.key, made(job).link]),
        () => {
          if (jobs.length) place.createEl("h6", { text: "Made, without a place" });
          for (const job of jobs) draw(place.createDiv({ cls: "studiolo-card" }), job);
        },
      );
    },
  };

  function draw(card: HTMLElement, job: Job): void {
    const { link, place } = made(job);
    card.createDiv({ text: `For ${place.path}`, cls: "studiolo-muted" });
    if (link) card.createDiv({ text: link, cls: "studiolo-text" });
    const line = card.createDiv({ cls: "studiolo-line" });
    if (link) {
      button(line, "Insert at the cursor", () => {
        const editor = desk.app.workspace.activeEditor?.editor;
        if (!editor) {
          new Notice("Open a note, and click where the link belongs.");
          return;
        }
        editor.replaceSelection(link);
        desk.jobs.taken(job);
      });
    } else button(line, "Save", () => void media.settle(job));
    button(line, "Discard", () => desk.jobs.taken(job)).setAttribute(
      "aria-label",
      "Discard: the file stays where it is",
    );
  }
}
