/**
 * The vault: a real folder, its tree of files, and what happens to them. What others do to the folder is heard from the
 * watcher outside (`looked`). Knows nothing of what is in a file.
 */

import type * as obsidian from "obsidian";
import type { Entry, Outside, Stat } from "../outside";
import { decode, encode, toBase64 } from "./bytes";
import { DataAdapter } from "./adapter";
import { Events } from "./events";
import { folderOf, joined, nameOf, normalizePath, split } from "./paths";

export abstract class TAbstractFile implements obsidian.TAbstractFile {
  name: string;
  parent: TFolder | null = null;

  constructor(
    readonly vault: obsidian.Vault,
    public path: string,
  ) {
    this.name = nameOf(path);
  }

  called(path: string): void {
    this.path = path;
    this.name = nameOf(path);
  }
}

export class TFile extends TAbstractFile implements obsidian.TFile {
  basename: string;
  extension: string;

  constructor(
    vault: obsidian.Vault,
    path: string,
    public stat: Stat,
  ) {
    super(vault, path);
    ({ basename: this.basename, extension: this.extension } = split(this.name));
  }

  override called(path: string): void {
    super.called(path);
    ({ basename: this.basename, extension: this.extension } = split(this.name));
  }
}

export class TFolder extends TAbstractFile implements obsidian.TFolder {
  children: TAbstractFile[] = [];

  isRoot(): boolean {
    return this.path === "/";
  }
}

type Options = obsidian.DataWriteOptions;

export class Vault
  extends Events
  implements
    Pick<
      obsidian.Vault,
      | "adapter"
      | "configDir"
      | "getName"
      | "getFileByPath"
      | "getFolderByPath"
      | "getAbstractFileByPath"
      | "getRoot"
      | "create"
      | "createBinary"
      | "createFolder"
      | "read"
      | "cachedRead"
      | "readBinary"
      | "getResourcePath"
      | "delete"
      | "trash"
      | "rename"
      | "modify"
      | "modifyBinary"
      | "append"
      | "process"
      | "copy"
      | "getAllLoadedFiles"
      | "getAllFolders"
      | "getMarkdownFiles"
      | "getFiles"
    >
{
  readonly adapter: obsidian.DataAdapter;
  readonly configDir = ".obsidian";
  private readonly root: TFolder;
  private readonly byPath = new Map<string, TAbstractFile>();
  private config: Record<string, unknown> = {};
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly outside: Outside,
    private readonly vaultName: string,
  ) {
    super();
    this.adapter = new DataAdapter(outside, vaultName) as unknown as obsidian.DataAdapter;
    this.root = new TFolder(this.asObsidian, "/");
    this.byPath.set("/", this.root);
  }

  /** Finds what is there, before anybody listens. */
  async load(): Promise<void> {
    for (const entry of await this.outside.list()) this.take(entry);
    const config = `${this.configDir}/app.json`;
    if (await this.adapter.exists(config))
      this.config = JSON.parse(await this.adapter.read(config)) as Record<string, unknown>;
  }

  /** A person's own choice in Obsidian's settings; the API does not have this, and Obsidian does. */
  getConfig(name: string): unknown {
    return this.config[name];
  }

  getName(): string {
    return this.vaultName;
  }

  getAbstractFileByPath(path: string): TAbstractFile | null {
    return this.byPath.get(path) ?? null;
  }

  getFileByPath(path: string): TFile | null {
    const file = this.byPath.get(path);
    return file instanceof TFile ? file : null;
  }

  getFolderByPath(path: string): TFolder | null {
    const folder = this.byPath.get(path);
    return folder instanceof TFolder ? folder : null;
  }

  getRoot(): TFolder {
    return this.root;
  }

  getAllLoadedFiles(): TAbstractFile[] {
    return [...this.byPath.values()];
  }

  getAllFolders(includeRoot = false): TFolder[] {
    return this.getAllLoadedFiles().filter(
      (one): one is TFolder => one instanceof TFolder && (includeRoot || !one.isRoot()),
    );
  }

  getFiles(): TFile[] {
    return this.getAllLoadedFiles().filter((one): one is TFile => one instanceof TFile);
  }

  getMarkdownFiles(): TFile[] {
    return this.getFiles().filter((file) => file.extension === "md");
  }

  getResourcePath(file: obsidian.TFile): string {
    return `${this.adapter.getResourcePath(file.path)}?${file.stat.mtime}`;
  }

  // ---- reading

  readBinary(file: obsidian.TFile): Promise<ArrayBuffer> {
    return this.alone(() => this.adapter.readBinary(file.path));
  }

  async read(file: obsidian.TFile): Promise<string> {
    return decode(await this.readBinary(file));
  }

  cachedRead(file: obsidian.TFile): Promise<string> {
    return this.read(file);
  }

  // ---- writing

  create(path: string, text: string, options?: Options): Promise<TFile> {
    return this.createBinary(path, encode(text), options);
  }

  createBinary(path: string, bytes: ArrayBuffer, _options?: Options): Promise<TFile> {
    return this.alone(async () => {
      await this.mustBeNew(path);
      return this.put(normalizePath(path), bytes);
    });
  }

  createFolder(path: string): Promise<TFolder> {
    return this.alone(async () => {
      await this.mustBeNew(path, "Folder already exists.");
      await this.outside.makeFolder(normalizePath(path));
      return this.appear({ path: normalizePath(path), stat: null }) as TFolder;
    });
  }

  modify(file: obsidian.TFile, text: string, options?: Options): Promise<void> {
    return this.modifyBinary(file, encode(text), options);
  }

  modifyBinary(file: obsidian.TFile, bytes: ArrayBuffer, _options?: Options): Promise<void> {
    return this.alone(async () => void (await this.put(file.path, bytes)));
  }

  async append(file: obsidian.TFile, text: string, options?: Options): Promise<void> {
    await this.process(file, (before) => before + text, options);
  }

  process(file: obsidian.TFile, change: (text: string) => string, _options?: Options): Promise<string> {
    return this.alone(async () => {
      const before = await this.adapter.read(file.path);
      const text = change(before);
      if (text !== before) await this.put(file.path, encode(text));
      return text;
    });
  }

  copy<T extends obsidian.TAbstractFile>(file: T, path: string): Promise<T> {
    return this.alone(async () => {
      await this.mustBeNew(path);
      return (await this.put(
        normalizePath(path),
        await this.adapter.readBinary(file.path),
      )) as obsidian.TAbstractFile as T;
    });
  }

  rename(file: obsidian.TAbstractFile, path: string): Promise<void> {
    return this.alone(async () => {
      const to = normalizePath(path);
      await this.mustBeNew(to);
      await this.outside.rename(file.path, to);
      const moved = this.byPath.get(file.path);
      if (moved) this.move(moved, to);
    });
  }

  delete(file: obsidian.TAbstractFile, _force?: boolean): Promise<void> {
    return this.alone(async () => {
      await this.outside.remove(file.path);
      this.vanish(file.path);
    });
  }

  trash(file: obsidian.TAbstractFile, _system: boolean): Promise<void> {
    return this.delete(file);
  }

  /** Somebody else may have done something to this path. */
  looked(path: string): Promise<void> {
    return this.alone(async () => {
      const entry = await this.outside.entry(path);
      const known = this.byPath.get(path);
      if (entry === null) this.vanish(path);
      else if (known === undefined) this.appear(entry);
      else if (known instanceof TFile && entry.stat && !same(known.stat, entry.stat)) {
        known.stat = entry.stat;
        this.trigger("modify", known);
      }
    });
  }

  // ---- the tree

  private get asObsidian(): obsidian.Vault {
    return this as unknown as obsidian.Vault;
  }

  /** One thing after the other, so that what the watcher sees of our own doing is no news. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work, work);
    this.last = done.catch(() => null);
    return done;
  }

  private async mustBeNew(path: string, message = "File already exists."): Promise<void> {
    if ((await this.outside.entry(normalizePath(path))) !== null) throw new Error(message);
  }

  private async put(path: string, bytes: ArrayBuffer): Promise<TFile> {
    const stat = await this.outside.write(path, toBase64(bytes));
    const known = this.byPath.get(path);
    if (!(known instanceof TFile)) return this.appear({ path, stat }) as TFile;
    known.stat = stat;
    this.trigger("modify", known);
    return known;
  }

  private appear(entry: Entry): TAbstractFile {
    const file = this.take(entry);
    this.trigger("create", file);
    return file;
  }

  private take({ path, stat }: Entry): TAbstractFile {
    const file = stat ? new TFile(this.asObsidian, path, stat) : new TFolder(this.asObsidian, path);
    this.place(file);
    return file;
  }

  private place(file: TAbstractFile): void {
    const folder = this.byPath.get(folderOf(file.path)) ?? this.take({ path: folderOf(file.path), stat: null });
    if (folder instanceof TFolder) {
      file.parent = folder;
      folder.children.push(file);
    }
    this.byPath.set(file.path, file);
  }

  private unplace(file: TAbstractFile): void {
    this.byPath.delete(file.path);
    if (file.parent) file.parent.children = file.parent.children.filter((one) => one !== file);
  }

  private vanish(path: string): void {
    const file = this.byPath.get(path);
    if (file === undefined) return;
    if (file instanceof TFolder) for (const child of [...file.children]) this.vanish(child.path);
    this.unplace(file);
    this.trigger("delete", file);
  }

  private move(file: TAbstractFile, to: string): void {
    const from = file.path;
    const children = file instanceof TFolder ? file.children.splice(0) : [];
    this.unplace(file);
    file.called(to);
    this.place(file);
    this.trigger("rename", file, from);
    for (const child of children) {
      this.byPath.delete(child.path);
      child.parent = null;
      this.move(child, joined(to, child.name));
    }
  }
}

function same(one: Stat, other: Stat): boolean {
  return one.mtime === other.mtime && one.size === other.size;
}
