/** A side of the window, with tabs of its own. */

export interface Sidedock {
  readonly collapsed: boolean;
  readonly tabs: HTMLElement;
  readonly container: HTMLElement;
  expand(): void;
  collapse(): void;
  toggle(): void;
}

export function sidedock(parent: HTMLElement, side: "left" | "right"): Sidedock {
  const element = parent.createDiv(`workspace-split mod-horizontal mod-sidedock mod-${side}-split`);
  const inner = element.createDiv("workspace-tabs");
  const tabs = inner.createDiv("workspace-tab-header-container").createDiv("workspace-tab-header-container-inner");
  const container = inner.createDiv("workspace-tab-container");
  const set = (collapsed: boolean) => element.toggleClass("is-sidedock-collapsed", collapsed);
  set(side === "right");
  return {
    tabs,
    container,
    get collapsed() {
      return element.hasClass("is-sidedock-collapsed");
    },
    expand: () => set(false),
    collapse: () => set(true),
    toggle: () => set(!element.hasClass("is-sidedock-collapsed")),
  };
}
