/** How the next word is drawn, in words: each number with what it does and its bounds. Knows no window. */

import type { Sampling } from "./daemon/wire";

export interface Bounds {
  least: number;
  most: number;
  whole?: boolean;
}

export interface Sampler extends Bounds {
  name: string;
  meaning: string;
}

type Numbers = Exclude<keyof Sampling, "banned_phrases" | "logit_bias">;

function sampler(name: string, meaning: string, least: number, most: number, whole = false): Sampler {
  return { name, meaning, least, most, whole };
}

export const SAMPLERS: Readonly<Record<Numbers, Sampler>> = {
  temperature: sampler("Temperature", "Higher is bolder, 0 takes the likeliest word.", 0, 5),
  top_p: sampler("Top p", "Only the likeliest words that reach this share together.", 0, 1),
  top_k: sampler("Top k", "Only so many of the likeliest words; 0 for all.", 0, 100_000, true),
  min_p: sampler("Min p", "Only words at least this share as likely as the likeliest.", 0, 1),
  typical_p: sampler("Typical p", "Only words about as surprising as is usual.", 0, 1),
  repetition_penalty: sampler("Repetition penalty", "Above 1 words that stood before are rarer.", 0.5, 2),
  repetition_range: sampler(
    "Repetition range",
    "How many of the latest tokens it looks at; 0 for all.",
    0,
    100_000,
    true,
  ),
  presence_penalty: sampler("Presence penalty", "Above 0 words that stood before are rarer.", -2, 2),
  frequency_penalty: sampler("Frequency penalty", "The rarer, the more often they stood.", -2, 2),
  dry_multiplier: sampler("DRY multiplier", "How much runs of words that stood before are held back.", 0, 10),
  dry_base: sampler("DRY base", "How fast that grows with the length of the run.", 1, 4),
  dry_allowed_length: sampler("DRY allowed length", "Runs of so many tokens are free.", 1, 100, true),
  dry_range: sampler("DRY range", "How many of the latest tokens it looks at; 0 for all.", 0, 100_000, true),
  xtc_probability: sampler("XTC probability", "How often the likeliest words are left out.", 0, 1),
  xtc_threshold: sampler("XTC threshold", "How likely a word must be for that.", 0, 1),
};

/** What a value should be instead, as the end of "Write …"; null where it is that. */
export function wrong({ least, most, whole }: Bounds, value: unknown): string | null {
  const fits = typeof value === "number" && value >= least && value <= most && (!whole || Number.isInteger(value));
  return fits ? null : `a ${whole ? "whole " : ""}number from ${least} to ${most}`;
}
