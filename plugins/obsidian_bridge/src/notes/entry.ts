/** An entry of the story bible as its note says it; docs/note-apps.md lists the keys. Pure; knows no vault. */

import type { Entry } from "../daemon/wire";
import { bad } from "../daemon/problem";
import { publicText } from "../words/private";

const TYPES: readonly Entry["type"][] = ["character", "place", "object", "lore"];
const LOGICS: readonly Entry["secondary_logic"][] = ["any", "all", "none", "not_all"];
/** Bounds of the contract's. */
const MOST = { name: 200, keys: 64, key: 200, text: 20_000 };

type Frontmatter = Record<string, unknown>;

/**
 * The entry that a note is; null for a note that is none, or is private.
 *
 * Throws a `StudioloError` that says what is wrong with a note that means to be one.
 */
export function entryOf(fileName: string, frontmatter: Frontmatter, markdown: string): Entry | null {
  const value = (key: string) => new Value(fileName, key, frontmatter[key]);
  const type = TYPES.find((one) => one === lower(frontmatter.type));
  if (type === undefined || value("private").truth(false)) return null;
  const text = [sheet(value("sheet").list(), frontmatter), publicText(markdown).trim()].filter(Boolean).join("\n\n");
  if (text === "")
    throw bad(`${fileName} is an entry of the story bible, but says nothing.`, "Write something into it.");
  if (text.length > MOST.text) {
    throw bad(
      `${fileName} has ${text.length} characters, and an entry of the story bible ${MOST.text} at most.`,
      "Make two notes of it.",
    );
  }
  const budget = value("budget");
  return {
    name: value("name").word(fileName),
    type,
    text,
    aliases: value("aliases").list(),
    keys: value("keys").list(),
    secondary: value("secondary").list(),
    secondary_logic: value("secondary_logic").oneOf(LOGICS, "any"),
    constant: value("constant").truth(false),
    order: value("order").whole(-10_000, 10_000, 0),
    sticky: value("sticky").whole(0, 100, 0),
    budget: budget.none ? null : budget.whole(8, 8_192, 8),
    case_sensitive: value("case_sensitive").truth(false),
    recursion: value("recursion").truth(false),
  };
}

/** The properties that a note counts to its text, one a line; all others are nobody's business. */
function sheet(names: string[], frontmatter: Frontmatter): string {
  return names
    .map((name) => [name, said(frontmatter[name])] as const)
    .filter(([, words]) => words !== "")
    .map(([name, words]) => `${name.charAt(0).toUpperCase()}${name.slice(1).replace(/_/g, " ")}: ${words}`)
    .join("\n");
}

function said(value: unknown): string {
  if (Array.isArray(value)) return value.map(said).filter(Boolean).join(", ");
  if (typeof value === "string") return publicText(value).trim();
  return typeof value === "number" ? String(value) : "";
}

/** What stands behind one key of the frontmatter. */
class Value {
  constructor(
    private readonly note: string,
    private readonly key: string,
    private readonly value: unknown,
  ) {}

  get none(): boolean {
    return this.value === undefined || this.value === null || this.value === "";
  }

  word(otherwise: string): string {
    if (this.none) return otherwise;
    const word = plain(this.value);
    if (word === null || word.length > MOST.name) throw this.bad(`a text of ${MOST.name} characters at most`);
    return word;
  }

  /** A list, or one line with commas between; a regular expression is one key, commas and all. */
  list(): string[] {
    if (this.none) return [];
    const one = plain(this.value);
    const parts = Array.isArray(this.value) ? this.value.map(plain) : one?.startsWith("/") ? [one] : one?.split(",");
    const words = parts?.map((part) => part?.trim());
    if (!words?.every((word) => word !== undefined && word.length <= MOST.key) || words.length > MOST.keys) {
      throw this.bad(`a list of ${MOST.keys} texts at most, each of ${MOST.key} characters at most`);
    }
    return words.filter((word): word is string => !!word);
  }

  truth(otherwise: boolean): boolean {
    if (this.none) return otherwise;
    if (this.value === true || this.value === "true") return true;
    if (this.value === false || this.value === "false") return false;
    throw this.bad("true or false");
  }

  whole(least: number, most: number, otherwise: number): number {
    if (this.none) return otherwise;
    const number = typeof this.value === "string" ? Number(this.value) : this.value;
    if (typeof number !== "number" || !Number.isInteger(number) || number < least || number > most) {
      throw this.bad(`a whole number from ${least} to ${most}`);
    }
    return number;
  }

  oneOf<T extends string | undefined>(choices: readonly T[], otherwise: T): T {
    if (this.none) return otherwise;
    const found = choices.find((choice) => choice === lower(this.value));
    if (found === undefined) throw this.bad(`one of ${choices.join(", ")}`);
    return found;
  }

  private bad(wanted: string): Error {
    const shown = plain(this.value) ?? JSON.stringify(this.value);
    return bad(`'${this.key}' of ${this.note} is '${shown.slice(0, 40)}'.`, `Write ${wanted}.`);
  }
}

function lower(value: unknown): unknown {
  return typeof value === "string" ? value.toLowerCase() : value;
}

/** One value of YAML as it was written, or nearly so: `No` and `1984` are names. */
function plain(value: unknown): string | null {
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : null;
}
