import { describe, expect, it } from "vitest";
import { compare, staying, type Pair } from "../../src/words/diff";

/** A pair as a line: [-gone-]{+new+} around what stays. */
function shown({ before, pieces }: Pair): string {
  if (pieces.length === 0) return before;
  return pieces
    .map(({ kind, text }) => (kind === "gone" ? `[-${text}-]` : kind === "new" ? `{+${text}+}` : text))
    .join("");
}

function diff(before: string, after: string): string[] {
  return compare(before, after).map(shown);
}

describe("a passage and what became of it", () => {
  it("differs word by word", () => {
    expect(diff("The keeper climbed the stairs.", "The old keeper climbed the ladder.")).toEqual([
      "The {+old +}keeper climbed the [-stairs-]{+ladder+}.",
    ]);
  });

  it("is told sentence by sentence, and what stays is one of them", () => {
    expect(diff("It rained. She waited. He came.", "It poured. She waited. He came late.")).toEqual([
      "It [-rained-]{+poured+}. ",
      "She waited. ",
      "He came{+ late+}.",
    ]);
  });

  it("knows a sentence that is new and one that is gone", () => {
    expect(diff("It rained all day. He came home.", "It rained all day. The sea was loud. He came home.")).toEqual([
      "It rained all day. ",
      "{+The sea was loud. +}",
      "He came home.",
    ]);
    expect(diff("It rained all day. The sea was loud. He came home.", "It rained all day. He came home.")).toEqual([
      "It rained all day. ",
      "[-The sea was loud. -]",
      "He came home.",
    ]);
  });

  it("knows two sentences that became one", () => {
    const pairs = compare("She opened the door. She saw the sea.", "She opened the door and saw the sea.");
    expect(pairs).toHaveLength(1);
    expect(pairs.map(shown)).toEqual(["She opened the door[-. She-]{+ and+} saw the sea."]);
  });

  it("says of a new paragraph only that it is new", () => {
    expect(diff("It rained.", "It rained.\n\nShe waited.")).toEqual(["It rained.", "{+\n\nShe waited.+}"]);
  });

  it("does not scatter a sentence that was written anew, and keeps what stays of others", () => {
    const [before, after] = [
      "She counted the silver coins and hid them.",
      "Rain hammered the old tin roof and nobody slept.",
    ];
    expect(diff(before, after)).toEqual([
      "[-She counted the silver coins and hid them-]{+Rain hammered the old tin roof and nobody slept+}.",
    ]);
    expect(
      diff("The lamp had gone out again, and nobody on the island knew.", "The lamp was out, and nobody knew."),
    ).toEqual(["The lamp [-had gone out again-]{+was out+}, and nobody [-on the island -]knew."]);
  });

  it("is told by words in Chinese and Japanese", () => {
    expect(diff("灯塔熄灭了。没有人动。", "灯塔突然熄灭了。没有人动。")).toEqual([
      "灯塔{+突然+}熄灭了。",
      "没有人动。",
    ]);
    expect(diff("彼女は海を見た。誰もいない。", "彼女は山を見た。誰もいない。")).toEqual([
      "彼女は[-海-]{+山+}を見た。",
      "誰もいない。",
    ]);
  });

  it("can be put together again", () => {
    const texts = [
      "",
      "One. Two. Three.",
      "Two. One!\n\nFour and two. 三。",
      "\n\n- a\n- b",
      "Three. Three. Three. One.",
    ];
    for (const before of texts) {
      for (const after of texts) {
        const pairs = compare(before, after);
        expect(pairs.map((pair) => pair.before).join("")).toBe(before);
        expect(pairs.map((pair) => pair.after).join("")).toBe(after);
        for (const pair of pairs.filter(({ pieces }) => pieces.length > 0)) {
          const without = (kind: string) => pair.pieces.filter((piece) => piece.kind !== kind).map(({ text }) => text);
          expect(without("new").join("")).toBe(pair.before);
          expect(without("gone").join("")).toBe(pair.after);
        }
      }
    }
  });

  it("keeps as many words as can be kept, in their order", () => {
    let chance = 1;
    const below = (most: number) => (chance = (chance * 48_271) % 2_147_483_647) % most; // Park and Miller (1988)
    for (let round = 0; round < 300; round++) {
      const [old, fresh] = [below(14), below(14)].map((length) =>
        Array.from({ length }, () => "abcd".charAt(below(4))),
      );
      if (!old || !fresh) continue;
      const pairs = staying(old, fresh);
      expect(pairs.map(([i]) => old[i])).toEqual(pairs.map(([, j]) => fresh[j]));
      for (const side of [0, 1] as const) {
        const places = pairs.map((pair) => pair[side]);
        expect(places).toEqual([...new Set(places)].sort((one, other) => one - other));
      }
      expect(pairs.length).toBe(longest(old, fresh));
    }
  });
});

/** Length of the longest common subsequence, from its definition. */
function longest(old: readonly string[], fresh: readonly string[]): number {
  let row = fresh.map(() => 0);
  for (const word of old) {
    const before = row;
    row = [];
    fresh.forEach((other, j) =>
      row.push(word === other ? (before[j - 1] ?? 0) + 1 : Math.max(before[j] ?? 0, row[j - 1] ?? 0)),
    );
  }
  return row[row.length - 1] ?? 0;
}
