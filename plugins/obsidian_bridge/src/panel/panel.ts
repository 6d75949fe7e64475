/** The side panel: whether Studiolo is there, what is under way, what waits to be taken, and what is sent. */

import { ItemView, type WorkspaceLeaf } from "obsidian";
import type { Desk } from "../desk";
import type { Section } from "./section";

export const PANEL = "studiolo-panel";

export class Panel extends ItemView {
  private ends: (() => void)[] = [];

  constructor(
    leaf: WorkspaceLeaf,
    private readonly desk: Desk,
    private readonly sections: readonly Section[],
  ) {
    super(leaf);
  }

  override getViewType(): string {
    return PANEL;
  }

  override getDisplayText(): string {
    return "Studiolo";
  }

  override getIcon(): string {
    return "feather";
  }

  override async onOpen(): Promise<void> {
    this.contentEl.addClass("studiolo-panel");
    const places = this.sections.map((section) => {
      const place = this.contentEl.createEl("section", { cls: `studiolo-section studiolo-${section.id}` });
      place.setAttribute("aria-label", section.title);
      return [section, place] as const;
    });
    const draw = () => places.forEach(([section, place]) => section.draw(place));
    this.ends = [this.desk.jobs.watch(draw), ...this.sections.flatMap((section) => section.watch?.(draw) ?? [])];
    this.registerEvent(this.app.workspace.on("file-open", draw));
    draw();
  }

  override async onClose(): Promise<void> {
    this.ends.forEach((end) => end());
    this.contentEl.empty();
  }
}
