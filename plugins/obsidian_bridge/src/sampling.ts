/** How the next word is drawn, in words: each number with what it does and its bounds. Knows no window. */

import type { Sampling } from "./daemon/wire";

export interface Bounds {
  least: number;
  most: number;
  whole?: true;
}

export interface Sampler extends Bounds {
  name: string;
  meaning: string;
  /** Where it does nothing, or what it is unless set. */
  neutral: number;
}

type Numbers = Exclude<keyof Sampling, "banned_phrases" | "logit_bias">;

export const SAMPLERS: Readonly<Record<Numbers, Sampler>> = {
  temperature: {
    name: "Temperature",
    meaning: "Higher is bolder, 0 takes the likeliest word.",
    least: 0,
    most: 5,
    neutral: 1,
  },
  top_p: {
    name: "Top p",
    meaning: "Only the likeliest words that reach this share together.",
    least: 0,
    most: 1,
    neutral: 1,
  },
  top_k: {
    name: "Top k",
    meaning: "Only so many of the likeliest words; 0 for all.",
    least: 0,
    most: 100_000,
    whole: true,
    neutral: 0,
  },
  min_p: {
    name: "Min p",
    meaning: "Only words at least this share as likely as the likeliest.",
    least: 0,
    most: 1,
    neutral: 0,
  },
  typical_p: {
    name: "Typical p",
    meaning: "Only words about as surprising as is usual.",
    least: 0,
    most: 1,
    neutral: 1,
  },
  repetition_penalty: {
    name: "Repetition penalty",
    meaning: "Above 1 words that stood before are rarer.",
    least: 0.5,
    most: 2,
    neutral: 1,
  },
  repetition_range: {
    name: "Repetition range",
    meaning: "How many of the latest tokens it looks at; 0 for all.",
    least: 0,
    most: 100_000,
    whole: true,
    neutral: 0,
  },
  presence_penalty: {
    name: "Presence penalty",
    meaning: "Above 0 words that stood before are rarer.",
    least: -2,
    most: 2,
    neutral: 0,
  },
  frequency_penalty: {
    name: "Frequency penalty",
    meaning: "The rarer, the more often they stood.",
    least: -2,
    most: 2,
    neutral: 0,
  },
  dry_multiplier: {
    name: "DRY multiplier",
    meaning: "How much runs of words that stood before are held back.",
    least: 0,
    most: 10,
    neutral: 0,
  },
  dry_base: {
    name: "DRY base",
    meaning: "How fast that grows with the length of the run.",
    least: 1,
    most: 4,
    neutral: 1.75,
  },
  dry_allowed_length: {
    name: "DRY allowed length",
    meaning: "Runs of so many tokens are free.",
    least: 1,
    most: 100,
    whole: true,
    neutral: 2,
  },
  dry_range: {
    name: "DRY range",
    meaning: "How many of the latest tokens it looks at; 0 for all.",
    least: 0,
    most: 100_000,
    whole: true,
    neutral: 0,
  },
  xtc_probability: {
    name: "XTC probability",
    meaning: "How often the likeliest words are left out.",
    least: 0,
    most: 1,
    neutral: 0,
  },
  xtc_threshold: {
    name: "XTC threshold",
    meaning: "How likely a word must be for that.",
    least: 0,
    most: 1,
    neutral: 0.1,
  },
};

/** What a value should be instead, as the end of "Write …"; null where it is that. */
export function wrong({ least, most, whole }: Bounds, value: unknown): string | null {
  const fits = typeof value === "number" && value >= least && value <= most && (!whole || Number.isInteger(value));
  return fits ? null : `a ${whole ? "whole " : ""}number from ${least} to ${most}`;
}
