/** Lines of a settings page, and the pages themselves. */

import type * as obsidian from "obsidian";
import {
  ButtonComponent,
  DropdownComponent,
  ExtraButtonComponent,
  ProgressBarComponent,
  SearchComponent,
  SliderComponent,
  TextAreaComponent,
  TextComponent,
  ToggleComponent,
  type BaseComponent,
} from "./components";
import { setTooltip } from "./icons";

export class Setting implements obsidian.Setting {
  readonly settingEl: HTMLElement;
  readonly infoEl: HTMLElement;
  readonly nameEl: HTMLElement;
  readonly descEl: HTMLElement;
  readonly controlEl: HTMLElement;
  components: BaseComponent[] = [];

  constructor(containerEl: HTMLElement) {
    this.settingEl = containerEl.createDiv("setting-item");
    this.infoEl = this.settingEl.createDiv("setting-item-info");
    this.nameEl = this.infoEl.createDiv("setting-item-name");
    this.descEl = this.infoEl.createDiv("setting-item-description");
    this.controlEl = this.settingEl.createDiv("setting-item-control");
  }

  setName(name: string | DocumentFragment): this {
    this.nameEl.setText(name);
    return this;
  }

  setDesc(description: string | DocumentFragment): this {
    this.descEl.setText(description);
    return this;
  }

  setClass(name: string): this {
    this.settingEl.addClass(name);
    return this;
  }

  setTooltip(tooltip: string): this {
    setTooltip(this.settingEl, tooltip);
    return this;
  }

  setHeading(): this {
    this.settingEl.addClass("setting-item-heading");
    return this;
  }

  setDisabled(disabled: boolean): this {
    for (const component of this.components) component.setDisabled(disabled);
    return this;
  }

  addButton(made: (component: ButtonComponent) => unknown): this {
    return this.add(new ButtonComponent(this.controlEl), made);
  }

  addExtraButton(made: (component: ExtraButtonComponent) => unknown): this {
    return this.add(new ExtraButtonComponent(this.controlEl), made);
  }

  addToggle(made: (component: ToggleComponent) => unknown): this {
    this.settingEl.addClass("mod-toggle");
    return this.add(new ToggleComponent(this.controlEl), made);
  }

  addText(made: (component: TextComponent) => unknown): this {
    return this.add(new TextComponent(this.controlEl), made);
  }

  addSearch(made: (component: SearchComponent) => unknown): this {
    return this.add(new SearchComponent(this.controlEl), made);
  }

  addTextArea(made: (component: TextAreaComponent) => unknown): this {
    return this.add(new TextAreaComponent(this.controlEl), made);
  }

  addDropdown(made: (component: DropdownComponent) => unknown): this {
    return this.add(new DropdownComponent(this.controlEl), made);
  }

  addMomentFormat(): this {
    throw new Error("The harness has no field for formats of dates.");
  }

  addColorPicker(): this {
    throw new Error("The harness has no field for colours.");
  }

  addProgressBar(made: (component: ProgressBarComponent) => unknown): this {
    return this.add(new ProgressBarComponent(this.controlEl), made);
  }

  addSlider(made: (component: SliderComponent) => unknown): this {
    return this.add(new SliderComponent(this.controlEl), made);
  }

  addComponent<T extends obsidian.BaseComponent>(make: (element: HTMLElement) => T): this {
    this.components.push(make(this.controlEl));
    return this;
  }

  then(callback: (setting: this) => unknown): this {
    callback(this);
    return this;
  }

  clear(): this {
    this.controlEl.empty();
    this.components = [];
    return this;
  }

  private add<T extends BaseComponent>(component: T, made: (component: T) => unknown): this {
    this.components.push(component);
    made(component);
    return this;
  }
}

export abstract class SettingTab implements Pick<obsidian.SettingTab, "app" | "containerEl" | "display" | "hide"> {
  readonly containerEl = createDiv("vertical-tab-content");
  id = "";
  name = "";

  constructor(readonly app: obsidian.App) {}

  abstract display(): void;

  hide(): void {
    this.containerEl.empty();
  }
}

export abstract class PluginSettingTab extends SettingTab {
  constructor(app: obsidian.App, plugin: obsidian.Plugin) {
    super(app);
    this.id = plugin.manifest.id;
    this.name = plugin.manifest.name;
  }
}
