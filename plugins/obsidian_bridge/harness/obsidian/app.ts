/** The app: one vault in one window, with one plugin. */

import type * as obsidian from "obsidian";
import type { Outside, Surroundings } from "../outside";
import { Commands, Palette } from "./commands";
import { explorer } from "./explorer";
import { FileManager } from "./files";
import { Keymap, Scope } from "./keymap";
import { MetadataCache } from "./metadata";
import type { Plugin } from "./plugin";
import { SettingDialog } from "./setting_dialog";
import { SecretStorage } from "./storage";
import { Vault } from "./vault";
import { Workspace } from "./workspace";

export class App implements Pick<
  obsidian.App,
  "scope" | "keymap" | "lastEvent" | "secretStorage" | "isDarkMode" | "loadLocalStorage" | "saveLocalStorage"
> {
  readonly scope = new Scope();
  readonly keymap = new Keymap(this.scope);
  readonly lastEvent = null;
  readonly secretStorage = new SecretStorage();
  readonly vault: Vault;
  readonly metadataCache: MetadataCache;
  readonly fileManager: FileManager;
  readonly workspace: Workspace;
  readonly commands: Commands;
  readonly setting: SettingDialog;
  readonly statusBarEl = createDiv("status-bar");
  plugin: Plugin | null = null;

  constructor(
    outside: Outside,
    private readonly surroundings: Surroundings,
  ) {
    this.vault = new Vault(outside, surroundings.vaultName);
    this.metadataCache = new MetadataCache(this.vault);
    this.workspace = new Workspace(this.asObsidian);
    this.fileManager = new FileManager(
      this.vault,
      this.metadataCache,
      () => this.workspace.getActiveFile()?.path ?? "",
    );
    this.commands = new Commands(this.asObsidian);
    this.setting = new SettingDialog(this.asObsidian);
    this.scope.register(["Mod"], "p", () => new Palette(this.asObsidian, this.commands).open() ?? false);
    this.scope.register(["Mod"], ",", () => this.setting.open() ?? false);
  }

  get asObsidian(): obsidian.App {
    return this as unknown as obsidian.App;
  }

  isDarkMode(): boolean {
    return this.surroundings.theme === "dark";
  }

  loadLocalStorage(key: string): unknown {
    const saved = window.localStorage.getItem(this.localKey(key));
    return saved === null ? null : (JSON.parse(saved) as unknown);
  }

  saveLocalStorage(key: string, data: unknown): void {
    if (data === null || data === undefined) window.localStorage.removeItem(this.localKey(key));
    else window.localStorage.setItem(this.localKey(key), JSON.stringify(data));
  }

  /** As Obsidian begins: the vault, the plugin, the layout. */
  async begin(load: (app: App) => Promise<Plugin>): Promise<void> {
    document.body.addClass(`theme-${this.surroundings.theme}`);
    document.body.append(this.workspace.containerEl, this.statusBarEl);
    await this.vault.load();
    await this.metadataCache.load();
    explorer(this.vault, this.workspace);
    this.plugin = await load(this);
    await this.plugin.load();
    await this.workspace.loadLayout();
  }

  private localKey(key: string): string {
    return `${this.surroundings.vaultName}-${key}`;
  }
}
