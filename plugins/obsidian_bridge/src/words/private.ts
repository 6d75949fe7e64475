/** What of a note may be sent: everything but frontmatter and comments. Pure. */

import { spansOf } from "./spans";

/**
 * The note from `from` to `to` without frontmatter, `%% comments %%` and `<!-- comments -->`.
 *
 * The whole note is needed even where a part of it is wanted: a part may begin in the middle of a comment.
 */
export function publicText(markdown: string, from = 0, to = markdown.length): string {
  let text = "";
  let at = from;
  for (const span of spansOf(markdown)) {
    if (span.kind === "code" || span.to <= at) continue;
    if (span.from >= to) break;
    text += markdown.slice(at, Math.max(at, span.from));
    at = Math.min(to, span.to);
    if (/(^|\n)[ \t]*$/.test(text)) {
      // it stood on lines of its own, or began one: nothing is left of those, and no space before what follows
      at += /^[ \t]*(\r?\n)?/.exec(markdown.slice(at, to))?.[0].length ?? 0;
    } else if (/\s$/.test(text) && markdown[at] === " ") at += 1;
  }
  return text + markdown.slice(at, Math.max(at, to));
}

/** Whether the place is inside of something private. */
export function isPrivate(markdown: string, at: number): boolean {
  return spansOf(markdown).some((span) => span.kind !== "code" && span.from < at && at < span.to);
}
