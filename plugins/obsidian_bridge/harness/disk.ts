/** The vault's folder, and what a desktop app may do outside of it. Refuses every path that leaves the vault. */

import { spawn } from "node:child_process";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Entry, Outside, Stat } from "./outside";

async function statOf(path: string): Promise<Stat> {
  const { mtimeMs, ctimeMs, size } = await stat(path);
  return { mtime: mtimeMs, ctime: ctimeMs, size };
}

export class Disk implements Outside {
  constructor(
    private readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  async list(): Promise<Entry[]> {
    const entries: Entry[] = [];
    const walk = async (path: string): Promise<void> => {
      for (const entry of await this.listFolder(path)) {
        if (entry.path.slice(entry.path.lastIndexOf("/") + 1).startsWith(".")) continue;
        entries.push(entry);
        if (entry.stat === null) await walk(entry.path);
      }
    };
    await walk("/");
    return entries;
  }

  async listFolder(path: string): Promise<Entry[]> {
    const found = await readdir(this.inside(path), { withFileTypes: true });
    const entry = async (name: string, folder: boolean): Promise<Entry> => {
      const inside = path === "/" ? name : `${path}/${name}`;
      return { path: inside, stat: folder ? null : await statOf(this.inside(inside)) };
    };
    return Promise.all(found.map((one) => entry(one.name, one.isDirectory())));
  }

  async entry(path: string): Promise<Entry | null> {
    const found = await stat(this.inside(path)).catch(() => null);
    return found && { path, stat: found.isDirectory() ? null : await statOf(this.inside(path)) };
  }

  async read(path: string): Promise<string> {
    return (await readFile(this.inside(path))).toString("base64");
  }

  async write(path: string, base64: string): Promise<Stat> {
    await writeFile(this.inside(path), Buffer.from(base64, "base64"));
    return statOf(this.inside(path));
  }

  async makeFolder(path: string): Promise<void> {
    await mkdir(this.inside(path), { recursive: true });
  }

  async rename(from: string, to: string): Promise<void> {
    await mkdir(dirname(this.inside(to)), { recursive: true });
    await rename(this.inside(from), this.inside(to));
  }

  async remove(path: string): Promise<void> {
    if (this.inside(path) === this.folder) throw new Error("A vault is not removed.");
    await rm(this.inside(path), { recursive: true });
  }

  readFile(path: string): Promise<string> {
    return readFile(path, "utf-8");
  }

  async stat(path: string): Promise<{ mode: number; uid: number; size: number; mtimeMs: number }> {
    const { mode, uid, size, mtimeMs } = await stat(path);
    return { mode, uid, size, mtimeMs };
  }

  spawn(command: string, parameters: string[]): Promise<string | null> {
    return new Promise((done) => {
      const child = spawn(command, parameters, { detached: true, stdio: "ignore", env: this.environment });
      child.on("error", (error) => done(error.message));
      child.on("spawn", () => {
        child.unref();
        done(null);
      });
    });
  }

  private inside(path: string): string {
    const real = resolve(join(this.folder, path));
    const away = relative(this.folder, real);
    if (away === ".." || away.startsWith(`..${sep}`)) throw new Error(`${path} is outside of the vault.`);
    return real;
  }
}
