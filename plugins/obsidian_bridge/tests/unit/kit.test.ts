import { expect, it } from "vitest";
import { cardCallout, cardSheet, proseOf, shownOf } from "../../src/notes/kit";
import type { KitPart, MoodCard } from "../../src/daemon/wire";

const TYPES: Record<string, string> = { md: "text/markdown", png: "image/png", wav: "audio/wav", mid: "audio/midi" };

function part(kind: KitPart["kind"], ...names: string[]): KitPart {
  const media = (name: string) => TYPES[name.split(".").pop() ?? ""] ?? "application/json";
  const files = names.map((name) => ({ name, blob: { sha256: "0".repeat(64), size: 1, media_type: media(name) } }));
  return { name: "it", kind, files };
}

const CARD: MoodCard = {
  title: "The keeper",
  characters: [{ name: "Mara", looks: "grey braid" }, { name: "Tom" }],
  place: "a lighthouse",
  weather: "",
  mood: { valence: -0.4, tension: 0.5 },
  palette: ["#0d1b2a", "#e8c07d"],
  motifs: [],
  tempo: null,
  sources: [{ field: "place", origin: "brief" }],
};

it.each([
  ["a mix, and none of its stems and scores", "music", ["it/flute.wav", "it-score.png", "it.mid", "it.wav"], "it.wav"],
  ["a texture's preview", "texture", ["it/basecolor.png", "it/preview.png"], "it/preview.png"],
  ["its base colour, where there is none", "texture", ["it/basecolor.png", "it/normal.png"], "it/basecolor.png"],
  ["a text, and not its data", "text", ["beats.json", "beats.md"], "beats.md"],
  ["nothing, where only notes are left", "music", ["it.mid"], undefined],
] as const)("a part is shown by %s", (_, kind, names, shown) => {
  expect(shownOf(part(kind, ...names))?.name).toBe(shown);
});

it("a page's prose is what stands behind its properties, rules and all", () => {
  expect(proseOf("---\ntitle: Night\n---\n\nShe waits.\n\n---\n\nNobody.\n")).toBe("She waits.\n\n---\n\nNobody.");
  expect(proseOf("She waits.\n\n---\n\nNobody.\n")).toBe("She waits.\n\n---\n\nNobody.");
});

it("a card says what it knows, as properties", () => {
  expect(cardSheet(CARD)).toEqual({
    title: "The keeper",
    place: "a lighthouse",
    characters: ["Mara: grey braid", "Tom"],
    mood: ["valence -0.4", "tension 0.5"],
    palette: ["#0d1b2a", "#e8c07d"],
  });
});

it("a card to be read has no colour that would be a tag", () => {
  expect(cardCallout(CARD)).toBe(
    "> [!abstract] The keeper\n> **place** a lighthouse  \n> **characters** Mara: grey braid, Tom  \n" +
      "> **mood** valence -0.4, tension 0.5  \n> **palette** `#0d1b2a`, `#e8c07d`  ",
  );
});
