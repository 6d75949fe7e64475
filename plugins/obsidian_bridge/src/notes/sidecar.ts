/**
 * What is kept beside a note, a picture or a sound: other versions of its passages, how it was made.
 *
 * One JSON file each, in a folder of its own, under the path of the file it belongs to; it follows that file when it is
 * renamed, and goes when it is deleted. Knows the vault; knows no editor.
 */

import { normalizePath, TFile, TFolder, type Plugin, type TAbstractFile } from "obsidian";
import type { Place } from "../arts/place";
import type { Request } from "../daemon/jobs";
import { bad } from "../daemon/problem";
import type { Recipe } from "../daemon/wire";
import type { Desk } from "../desk";
import { ensureFolder, folderOf, inFolder } from "./folders";
import { emptySidecar, readSidecar, type Passage, type Sidecar } from "./sidecar_file";

/** Milliseconds for which a deleted file may come back, as it does where another program saves it. */
const GRACE = 3000;

export class Sidecars {
  /** Changes are made one after the other: two at once would both find no file. */
  private latest: Promise<unknown> = Promise.resolve();

  private readonly timers = new Set<number>();

  constructor(
    plugin: Plugin,
    private readonly desk: Desk,
  ) {
    const { vault } = desk.app;
    plugin.registerEvent(vault.on("rename", (file, old) => void this.quietly(() => this.renamed(file, old))));
    plugin.registerEvent(
      vault.on("delete", (file) => {
        const timer = window.setTimeout(() => {
          this.timers.delete(timer);
          void this.quietly(() => this.deleted(file.path));
        }, GRACE);
        this.timers.add(timer);
      }),
    );
    plugin.register(() => this.timers.forEach((timer) => window.clearTimeout(timer)));
  }

  /** What is kept beside the file of this path. Rejects with a `StudioloError` where it can't be read. */
  async read(path: string): Promise<Sidecar> {
    const file = this.fileOf(path);
    const read = file ? readSidecar(await this.desk.app.vault.read(file)) : emptySidecar();
    if (read === null) throw broken(this.pathOf(path));
    return read;
  }

  /** Changes what is kept beside a file, in one step. */
  async change(path: string, how: (sidecar: Sidecar) => void): Promise<void> {
    await this.inTurn(() => this.write(path, how));
  }

  /** Keeps other versions of a passage. */
  async addVersions(place: Place, texts: string[], request: Request): Promise<void> {
    const made = new Date().toISOString();
    const { mode = "", style = "", instruction = "", model = "" } = request.kind === "text" ? request : {};
    const versions = texts.map((text) => ({ text, made, mode, style, instruction, model }));
    await this.change(place.path, (sidecar) => {
      const known = sidecar.passages.find((passage) => isAt(passage, place));
      if (known) known.versions.push(...versions);
      else sidecar.passages.push({ before: place.before, held: place.held, after: place.after, versions });
    });
  }

  /** Forgets the versions of a passage. */
  async dropVersions(place: Place): Promise<void> {
    if (!this.fileOf(place.path)) return;
    await this.change(place.path, (sidecar) => {
      sidecar.passages = sidecar.passages.filter((passage) => !isAt(passage, place));
    });
  }

  /** Forgets one version of a passage. */
  async dropVersion(place: Place, text: string): Promise<void> {
    await this.change(place.path, (sidecar) => {
      for (const passage of sidecar.passages) {
        if (isAt(passage, place)) passage.versions = passage.versions.filter((version) => version.text !== text);
      }
      sidecar.passages = sidecar.passages.filter((passage) => passage.versions.length > 0);
    });
  }

  /** Keeps how a picture or a sound was made. */
  async keepRecipe(path: string, recipe: Recipe): Promise<void> {
    await this.change(path, (sidecar) => (sidecar.recipe = recipe));
  }

  // ---- the files

  private pathOf(path: string): string {
    return normalizePath(`${this.desk.settings.sidecars}/${path}.json`);
  }

  private fileOf(path: string): TFile | null {
    const file = this.desk.app.vault.getAbstractFileByPath(this.pathOf(path));
    return file instanceof TFile ? file : null;
  }

  private async write(path: string, how: (sidecar: Sidecar) => void): Promise<void> {
    const { vault } = this.desk.app;
    const file = this.fileOf(path);
    if (file === null) {
      const begun = emptySidecar();
      how(begun);
      await ensureFolder(vault, folderOf(this.pathOf(path)));
      await vault.create(this.pathOf(path), toText(begun));
      return;
    }
    await this.rescue(file);
    await vault.process(file, (text) => {
      const sidecar = readSidecar(text) ?? emptySidecar();
      how(sidecar);
      return toText(sidecar);
    });
  }

  /** Of a file that is no sidecar any more a copy is kept, before it is begun anew. */
  private async rescue(file: TFile): Promise<void> {
    const { vault } = this.desk.app;
    const text = await vault.read(file);
    if (readSidecar(text) !== null) return;
    const copy = `${file.path.slice(0, -".json".length)} (broken ${now()}).json`;
    await vault.create(copy, text);
    this.desk.tell(`${file.path} could not be read. A copy of it is ${copy}, and a new one was begun.`);
  }

  private async renamed(file: TAbstractFile, old: string): Promise<void> {
    if (this.isSidecar(file.path)) return;
    const moved = file instanceof TFolder ? filesIn(file).map((one) => one.path) : [file.path];
    for (const path of moved) {
      const sidecar = this.fileOf(old + path.slice(file.path.length));
      if (!sidecar || this.fileOf(path)) continue; // the app tells of a folder's files one by one, too
      await ensureFolder(this.desk.app.vault, folderOf(this.pathOf(path)));
      await this.desk.app.vault.rename(sidecar, this.pathOf(path));
    }
  }

  private async deleted(path: string): Promise<void> {
    const { vault, fileManager } = this.desk.app;
    const sidecar = this.fileOf(path);
    if (sidecar && !this.isSidecar(path) && vault.getAbstractFileByPath(path) === null)
      await fileManager.trashFile(sidecar);
  }

  private isSidecar(path: string): boolean {
    return inFolder(path, this.desk.settings.sidecars);
  }

  private inTurn<T>(what: () => Promise<T>): Promise<T> {
    const turn = this.latest.then(what);
    this.latest = turn.catch(() => null); // its own caller hears of it
    return turn;
  }

  private async quietly(what: () => Promise<void>): Promise<void> {
    await this.inTurn(what).catch(this.desk.tell);
  }
}

/** The moment, as a file's name may have it. */
function now(): string {
  return new Date().toISOString().slice(0, 19).replace(/:/g, "-").replace("T", " ");
}

function isAt(passage: Passage, place: Place): boolean {
  return passage.held === place.held && passage.before === place.before && passage.after === place.after;
}

function filesIn(folder: TFolder): TFile[] {
  return folder.children.flatMap((one) => (one instanceof TFolder ? filesIn(one) : one instanceof TFile ? [one] : []));
}

function toText(sidecar: Sidecar): string {
  return `${JSON.stringify(sidecar, null, 1)}\n`;
}

function broken(path: string): Error {
  return bad(`${path} can't be read as JSON.`, "Mend it, or move it away.");
}
