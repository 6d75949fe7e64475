/** One window: notes in tabs in the middle, a list of files at the left, panels at the right. */

import type { Extension } from "@codemirror/state";
import type { ViewUpdate } from "@codemirror/view";
import type * as obsidian from "obsidian";
import type { Editor } from "./editor";
import { Events } from "./events";
import { setIcon, setTooltip } from "./icons";
import { WorkspaceLeaf, type Place } from "./leaf";
import { Menu } from "./menu";
import { debounce } from "./platform";
import { sidedock, type Sidedock } from "./sidedock";
import type { EditorSuggest } from "./suggest";
import type { TAbstractFile, TFile } from "./vault";
import { EmptyView, FileView, MarkdownView, TextFileView, type View } from "./views";

const LAYOUT = ".obsidian/workspace.json";

interface Layout {
  tabs: (string | null)[];
  active: number;
  panels: string[];
  /** Whether the panels are out of sight. */
  collapsed: boolean;
}

export { WorkspaceLeaf };

export class Workspace
  extends Events
  implements
    Pick<
      obsidian.Workspace,
      | "layoutReady"
      | "containerEl"
      | "requestSaveLayout"
      | "onLayoutReady"
      | "openLinkText"
      | "getActiveFile"
      | "iterateRootLeaves"
      | "iterateAllLeaves"
      | "detachLeavesOfType"
      | "updateOptions"
    >
{
  layoutReady = false;
  activeLeaf: WorkspaceLeaf | null = null;
  readonly containerEl = createDiv("workspace");
  readonly leftRibbon = this.containerEl.createDiv("workspace-ribbon side-dock-ribbon mod-left");
  readonly leftSplit = sidedock(this.containerEl, "left");
  readonly rightSplit: Sidedock;
  readonly requestSaveLayout: obsidian.Debouncer<[], Promise<void>> = debounce(() => this.saveLayout(), 500);
  private readonly rootTabs: HTMLElement;
  private readonly rootEl: HTMLElement;
  private leaves: WorkspaceLeaf[] = [];
  private waiting: (() => unknown)[] = [];
  private lastRoot: WorkspaceLeaf | null = null;
  private readonly views = new Map<string, obsidian.ViewCreator>();
  private readonly extensions: Extension[] = [];
  private readonly suggests: EditorSuggest<unknown>[] = [];

  constructor(readonly app: obsidian.App) {
    super();
    const root = this.containerEl
      .createDiv("workspace-split mod-vertical mod-root")
      .createDiv("workspace-tabs mod-active");
    this.rootTabs = root.createDiv("workspace-tab-header-container").createDiv("workspace-tab-header-container-inner");
    this.rootEl = root.createDiv("workspace-tab-container");
    this.rightSplit = sidedock(this.containerEl, "right");
    app.vault.on("delete", (file) => void this.deleted(file as TAbstractFile));
    app.vault.on("rename", (file) => void this.renamed(file as TAbstractFile));
    app.vault.on("modify", (file) => void this.modified(file as TAbstractFile));
  }

  get activeEditor(): obsidian.MarkdownFileInfo | null {
    const view = this.activeLeaf?.view;
    return view instanceof MarkdownView ? (view as unknown as obsidian.MarkdownFileInfo) : null;
  }

  /** The editor of the note that was used last, wherever the person is now. */
  get frontEditor(): Editor | null {
    const view = this.lastRoot?.view;
    return view instanceof MarkdownView ? view.editor : null;
  }

  onLayoutReady(callback: () => unknown): void {
    if (this.layoutReady) callback();
    else this.waiting.push(callback);
  }

  // ---- leaves

  getActiveViewOfType<T>(type: abstract new (...given: never[]) => T): T | null {
    const view: unknown = this.activeLeaf?.view;
    return view instanceof type ? view : null;
  }

  getActiveFile(): TFile | null {
    const views = [this.activeLeaf, this.lastRoot].map((leaf) => leaf?.view);
    return views.find((view) => view instanceof FileView)?.file ?? null;
  }

  getLeaf(newLeaf: obsidian.PaneType | boolean = false): WorkspaceLeaf {
    if (!newLeaf && this.lastRoot) return this.lastRoot;
    return this.add("root");
  }

  getRightLeaf(_split: boolean): WorkspaceLeaf {
    return this.add("right");
  }

  async ensureSideLeaf(
    type: string,
    _side: obsidian.Side,
    options: { active?: boolean; reveal?: boolean; state?: unknown } = {},
  ): Promise<WorkspaceLeaf> {
    const leaf = this.getLeavesOfType(type)[0] ?? this.add("right");
    await leaf.setViewState({ type, state: options.state as Record<string, unknown>, active: options.active });
    if (options.reveal) await this.revealLeaf(leaf);
    return leaf;
  }

  getMostRecentLeaf(): WorkspaceLeaf | null {
    return this.lastRoot;
  }

  getLeavesOfType(type: string): WorkspaceLeaf[] {
    return this.leaves.filter((leaf) => leaf.view.getViewType() === type);
  }

  detachLeavesOfType(type: string): void {
    for (const leaf of this.getLeavesOfType(type)) leaf.detach();
  }

  iterateAllLeaves(callback: (leaf: obsidian.WorkspaceLeaf) => unknown): void {
    for (const leaf of this.leaves) callback(leaf.asObsidian);
  }

  iterateRootLeaves(callback: (leaf: obsidian.WorkspaceLeaf) => unknown): void {
    for (const leaf of this.leaves.filter(({ place }) => place === "root")) callback(leaf.asObsidian);
  }

  async revealLeaf(leaf: WorkspaceLeaf): Promise<void> {
    if (leaf.place === "right") this.rightSplit.expand();
    this.front(leaf);
    void this.requestSaveLayout();
  }

  async openLinkText(
    linktext: string,
    sourcePath: string,
    newLeaf?: obsidian.PaneType | boolean,
    state?: obsidian.OpenViewState,
  ): Promise<void> {
    const file = this.app.metadataCache.getFirstLinkpathDest(linktext.split("#")[0] ?? "", sourcePath);
    if (file) await this.getLeaf(newLeaf).openFile(file, state);
  }

  setActiveLeaf(given: obsidian.WorkspaceLeaf, { focus = false }: { focus?: boolean } = {}): void {
    const leaf = given as unknown as WorkspaceLeaf;
    if (focus && leaf.view instanceof MarkdownView) leaf.view.editor.focus();
    if (leaf === this.activeLeaf) return;
    this.activeLeaf = leaf;
    if (leaf.place === "root") this.lastRoot = leaf;
    this.front(leaf);
    for (const one of this.leaves) one.containerEl.toggleClass("mod-active", one === leaf);
    this.trigger("active-leaf-change", leaf);
    if (leaf.place === "root") this.trigger("file-open", this.getActiveFile());
    void this.requestSaveLayout();
  }

  /** A leaf shows something else. */
  changed(leaf: WorkspaceLeaf): void {
    const active = leaf.tabEl.hasClass("is-active");
    leaf.tabEl.empty();
    if (leaf.place === "right") {
      setIcon(leaf.tabEl, leaf.getIcon());
      setTooltip(leaf.tabEl, leaf.getDisplayText());
    } else leaf.tabEl.createDiv({ cls: "workspace-tab-header-inner-title", text: leaf.getDisplayText() });
    leaf.tabEl.toggleClass("is-active", active);
    if (leaf === this.activeLeaf && leaf.place === "root") this.trigger("file-open", this.getActiveFile());
    this.trigger("layout-change");
    void this.requestSaveLayout();
  }

  forget(leaf: WorkspaceLeaf): void {
    this.leaves = this.leaves.filter((one) => one !== leaf);
    leaf.containerEl.detach();
    leaf.tabEl.detach();
    const next = this.leaves.filter(({ place }) => place === leaf.place).at(-1);
    if (next) this.front(next);
    if (this.lastRoot === leaf) this.lastRoot = leaf.place === "root" ? (next ?? null) : null;
    if (this.activeLeaf === leaf) {
      this.activeLeaf = null;
      this.setActiveLeaf((this.lastRoot ?? this.getLeaf(true)).asObsidian, { focus: true });
    }
    this.trigger("layout-change");
    void this.requestSaveLayout();
  }

  private add(place: Place): WorkspaceLeaf {
    const leaf = new WorkspaceLeaf(this.app, this, place);
    this.leaves.push(leaf);
    const [tabs, container] =
      place === "root" ? [this.rootTabs, this.rootEl] : [this.rightSplit.tabs, this.rightSplit.container];
    tabs.append(leaf.tabEl);
    container.append(leaf.containerEl);
    this.front(leaf);
    return leaf;
  }

  private front(leaf: WorkspaceLeaf): void {
    for (const one of this.leaves.filter(({ place }) => place === leaf.place)) {
      one.tabEl.toggleClass("is-active", one === leaf);
      one.containerEl.toggle(one === leaf);
    }
  }

  // ---- what plugins add

  registerView(type: string, creator: obsidian.ViewCreator): () => void {
    this.views.set(type, creator);
    return () => {
      this.views.delete(type);
      this.detachLeavesOfType(type);
    };
  }

  makeView(type: string, leaf: WorkspaceLeaf): View {
    if (type === "markdown") return new MarkdownView(leaf);
    const creator = this.views.get(type);
    return creator ? (creator(leaf.asObsidian) as unknown as View) : new EmptyView(leaf);
  }

  registerEditorExtension(extension: Extension): () => void {
    this.extensions.push(extension);
    this.updateOptions();
    return () => {
      this.extensions.splice(this.extensions.indexOf(extension), 1);
      this.updateOptions();
    };
  }

  editorExtensions(): Extension[] {
    return [...this.extensions];
  }

  /** All editors take what plugins want now. */
  updateOptions(): void {
    for (const { view } of this.leaves) if (view instanceof MarkdownView) view.configure(this.editorExtensions());
  }

  registerEditorSuggest(suggest: EditorSuggest<unknown>): () => void {
    this.suggests.push(suggest);
    return () => {
      suggest.close();
      this.suggests.splice(this.suggests.indexOf(suggest), 1);
    };
  }

  /** The cursor is elsewhere or the text is other: the first who wants to suggest something does. */
  suggest(view: MarkdownView, update: ViewUpdate): void {
    const typed =
      update.docChanged && update.transactions.some((tr) => tr.isUserEvent("input") || tr.isUserEvent("delete"));
    let taken = false;
    for (const suggest of this.suggests) taken = suggest.look(view, typed, taken) || taken;
  }

  openEditorMenu(event: MouseEvent, view: MarkdownView): void {
    event.preventDefault();
    const menu = new Menu();
    this.trigger("editor-menu", menu, view.editor, view);
    menu.showAtMouseEvent(event);
  }

  openFileMenu(event: MouseEvent, file: TAbstractFile): void {
    event.preventDefault();
    const menu = new Menu();
    this.trigger("file-menu", menu, file, "file-explorer-context-menu", null);
    menu.showAtMouseEvent(event);
  }

  // ---- the layout, from one start to the next

  async loadLayout(): Promise<void> {
    const { adapter } = this.app.vault;
    const layout = (await adapter.exists(LAYOUT)) ? (JSON.parse(await adapter.read(LAYOUT)) as Layout) : null;
    for (const path of layout?.tabs ?? [null]) {
      const file = path === null ? null : this.app.vault.getFileByPath(path);
      const leaf = this.add("root");
      if (file) await leaf.openFile(file, { active: false });
      else this.changed(leaf);
    }
    for (const type of layout?.panels ?? []) if (this.views.has(type)) await this.add("right").setViewState({ type });
    if (layout?.collapsed === false) this.rightSplit.expand();
    const roots = this.leaves.filter(({ place }) => place === "root");
    const active = roots[layout?.active ?? 0] ?? roots[0];
    if (active) this.setActiveLeaf(active.asObsidian, { focus: true });
    this.layoutReady = true;
    for (const callback of this.waiting.splice(0)) callback();
    this.trigger("layout-change");
  }

  /** As when the window is closed: what is not saved is saved, and whoever listens may do so too. */
  async quit(): Promise<void> {
    const promises: Promise<unknown>[] = [];
    this.trigger("quit", {
      add: (work: () => Promise<unknown>) => promises.push(work()),
      addPromise: (promise: Promise<unknown>) => promises.push(promise),
      isEmpty: () => promises.length === 0,
      promise: () => Promise.all(promises),
    });
    for (const { view } of this.leaves) if (view instanceof TextFileView) promises.push(view.save());
    await Promise.all([...promises, this.saveLayout()]);
  }

  private async saveLayout(): Promise<void> {
    const roots = this.leaves.filter(({ place }) => place === "root");
    const layout: Layout = {
      tabs: roots.map(({ view }) => (view instanceof FileView ? (view.file?.path ?? null) : null)),
      active: this.lastRoot ? roots.indexOf(this.lastRoot) : 0,
      panels: this.leaves.filter(({ place }) => place === "right").map(({ view }) => view.getViewType()),
      collapsed: this.rightSplit.collapsed,
    };
    await this.app.vault.adapter.write(LAYOUT, JSON.stringify(layout));
  }

  // ---- what happens to open files

  private showing(file: TAbstractFile): FileView[] {
    return this.leaves
      .map(({ view }) => view)
      .filter((view): view is FileView => view instanceof FileView && view.file === file);
  }

  private async deleted(file: TAbstractFile): Promise<void> {
    for (const view of this.showing(file)) await view.leaf.empty();
  }

  private async renamed(file: TAbstractFile): Promise<void> {
    for (const view of this.showing(file)) {
      await view.onRename(file as TFile);
      this.changed(view.leaf);
    }
  }

  private async modified(file: TAbstractFile): Promise<void> {
    for (const view of this.showing(file)) if (view instanceof TextFileView) await view.reload();
  }
}
