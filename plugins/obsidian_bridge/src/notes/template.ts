/** A template: a request as a note says it. Pure; knows no vault and no editor. */

import type { Example, Sampling, TextRequest } from "../daemon/wire";
import { bad } from "../daemon/problem";
import { SAMPLERS, wrong } from "../sampling";
import { publicText } from "../words/private";

/** Where the answer goes. */
export type Place = "cursor" | "replace" | "below" | "review" | "frontmatter";

const PLACES: readonly Place[] = ["cursor", "replace", "below", "review", "frontmatter"];
const KEYS = ["mode", "style", "model", "preset", "sampling", "max_tokens", "variants", "place", "examples"];
/** Keys of the app's own, which any note may have. */
const OTHERS = ["tags", "aliases", "cssclasses", "position"];
/** Characters, by the contract. */
const MOST = { text: 400_000, instruction: 8_000, example: 8_000 };
/** Characters before the cursor that are sent at most; the model's window is smaller by far. */
const LONGEST = 60_000;

export interface Template {
  /** Of its note, in the vault. */
  path: string;
  name: string;
  body: string;
  place: Place;
  /** What its frontmatter says of the request, and nothing else. */
  wanted: Partial<TextRequest>;
}

/** What a template is filled with; nothing private is in it. */
export interface Context {
  selection: string;
  /** What stands before the selection or the cursor. */
  before: string;
  title: string;
  today: Date;
}

/** What a note says from its selection or cursor on. */
export function contextAt(markdown: string, from: number, to: number, title: string, today: Date): Context {
  return {
    selection: publicText(markdown, from, to),
    before: publicText(markdown, 0, from).slice(-LONGEST),
    title,
    today,
  };
}

/** The template that a note is, and what is wrong with it in words; what is wrong is left out of it. */
export function readTemplate(
  path: string,
  name: string,
  frontmatter: Record<string, unknown>,
  markdown: string,
): { template: Template; problems: string[] } {
  const problems: string[] = [];
  const blame = (key: string, wanted: string) => problems.push(`'${key}' of the template ${name} must be ${wanted}.`);
  for (const key of Object.keys(frontmatter)) {
    if (!KEYS.includes(key) && !OTHERS.includes(key)) {
      problems.push(`The template ${name} has '${key}', which no template knows. It may have: ${KEYS.join(", ")}.`);
    }
  }
  const given = (key: string) => frontmatter[key] ?? undefined;
  const word = (key: string, most: number): string | undefined => {
    const value = given(key);
    if (value === undefined || (typeof value === "string" && value.length <= most)) return value?.trim();
    blame(key, "a word");
    return undefined;
  };
  const whole = (key: string, most: number): number | undefined => {
    const value = given(key);
    if (value === undefined) return undefined;
    if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most) return value;
    blame(key, `a whole number from 1 to ${most}`);
    return undefined;
  };
  const place = PLACES.find((one) => one === (given("place") ?? "cursor"));
  if (place === undefined) blame("place", `one of ${PLACES.join(", ")}`);
  const preset = word("preset", 64);
  const sampling = readSampling(given("sampling"), blame);
  const wanted: Partial<TextRequest> = {
    mode: word("mode", 64),
    style: word("style", 64),
    model: word("model", 200),
    preset,
    // a template with a preset of its own is not to be bent by what is set for everything else
    sampling: sampling ?? (preset === undefined ? undefined : {}),
    max_tokens: whole("max_tokens", 8_192),
    variants: whole("variants", 8),
    examples: readExamples(given("examples"), blame),
  };
  const body = publicText(markdown).trim();
  const template = { path, name, body, place: place ?? "cursor", wanted: said(wanted) };
  return { template, problems };
}

/**
 * The request that a template makes of what it is filled with.
 *
 * A body that says where the selection or the text before goes is itself what the model works on. Any other is what the
 * writer should heed, and the model works on the selection; or, without one, on what stands before the cursor: all of it
 * to go on from, the last paragraph for anything else. Throws a `StudioloError` where there is nothing to work on.
 */
export function request(template: Template, context: Context): Partial<TextRequest> & { mode: string; text: string } {
  const mode = template.wanted.mode ?? "story";
  const { selection, before } = context;
  const needs = /\{\{\s*selection\s*\}\}/.test(template.body) || ["replace", "review"].includes(template.place);
  if (needs && selection.trim() === "") {
    throw bad(`${template.name} works on a selection.`, "Select a passage, and take it again.");
  }
  const filled = fill(template.body, context);
  let [text, instruction] = [filled, ""];
  if (!/\{\{\s*(selection|before)\s*\}\}/.test(template.body)) {
    const passage = selection.trim() ? selection : mode === "continue" ? before : lastParagraph(before);
    if (passage.trim()) [text, instruction] = [passage, filled];
  }
  if (text.trim() === "")
    throw bad(`${template.name} has nothing to work on.`, "Write something, or select a passage.");
  if (text.length > MOST.text) throw bad("That is too much text for one request.", "Select less of it.");
  if (instruction.length > MOST.instruction) {
    throw bad(`The template ${template.name} is longer than ${MOST.instruction} characters.`, "Say it in fewer words.");
  }
  return { ...template.wanted, mode, text, instruction };
}

/** The body with `{{selection}}`, `{{before}}`, `{{title}}` and `{{date}}` filled in; what else stands so stays. */
export function fill(body: string, context: Context): string {
  const { selection, before, title, today } = context;
  const date = [today.getFullYear(), today.getMonth() + 1, today.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
  const known: Record<string, string> = { selection: selection.trim(), before: before.trimEnd(), title, date };
  return body.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => known[name] ?? whole);
}

type Blame = (key: string, wanted: string) => void;

function readSampling(value: unknown, blame: Blame): Sampling | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    blame("sampling", "a list of names and numbers, such as temperature: 0.8");
    return undefined;
  }
  const sampling: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(value)) {
    const sampler = key in SAMPLERS ? SAMPLERS[key as keyof typeof SAMPLERS] : undefined;
    const listed = key === "banned_phrases" && isWords(one);
    const problem = sampler ? wrong(sampler, one) : listed ? null : "left out: there is no such number";
    if (problem === null) sampling[key] = one;
    else blame(`sampling: ${key}`, problem);
  }
  return sampling;
}

function isWords(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length <= 64 &&
    value.every((one) => typeof one === "string" && one !== "" && one.length <= 200)
  );
}

function readExamples(value: unknown, blame: Blame): Example[] | undefined {
  if (value === undefined) return undefined;
  const examples = Array.isArray(value) && value.length <= 8 ? value.map(example) : [null];
  if (examples.every((one) => one !== null)) return examples;
  blame("examples", `a list of at most 8, each with text and answer of at most ${MOST.example} characters`);
  return undefined;
}

function example(value: unknown): Example | null {
  const { text, answer } = (value ?? {}) as Partial<Record<keyof Example, unknown>>;
  const fits = (one: unknown): one is string => typeof one === "string" && one !== "" && one.length <= MOST.example;
  const others = Object.keys(value ?? {}).some((key) => key !== "text" && key !== "answer");
  return fits(text) && fits(answer) && !others ? { text, answer } : null;
}

/** Without what was not said. */
function said<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}

function lastParagraph(text: string): string {
  return (
    text
      .trimEnd()
      .split(/\n[ \t\r]*\n/)
      .pop() ?? ""
  );
}
