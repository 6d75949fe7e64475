import { expect, it } from "vitest";
import { differences, merged, sheetOf } from "../../src/notes/sheet";

const MINE = { name: "Mira", age: 40, voice: "", traits: ["proud", "kind"], fear: "water", extra: [1] };
const SHEET = { name: "Mira", age: 41, voice: "Low.", traits: ["kind", "quick"], fear: ["fire"], goal: "To leave." };

it("asks only about what both say, and not the same", () => {
  expect(differences(MINE, SHEET)).toEqual([
    { key: "age", mine: 40, theirs: 41 },
    { key: "fear", mine: "water", theirs: ["fire"] },
  ]);
});

it("fills in what is missing, joins lists, and leaves everything else", () => {
  expect(merged(MINE, SHEET, [])).toEqual({ voice: "Low.", traits: ["proud", "kind", "quick"], goal: "To leave." });
});

it("replaces what a person gave up, unless they have changed it since", () => {
  const taken = differences(MINE, SHEET);
  expect(merged(MINE, SHEET, taken)).toMatchObject({ age: 41, fear: ["fire"] });
  expect(merged({ ...MINE, age: 39 }, SHEET, taken)).not.toHaveProperty("age");
});

it("joins beats of a plot without saying one twice", () => {
  const beat = { title: "The Letter", tension: 0.2 };
  expect(merged({ beats: [beat] }, { beats: [{ ...beat }, { title: "Unopened" }] }, [])).toEqual({
    beats: [beat, { title: "Unopened" }],
  });
});

it("makes an entry of the story bible of a character", () => {
  expect(sheetOf("character", '{"name": "Mira", "voice": "Low."}')).toEqual({
    type: "character",
    name: "Mira",
    voice: "Low.",
    sheet: ["voice"],
  });
});

it("keeps beats as a list, and other answers as they are", () => {
  expect(sheetOf("beats", '[{"title": "The Letter"}]')).toEqual({ beats: [{ title: "The Letter" }] });
  expect(sheetOf("scene", '{"a": 1}')).toEqual({ a: 1 });
  expect(() => sheetOf("beats", '[{"title": "The')).toThrow("ends too early");
});
