/** How a sheet (of a character, of a place, of a plot) goes into what a person has written. Pure. */

import { bad } from "../daemon/problem";

export type Sheet = Record<string, unknown>;

/** Who may be an entry of the story bible; a plot is none. */
const ENTRIES = ["character", "place"];

/**
 * What a model's answer puts into a note. The properties of an entry of the story bible are listed in `sheet`, so that
 * they count to the note's text there; what else the frontmatter holds stays private. Throws a `StudioloError`.
 */
export function sheetOf(mode: string, answer: string): Sheet {
  let value: unknown;
  try {
    value = JSON.parse(answer);
  } catch {
    throw bad("The answer is no sheet: it ends too early.", "Try again, or choose a larger model.");
  }
  if (Array.isArray(value)) return { [mode]: value };
  const properties = value as Sheet;
  if (!ENTRIES.includes(mode)) return properties;
  return { type: mode, ...properties, sheet: Object.keys(properties).filter((key) => key !== "name") };
}

/** A property that both have, and not the same. */
export interface Difference {
  key: string;
  mine: unknown;
  theirs: unknown;
}

/** What a person must be asked about: everything else is missing, the same, or a list that only grows. */
export function differences(there: Sheet, sheet: Sheet): Difference[] {
  return Object.entries(sheet)
    .filter(([key, theirs]) => isSaid(there[key]) && !same(there[key], theirs) && !joins(there[key], theirs))
    .map(([key, theirs]) => ({ key, mine: there[key], theirs }));
}

/**
 * The properties to be written: those that were missing, lists with what is new at their end, and those differences of
 * which the new value was taken. What has changed since the person was asked stays.
 */
export function merged(there: Sheet, sheet: Sheet, taken: readonly Difference[]): Sheet {
  const written: Sheet = {};
  for (const [key, theirs] of Object.entries(sheet)) {
    const mine = there[key];
    if (!isSaid(mine)) written[key] = theirs;
    else if (joins(mine, theirs)) written[key] = joined(mine as unknown[], theirs as unknown[]);
    else if (taken.some((one) => one.key === key && same(one.mine, mine))) written[key] = theirs;
  }
  return written;
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
}

function joins(mine: unknown, theirs: unknown): boolean {
  return Array.isArray(mine) && Array.isArray(theirs);
}

function joined(mine: unknown[], theirs: unknown[]): unknown[] {
  return [...mine, ...theirs.filter((one) => !mine.some((other) => same(one, other)))];
}

/** Whether two values of YAML say the same; a number and its text do. */
function same(one: unknown, other: unknown): boolean {
  return words(one) === words(other);
}

/** A value in words, as a person is asked about it. */
export function words(value: unknown): string {
  if (Array.isArray(value)) return value.map(words).join(", ");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
