import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { recipeIn } from "../../src/notes/png";

/** Written by `studiolo.recipe.png`. */
const BOAT = new Uint8Array(readFileSync(new URL("files/boat.png", import.meta.url)));

it("finds the recipe that the daemon wrote into a picture", () => {
  const recipe = recipeIn(BOAT);
  expect(recipe?.settled).toMatchObject({ kind: "image", prompt: "a red boat, 港口", seed: 7 });
  expect(recipe?.licence).toBe("Apache-2.0");
});

it("finds none in anything else", () => {
  expect(recipeIn(new Uint8Array(0))).toBeNull();
  expect(recipeIn(new TextEncoder().encode("studiolo\0"))).toBeNull();
  expect(recipeIn(BOAT.slice(0, 60))).toBeNull();
  const foreign = BOAT.map((byte, index) => (index > 40 && index < 60 ? 65 : byte));
  expect(recipeIn(foreign)).toBeNull();
});
