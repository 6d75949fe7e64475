/**
 * How a text comes into its note: seen where it goes while it is written, put there as one undo step when it is done.
 *
 * A note may be closed, switched, deleted or opened again meanwhile, and the app too. The text follows its note: into an
 * editor that shows it, into the file where none does, and where its place is gone it waits in the panel.
 */

import type { Editor, Plugin } from "obsidian";
import type { Desk } from "../desk";
import type { Job, Purpose } from "../daemon/jobs";
import type { TextRequest, Token } from "../daemon/wire";
import { beginInlay, type Inlay } from "../editor/inlay";
import { rememberTokens } from "../editor/tokens";
import { editorOf, putAt, viewOf } from "./put";
import { joint, locate, placeOf, type Place } from "./place";

export const PASSAGE = "passage";

/** A text that goes to a place. */
export interface Passage extends Purpose {
  kind: typeof PASSAGE;
  place: Place;
  /** What the text begins with before the model's own words, as where a person chose the first of them. */
  lead: string;
  /** Whether it goes on from what stands before it, and a space may have to come between. */
  joined: boolean;
}

export class Landing {
  private readonly inlays = new Map<Job, Inlay>();

  constructor(
    plugin: Plugin,
    private readonly desk: Desk,
  ) {
    desk.takes(PASSAGE, (job) => this.follow(job));
    const { workspace } = desk.app;
    plugin.registerEvent(workspace.on("file-open", () => this.attach()));
    plugin.registerEvent(workspace.on("layout-change", () => this.attach()));
    plugin.register(() => this.inlays.forEach((inlay) => inlay.dismiss()));
  }

  /**
   * Has the answer to a request come to a place of the note that this editor shows. The place is followed while the
   * request is being made. Rejects where it can't be made.
   */
  async begin(
    editor: Editor,
    path: string,
    range: { from: number; to: number },
    request: Promise<TextRequest>,
    lead = "",
    joined = true,
  ): Promise<void> {
    const inlay = beginInlay(viewOf(editor), range, "stream");
    const wanted = await request.catch((error: unknown) => {
      inlay.dismiss();
      throw error;
    });
    const now = inlay.range();
    if (!now) return; // the note went away before anything was asked
    const place = placeOf(path, editor.getValue(), now.from, now.to);
    const purpose: Passage = { kind: PASSAGE, place, lead, joined };
    const job = this.desk.jobs.submit(wanted, purpose);
    this.see(job, inlay);
    this.follow(job);
  }

  /** Jobs whose text has not come to its place yet. */
  private jobs(): Job[] {
    return [...this.desk.jobs.here.values()].filter((job) => job.purpose.kind === PASSAGE);
  }

  private follow(job: Job): void {
    const end = job.watch(() => !job.over && this.inlays.get(job)?.set(this.written(job)));
    this.attach();
    job.onceOver(() => {
      end();
      void this.land(job);
    });
  }

  /** Shows what is being written in every note that is open and shows nothing of it yet. */
  private attach(): void {
    for (const job of this.jobs()) {
      if (this.inlays.has(job) || job.state === "failed") continue;
      const open = editorOf(this.desk.app, passage(job).place.path);
      const range = open && locate(open.getValue(), passage(job).place);
      if (!open || !range) continue;
      if (job.over) void this.land(job);
      else this.see(job, beginInlay(viewOf(open), range, "stream"));
    }
  }

  private see(job: Job, inlay: Inlay): void {
    this.inlays.set(job, inlay);
    inlay.onGone(() => this.inlays.delete(job));
    inlay.set(this.written(job));
  }

  private async land(job: Job): Promise<void> {
    const inlay = this.inlays.get(job);
    const text = finished(job);
    if (job.state === "failed" || text === "") {
      inlay?.dismiss();
      this.inlays.delete(job);
      if (job.problem) this.desk.tell(job.problem);
      if (!text) this.desk.jobs.taken(job); // what was written before it failed can be had in the panel
      return;
    }
    const open = editorOf(this.desk.app, passage(job).place.path);
    const range = inlay?.range();
    if (inlay && range) {
      const view = open ? viewOf(open) : null;
      const whole = this.whole(job, text);
      this.inlays.delete(job);
      if (!inlay.accept(whole)) return; // its editor is gone; it waits in the panel
      if (view) rememberTokens(view, range.from + whole.length - text.length, tokensOf(job, text));
    } else if (!(await putAt(this.desk.app, passage(job).place, this.whole(job, text)))) return;
    this.desk.jobs.taken(job);
  }

  private written(job: Job): string {
    return this.whole(job, (job.texts[0] ?? "").trimStart());
  }

  private whole(job: Job, text: string): string {
    const { lead, joined, place } = passage(job);
    if (joined) return joint(place.before, text) + text;
    // behind a word that a person chose the model says itself whether a new word begins
    const first = job.tokens[0]?.[0]?.text;
    const gap = lead.trim() === "" ? "" : first === undefined ? joint(lead, text) : leadingSpace(first);
    return lead + gap + text;
  }
}

export function passage(job: Job): Passage {
  return job.purpose as Passage;
}

/** The text of a job that is over: the finished one, or what had come when it was stopped. */
export function finished(job: Job, variant = 0): string {
  const output = job.result?.outputs[variant];
  return output?.type === "text" ? output.text : (job.texts[variant] ?? "").trim();
}

/** The tokens of the finished text, which may be shorter than what was written. */
function tokensOf(job: Job, text: string): Token[] {
  const tokens = job.tokens[0] ?? [];
  return tokens
    .map((token) => token.text)
    .join("")
    .trimStart()
    .startsWith(text)
    ? tokens
    : [];
}

function leadingSpace(text: string): string {
  return text.slice(0, text.length - text.trimStart().length);
}
