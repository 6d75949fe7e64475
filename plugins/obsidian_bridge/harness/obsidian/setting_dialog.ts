/** The settings dialog (Ctrl+,): a list of pages at the left, one page at the right. */

import type * as obsidian from "obsidian";
import { Modal } from "./modals";
import type { SettingTab } from "./settings";

export class SettingDialog extends Modal {
  private readonly tabs: SettingTab[] = [];
  private readonly list: HTMLElement;
  private readonly page: HTMLElement;
  private shown: SettingTab | null = null;

  constructor(app: obsidian.App) {
    super(app);
    this.modalEl.addClass("mod-settings");
    this.contentEl.addClass("vertical-tabs-container");
    this.list = this.contentEl.createDiv("vertical-tab-header");
    this.page = this.contentEl.createDiv("vertical-tab-content-container");
  }

  add(tab: SettingTab): void {
    this.tabs.push(tab);
  }

  remove(tab: SettingTab): void {
    if (tab === this.shown) this.close();
    this.tabs.splice(this.tabs.indexOf(tab), 1);
  }

  openTabById(id: string): SettingTab | null {
    const tab = this.tabs.find((one) => one.id === id) ?? null;
    if (tab) this.show(tab);
    return tab;
  }

  override onOpen(): void {
    this.list.empty();
    this.list.createDiv({ cls: "vertical-tab-header-group-title", text: "Community plugins" });
    for (const tab of this.tabs) {
      const item = this.list.createDiv({ cls: "vertical-tab-nav-item", text: tab.name });
      item.addEventListener("click", () => this.show(tab));
    }
    const first = this.tabs[0];
    if (first) this.show(first);
  }

  override onClose(): void {
    this.shown?.hide();
    this.shown = null;
  }

  private show(tab: SettingTab): void {
    this.shown?.hide();
    this.shown = tab;
    for (const [index, item] of [...this.list.findAll(".vertical-tab-nav-item")].entries()) {
      item.toggleClass("is-active", this.tabs[index] === tab);
    }
    this.page.replaceChildren(tab.containerEl);
    tab.display();
  }
}
