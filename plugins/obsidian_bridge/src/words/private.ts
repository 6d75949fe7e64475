/** What of a note may be sent: everything but frontmatter and comments. Pure. */

import { spansOf } from "./spans";

/**
 * The note from `from` to `to` without frontmatter, `%% comments %%` and `<!-- comments -->`.
 *
 * The whole note is needed even where a part of it is wanted: a part may begin in the middle of a comment.
 */
export function publicText(markdown: string, from = 0, to = markdown.length): string {
  const kept: string[] = [];
  let at = from;
  // what stands before the next comment: nothing on its line, or a space
  let empty = from === 0 || markdown[from - 1] === "\n";
  let spaced = false;
  for (const span of spansOf(markdown)) {
    if (span.kind === "code" || span.to <= at) continue;
    if (span.from >= to) break;
    const piece = markdown.slice(at, Math.max(at, span.from));
    const line = piece.slice(piece.lastIndexOf("\n") + 1);
    empty = (empty || piece.includes("\n")) && line.trim() === "";
    spaced = piece === "" ? spaced : /\s$/.test(piece.slice(-1));
    kept.push(piece);
    at = Math.min(to, span.to);
    // nothing is left of a line that held nothing else, and no second space between words
    if (empty)
      at += /^[ \t]*(?:\r?\n)?/.exec(markdown.slice(at, markdown.indexOf("\n", at) + 1 || to))?.[0].length ?? 0;
    else if (spaced && markdown[at] === " ") at += 1;
  }
  return kept.join("") + markdown.slice(at, Math.max(at, to));
}

/** Whether the place is inside of something private. */
export function isPrivate(markdown: string, at: number): boolean {
  return spansOf(markdown).some((span) => span.kind !== "code" && span.from < at && at < span.to);
}
