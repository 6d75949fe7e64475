/** Views: what a leaf shows. The one of a note saves itself two seconds after an edit, as Obsidian's does. */

import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type * as obsidian from "obsidian";
import { basics, Editor, editorEditorField, editorInfoField } from "./editor";
import { embeds } from "./embeds";
import { Component } from "./events";
import { setIcon, setTooltip } from "./icons";
import { debounce } from "./platform";
import type { TFile } from "./vault";
import type { WorkspaceLeaf } from "./workspace";

export abstract class View extends Component implements Omit<obsidian.View, "leaf" | "onOpen" | "onClose"> {
  app: obsidian.App;
  icon = "file";
  navigation = false;
  scope: obsidian.Scope | null = null;
  readonly containerEl: HTMLElement = createDiv("workspace-leaf-content");

  constructor(readonly leaf: WorkspaceLeaf) {
    super();
    this.app = leaf.app;
  }

  abstract getViewType(): string;
  abstract getDisplayText(): string;

  async onOpen(): Promise<void> {}

  async onClose(): Promise<void> {}

  getState(): Record<string, unknown> {
    return {};
  }

  async setState(_state: unknown, _result: obsidian.ViewStateResult): Promise<void> {}

  getEphemeralState(): Record<string, unknown> {
    return {};
  }

  setEphemeralState(_state: unknown): void {}

  getIcon(): string {
    return this.icon;
  }

  onResize(): void {}

  onPaneMenu(_menu: obsidian.Menu, _source: string): void {}
}

export abstract class ItemView extends View implements Omit<obsidian.ItemView, "leaf" | "onOpen" | "onClose"> {
  readonly contentEl: HTMLElement;
  readonly #actions: HTMLElement;

  constructor(leaf: WorkspaceLeaf) {
    super(leaf);
    const header = this.containerEl.createDiv("view-header");
    header.createDiv("view-header-title-container").createDiv({ cls: "view-header-title" });
    this.#actions = header.createDiv("view-actions");
    this.contentEl = this.containerEl.createDiv("view-content");
  }

  addAction(icon: string, title: string, heard: (event: MouseEvent) => unknown): HTMLElement {
    const button = this.#actions.createEl("button", { cls: "clickable-icon view-action" });
    setIcon(button, icon);
    setTooltip(button, title);
    button.addEventListener("click", heard);
    return button;
  }
}

export class EmptyView extends ItemView {
  getViewType(): string {
    return "empty";
  }

  getDisplayText(): string {
    return "New tab";
  }
}

export abstract class FileView extends ItemView {
  allowNoFile = false;
  file: TFile | null = null;
  override navigation = true;

  getDisplayText(): string {
    return this.file?.basename ?? "No file";
  }

  override getState(): Record<string, unknown> {
    return { file: this.file?.path ?? null };
  }

  override async setState(state: unknown, _result: obsidian.ViewStateResult): Promise<void> {
    const { file: path } = (state ?? {}) as { file?: string };
    const file = path === undefined ? null : (this.app.vault.getFileByPath(path) as TFile | null);
    if (file !== null && file !== this.file) await this.loadFile(file);
  }

  async loadFile(file: TFile): Promise<void> {
    if (this.file) await this.onUnloadFile(this.file);
    this.file = file;
    await this.onLoadFile(file);
    this.containerEl.find(".view-header-title").setText(file.basename);
  }

  async onLoadFile(_file: TFile): Promise<void> {}

  async onUnloadFile(_file: TFile): Promise<void> {}

  async onRename(_file: TFile): Promise<void> {
    this.containerEl.find(".view-header-title").setText(this.getDisplayText());
  }

  canAcceptExtension(_extension: string): boolean {
    return false;
  }
}

export abstract class TextFileView extends FileView {
  data = "";
  readonly requestSave: obsidian.Debouncer<[], Promise<void>> = debounce(() => this.save(), 2000, true);
  #saved = "";

  abstract getViewData(): string;
  abstract setViewData(data: string, clear: boolean): void;
  abstract clear(): void;

  /** Whether there is something that is not on disk yet. */
  get dirty(): boolean {
    return this.file !== null && this.getViewData() !== this.#saved;
  }

  override async onLoadFile(file: TFile): Promise<void> {
    this.data = this.#saved = await this.app.vault.read(file);
    this.setViewData(this.data, true);
  }

  override async onUnloadFile(_file: TFile): Promise<void> {
    this.requestSave.cancel();
    await this.save();
  }

  async save(clear = false): Promise<void> {
    const file = this.file;
    if (file && this.dirty && this.app.vault.getFileByPath(file.path) === (file as obsidian.TFile)) {
      this.data = this.#saved = this.getViewData();
      await this.app.vault.modify(file, this.data);
    }
    if (clear) this.clear();
  }

  /**
   * The file was changed by somebody else. Obsidian merges that with what is not saved; here it is an error, since a
   * plugin must never do it.
   */
  async reload(): Promise<void> {
    if (this.file === null) return;
    const there = await this.app.vault.read(this.file);
    if (there === this.#saved || there === this.getViewData()) return;
    if (this.dirty) throw new Error(`${this.file.path} was written while its editor had changes of its own.`);
    this.data = this.#saved = there;
    this.setViewData(there, false);
  }
}

export class MarkdownView
  extends TextFileView
  implements
    Pick<
      obsidian.MarkdownView,
      | "app"
      | "allowNoFile"
      | "clear"
      | "containerEl"
      | "contentEl"
      | "data"
      | "editor"
      | "file"
      | "getDisplayText"
      | "getMode"
      | "getViewData"
      | "getViewType"
      | "hoverPopover"
      | "requestSave"
      | "save"
      | "setViewData"
    >
{
  readonly editor: Editor;
  hoverPopover: obsidian.HoverPopover | null = null;
  override icon = "file-text";
  private readonly plugins = new Compartment();
  private extensions: Extension[] = [];

  constructor(leaf: WorkspaceLeaf) {
    super(leaf);
    const source = this.contentEl.createDiv(
      "markdown-source-view cm-s-obsidian mod-cm6 is-readable-line-width is-live-preview",
    );
    const cm = new EditorView({ parent: source });
    this.editor = new Editor(cm);
    cm.contentDOM.addEventListener("contextmenu", (event) => leaf.workspace.openEditorMenu(event, this));
  }

  getViewType(): string {
    return "markdown";
  }

  getMode(): obsidian.MarkdownViewModeType {
    return "source";
  }

  override canAcceptExtension(extension: string): boolean {
    return extension === "md";
  }

  getViewData(): string {
    return this.editor.getValue();
  }

  /** A different note is a new state of the same view; the same one from outside is a change of what differs. */
  setViewData(data: string, clear: boolean): void {
    const { cm } = this.editor;
    if (clear) {
      cm.setState(EditorState.create({ doc: data, extensions: this.everything() }));
      return;
    }
    const before = this.getViewData();
    let from = 0;
    while (from < before.length && before[from] === data[from]) from++;
    let same = 0;
    const most = Math.min(before.length, data.length) - from;
    while (same < most && before[before.length - 1 - same] === data[data.length - 1 - same]) same++;
    const changes = { from, to: before.length - same, insert: data.slice(from, data.length - same) };
    cm.dispatch({ changes, userEvent: "set" });
  }

  clear(): void {
    this.setViewData("", true);
  }

  /** What plugins add to every editor is this from now on. */
  configure(extensions: Extension[]): void {
    this.extensions = extensions;
    this.editor.cm.dispatch({ effects: this.plugins.reconfigure(extensions) });
  }

  override async onOpen(): Promise<void> {
    this.extensions = this.leaf.workspace.editorExtensions();
  }

  override async onClose(): Promise<void> {
    this.editor.cm.destroy();
  }

  private everything(): Extension {
    return [
      editorInfoField.init(() => this as unknown as obsidian.MarkdownFileInfo),
      editorEditorField.init(() => this.editor.cm),
      this.plugins.of(this.extensions),
      basics,
      embeds((link) => this.resource(link)),
      EditorView.updateListener.of((update) => {
        if (update.docChanged && !update.transactions.some((one) => one.isUserEvent("set"))) {
          this.data = this.getViewData();
          this.requestSave();
          this.leaf.workspace.trigger("editor-change", this.editor, this);
        }
        if (update.docChanged || update.selectionSet) this.leaf.workspace.suggest(this, update);
      }),
    ];
  }

  private resource(link: string): string | null {
    const file = this.app.metadataCache.getFirstLinkpathDest(link, this.file?.path ?? "");
    return file && this.app.vault.getResourcePath(file);
  }
}
