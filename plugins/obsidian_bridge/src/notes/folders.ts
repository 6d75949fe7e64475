/** Folders of the vault, and what is in them. */

import { normalizePath, type Vault } from "obsidian";

/** Makes the folder, and those above it, where they are not there yet. */
export async function ensureFolder(vault: Vault, path: string): Promise<void> {
  let folder = "";
  for (const part of normalizePath(path).split("/").filter(Boolean)) {
    folder = folder ? `${folder}/${part}` : part;
    if (vault.getAbstractFileByPath(folder) === null) await vault.createFolder(folder);
  }
}

/** Whether a file or folder lies in this folder, however deep. */
export function inFolder(path: string, folder: string): boolean {
  const above = normalizePath(folder);
  return above === "/" || path.startsWith(`${above}/`);
}

/** Where a file's folder is; "" for the vault itself. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
