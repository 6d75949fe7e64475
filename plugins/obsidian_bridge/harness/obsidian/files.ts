/** What a person's settings say about new files and links, and changes of frontmatter. */

import type * as obsidian from "obsidian";
import type { MetadataCache } from "./metadata";
import { folderOf, joined, normalizePath, split } from "./paths";
import type { TFolder, Vault } from "./vault";
import { process } from "./yaml";

export class FileManager implements Pick<
  obsidian.FileManager,
  | "getNewFileParent"
  | "renameFile"
  | "trashFile"
  | "generateMarkdownLink"
  | "processFrontMatter"
  | "getAvailablePathForAttachment"
> {
  constructor(
    private readonly vault: Vault,
    private readonly metadata: MetadataCache,
    private readonly activePath: () => string,
  ) {}

  getNewFileParent(sourcePath: string): TFolder {
    const where = this.vault.getConfig("newFileLocation");
    const chosen =
      where === "current" ? folderOf(sourcePath) : where === "folder" ? this.vault.getConfig("newFileFolderPath") : "/";
    return this.vault.getFolderByPath(String(chosen)) ?? this.vault.getRoot();
  }

  renameFile(file: obsidian.TAbstractFile, newPath: string): Promise<void> {
    return this.vault.rename(file, newPath);
  }

  trashFile(file: obsidian.TAbstractFile): Promise<void> {
    return this.vault.trash(file, true);
  }

  generateMarkdownLink(file: obsidian.TFile, sourcePath: string, subpath = "", alias = ""): string {
    const embed = file.extension === "md" ? "" : "!";
    const text = this.metadata.fileToLinktext(file, sourcePath);
    if (this.vault.getConfig("useMarkdownLinks") !== true)
      return `${embed}[[${text}${subpath}${alias && `|${alias}`}]]`;
    const path = this.vault.getConfig("newLinkFormat") === "absolute" || file.name !== text ? file.path : file.name;
    return `${embed}[${alias || (embed ? "" : file.basename)}](${encodeURI(path)}${encodeURI(subpath)})`;
  }

  async processFrontMatter(
    file: obsidian.TFile,
    change: (frontmatter: Record<string, unknown>) => void,
  ): Promise<void> {
    await this.vault.process(file, (note) => process(note, change));
  }

  async getAvailablePathForAttachment(filename: string, sourcePath = this.activePath()): Promise<string> {
    const folder = attachmentFolder(this.vault.getConfig("attachmentFolderPath"), sourcePath);
    if (this.vault.getFolderByPath(folder) === null) await this.vault.createFolder(folder);
    const { basename, extension } = split(filename);
    for (let number = 0; ; number++) {
      const name = `${basename}${number ? ` ${number}` : ""}${extension && `.${extension}`}`;
      if (this.vault.getAbstractFileByPath(joined(folder, name)) === null) return joined(folder, name);
    }
  }
}

/** "/" is the vault, "./" the note's own folder, "./name" a folder beside the note, and all else a folder of the vault. */
function attachmentFolder(setting: unknown, sourcePath: string): string {
  const chosen = typeof setting === "string" && setting !== "" ? setting : "/";
  const beside = chosen === "." || chosen.startsWith("./");
  return normalizePath(beside ? `${folderOf(sourcePath)}/${chosen.slice(1)}` : chosen);
}
