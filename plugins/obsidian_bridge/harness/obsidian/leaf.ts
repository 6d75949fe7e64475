/** A tab, in the middle or at a side, and the view in it. */

import type * as obsidian from "obsidian";
import { Events } from "./events";
import type { TFile } from "./vault";
import { EmptyView, FileView, type View } from "./views";
import type { Workspace } from "./workspace";

export type Place = "root" | "left" | "right";

export class WorkspaceLeaf
  extends Events
  implements
    Pick<
      obsidian.WorkspaceLeaf,
      | "openFile"
      | "getViewState"
      | "setViewState"
      | "getEphemeralState"
      | "setEphemeralState"
      | "detach"
      | "getIcon"
      | "getDisplayText"
      | "isDeferred"
      | "loadIfDeferred"
    >
{
  view: View;
  readonly isDeferred = false;
  readonly containerEl = createDiv("workspace-leaf");
  readonly tabEl = createDiv("workspace-tab-header");

  constructor(
    readonly app: obsidian.App,
    readonly workspace: Workspace,
    readonly place: Place,
  ) {
    super();
    this.view = new EmptyView(this);
    this.containerEl.append(this.view.containerEl);
    this.containerEl.addEventListener("focusin", () => workspace.setActiveLeaf(this.asObsidian));
    this.tabEl.addEventListener("click", () => workspace.setActiveLeaf(this.asObsidian, { focus: true }));
  }

  get asObsidian(): obsidian.WorkspaceLeaf {
    return this as unknown as obsidian.WorkspaceLeaf;
  }

  async loadIfDeferred(): Promise<void> {}

  async openFile(file: obsidian.TFile, { active = true, eState }: obsidian.OpenViewState = {}): Promise<void> {
    await this.setViewState({ type: "markdown", state: { file: file.path }, active }, eState);
  }

  getViewState(): obsidian.ViewState {
    return { type: this.view.getViewType(), state: this.view.getState() };
  }

  /** The view of another file of the same type stays, and is given that file. */
  async setViewState({ type, state, active = false }: obsidian.ViewState, eState?: unknown): Promise<void> {
    if (this.view.getViewType() !== type) await this.show(this.workspace.makeView(type, this));
    await this.view.setState(state ?? {}, { history: true });
    if (eState) this.view.setEphemeralState(eState);
    if (active) this.workspace.setActiveLeaf(this.asObsidian, { focus: true });
    this.workspace.changed(this);
  }

  getEphemeralState(): Record<string, unknown> {
    return this.view.getEphemeralState();
  }

  setEphemeralState(state: unknown): void {
    this.view.setEphemeralState(state);
  }

  getIcon(): string {
    return this.view.getIcon();
  }

  getDisplayText(): string {
    return this.view.getDisplayText();
  }

  detach(): void {
    void this.end().then(() => this.workspace.forget(this));
  }

  /** Shows nothing any more. What the note had is saved, unless the note is gone. */
  async empty(): Promise<void> {
    await this.show(new EmptyView(this));
    this.workspace.changed(this);
  }

  private async show(view: View): Promise<void> {
    await this.end();
    this.view = view;
    view.containerEl.setAttribute("data-type", view.getViewType());
    this.containerEl.replaceChildren(view.containerEl);
    await view.load();
    await view.onOpen();
    const title = view.containerEl.find(".view-header-title");
    title?.setText(view.getDisplayText());
  }

  private async end(): Promise<void> {
    const { view } = this;
    if (view instanceof FileView && view.file) {
      const file: TFile = view.file;
      await view.onUnloadFile(file);
      view.file = null;
    }
    await view.onClose();
    view.unload();
  }
}
