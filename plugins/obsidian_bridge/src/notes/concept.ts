/** What other programs are told of a note that is kept as a concept. Pure; knows no vault. */

import { bad } from "../daemon/problem";
import type { Concept } from "../daemon/wire";
import { embeds } from "../words/links";
import { plainWords } from "../words/passage";
import { publicText } from "../words/private";
import { spansOf } from "../words/spans";
import { entryOf } from "./entry";

/** Characters of its words, by the contract. */
const LONGEST = 500;
/** As sheets call it, and as a writer may. */
const LOOK = /^(?:appearance|looks?): *(\S.*)$/im;

/**
 * The concept that an entry of the story bible is, without its picture. Its words are what `look` says in the
 * frontmatter, else what is said of its appearance, else the note's own. Throws a `StudioloError` for any other note.
 */
export function conceptOf(fileName: string, frontmatter: Record<string, unknown>, markdown: string): Concept {
  const entry = entryOf(fileName, frontmatter, markdown);
  if (!entry) {
    throw bad(
      `${fileName} is no entry of the story bible, or is private.`,
      "Give it the property type: character, place, object or lore.",
    );
  }
  const { look } = frontmatter;
  const words =
    (typeof look === "string" && look) || LOOK.exec(entry.text)?.[1] || publicText(markdown).trim() || entry.text;
  return { name: entry.name, kind: entry.type ?? "lore", words: plainWords(words, LONGEST) };
}

/** What a note's embeds lead to, in order, without those in comments or code. */
export function embedded(markdown: string): string[] {
  const spans = spansOf(markdown);
  return embeds(markdown)
    .filter(({ from }) => !spans.some((span) => span.from <= from && from < span.to))
    .map(({ path }) => path);
}
