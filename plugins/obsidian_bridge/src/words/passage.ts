/** Which part of a note is meant where nothing more is said, and its words without Markdown's marks. Pure. */

import { spansOf } from "./spans";

export interface Range {
  from: number;
  to: number;
}

const HEADING = /^(#{1,6})[ \t]/;

/**
 * What is selected; else the section of the heading that the cursor stands in; else the paragraph there, or the one
 * before it. Null where there is none.
 */
export function passageAt(markdown: string, from: number, to = from): Range | null {
  if (markdown.slice(from, to).trim() !== "") return trimmed(markdown, { from, to });
  const head = spansOf(markdown).find((span) => span.kind === "frontmatter");
  const first = head?.to ?? 0;
  if (from < first) return null;
  const line = lineAt(markdown, from);
  const heading = HEADING.exec(markdown.slice(line.from, line.to));
  return heading?.[1] ? section(markdown, line.from, heading[1].length) : paragraph(markdown, line, first);
}

/** The words alone, on one line: no marks, no addresses, no pictures. Of a long passage at most `longest` characters. */
export function plainWords(markdown: string, longest: number): string {
  const words = markdown
    .replace(/!\[\[[^\]\n]*\]\]|!\[[^\]\n]*\]\([^)\n]*\)/g, " ")
    .replace(/\[\[(?:[^\]|\n]*\|)?([^\]\n]*)\]\]/g, "$1")
    .replace(/\[([^\]\n]*)\]\([^)\n]*\)/g, "$1")
    .replace(/^[ \t>]*(?:\[!\w+\][+-]? )?(?:#{1,6}[ \t]+|[-*+][ \t]+(?:\[.\][ \t]+)?|\d+[.)][ \t]+)?/gm, "")
    .replace(/[ \t]\^[\w-]+$/gm, "")
    .replace(/(\*\*|__|~~|==|`+)/g, "")
    .replace(/(^|[^\p{L}\p{N}])[*_]([^*_\n]+)[*_](?![\p{L}\p{N}])/gu, "$1$2")
    .replace(/\s+/g, " ")
    .trim();
  if (words.length <= longest) return words;
  const cut = words.slice(0, longest);
  const end = Math.max(...[".", "!", "?", "…", "。", "！", "？"].map((mark) => cut.lastIndexOf(mark)));
  return end > longest / 2 ? cut.slice(0, end + 1) : cut.trimEnd();
}

function section(markdown: string, start: number, level: number): Range {
  const code = spansOf(markdown).filter((span) => span.kind === "code");
  const headings = markdown.matchAll(new RegExp(`^#{1,${level}}[ \\t]`, "gm"));
  for (const { index } of headings) {
    if (index > start && !code.some((span) => span.from <= index && index < span.to)) {
      return trimmed(markdown, { from: start, to: index });
    }
  }
  return trimmed(markdown, { from: start, to: markdown.length });
}

function paragraph(markdown: string, line: Range, first: number): Range | null {
  const before = markdown.slice(first, line.to);
  const end = first + before.trimEnd().length;
  if (end === first) return null;
  // the whole of it, where the cursor stands in its middle
  const rest = line.to > end ? "" : (/^(?:\r?\n[^\n]*\S[^\n]*)*/.exec(markdown.slice(line.to))?.[0] ?? "");
  const gap = [...markdown.slice(first, end).matchAll(/\n[ \t\r]*\n/g)].pop();
  return trimmed(markdown, { from: gap ? first + gap.index + gap[0].length : first, to: end + rest.length });
}

function lineAt(markdown: string, at: number): Range {
  const end = markdown.indexOf("\n", at);
  return { from: markdown.lastIndexOf("\n", at - 1) + 1, to: end < 0 ? markdown.length : end };
}

function trimmed(markdown: string, { from, to }: Range): Range {
  const text = markdown.slice(from, to);
  return { from: from + text.length - text.trimStart().length, to: to - (text.length - text.trimEnd().length) };
}
