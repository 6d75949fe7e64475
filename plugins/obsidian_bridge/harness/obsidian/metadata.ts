/** What is known of each note without reading it again: frontmatter, headings, links, sections. */

import type * as obsidian from "obsidian";
import { Events } from "./events";
import { folderOf, getLinkpath } from "./paths";
import type { TFile, Vault } from "./vault";
import { getFrontMatterInfo, read } from "./yaml";

const FENCE = /^\s*(```|~~~)/;
const LINK = /(!?)\[\[([^[\]\n]+)\]\]|(!?)\[([^[\]\n]*)\]\(([^()\s]+)\)/g;
const TAG = /(?<=^|\s)#[\p{L}\p{N}_/-]*[\p{L}_/-][\p{L}\p{N}_/-]*/gu;

export class MetadataCache
  extends Events
  implements
    Pick<
      obsidian.MetadataCache,
      "getFirstLinkpathDest" | "getFileCache" | "getCache" | "fileToLinktext" | "resolvedLinks" | "unresolvedLinks"
    >
{
  resolvedLinks: Record<string, Record<string, number>> = {};
  unresolvedLinks: Record<string, Record<string, number>> = {};
  private readonly caches = new Map<string, obsidian.CachedMetadata>();

  constructor(private readonly vault: Vault) {
    super();
    vault.on("create", (file) => void this.look(file as TFile));
    vault.on("modify", (file) => void this.look(file as TFile));
    vault.on("delete", (file) => this.forget(file as TFile));
    vault.on("rename", (file, from) => {
      const cache = this.caches.get(from as string);
      this.caches.delete(from as string);
      if (cache) this.caches.set((file as TFile).path, cache);
    });
  }

  async load(): Promise<void> {
    for (const file of this.vault.getMarkdownFiles()) this.caches.set(file.path, cacheOf(await this.vault.read(file)));
    for (const file of this.vault.getMarkdownFiles()) this.resolve(file);
  }

  getFileCache(file: obsidian.TFile): obsidian.CachedMetadata | null {
    return this.getCache(file.path);
  }

  getCache(path: string): obsidian.CachedMetadata | null {
    return this.caches.get(path) ?? null;
  }

  /** By path, else by name, the nearest first. */
  getFirstLinkpathDest(linkpath: string, sourcePath: string): TFile | null {
    if (linkpath === "") return this.vault.getFileByPath(sourcePath);
    const wanted = decodeLink(linkpath)
      .replace(/^\.?\//, "")
      .toLowerCase();
    const here = folderOf(sourcePath);
    const fits = ({ path }: TFile) => {
      const known = path.toLowerCase();
      return [known, known.replace(/\.md$/, "")].some((one) => one === wanted || one.endsWith(`/${wanted}`));
    };
    const found = this.vault.getFiles().filter(fits);
    const far = (file: TFile) => (folderOf(file.path) === here ? -1 : file.path.length);
    return found.sort((one, other) => far(one) - far(other))[0] ?? null;
  }

  fileToLinktext(file: obsidian.TFile, _sourcePath: string, omitMdExtension = true): string {
    const short = (path: string) => (omitMdExtension && file.extension === "md" ? path.replace(/\.md$/, "") : path);
    const namesakes = this.vault.getFiles().filter(({ name }) => name.toLowerCase() === file.name.toLowerCase());
    return short(namesakes.length > 1 ? file.path : file.name);
  }

  private async look(file: TFile): Promise<void> {
    if (file.extension !== "md") return;
    const text = await this.vault.read(file).catch(() => null);
    if (text === null) return; // gone again
    const cache = cacheOf(text);
    this.caches.set(file.path, cache);
    this.resolve(file);
    this.trigger("changed", file, text, cache);
    this.trigger("resolve", file);
    this.trigger("resolved");
  }

  private forget(file: TFile): void {
    const cache = this.getCache(file.path);
    this.caches.delete(file.path);
    delete this.resolvedLinks[file.path];
    delete this.unresolvedLinks[file.path];
    if (file.extension === "md") this.trigger("deleted", file, cache);
  }

  private resolve(file: TFile): void {
    const resolved: Record<string, number> = (this.resolvedLinks[file.path] = {});
    const unresolved: Record<string, number> = (this.unresolvedLinks[file.path] = {});
    const cache = this.getCache(file.path);
    for (const { link } of [...(cache?.links ?? []), ...(cache?.embeds ?? [])]) {
      const target = this.getFirstLinkpathDest(getLinkpath(link), file.path);
      if (target) resolved[target.path] = (resolved[target.path] ?? 0) + 1;
      else unresolved[link] = (unresolved[link] ?? 0) + 1;
    }
  }
}

function decodeLink(link: string): string {
  try {
    return decodeURIComponent(link);
  } catch {
    return link; // a lone % is a name like any other
  }
}

/** The facts of one note. */
export function cacheOf(text: string): obsidian.CachedMetadata {
  const cache: obsidian.CachedMetadata = {};
  const info = getFrontMatterInfo(text);
  const pos = (line: number, from: number, to: number): obsidian.Pos => ({
    start: { line, col: 0, offset: from },
    end: { line, col: to - from, offset: to },
  });
  if (info.exists) {
    cache.frontmatter = frontmatterOf(text) ?? undefined;
    const end = text.slice(0, info.contentStart).trimEnd().length;
    cache.frontmatterPosition = { start: { line: 0, col: 0, offset: 0 }, end: locate(text, end) };
    cache.sections = [{ type: "yaml", position: cache.frontmatterPosition }];
  }
  let offset = 0;
  let fenced = false;
  let block: obsidian.SectionCache | null = null;
  for (const [line, words] of text.split("\n").entries()) {
    const from = offset;
    offset += words.length + 1;
    if (from < info.contentStart) continue;
    const fence = FENCE.test(words);
    const heading = fenced || fence ? null : /^(#{1,6})\s+(.*?)\s*$/.exec(words);
    const here = pos(line, from, from + words.length);
    if (heading) {
      (cache.headings ??= []).push({ level: heading[1]?.length ?? 1, heading: heading[2] ?? "", position: here });
    }
    if (words.trim() === "" && !fenced) block = null;
    else if (block !== null && !heading && block.type !== "heading") block.position.end = here.end;
    else {
      const type = heading ? "heading" : fence ? "code" : /^\s*([-*+]|\d+[.)])\s/.test(words) ? "list" : "paragraph";
      block = { type, position: here };
      (cache.sections ??= []).push(block);
    }
    if (fence) fenced = !fenced;
    else if (!fenced) readInline(words, line, from, cache);
  }
  return cache;
}

function frontmatterOf(text: string): Record<string, unknown> | null {
  try {
    return read(text);
  } catch {
    return null; // as in Obsidian, broken frontmatter is as none
  }
}

function readInline(words: string, line: number, offset: number, cache: obsidian.CachedMetadata): void {
  const pos = (at: number, size: number): obsidian.Pos => ({
    start: { line, col: at, offset: offset + at },
    end: { line, col: at + size, offset: offset + at + size },
  });
  for (const found of words.matchAll(LINK)) {
    const [original, wikiBang, wiki, bang, shown, target] = found;
    const [link = "", displayText = link] = wiki !== undefined ? wiki.split("|") : [decodeLink(target ?? ""), shown];
    const reference = { link, original, displayText, position: pos(found.index, original.length) };
    if (wikiBang || bang) (cache.embeds ??= []).push(reference);
    else (cache.links ??= []).push(reference);
  }
  for (const found of words.matchAll(TAG)) {
    (cache.tags ??= []).push({ tag: found[0], position: pos(found.index, found[0].length) });
  }
}

function locate(text: string, offset: number): obsidian.Loc {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length - 1, col: before[before.length - 1]?.length ?? 0, offset };
}
