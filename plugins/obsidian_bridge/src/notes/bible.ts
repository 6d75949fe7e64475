/**
 * The story bible: the notes of a folder, and of the bible of a project that lies in this vault, as the daemon is given them.
 *
 * Only notes that have changed are read again. Knows the vault and the daemon's keeping; what a note says is `entry.ts`'s
 * affair, and which entries a text calls is the daemon's.
 */

import type { Plugin, TFile } from "obsidian";
import { problemOf } from "../daemon/problem";
import type { Blob, Bible as Whole, Entry } from "../daemon/wire";
import type { Desk } from "../desk";
import { entryOf } from "./entry";
import { inFolder } from "./folders";
import { biblesIn } from "./project";

/** Entries at most, by the contract. */
const MOST = 2_000;

interface Page {
  mtime: number;
  entry: Entry | null;
  /** Why a note that means to be an entry is none, in words. */
  problem: string;
}

export class Bible {
  /** Notes of the folder as they were read, by path. */
  private pages = new Map<string, Page>();
  private entries: Entry[] = [];
  private kept: { whole: string; bytes: Uint8Array } | null = null;
  private told = new Set<string>();

  constructor(
    plugin: Plugin,
    private readonly desk: Desk,
  ) {
    // the app reads a note's frontmatter a moment after the note has changed
    plugin.registerEvent(desk.app.metadataCache.on("changed", (file) => this.pages.delete(file.path)));
  }

  /** The bible in the daemon's keeping; null where there is no entry. Rejects with a `StudioloError`. */
  async blob(): Promise<Blob | null> {
    const entries = await this.read();
    this.tellProblems();
    if (entries.length === 0) return null;
    const { budget, depth, meaning } = this.desk.settings.bible;
    const whole = JSON.stringify({ entries, budget, depth, meaning } satisfies Whole);
    if (this.kept?.whole !== whole) this.kept = { whole, bytes: new TextEncoder().encode(whole) };
    const { bytes } = this.kept;
    return { sha256: await this.desk.jobs.line.put(bytes), size: bytes.length, media_type: "application/json" };
  }

  /** All entries, in the order of their notes' paths. */
  async read(): Promise<Entry[]> {
    const pages = new Map<string, Page>();
    for (const file of this.notes()) {
      const known = this.pages.get(file.path);
      pages.set(file.path, known?.mtime === file.stat.mtime ? known : await this.page(file));
    }
    this.pages = pages;
    const found = [...pages.values()].map((page) => page.entry).filter((entry) => entry !== null);
    this.entries = found.slice(0, MOST);
    return this.entries;
  }

  private notes(): TFile[] {
    const { vault } = this.desk.app;
    const folders = [this.desk.settings.bible.folder, ...biblesIn(this.desk.app)];
    const notes = vault.getMarkdownFiles().filter(({ path }) => folders.some((folder) => inFolder(path, folder)));
    return notes.sort((one, other) => (one.path < other.path ? -1 : 1));
  }

  private async page(file: TFile): Promise<Page> {
    const { mtime } = file.stat;
    const cache = this.desk.app.metadataCache.getFileCache(file);
    const nothing = { mtime, entry: null, problem: "" };
    if (!cache?.frontmatter && cache?.sections?.[0]?.type !== "yaml") return nothing;
    const text = await this.desk.app.vault.cachedRead(file);
    if (!cache.frontmatter) {
      const broken = /^---\s*\n(?:(?!---).*\n)*?type:/.test(text);
      return broken
        ? { ...nothing, problem: `The frontmatter of ${file.path} can't be read. Mend it, as YAML.` }
        : nothing;
    }
    try {
      return { mtime, entry: entryOf(file.basename, cache.frontmatter, text), problem: "" };
    } catch (error) {
      const { message, mend } = problemOf(error);
      return { mtime, entry: null, problem: `${message} ${mend}` };
    }
  }

  /** Each problem once, and again only if it was mended in between. */
  private tellProblems(): void {
    const problems = [...this.pages.values()].map((page) => page.problem).filter(Boolean);
    if (this.entries.length === MOST) problems.push(`Only the first ${MOST} entries of the story bible are used.`);
    for (const problem of problems) if (!this.told.has(problem)) this.desk.tell(problem);
    this.told = new Set(problems);
  }
}
