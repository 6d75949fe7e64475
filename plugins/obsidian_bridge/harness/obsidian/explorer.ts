/** The list of files at the left: a click opens a note. */

import { setIcon } from "./icons";
import { TFile, TFolder, type TAbstractFile, type Vault } from "./vault";
import type { Workspace } from "./workspace";

export function explorer(vault: Vault, workspace: Workspace): void {
  const tab = workspace.leftSplit.tabs.createDiv("workspace-tab-header is-active");
  setIcon(tab, "folder-closed");
  const list = workspace.leftSplit.container.createDiv("nav-files-container");
  let asked = 0;

  const draw = () => {
    asked = 0;
    list.empty();
    for (const child of sorted(vault.getRoot())) row(child, list);
  };
  const later = () => (asked ||= window.setTimeout(draw, 50));

  function row(file: TAbstractFile, parent: HTMLElement): void {
    const folder = file instanceof TFolder;
    const item = parent.createDiv(`tree-item ${folder ? "nav-folder" : "nav-file"}`);
    const title = item.createDiv({
      cls: folder ? "nav-folder-title" : "nav-file-title",
      attr: { "data-path": file.path },
    });
    if (folder) setIcon(title.createDiv("collapse-icon"), "chevron-down");
    title.createDiv({
      cls: "tree-item-inner",
      text: file instanceof TFile && file.extension === "md" ? file.basename : file.name,
    });
    title.toggleClass("is-active", file === workspace.getActiveFile());
    title.addEventListener("contextmenu", (event) => workspace.openFileMenu(event, file));
    if (file instanceof TFolder) {
      const children = item.createDiv("tree-item-children");
      for (const child of sorted(file)) row(child, children);
    } else if (file instanceof TFile && file.extension === "md") {
      title.addEventListener("click", () => void workspace.getLeaf().openFile(file));
    } else title.createDiv({ cls: "nav-file-tag", text: file instanceof TFile ? file.extension : "" });
  }

  for (const event of ["create", "delete", "rename"]) vault.on(event, later);
  workspace.on("file-open", later);
  draw();
}

function sorted(folder: TFolder): TAbstractFile[] {
  const first = (file: TAbstractFile) => (file instanceof TFolder ? 0 : 1);
  return [...folder.children].sort((one, other) => first(one) - first(other) || one.name.localeCompare(other.name));
}
