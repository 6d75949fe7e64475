import { describe, expect, it } from "vitest";
import { conceptOf, embedded } from "../../src/notes/concept";

const MARA = "# Mara\n\nA *grey-haired* keeper. %%She is the murderer.%%\n\n![[mara.png]]\n";

describe("the words of a concept", () => {
  it.each([
    ["its own, without marks and comments", { type: "character" }, "Mara A grey-haired keeper."],
    ["what `look` says", { type: "character", look: "grey braid, [[oilskin]]" }, "grey braid, oilskin"],
    [
      "what its sheet says of that",
      { type: "character", appearance: "Small and straight.", age: 67, sheet: ["age", "appearance"] },
      "Small and straight.",
    ],
    ["not what the sheet keeps private", { type: "place", looks: "A trap.", sheet: [] }, "Mara A grey-haired keeper."],
  ])("are %s", (_, frontmatter, words) => {
    expect(conceptOf("Mara Voss", frontmatter, MARA)).toEqual({ name: "Mara Voss", kind: frontmatter.type, words });
  });

  it("are no more than the contract takes, and end with a sentence", () => {
    const { words } = conceptOf("Long", { type: "lore" }, "The sea was grey and wide. ".repeat(40));
    expect(words?.length).toBeLessThanOrEqual(500);
    expect(words?.endsWith(".")).toBe(true);
  });
});

it.each([[{}], [{ type: "recipe" }], [{ type: "character", private: true }]])(
  "a note with %j is none",
  (frontmatter) => {
    expect(() => conceptOf("Mara", frontmatter, MARA)).toThrow("Mara is no entry of the story bible, or is private.");
  },
);

it("finds what is embedded, in order, and nothing in comments or code", () => {
  const note = "---\nbanner: '![[a.png]]'\n---\n%%![[b.png]]%% ![c](c%20d.png) `![[e.png]]` ![[f.png|100]]\n";
  expect(embedded(note)).toEqual(["c d.png", "f.png"]);
});
