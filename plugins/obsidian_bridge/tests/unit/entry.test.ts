import { expect, it } from "vitest";
import { entryOf } from "../../src/notes/entry";

const NOTE = "---\ntype: character\n---\nMira is a smuggler. %%She is the murderer.%%\n";

it("reads a note with nothing but a type", () => {
  expect(entryOf("Mira", { type: "Character" }, NOTE)).toEqual({
    name: "Mira",
    type: "character",
    text: "Mira is a smuggler.",
    aliases: [],
    keys: [],
    secondary: [],
    secondary_logic: "any",
    constant: false,
    order: 0,
    sticky: 0,
    budget: null,
    case_sensitive: false,
    recursion: false,
  });
});

it("reads every key", () => {
  const frontmatter = {
    type: "character",
    name: "Mira Voss",
    aliases: "the captain, 美良",
    keys: ["smuggler", "/red[- ]hair(ed)?/i", 1984, true],
    secondary: "/a,b/",
    secondary_logic: "NOT_ALL",
    constant: true,
    order: 10,
    sticky: "3",
    budget: 120,
    case_sensitive: "true",
    recursion: false,
    private: false,
    mood: "of the writer's own",
  };
  expect(entryOf("x", frontmatter, NOTE)).toMatchObject({
    name: "Mira Voss",
    aliases: ["the captain", "美良"],
    keys: ["smuggler", "/red[- ]hair(ed)?/i", "1984", "true"],
    secondary: ["/a,b/"],
    secondary_logic: "not_all",
    constant: true,
    order: 10,
    sticky: 3,
    budget: 120,
    case_sensitive: true,
    recursion: false,
  });
});

it.each([{ type: "recipe" }, {}, { type: "lore", private: true }, { type: ["lore"] }])(
  "passes over %o",
  (frontmatter) => {
    expect(entryOf("x", frontmatter, NOTE)).toBeNull();
  },
);

it("takes values that are empty for values that are not given", () => {
  const frontmatter = { type: "lore", name: null, aliases: "", order: null, budget: "", constant: null };
  expect(entryOf("x", frontmatter, NOTE)).toMatchObject({
    name: "x",
    aliases: [],
    order: 0,
    budget: null,
    constant: false,
  });
});

it("sends of the frontmatter only what the note lists", () => {
  const frontmatter = {
    type: "character",
    voice: "Speaks in orders.",
    age: 40,
    secret: "He did it.",
    traits: ["proud", "kind"],
  };
  const sheet = ["voice", "age", "traits", "missing"];
  expect(entryOf("x", { ...frontmatter, sheet }, "---\n---\nBody")?.text).toBe(
    "Voice: Speaks in orders.\nAge: 40\nTraits: proud, kind\n\nBody",
  );
  expect(entryOf("x", frontmatter, "---\n---\nBody")?.text).toBe("Body");
});

it.each([
  [{ order: "high" }, "'order' of x is 'high'. Write a whole number from -10000 to 10000."],
  [{ sticky: 1.5 }, "'sticky' of x is '1.5'. Write a whole number from 0 to 100."],
  [{ budget: 2 }, "'budget' of x is '2'. Write a whole number from 8 to 8192."],
  [{ constant: "maybe" }, "'constant' of x is 'maybe'. Write true or false."],
  [{ private: "perhaps" }, "'private' of x is 'perhaps'. Write true or false."],
  [{ secondary_logic: "some" }, "'secondary_logic' of x is 'some'. Write one of any, all, none, not_all."],
  [{ keys: { a: 1 } }, `'keys' of x is '{"a":1}'. Write a list of 64 texts at most, each of 200 characters at most.`],
])("says what is wrong with %o", (frontmatter, said) => {
  expect(() => entryOf("x", { type: "lore", ...frontmatter }, NOTE)).toThrow(said);
});

it("says that an entry is empty, or too long", () => {
  expect(() => entryOf("x", { type: "lore" }, "%%all secret%%")).toThrow("says nothing");
  expect(() => entryOf("x", { type: "lore" }, "a".repeat(20_001))).toThrow("20000 at most");
});
