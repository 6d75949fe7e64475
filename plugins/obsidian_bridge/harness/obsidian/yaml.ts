/** Frontmatter: where it is in a note, what it says, and how it is changed without a change to the rest. */

import type * as obsidian from "obsidian";
import { Document, parse, parseDocument, stringify } from "yaml";

type Frontmatter = Record<string, unknown>;

export function parseYaml(text: string): unknown {
  return parse(text);
}

export function stringifyYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, nullStr: "" });
}

export function getFrontMatterInfo(note: string): obsidian.FrontMatterInfo {
  const found = /^---[ \t]*\r?\n([\s\S]*?)^---[ \t]*(?:\r?\n|$)/m.exec(note);
  if (!found || found.index !== 0) return { exists: false, frontmatter: "", from: 0, to: 0, contentStart: 0 };
  const from = note.indexOf("\n") + 1;
  const frontmatter = found[1] ?? "";
  return { exists: true, frontmatter, from, to: from + frontmatter.length, contentStart: found[0].length };
}

/** What the frontmatter says; null where there is none, or none that is a map. Broken YAML throws. */
export function read(note: string): Frontmatter | null {
  const { exists, frontmatter } = getFrontMatterInfo(note);
  const said: unknown = exists ? parse(frontmatter) : null;
  return typeof said === "object" && said !== null && !Array.isArray(said) ? (said as Frontmatter) : null;
}

/** The note with its frontmatter changed; keys that `change` leaves alone keep their form and their comments. */
export function process(note: string, change: (frontmatter: Frontmatter) => void): string {
  const { exists, frontmatter, contentStart } = getFrontMatterInfo(note);
  const before = read(note) ?? {};
  const after = structuredClone(before);
  change(after);
  if (!exists && Object.keys(after).length === 0) return note;
  const written = parseDocument(frontmatter);
  const document = written.contents === null ? new Document({}) : written;
  for (const key of Object.keys(before)) if (!(key in after)) document.delete(key);
  for (const [key, value] of Object.entries(after)) {
    if (JSON.stringify(before[key]) !== JSON.stringify(value) || !(key in before))
      document.set(key, document.createNode(value));
  }
  const text = Object.keys(after).length === 0 ? "" : document.toString({ lineWidth: 0, nullStr: "" });
  return `---\n${text}---\n${note.slice(contentStart)}`;
}

function strings(value: unknown): string[] | null {
  if (typeof value === "string")
    return value
      .split(/[,\n]/)
      .map((one) => one.trim())
      .filter(Boolean);
  return Array.isArray(value) ? value.map(String) : null;
}

export function parseFrontMatterEntry(frontmatter: Frontmatter | null, key: string | RegExp): unknown {
  const found = Object.entries(frontmatter ?? {}).find(([name]) =>
    typeof key === "string" ? name === key : key.test(name),
  );
  return found?.[1] ?? null;
}

export function parseFrontMatterStringArray(frontmatter: Frontmatter | null, key: string | RegExp): string[] | null {
  return strings(parseFrontMatterEntry(frontmatter, key));
}

export function parseFrontMatterAliases(frontmatter: Frontmatter | null): string[] | null {
  return parseFrontMatterStringArray(frontmatter, /^alias(es)?$/i);
}

export function parseFrontMatterTags(frontmatter: Frontmatter | null): string[] | null {
  const tags = parseFrontMatterStringArray(frontmatter, /^tags?$/i);
  return tags?.map((tag) => (tag.startsWith("#") ? tag : `#${tag}`)) ?? null;
}
