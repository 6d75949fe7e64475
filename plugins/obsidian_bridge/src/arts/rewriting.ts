/** A selection in other words: better, longer, shorter, in another tense, voice, style or language; as a difference to
 * accept or reject, several versions of it if wished. */

import { FuzzySuggestModal, type App, type Editor, type Plugin, type TFile } from "obsidian";
import type { Run } from "../commands";
import type { Desk } from "../desk";
import type { Job, Purpose } from "../daemon/jobs";
import type { TextRequest } from "../daemon/wire";
import { acceptSentence, beginReview, rejectSentence } from "../editor/review";
import type { Sidecars } from "../notes/sidecar";
import { finished } from "./landing";
import { editorOf, selected, viewOf } from "./put";
import { locate, placeOf, type Place } from "./place";
import { sendable, textRequest } from "./request";

const REVIEW = "review";
/** Versions where a person asks for several and has set no number. */
const SEVERAL = 3;

interface Rewritten extends Purpose {
  kind: typeof REVIEW;
  place: Place;
}

/** What else can become of a passage: words for the person, and for the model. */
const CHANGES: readonly { name: string; mode: string; instruction: string }[] = [
  change("Past tense", "Write it in the past tense."),
  change("Present tense", "Write it in the present tense."),
  change("First person", "Write it in the first person."),
  change("Third person", "Write it in the third person."),
  change("Second person", "Write it in the second person."),
  change("Gentler", "Make the tone gentler."),
  change("Darker", "Make the tone darker."),
  change("Livelier", "Make the tone livelier."),
  change("More formal", "Make the tone more formal."),
  change("Plainer", "Use plain, short words."),
  change("Show, don't tell", "Show it in gestures and things instead of telling it."),
  ...["English", "French", "German", "Spanish", "Italian", "Portuguese", "Japanese", "Chinese"].map((language) =>
    change(`Translate into ${language}`, `into ${language}`, "translate"),
  ),
];

function change(name: string, instruction: string, mode = "rewrite") {
  return { name, instruction, mode };
}

export class Rewriting {
  constructor(
    plugin: Plugin,
    private readonly desk: Desk,
    private readonly sidecars: Sidecars,
  ) {
    desk.takes(REVIEW, (job) => this.follow(job));
    const when = (editor: Editor) => editor.somethingSelected();
    const offer = (id: string, name: string, run: Run, menu?: string) =>
      desk.command(id, name, "replace", run, { when, menu });
    for (const [id, name, mode, count, menu] of [
      ["rewrite", "Rewrite the selection", "rewrite", 0, "Rewrite"],
      ["rewrite-versions", "Rewrite the selection in several versions", "rewrite", SEVERAL],
      ["expand", "Expand the selection", "expand", 1],
      ["shorten", "Shorten the selection", "shorten", 1],
    ] as const) {
      const variants = () => (count === 1 ? 1 : Math.max(desk.settings.variants, count));
      offer(id, name, (...where) => this.rewrite(...where, mode, { variants: variants() }), menu);
    }
    offer("change", "Change tense, person, tone or language of the selection…", (...where) =>
      new Choice(desk.app, CHANGES, ({ mode, instruction }) => {
        void this.rewrite(...where, mode, { instruction });
      }).open(),
    );
    offer("restyle", "Rewrite the selection in a style…", (...where) => {
      const styles = (desk.jobs.line.welcome?.styles ?? []).map((name) => ({ name }));
      new Choice(desk.app, styles, ({ name }) => void this.rewrite(...where, "rewrite", { style: name })).open();
    });
    for (const [id, name, icon, judge] of [
      ["accept-sentence", "Accept the sentence under review", "check", acceptSentence],
      ["reject-sentence", "Reject the sentence under review", "x", rejectSentence],
    ] as const) {
      desk.command(id, name, icon, (editor) => judge(viewOf(editor)));
    }
    plugin.registerEvent(desk.app.workspace.on("file-open", () => this.offer()));
  }

  /** The selection in other words. */
  async rewrite(editor: Editor, file: TFile, mode: string, wanted: Partial<TextRequest> = {}): Promise<void> {
    const { from, to } = selected(editor);
    try {
      const passage = sendable(this.desk, file, editor.getValue(), from, to);
      const { variants } = this.desk.settings;
      await this.submit(editor, file, textRequest(this.desk, mode, passage, { variants, ...wanted }));
    } catch (error) {
      this.desk.tell(error);
    }
  }

  /** Has the answers to a request reviewed in the place of what is selected now. Rejects where it can't be made. */
  async submit(editor: Editor, file: TFile, request: Promise<TextRequest>): Promise<void> {
    const { from, to } = selected(editor);
    const place = placeOf(file.path, editor.getValue(), from, to);
    this.follow(this.desk.jobs.submit(await request, { kind: REVIEW, place } satisfies Rewritten));
  }

  private follow(job: Job): void {
    job.onceOver(() => void this.settle(job));
  }

  private async settle(job: Job): Promise<void> {
    if (job.state !== "done") {
      if (job.problem) this.desk.tell(job.problem);
      this.desk.jobs.taken(job); // the passage stands as it did
      return;
    }
    const { place } = job.purpose as Rewritten;
    const versions = (job.result?.outputs ?? []).map((_, variant) => finished(job, variant)).filter(Boolean);
    // they are the person's from now on, whatever becomes of the editor
    await this.sidecars.addVersions(place, versions, job.request);
    this.desk.jobs.taken(job);
    this.show(place, versions);
  }

  /** Shows versions where the passage stands, if it is in sight. */
  show(place: Place, versions: string[]): void {
    const editor = editorOf(this.desk.app, place.path);
    const range = editor && locate(editor.getValue(), place);
    if (!editor || !range) {
      this.desk.tell("The passage has changed or is closed. The new versions are in the panel.");
      return;
    }
    beginReview(viewOf(editor), range, versions, {
      done: () => void this.sidecars.dropVersions(place),
      keep: () => this.desk.tell("The versions are kept in the panel."),
      lost: (why) => {
        if (why === "edited") this.desk.tell("The passage was changed meanwhile. Its new versions are in the panel.");
      },
    });
  }

  /** What came while its note was closed is told when the note is opened. */
  private offer(): void {
    for (const job of this.desk.jobs.here.values()) if (job.purpose.kind === REVIEW && job.over) void this.settle(job);
  }
}

/** One of several, found by typing. */
export class Choice<T extends { name: string }> extends FuzzySuggestModal<T> {
  constructor(
    app: App,
    private readonly items: readonly T[],
    private readonly chosen: (item: T) => void,
  ) {
    super(app);
  }

  getItems(): T[] {
    return [...this.items];
  }

  getItemText(item: T): string {
    return item.name;
  }

  onChooseItem(item: T): void {
    this.chosen(item);
  }
}
