/**
 * The project that is open in the daemon, as a vault sees it: its kits, and their files as files of the vault.
 *
 * The vault may be the project, or hold it; then a file of a kit is there already. Knows the vault and the daemon's
 * keeping; knows no editor.
 */

import type { App, TFile } from "obsidian";
import { bad } from "../daemon/problem";
import type { Brought, KitFile, KitInfo, Kits } from "../daemon/wire";
import type { Desk } from "../desk";
import { attachOnce, holds, nameFor } from "./attachments";
import { folderOf } from "./folders";

/** What says that a folder is a project. */
const PROJECT = "project.json";
/** Milliseconds that the app has to see what was written into the vault, and between two looks. */
const PATIENCE = { whole: 8000, step: 100 };

export async function kitsOf({ jobs }: Desk): Promise<Kits> {
  return (await jobs.line.ask({ type: "kits" })) as Kits;
}

/** Folders of this vault in which the bible of a project lies. */
export function biblesIn({ vault }: App): string[] {
  return projectsIn(vault.getFiles()).map((file) => `${folderOf(file.path)}/Bible`);
}

/** Rejects with a `StudioloError`. */
export async function bring({ jobs }: Desk, kit: string, file: string): Promise<Uint8Array> {
  const { blob } = (await jobs.line.ask({ type: "bring", kit, file })) as Brought;
  return jobs.line.get(blob.sha256);
}

/** A file of a kit: where the vault has it in the project, or else as an attachment of the note of this path. */
export async function fileOf(desk: Desk, note: string, kit: KitInfo, { name, blob }: KitFile): Promise<TFile> {
  const there = inVault(desk.app, kit.name, name);
  if (there && (await holds(desk.app, there, blob.sha256))) return there;
  const own = `${nameFor(`${kit.title} ${name.replace(/\.\w+$/, "")}`, "part")}${/\.\w+$/.exec(name)?.[0] ?? ""}`;
  return attachOnce(desk.app, note, own, blob.sha256, () => bring(desk, kit.name, name));
}

/** Whether this vault has the kit that was kept just now, as soon as the app has seen it. */
export async function arrives(app: App, kit: string, file: string): Promise<boolean> {
  for (let left = PATIENCE.whole; !inVault(app, kit, file); left -= PATIENCE.step) {
    if (left <= 0 || projectsIn(app.vault.getFiles()).length === 0) return false;
    await new Promise((resolve) => window.setTimeout(resolve, PATIENCE.step));
  }
  return true;
}

/** Throws a `StudioloError` where no project is open, or it has no kit. */
export function mustHaveKits({ project, kits }: Kits): readonly KitInfo[] {
  if (!project) throw bad("No project is open.", "Open one with `studiolo project FOLDER`.");
  if (kits.length === 0) throw bad(`The project ${project} has no kit yet.`, "Compose one from a note.");
  return kits;
}

function inVault(app: App, kit: string, file: string): TFile | null {
  return app.metadataCache.getFirstLinkpathDest(`Kits/${kit}/${file}`, "");
}

function projectsIn(files: TFile[]): TFile[] {
  return files.filter(({ name }) => name === PROJECT);
}
