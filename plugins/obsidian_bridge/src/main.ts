/** Studiolo in Obsidian: puts the rooms together. */

import { Notice, Plugin, type Editor, type TFile, type WorkspaceLeaf } from "obsidian";
import { again } from "./arts/again";
import { branching } from "./arts/branching";
import { composing } from "./arts/composing";
import { concepts } from "./arts/concepts";
import { looking } from "./arts/looking";
import { ghosting } from "./arts/ghosting";
import { illustrating } from "./arts/illustrating";
import { inserting } from "./arts/inserting";
import { Landing } from "./arts/landing";
import { Media } from "./arts/media";
import { pieces } from "./arts/pieces";
import { followRenames } from "./arts/renaming";
import { Rewriting } from "./arts/rewriting";
import { RunningTemplates } from "./arts/running_templates";
import { scoring } from "./arts/scoring";
import { Sheets } from "./arts/sheets";
import { texturing } from "./arts/texturing";
import { Writing } from "./arts/writing";
import { commands } from "./commands";
import { find } from "./daemon/discovery";
import { Jobs, type Job } from "./daemon/jobs";
import { problemOf } from "./daemon/problem";
import type { Desk } from "./desk";
import { inlays } from "./editor/inlay";
import { reviews } from "./editor/review";
import { tokenMarks } from "./editor/tokens";
import { Bible } from "./notes/bible";
import { Sidecars } from "./notes/sidecar";
import { SlashMenu } from "./notes/slash";
import { Templates } from "./notes/templates";
import { connection } from "./panel/connection";
import { Panel, PANEL } from "./panel/panel";
import { running, told, waiting } from "./panel/running";
import { sent } from "./panel/sent";
import { versions } from "./panel/versions";
import { pairingCode } from "./pairing";
import { pendingIn } from "./pending";
import { read } from "./settings";
import { SettingsTab } from "./settings_tab";

export default class StudioloPlugin extends Plugin {
  override async onload(): Promise<void> {
    const settings = read(await this.loadData());
    const takers = new Map<string, (job: Job) => void>();
    const tell = (what: unknown) => new Notice(typeof what === "string" ? what : wordsOf(what), 8000);
    const client = this.clientName();
    const jobs = new Jobs(() => find(pairingCode(this.app)), client, pendingIn(this, client, tell));
    const desk: Desk = {
      app: this.app,
      settings,
      jobs,
      bible: () => bible.blob(),
      takes: (kind, take) => takers.set(kind, take),
      command: commands(this, tell),
      tell,
    };
    const bible = new Bible(this, desk);
    const sidecars = new Sidecars(this, desk);
    const landing = new Landing(this, desk);
    const writing = new Writing(this, desk, landing);
    const rewriting = new Rewriting(this, desk, sidecars);
    const sheets = new Sheets(this, desk);
    const runner = new RunningTemplates(desk, landing, rewriting, sheets);
    const templates = new Templates(this, desk, (...given) => runner.run(...given));
    branching(desk, sidecars);
    pieces(desk, landing);
    looking(desk);
    const media = new Media(this, desk, sidecars);
    illustrating(desk, media);
    texturing(desk, media);
    scoring(desk, media);
    again(desk, media, sidecars);
    concepts(this, desk);
    composing(desk, media, sidecars);
    inserting(desk);
    followRenames(this, desk);

    this.registerEditorExtension([
      inlays,
      reviews,
      tokenMarks((view, chosen) => void writing.choose(view, chosen)),
      ghosting(desk),
    ]);
    this.registerEditorSuggest(
      new SlashMenu(
        this.app,
        () => settings.slash,
        () => [
          ...templates.list.map((template) => ({
            name: template.name,
            kind: "template",
            run: (editor: Editor, file: TFile) => void runner.run(template, editor, file).catch(tell),
          })),
          { name: "Continue", kind: "command", run: (editor, file) => void writing.continue(editor, file) },
        ],
      ),
    );
    this.registerView(
      PANEL,
      (leaf) =>
        new Panel(leaf, desk, [
          connection(desk),
          running(desk),
          waiting(desk, media),
          told(desk),
          versions(desk, sidecars),
          sent(desk),
        ]),
    );
    this.addRibbonIcon("feather", "Open the panel", () => void this.openPanel());
    this.addCommand({ id: "panel", name: "Open the panel", callback: () => void this.openPanel() });
    this.addSettingTab(new SettingsTab(this, desk, () => void templates.reload()));
    this.app.workspace.onLayoutReady(() => void jobs.open((job) => takers.get(job.purpose.kind)?.(job)));
    this.register(() => jobs.close());
  }

  private async openPanel(): Promise<void> {
    const { workspace } = this.app;
    const leaf: WorkspaceLeaf | null = workspace.getLeavesOfType(PANEL)[0] ?? workspace.getRightLeaf(false);
    await leaf?.setViewState({ type: PANEL, active: false });
    if (leaf) await workspace.revealLeaf(leaf);
  }

  /** Whose jobs these are: this vault's on this machine, today and after a restart. */
  private clientName(): string {
    const known: unknown = this.app.loadLocalStorage("studiolo-client");
    if (typeof known === "string") return known;
    const name = `obsidian-${crypto.randomUUID()}`;
    this.app.saveLocalStorage("studiolo-client", name);
    return name;
  }
}

function wordsOf(what: unknown): string {
  const { message, mend } = problemOf(what);
  return `${message} ${mend}`;
}
