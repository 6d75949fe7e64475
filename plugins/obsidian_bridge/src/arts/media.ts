/**
 * Pictures, textures and music for a note: seen to be under way where they will stand, saved as attachments, linked
 * there as one undo step. What each art asks for is its own affair.
 *
 * What was made is saved whatever becomes of its note; a link that finds no place waits in the panel.
 */

import type { Editor, Plugin, TFile } from "obsidian";
import type { Job, Purpose, Request } from "../daemon/jobs";
import { bad } from "../daemon/problem";
import type { Blob, SoundOutput } from "../daemon/wire";
import type { Desk } from "../desk";
import { beginInlay, type Inlay } from "../editor/inlay";
import { attach, attachmentFolder, embed, nameFor, save } from "../notes/attachments";
import type { Sidecars } from "../notes/sidecar";
import { labelled } from "../words/links";
import { passageAt, plainWords } from "../words/passage";
import { publicText } from "../words/private";
import { below, placeOf, type Place } from "./place";
import { putAt, viewOf } from "./put";
import { isKept } from "./request";

export const MADE = "made";

/** Something that a link leads to. */
export interface Made extends Purpose {
  kind: typeof MADE;
  /** Where the link goes; or the link whose place it takes. */
  place: Place;
  /** What stands before the link. */
  lead: string;
  /** Width or words of the link that it takes the place of. */
  label: string;
  /** The link, once the files are saved. */
  link: string;
  /** Whether it could not be saved, or its link has found no place: the panel offers it. */
  waits: boolean;
}

/** Saves what a job made for the note of this path; the link to it. */
type Saver = (job: Job, note: string) => Promise<string>;

export const DOING: Readonly<Record<string, string>> = {
  image: "Painting",
  texture: "Making a texture",
  music: "Composing",
  compose: "Composing a kit",
};

export function made(job: Job): Made {
  return job.purpose as Made;
}

export class Media {
  private readonly inlays = new Map<Job, Inlay>();
  private readonly savers = new Map<Request["kind"], Saver>();

  constructor(
    plugin: Plugin,
    private readonly desk: Desk,
    private readonly sidecars: Sidecars,
  ) {
    desk.takes(MADE, (job) => this.follow(job));
    plugin.register(() => this.inlays.forEach((inlay) => inlay.dismiss()));
  }

  /** Has what requests of this kind made saved otherwise than as an attachment. */
  saves(kind: Request["kind"], saver: Saver): void {
    this.savers.set(kind, saver);
  }

  /** What may be sent of the passage that is selected or that the cursor stands in, at most so many characters. */
  words(editor: Editor, file: TFile, longest: number): string {
    const range = isKept(this.desk, file) ? null : passageOf(editor);
    return range ? plainWords(publicText(editor.getValue(), range.from, range.to), longest) : "";
  }

  /** Makes something, and links it below the passage at the cursor. */
  below(editor: Editor, file: TFile, request: Request): void {
    const text = editor.getValue();
    const end = passageOf(editor)?.to ?? editor.posToOffset(editor.getCursor("to"));
    const { at, lead } = below(text, end);
    this.begin(editor, file, { from: at, to: at }, request, lead, "");
  }

  /** Makes something, and puts its link in the place of another one. */
  inPlace(editor: Editor, file: TFile, range: { from: number; to: number }, request: Request, label: string): void {
    this.begin(editor, file, range, request, "", label);
  }

  /** Saves and links what was made, as far as that is not done yet. */
  async settle(job: Job): Promise<void> {
    const purpose = made(job);
    try {
      if (job.state === "done" && !purpose.link) {
        purpose.link = await this.save(job, purpose);
        this.desk.jobs.write();
      }
    } catch (error) {
      this.desk.tell(error); // it is still in the daemon's keeping
      this.end(job);
      this.waits(job);
      return;
    }
    const { link, lead, place } = purpose;
    const here = this.inlays.get(job);
    const placed =
      link !== "" && ((here?.range() && here.accept(lead + link)) || (await putAt(this.desk.app, place, lead + link)));
    this.end(job);
    if (job.problem) this.desk.tell(job.problem);
    if (placed || job.state !== "done") this.desk.jobs.taken(job);
    else {
      this.desk.tell("It is saved, but its place in the note is gone. The link is in the panel.");
      this.waits(job);
    }
  }

  private waits(job: Job): void {
    made(job).waits = true;
    this.desk.jobs.write();
  }

  private begin(
    editor: Editor,
    file: TFile,
    range: { from: number; to: number },
    request: Request,
    lead: string,
    label: string,
  ): void {
    const place = placeOf(file.path, editor.getValue(), range.from, range.to);
    const job = this.desk.jobs.submit(request, {
      kind: MADE,
      place,
      lead,
      label,
      link: "",
      waits: false,
    } satisfies Made);
    const inlay = beginInlay(viewOf(editor), range, "stream");
    this.inlays.set(job, inlay);
    inlay.onGone(() => this.inlays.delete(job));
    this.follow(job);
  }

  private follow(job: Job): void {
    const show = () => this.inlays.get(job)?.set(made(job).lead + underWay(job));
    const end = job.watch(() => !job.over && show());
    show();
    job.onceOver(() => {
      end();
      void this.settle(job);
    });
  }

  private end(job: Job): void {
    this.inlays.get(job)?.dismiss();
    this.inlays.delete(job);
  }

  /** Saves the files, with how they were made; the link to the one that is shown. */
  private async save(job: Job, { place, label }: Made): Promise<string> {
    const own = this.savers.get(job.request.kind);
    if (own) return own(job, place.path);
    const { app } = this.desk;
    const file = await this.saveFiles(job, place.path);
    if (job.result) await this.sidecars.keepRecipe(file.path, job.result.recipe);
    return labelled(embed(app, file, place.path), label);
  }

  private async saveFiles({ request, result }: Job, note: string): Promise<TFile> {
    const { app, jobs } = this.desk;
    const name = nameFor("prompt" in request ? (request.prompt ?? "") : "", request.kind ?? MADE);
    const get = ({ blob }: { blob: Blob }) => jobs.line.get(blob.sha256);
    const outputs = result?.outputs ?? [];
    const pictures = outputs.filter((one) => one.type === "image");
    if (request.kind === "texture") {
      const maps = await Promise.all(pictures.map(async (one) => ({ name: one.name ?? "map", bytes: await get(one) })));
      const folder = await attachmentFolder(app, note, name);
      let shown: TFile | undefined;
      for (const map of maps) {
        // what is linked has a name that no other texture's has
        const own = map.name === "preview" ? folder.slice(folder.lastIndexOf("/") + 1) : map.name;
        const file = await save(app, `${folder}/${own}.png`, map.bytes);
        if (map.name === "preview") shown = file;
      }
      return some(shown);
    }
    if (request.kind === "music") {
      const mix = some(outputs.find((one) => one.type === "sound" && one.part === "mix"));
      const midi = outputs.find((one) => one.type === "midi");
      const [sound, notes] = [await get(mix as SoundOutput), midi && (await get(midi))];
      const file = await attach(app, note, `${name}.${request.format ?? "wav"}`, sound);
      if (notes) await attach(app, note, `${file.basename}.mid`, notes);
      return file;
    }
    return attach(app, note, `${name}.png`, await get(some(pictures[0])));
  }
}

function some<T>(value: T | undefined): T {
  if (value === undefined)
    throw bad("The result is not what was asked for.", "Make it again, and report it if it stays.");
  return value;
}

function passageOf(editor: Editor): { from: number; to: number } | null {
  const [from, to] = [editor.getCursor("from"), editor.getCursor("to")].map((at) => editor.posToOffset(at));
  return passageAt(editor.getValue(), from ?? 0, to ?? 0);
}

function underWay(job: Job): string {
  const doing = DOING[job.request.kind ?? ""] ?? "Making";
  const { progress } = job;
  const share =
    progress?.total && progress.stage !== "load" ? ` ${Math.round((100 * progress.done) / progress.total)} %` : "";
  const parts = [...job.parts.values()].filter(({ state }) => state === "begun").map(({ name }) => name);
  return `${doing}…${share}${parts.length ? ` (${parts.join(", ")})` : ""}`;
}
