/** Pictures, sounds and notes of music as files of the vault, where its owner wants attachments to be. */

import { normalizePath, type App, type TFile } from "obsidian";
import { sha256 } from "../daemon/frames";
import { ensureFolder, folderOf } from "./folders";

/** Letters of a file's name that come from the words it was made of. */
const LONGEST_NAME = 40;

/** Saves bytes as an attachment of the note of this path, under a name that hides no other file. */
export async function attach(app: App, note: string, name: string, bytes: Uint8Array): Promise<TFile> {
  const path = await app.fileManager.getAvailablePathForAttachment(name, note);
  return save(app, path, bytes);
}

/** The same; but a file of that name that has these very bytes already is taken instead. */
export async function attachOnce(
  app: App,
  note: string,
  name: string,
  hash: string,
  get: () => Promise<Uint8Array>,
): Promise<TFile> {
  const there = app.metadataCache.getFirstLinkpathDest(name, note);
  return there && (await holds(app, there, hash)) ? there : attach(app, note, name, await get());
}

/** Whether a file has the bytes of this hash. */
export async function holds(app: App, file: TFile, hash: string): Promise<boolean> {
  return (await sha256(new Uint8Array(await app.vault.readBinary(file)))) === hash;
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

/**
 * The link to a file by its whole path: files of kits are called alike, and a short link would lead to another's one day.
 * With a label it leads there, without one it shows the file.
 */
export function wholeLink(app: App, file: TFile, note: string, label = ""): string {
  const short = app.metadataCache.fileToLinktext(file, note);
  const link = label
    ? app.fileManager.generateMarkdownLink(file, note, "", label.replace(/[[\]|]/g, " "))
    : embed(app, file, note);
  if (short.includes("/")) return link;
  const whole = file.path.slice(0, file.path.length - file.name.length) + short;
  return link.includes("[[") ? link.replace(short, whole) : link.replace(`(${short}`, `(${encodeURI(whole)}`);
}

/** A file's name from the first words that it was made of; `otherwise` where there are none. */
export function nameFor(words: string, otherwise: string): string {
  const name = (words.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).join("-");
  return name.slice(0, LONGEST_NAME).replace(/-+$/, "") || otherwise;
}
