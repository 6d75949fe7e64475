/** What a person may set, and what holds until they do. Knows no window. */

import type { Sampling } from "./daemon/wire";

export interface Settings {
  /** Models by name; empty for Studiolo's own choice. */
  models: { text: string; image: string; music: string };
  /** A literary style by name; empty for none. */
  style: string;
  /** Where sampling that is not set comes from. */
  preset: string;
  sampling: Sampling;
  /** The longest answer in tokens; null for the mode's own. */
  maxTokens: number | null;
  /** How many versions a passage is rewritten in. */
  variants: number;
  /** Whether each word's alternatives are kept, to be seen and chosen. */
  alternatives: boolean;
  ghost: {
    on: boolean;
    /** Milliseconds without a key before it comes. */
    pause: number;
    /** Keys as CodeMirror names them. */
    accept: string;
    word: string;
  };
  slash: boolean;
  pictures: {
    /** Words that say how every picture is painted; empty for none. */
    style: string;
  };
  bible: {
    folder: string;
    /** Most tokens of all entries. */
    budget: number;
    /** How many last paragraphs are searched for names. */
    depth: number;
    /** How many entries at most are taken by meaning. */
    meaning: number;
  };
  templates: string;
  /** Where versions, branches and recipes of notes are kept. */
  sidecars: string;
}

export const DEFAULTS: Settings = {
  models: { text: "", image: "", music: "" },
  style: "",
  preset: "model",
  sampling: {},
  maxTokens: null,
  variants: 1,
  alternatives: true,
  ghost: { on: false, pause: 800, accept: "Tab", word: "Alt-ArrowRight" },
  slash: true,
  pictures: { style: "" },
  bible: { folder: "Story bible", budget: 600, depth: 4, meaning: 2 },
  templates: "Studiolo/Templates",
  sidecars: "Studiolo/Sidecars",
};

/** What was saved, over what holds otherwise; what this version does not know is left out. */
export function read(saved: unknown): Settings {
  return over(DEFAULTS, saved);
}

function over<T>(otherwise: T, saved: unknown): T {
  if (typeof otherwise !== "object" || otherwise === null) return (saved ?? otherwise) as T;
  if (typeof saved !== "object" || saved === null) return structuredClone(otherwise);
  const known = saved as Record<string, unknown>;
  if (Object.keys(otherwise).length === 0) return structuredClone(saved) as T; // free by nature, as sampling is
  return Object.fromEntries(
    Object.entries(otherwise).map(([name, value]) => [
      name,
      name in known ? over(value, known[name]) : structuredClone(value),
    ]),
  ) as T;
}
