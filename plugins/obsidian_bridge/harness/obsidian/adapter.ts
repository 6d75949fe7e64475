/** The vault's folder as it lies there, hidden files too. Tells nobody of what it does. */

import type * as obsidian from "obsidian";
import type { Outside } from "../outside";
import { decode, encode, fromBase64, toBase64 } from "./bytes";
import { normalizePath } from "./paths";

export class DataAdapter implements Pick<
  obsidian.DataAdapter,
  | "getName"
  | "exists"
  | "stat"
  | "list"
  | "read"
  | "readBinary"
  | "write"
  | "writeBinary"
  | "append"
  | "process"
  | "getResourcePath"
  | "mkdir"
  | "remove"
  | "rmdir"
  | "rename"
> {
  constructor(
    private readonly outside: Outside,
    private readonly vaultName: string,
  ) {}

  getName(): string {
    return this.vaultName;
  }

  async exists(path: string): Promise<boolean> {
    return (await this.outside.entry(normalizePath(path))) !== null;
  }

  async stat(path: string): Promise<obsidian.Stat | null> {
    const entry = await this.outside.entry(normalizePath(path));
    if (entry === null) return null;
    return entry.stat ? { type: "file", ...entry.stat } : { type: "folder", mtime: 0, ctime: 0, size: 0 };
  }

  async list(path: string): Promise<obsidian.ListedFiles> {
    const entries = await this.outside.listFolder(normalizePath(path));
    const named = (files: boolean) =>
      entries.filter(({ stat }) => (stat !== null) === files).map((entry) => entry.path);
    return { files: named(true), folders: named(false) };
  }

  async readBinary(path: string): Promise<ArrayBuffer> {
    return fromBase64(await this.outside.read(normalizePath(path)));
  }

  async read(path: string): Promise<string> {
    return decode(await this.readBinary(path));
  }

  async writeBinary(path: string, bytes: ArrayBuffer): Promise<void> {
    await this.outside.write(normalizePath(path), toBase64(bytes));
  }

  async write(path: string, text: string): Promise<void> {
    await this.writeBinary(path, encode(text));
  }

  async append(path: string, text: string): Promise<void> {
    await this.write(path, ((await this.exists(path)) ? await this.read(path) : "") + text);
  }

  async process(path: string, change: (text: string) => string): Promise<string> {
    const text = change(await this.read(path));
    await this.write(path, text);
    return text;
  }

  getResourcePath(path: string): string {
    return `${location.origin}/harness/vault/${encodeURI(normalizePath(path))}`;
  }

  async mkdir(path: string): Promise<void> {
    await this.outside.makeFolder(normalizePath(path));
  }

  async remove(path: string): Promise<void> {
    await this.outside.remove(normalizePath(path));
  }

  async rmdir(path: string, recursive: boolean): Promise<void> {
    if (!recursive && (await this.outside.listFolder(normalizePath(path))).length > 0)
      throw new Error("Folder is not empty.");
    await this.outside.remove(normalizePath(path));
  }

  async rename(from: string, to: string): Promise<void> {
    await this.outside.rename(normalizePath(from), normalizePath(to));
  }
}
