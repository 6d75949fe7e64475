/** Icons by name: Lucide's, as in Obsidian, and a plugin's own. */

import { createElement, icons } from "lucide";

const own = new Map<string, string>();

export function addIcon(id: string, svg: string): void {
  own.set(id, svg);
}

export function removeIcon(id: string): void {
  own.delete(id);
}

export function getIconIds(): string[] {
  return [...own.keys(), ...Object.keys(icons).map(kebab)];
}

export function getIcon(id: string): SVGSVGElement | null {
  const drawn = own.get(id);
  const known = icons[pascal(id.replace(/^lucide-/, "")) as keyof typeof icons];
  let svg: SVGSVGElement | null = null;
  if (drawn !== undefined) {
    const document = new DOMParser().parseFromString(
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">${drawn}</svg>`,
      "image/svg+xml",
    );
    svg = document.documentElement as unknown as SVGSVGElement;
  } else if (known) svg = createElement(known) as SVGSVGElement;
  svg?.classList.add("svg-icon", id);
  return svg;
}

export function setIcon(parent: HTMLElement, id: string): void {
  const icon = getIcon(id);
  parent.replaceChildren(...(icon ? [icon] : []));
}

export function setTooltip(element: HTMLElement, tooltip: string): void {
  element.setAttribute("aria-label", tooltip);
}

function pascal(name: string): string {
  return name.replace(/(^|-)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
}

function kebab(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();
}
