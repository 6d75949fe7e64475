/**
 * The templates of a vault: the notes of one folder, each of them a command too.
 *
 * Knows the vault and the command palette; what a template asks for is `template.ts`'s affair, and running one the
 * business of whoever is given here.
 */

import { debounce, normalizePath, type Plugin, type TAbstractFile, type TFile } from "obsidian";
import type { Run } from "../commands";
import type { Desk } from "../desk";
import { ensureFolder, inFolder } from "./folders";
import { STARTERS } from "./starter_templates";
import { readTemplate, type Template } from "./template";

type Runner = (template: Template, ...where: Parameters<Run>) => unknown;

/** Milliseconds after the last change of the folder. */
const PAUSE = 300;

export class Templates {
  list: readonly Template[] = [];
  private told = new Set<string>();
  private turn = 0;
  private readonly soon = debounce(() => void this.reload(), PAUSE, true);

  constructor(
    private readonly plugin: Plugin,
    private readonly desk: Desk,
    readonly run: Runner,
  ) {
    const { metadataCache, vault, workspace } = desk.app;
    const heard = (file: TAbstractFile, old = "") => {
      if (this.holds(file.path) || this.holds(old)) this.soon();
    };
    plugin.registerEvent(metadataCache.on("changed", (file) => heard(file)));
    plugin.registerEvent(vault.on("delete", (file) => heard(file)));
    plugin.registerEvent(vault.on("rename", (file, old) => heard(file, old)));
    workspace.onLayoutReady(() => void this.reload());
    plugin.addCommand({
      id: "create-templates",
      name: "Create template notes",
      icon: "files",
      callback: () => void this.create().catch(desk.tell),
    });
  }

  /** Reads the folder anew. What is wrong with a template is told once. */
  async reload(): Promise<void> {
    const turn = ++this.turn;
    const { vault } = this.desk.app;
    const files = vault.getMarkdownFiles().filter((file) => this.holds(file.path));
    const pages = await Promise.all(files.map((file) => this.read(file)));
    if (turn !== this.turn) return; // the folder has changed since, and is being read again
    const problems = pages.flatMap((page) => page.problems);
    for (const problem of problems) if (!this.told.has(problem)) this.desk.tell(problem);
    this.told = new Set(problems);
    const before = this.list;
    this.list = pages.map((page) => page.template).sort((one, other) => one.name.localeCompare(other.name));
    this.keepCommands(before);
  }

  private async read(file: TFile): Promise<ReturnType<typeof readTemplate>> {
    const { metadataCache, vault } = this.desk.app;
    const frontmatter = metadataCache.getFileCache(file)?.frontmatter ?? {};
    return readTemplate(file.path, file.basename, frontmatter, await vault.cachedRead(file));
  }

  /** The palette has a command for each template there is, and for no other. */
  private keepCommands(before: readonly Template[]): void {
    for (const { path } of before) if (!this.find(path)) this.plugin.removeCommand(commandOf(path));
    for (const { path, name } of this.list) {
      if (before.some((one) => one.path === path)) continue;
      this.desk.command(commandOf(path), `Template: ${name}`, "file-text", (...where) => {
        const template = this.find(path);
        return template && this.run(template, ...where);
      });
    }
  }

  private find(path: string): Template | undefined {
    return this.list.find((template) => template.path === path);
  }

  private holds(path: string): boolean {
    return inFolder(path, this.desk.settings.templates) && path.endsWith(".md");
  }

  /** Writes the notes that a vault can begin with; none that is there is touched. */
  private async create(): Promise<void> {
    const { vault } = this.desk.app;
    const folder = normalizePath(this.desk.settings.templates);
    await ensureFolder(vault, folder);
    let made = 0;
    for (const [name, text] of Object.entries(STARTERS)) {
      const path = normalizePath(`${folder}/${name}.md`);
      if (vault.getAbstractFileByPath(path) !== null) continue;
      await vault.create(path, text);
      made += 1;
    }
    this.desk.tell(made ? `${made} template notes are in ${folder}.` : `All template notes are in ${folder} already.`);
  }
}

function commandOf(path: string): string {
  return `template-${path}`;
}
