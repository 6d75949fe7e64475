/** Markdown as elements: enough of it for short texts in a panel. */

import type * as obsidian from "obsidian";
import { Component } from "./events";

const INLINE = /\*\*(.+?)\*\*|__(.+?)__|\*(.+?)\*|_(.+?)_|`(.+?)`|\[\[(.+?)\]\]|\[(.+?)\]\((.+?)\)/g;

export class MarkdownRenderChild extends Component {
  constructor(readonly containerEl: HTMLElement) {
    super();
  }
}

export class MarkdownRenderer {
  static async render(
    _app: obsidian.App,
    markdown: string,
    element: HTMLElement,
    _sourcePath: string,
    _component: obsidian.Component,
  ): Promise<void> {
    for (const block of markdown.trim().split(/\n{2,}/)) {
      const heading = /^(#{1,6})\s+(.*)$/.exec(block);
      if (heading) inline(heading[2] ?? "", element.createEl(`h${heading[1]?.length ?? 1}` as "h1"));
      else if (/^[-*]\s/.test(block)) {
        const list = element.createEl("ul");
        for (const line of block.split("\n")) inline(line.replace(/^[-*]\s+/, ""), list.createEl("li"));
      } else inline(block, element.createEl("p"));
    }
  }
}

function inline(text: string, element: HTMLElement): void {
  let at = 0;
  for (const found of text.matchAll(INLINE)) {
    element.appendText(text.slice(at, found.index));
    const [whole, strong = found[2], , emphasis = found[4], , code, link, shown, target] = found;
    if (strong) element.createEl("strong", { text: strong });
    else if (emphasis) element.createEl("em", { text: emphasis });
    else if (code) element.createEl("code", { text: code });
    else
      element.createEl("a", {
        cls: link ? "internal-link" : "external-link",
        text: link ?? shown,
        href: link ?? target,
      });
    at = found.index + whole.length;
  }
  element.appendText(text.slice(at));
}
