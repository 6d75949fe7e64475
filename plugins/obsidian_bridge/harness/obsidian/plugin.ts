/** A plugin, and what it may add to the app. All of it is gone when the plugin is switched off. */

import type { Extension } from "@codemirror/state";
import type * as obsidian from "obsidian";
import type { App } from "./app";
import { Component } from "./events";
import { setIcon, setTooltip } from "./icons";
import type { SettingTab } from "./settings";
import type { EditorSuggest } from "./suggest";

export abstract class Plugin
  extends Component
  implements
    Pick<
      obsidian.Plugin,
      | "manifest"
      | "addRibbonIcon"
      | "addStatusBarItem"
      | "addCommand"
      | "removeCommand"
      | "addSettingTab"
      | "registerView"
      | "registerEditorExtension"
      | "registerEditorSuggest"
      | "registerExtensions"
      | "loadData"
      | "saveData"
      | "onUserEnable"
    >
{
  constructor(
    readonly app: App,
    readonly manifest: obsidian.PluginManifest,
  ) {
    super();
  }

  onUserEnable(): void {}

  addRibbonIcon(icon: string, title: string, clicked: (event: MouseEvent) => unknown): HTMLElement {
    const button = this.app.workspace.leftRibbon.createDiv("clickable-icon side-dock-ribbon-action");
    setIcon(button, icon);
    setTooltip(button, title);
    button.addEventListener("click", clicked);
    this.register(() => button.detach());
    return button;
  }

  addStatusBarItem(): HTMLElement {
    const item = this.app.statusBarEl.createDiv(`status-bar-item plugin-${this.manifest.id}`);
    this.register(() => item.detach());
    return item;
  }

  addCommand(command: obsidian.Command): obsidian.Command {
    command.id = `${this.manifest.id}:${command.id}`;
    command.name = `${this.manifest.name}: ${command.name}`;
    this.app.commands.add(command);
    this.register(() => this.app.commands.remove(command.id));
    return command;
  }

  removeCommand(id: string): void {
    this.app.commands.remove(`${this.manifest.id}:${id}`);
  }

  addSettingTab(tab: obsidian.PluginSettingTab): void {
    this.app.setting.add(tab as unknown as SettingTab);
    this.register(() => this.app.setting.remove(tab as unknown as SettingTab));
  }

  registerView(type: string, creator: obsidian.ViewCreator): void {
    this.register(this.app.workspace.registerView(type, creator));
  }

  registerExtensions(_extensions: string[], _viewType: string): void {
    throw new Error("The harness opens nothing but notes.");
  }

  registerEditorExtension(extension: Extension): void {
    this.register(this.app.workspace.registerEditorExtension(extension));
  }

  registerEditorSuggest(suggest: obsidian.EditorSuggest<unknown>): void {
    this.register(this.app.workspace.registerEditorSuggest(suggest as unknown as EditorSuggest<unknown>));
  }

  async loadData(): Promise<unknown> {
    const { adapter } = this.app.vault;
    return (await adapter.exists(this.data)) ? (JSON.parse(await adapter.read(this.data)) as unknown) : null;
  }

  async saveData(data: unknown): Promise<void> {
    await this.app.vault.adapter.write(this.data, JSON.stringify(data, null, 2));
  }

  private get data(): string {
    return `${this.manifest.dir ?? ""}/data.json`;
  }
}
