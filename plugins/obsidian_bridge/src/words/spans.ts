/** Which parts of a Markdown text are code, and which are meant for nobody but the writer. Pure; knows no editor. */

export interface Span {
  kind: "frontmatter" | "comment" | "code";
  from: number;
  /** Behind its last character; Infinity for a comment that is never closed. */
  to: number;
}

/** YAML between two lines of dashes, at the very beginning. */
const FRONTMATTER = /^---[ \t]*\r?\n(?:[^]*?\r?\n)??---[ \t]*(?:\r?\n|$)/;
const FENCE = String.raw`^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(?:(\`{3,})[^\`\n]*|(~{3,})[^\n]*)$`;
const OPENING = new RegExp(String.raw`${FENCE}|\\\`|(\`+)|(%%)|(<!--)`, "gm");

/**
 * All such parts of a whole note, in order and without overlap.
 *
 * A comment that is never closed goes on for ever; what begins like code and is never closed is none. Backticks belong
 * on one line.
 */
export function spansOf(markdown: string): Span[] {
  const spans: Span[] = [];
  const head = FRONTMATTER.exec(markdown);
  if (head) spans.push({ kind: "frontmatter", from: 0, to: head[0].length });
  const opening = new RegExp(OPENING);
  opening.lastIndex = head ? head[0].length : 0;
  for (let found = opening.exec(markdown); found; found = opening.exec(markdown)) {
    const [whole, ticks, tildes, inline, percent, html] = found;
    const inside = found.index + whole.length;
    const fence = ticks ?? tildes;
    const comment = percent !== undefined || html !== undefined;
    let to: number | null = null;
    if (comment) to = endOf(markdown, inside, percent ? /%%/g : /-->/g) ?? Infinity;
    else if (fence) to = endOf(markdown, inside, closing(fence));
    else if (inline) to = inlineEnd(markdown, inside, inline.length);
    if (to === null) {
      if (fence) opening.lastIndex = found.index + whole.indexOf(fence) + fence.length; // a comment may follow on its line
      continue; // a backtick behind a backslash, too, is only a backtick
    }
    spans.push({ kind: comment ? "comment" : "code", from: found.index, to });
    opening.lastIndex = to;
  }
  return spans;
}

/** Whether what is typed at this offset is code. */
export function inCode(markdown: string, at: number): boolean {
  return spansOf(markdown).some((span) => span.kind === "code" && span.from < at && at <= span.to);
}

/** The line that closes a fence: at least as many of its characters, and nothing else. */
function closing(fence: string): RegExp {
  return new RegExp(`^[ \\t>]*${fence.charAt(0)}{${fence.length},}[ \\t]*$`, "gm");
}

function endOf(markdown: string, from: number, mark: RegExp): number | null {
  mark.lastIndex = from;
  return mark.exec(markdown) ? mark.lastIndex : null;
}

/** Behind as many backticks as opened it, on the same line. */
function inlineEnd(markdown: string, from: number, count: number): number | null {
  const end = markdown.indexOf("\n", from);
  const line = markdown.slice(from, end < 0 ? undefined : end);
  for (const run of line.matchAll(/`+/g)) if (run[0].length === count) return from + run.index + count;
  return null;
}
