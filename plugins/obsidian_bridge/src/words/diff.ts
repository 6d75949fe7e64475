/**
 * What has changed between two passages: which sentence became which, and in it word for word.
 *
 * Sentences are paired so that as many words as possible meet themselves again; words are compared in each pair alone.
 * Words are those of the script, so Chinese and Japanese are compared by words too. Knows no document.
 */

import { sentences } from "./sentences";

export interface Piece {
  kind: "same" | "gone" | "new";
  text: string;
}

/** A sentence and what became of it. Either may be empty, and either may be two sentences. */
export interface Pair {
  before: string;
  after: string;
  /** Both, word by word; empty where nothing changed. */
  pieces: Piece[];
}

/** The pairs of two passages, in order: joined, their `before` is the one and their `after` the other. */
export function compare(before: string, after: string): Pair[] {
  return spaced(paired(sentences(before), sentences(after))).map(([before, after]) => ({
    before,
    after,
    pieces: before === after ? [] : words(before, after),
  }));
}

// ---- sentences

/** How many sentences become how many, and how many words in common that is worth less than one becoming one. */
const STEPS: readonly (readonly [number, number, number])[] = [
  [1, 1, 0],
  [1, 0, 0.5],
  [0, 1, 0.5],
  [2, 1, 2],
  [1, 2, 2],
];

function paired(before: string[], after: string[]): [string, string][] {
  const old = bags(before);
  const fresh = bags(after);
  const width = after.length + 1;
  const best = new Float64Array((before.length + 1) * width);
  const steps = new Uint8Array(best.length);
  for (let i = before.length; i >= 0; i--) {
    for (let j = after.length; j >= 0; j--) {
      const at = i * width + j;
      best[at] = i === before.length && j === after.length ? 0 : -Infinity;
      STEPS.forEach(([down, right, price], step) => {
        if (i + down > before.length || j + right > after.length) return;
        const kept = common(old(i, down), fresh(j, right));
        const worth = kept - price + (best[at + down * width + right] ?? 0);
        if (worth > (best[at] ?? 0)) {
          best[at] = worth;
          steps[at] = step;
        }
      });
    }
  }
  const pairs: [string, string][] = [];
  for (let i = 0, j = 0; i < before.length || j < after.length;) {
    const [down, right] = STEPS[steps[i * width + j] ?? 0] ?? [1, 1];
    pairs.push([before.slice(i, i + down).join(""), after.slice(j, j + right).join("")]);
    i += down;
    j += right;
  }
  return pairs;
}

/** A sentence that stays, but for the space after it, stays: the space is left to the next pair. */
function spaced(pairs: [string, string][]): [string, string][] {
  for (let i = 0; i + 1 < pairs.length; i++) {
    const [before, after] = pairs[i] as [string, string];
    const [next, fresh] = pairs[i + 1] as [string, string];
    const stays = before.trimEnd();
    if (before === after || stays !== after.trimEnd()) continue;
    pairs[i] = [stays, stays];
    pairs[i + 1] = [before.slice(stays.length) + next, after.slice(stays.length) + fresh];
  }
  return pairs;
}

/** How often each word is in one sentence, or in two. */
type Bag = ReadonlyMap<string, number>;

function bags(sentences: string[]): (first: number, count: number) => Bag {
  const single = sentences.map((sentence) => bag(sentence));
  const double = sentences.slice(1).map((sentence, index) => bag((sentences[index] ?? "") + sentence));
  return (first, count) => (count === 2 ? double[first] : count === 1 ? single[first] : undefined) ?? NO_WORDS;
}

const NO_WORDS: Bag = new Map();

function bag(text: string): Bag {
  const counts = new Map<string, number>();
  for (const { segment, isWordLike } of segmenter.segment(text.toLowerCase())) {
    if (isWordLike) counts.set(segment, (counts.get(segment) ?? 0) + 1);
  }
  return counts;
}

function common(one: Bag, other: Bag): number {
  let count = 0;
  for (const [word, times] of one) count += Math.min(times, other.get(word) ?? 0);
  return count;
}

// ---- words

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });
const WORD = /[\p{L}\p{N}]/u;

interface Edit {
  gone: string;
  fresh: string;
  /** What stays, between this edit and the next. */
  then: string;
}

function words(before: string, after: string): Piece[] {
  const [old, fresh] = [before, after].map((text) => Array.from(segmenter.segment(text), ({ segment }) => segment));
  return trimmed(readable(edits(old ?? [], fresh ?? []))).flatMap(({ gone, fresh, then }) =>
    [piece("gone", gone), piece("new", fresh), piece("same", then)].filter(({ text }) => text !== ""),
  );
}

function edits(old: string[], fresh: string[]): Edit[] {
  let edit: Edit = { gone: "", fresh: "", then: "" };
  const all = [edit];
  let [i, j] = [0, 0];
  const changed = (x: number, y: number) => {
    if (x === i && y === j) return;
    if (edit.then) all.push((edit = { gone: "", fresh: "", then: "" }));
    edit.gone += old.slice(i, x).join("");
    edit.fresh += fresh.slice(j, y).join("");
  };
  for (const [x, y] of staying(old, fresh)) {
    changed(x, y);
    edit.then += old[x];
    [i, j] = [x + 1, y + 1];
  }
  changed(old.length, fresh.length);
  return all;
}

/** How far one has come along a diagonal, and the words on the way that both have, the latest first. */
interface Way {
  x: number;
  met: Met | null;
}

interface Met {
  at: [number, number];
  before: Met | null;
}

/** Where the words stand that stay, as many as there can be: E. Myers, An O(ND) difference algorithm (1986). */
export function staying(old: readonly string[], fresh: readonly string[]): [number, number][] {
  const ways = new Map<number, Way>();
  for (let count = 0; ; count++) {
    for (let diagonal = -count; diagonal <= count; diagonal += 2) {
      const added = ways.get(diagonal + 1) ?? { x: 0, met: null };
      const gone = ways.get(diagonal - 1);
      let { x, met } = gone && (diagonal === count || gone.x >= added.x) ? { ...gone, x: gone.x + 1 } : added;
      while (x < old.length && x - diagonal < fresh.length && old[x] === fresh[x - diagonal]) {
        met = { at: [x, x - diagonal], before: met };
        x++;
      }
      ways.set(diagonal, { x, met });
      if (x < old.length || x - diagonal < fresh.length) continue;
      const all: [number, number][] = [];
      for (; met; met = met.before) all.unshift(met.at);
      return all;
    }
  }
}

function piece(kind: Piece["kind"], text: string): Piece {
  return { kind, text };
}

/** A scrap that stayed between two much longer edits is read more easily as a part of them. */
function readable(edits: Edit[]): Edit[] {
  for (let i = 0; i + 1 < edits.length;) {
    const left = edits[i] as Edit;
    const right = edits[i + 1] as Edit;
    const scrap = 2 * left.then.length <= Math.min(size(left), size(right)) || !WORD.test(left.then);
    if (size(left) > 0 && scrap) {
      const { gone, fresh, then } = left;
      edits.splice(i, 2, { gone: gone + then + right.gone, fresh: fresh + then + right.fresh, then: right.then });
      i = 0;
    } else i++;
  }
  return edits;
}

/** The space at the end of both of what is gone and what is new stays. */
function trimmed(edits: Edit[]): Edit[] {
  return edits.map(({ gone, fresh, then }) => {
    const space = /\s*$/u.exec(gone)?.[0] ?? "";
    if (space === "" || space === gone || !fresh.endsWith(space)) return { gone, fresh, then };
    return { gone: gone.slice(0, -space.length), fresh: fresh.slice(0, -space.length), then: space + then };
  });
}

function size({ gone, fresh }: Edit): number {
  return Math.max(gone.length, fresh.length);
}
