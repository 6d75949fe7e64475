/** Menus that open where one clicked. */

import type * as obsidian from "obsidian";
import { Component } from "./events";
import { setIcon } from "./icons";

type Chosen = (event: MouseEvent | KeyboardEvent) => unknown;

export class MenuItem implements obsidian.MenuItem {
  readonly dom = createDiv("menu-item tappable");
  private readonly iconEl = this.dom.createDiv("menu-item-icon");
  private readonly titleEl = this.dom.createDiv("menu-item-title");
  private readonly chosen: Chosen[] = [];
  private submenu: Menu | null = null;
  private disabled = false;
  section = "";

  constructor(readonly menu: Menu) {
    this.dom.addEventListener("click", (event) => this.choose(event));
    this.dom.addEventListener("mouseenter", () => this.openSubmenu());
  }

  setTitle(title: string | DocumentFragment): this {
    this.titleEl.setText(title);
    return this;
  }

  setIcon(icon: string | null): this {
    if (icon === null) this.iconEl.empty();
    else setIcon(this.iconEl, icon);
    return this;
  }

  setChecked(checked: boolean | null): this {
    this.dom.toggleClass("mod-checked", checked === true);
    return this;
  }

  setDisabled(disabled: boolean): this {
    this.disabled = disabled;
    this.dom.toggleClass("is-disabled", disabled);
    return this;
  }

  setWarning(warning: boolean): this {
    this.dom.toggleClass("is-warning", warning);
    return this;
  }

  setIsLabel(label: boolean): this {
    this.dom.toggleClass("is-label", label);
    return this;
  }

  onClick(chosen: Chosen): this {
    this.chosen.push(chosen);
    return this;
  }

  setSection(section: string): this {
    this.section = section;
    return this;
  }

  /** The API does not have this, and Obsidian does. */
  setSubmenu(): Menu {
    this.dom.addClass("has-submenu");
    return (this.submenu ??= new Menu());
  }

  private choose(event: MouseEvent): void {
    if (this.disabled || this.submenu) return;
    this.menu.hide();
    for (const heard of this.chosen) heard(event);
  }

  private openSubmenu(): void {
    const { right, top } = this.dom.getBoundingClientRect();
    this.submenu?.showAtPosition({ x: right, y: top });
    this.submenu?.onHide(() => this.menu.hide());
  }
}

export class Menu extends Component implements Omit<obsidian.Menu, "addItem"> {
  readonly dom = createDiv("menu");
  #items: MenuItem[] = [];
  #hidden: (() => unknown)[] = [];
  #away = (event: Event) => {
    if (!(event.target instanceof Element && event.target.closest(".menu"))) this.hide();
  };
  #keys = (event: KeyboardEvent) => {
    if (event.key === "Escape") this.hide();
  };

  setNoIcon(): this {
    return this;
  }

  setUseNativeMenu(_native: boolean): this {
    return this;
  }

  addItem(make: (item: MenuItem) => unknown): this {
    const item = new MenuItem(this);
    make(item);
    this.#items.push(item);
    this.dom.append(item.dom);
    return this;
  }

  addSeparator(): this {
    this.dom.createDiv("menu-separator");
    return this;
  }

  showAtMouseEvent(event: MouseEvent): this {
    return this.showAtPosition({ x: event.clientX, y: event.clientY });
  }

  showAtPosition({ x, y }: obsidian.MenuPositionDef): this {
    document.body.append(this.dom);
    const { width, height } = this.dom.getBoundingClientRect();
    this.dom.setCssStyles({
      left: `${Math.max(0, Math.min(x, window.innerWidth - width))}px`,
      top: `${Math.max(0, Math.min(y, window.innerHeight - height))}px`,
    });
    window.setTimeout(() => document.addEventListener("mousedown", this.#away));
    document.addEventListener("keydown", this.#keys);
    return this;
  }

  hide(): this {
    document.removeEventListener("mousedown", this.#away);
    document.removeEventListener("keydown", this.#keys);
    this.dom.detach();
    for (const heard of this.#hidden.splice(0)) heard();
    return this;
  }

  close(): void {
    this.hide();
  }

  onHide(heard: () => unknown): void {
    this.#hidden.push(heard);
  }
}
