/** Pictures, sounds and notes of music as files of the vault, where its owner wants attachments to be. */

import { normalizePath, type App, type TFile } from "obsidian";
import { ensureFolder, folderOf } from "./folders";

/** Letters of a file's name that come from the words it was made of. */
const LONGEST_NAME = 40;

/** Saves bytes as an attachment of the note of this path, under a name that hides no other file. */
export async function attach(app: App, note: string, name: string, bytes: Uint8Array): Promise<TFile> {
  const path = await app.fileManager.getAvailablePathForAttachment(name, note);
  return save(app, path, bytes);
}

/** A folder where attachments go, that nothing lies in yet; its path. */
export async function attachmentFolder(app: App, note: string, name: string): Promise<string> {
  const beside = folderOf(await app.fileManager.getAvailablePathForAttachment(`${name}.png`, note));
  for (let number = 0; ; number += 1) {
    const path = normalizePath(`${beside}/${name}${number ? ` ${number}` : ""}`);
    if (app.vault.getAbstractFileByPath(path) === null) {
      await ensureFolder(app.vault, path);
      return path;
    }
  }
}

/** Saves bytes under exactly this path. */
export async function save(app: App, path: string, bytes: Uint8Array): Promise<TFile> {
  await ensureFolder(app.vault, folderOf(path));
  return app.vault.createBinary(normalizePath(path), new Uint8Array(bytes).buffer);
}

/** The link that shows a file in the note of this path, in the form that its owner likes. */
export function embed(app: App, file: TFile, note: string): string {
  const link = app.fileManager.generateMarkdownLink(file, note);
  return link.startsWith("!") ? link : `!${link}`;
}

/** A file's name from the first words that it was made of; `otherwise` where there are none. */
export function nameFor(words: string, otherwise: string): string {
  const name = (words.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).join("-");
  return name.slice(0, LONGEST_NAME).replace(/-+$/, "") || otherwise;
}
