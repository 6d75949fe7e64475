/** Links to pictures and sounds in Markdown. Pure; knows no vault. */

export interface Embed {
  /** Where the whole link stands. */
  from: number;
  to: number;
  /** What it leads to, as it is written. */
  path: string;
  /** What stands behind its bar, or as its text: a width, or words. */
  label: string;
}

const WIKI = /!\[\[([^\]|#\n]+)(?:#[^\]|\n]*)?(?:\|([^\]\n]*))?\]\]/g;
const MARKDOWN = /!\[([^\]\n]*)\]\((?:<([^>\n]+)>|([^)\s]+))[^)\n]*\)/g;

/** The link to a picture or sound that the cursor stands in or beside. */
export function embedAt(line: string, at: number): Embed | null {
  return embeds(line).find((one) => one.from <= at && at <= one.to) ?? null;
}

/** All of them, in order. */
export function embeds(text: string): Embed[] {
  const wiki = [...text.matchAll(WIKI)].map((found) => ({
    from: found.index,
    to: found.index + found[0].length,
    path: (found[1] ?? "").trim(),
    label: found[2] ?? "",
  }));
  const plain = [...text.matchAll(MARKDOWN)].map((found) => ({
    from: found.index,
    to: found.index + found[0].length,
    path: found[2] ?? decoded(found[3] ?? ""),
    label: found[1] ?? "",
  }));
  return [...wiki, ...plain].sort((one, other) => one.from - other.from);
}

/** A link with another's label, if that had one. */
export function labelled(link: string, label: string): string {
  if (label === "") return link;
  if (link.startsWith("![[")) return link.replace(/(?:\|[^\]]*)?\]\]$/, () => `|${label}]]`);
  return link.replace(/^!\[[^\]]*\]/, () => `![${label}]`);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a % that means itself
  }
}
