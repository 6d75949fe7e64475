/** A picture of a passage, from its own words or from words of one's own. */

import { Setting, type Editor, type TFile } from "obsidian";
import type { Run } from "../commands";
import type { ImageRequest } from "../daemon/wire";
import type { Desk } from "../desk";
import type { Media } from "./media";
import { Words } from "./words";

/** Characters of a prompt, by the contract. */
const LONGEST = 8_000;
const LARGEST_SEED = 2 ** 32 - 1;

export function illustrating(desk: Desk, media: Media): void {
  const { settings } = desk;
  const begin = (editor: Editor, file: TFile, words: string, style: string, seed: number | null) =>
    media.below(editor, file, painted(words, style, seed, settings.models.image));
  const ownWords: Run = (editor, file) => {
    let style = settings.pictures.style;
    let seed: number | null = null;
    new Words(desk.app, {
      title: "What the picture shows",
      begin: "Paint",
      words: media.words(editor, file, LONGEST),
      more(place) {
        new Setting(place)
          .setName("Style")
          .setDesc("Words that say how it is painted.")
          .addText((field) =>
            field
              .setPlaceholder("Ink drawing")
              .setValue(style)
              .onChange((words) => (style = words)),
          );
        new Setting(place)
          .setName("Seed")
          .setDesc("The same seed paints the same picture; empty for chance.")
          .addText((field) => field.onChange((words) => (seed = seedOf(words))));
      },
      done: (words) => begin(editor, file, words, style, seed),
    }).open();
  };
  const directly: Run = (editor, file) => {
    const words = media.words(editor, file, LONGEST);
    if (words) begin(editor, file, words, settings.pictures.style, null);
    else ownWords(editor, file);
  };
  desk.command("illustrate", "Illustrate the passage", "image", directly, { menu: "Illustrate" });
  desk.command("illustrate-words", "Illustrate in words of your own…", "image-plus", ownWords);
}

/** The request for a picture of these words. Their brackets are only brackets, and weigh nothing. */
export function painted(words: string, style: string, seed: number | null, model: string): ImageRequest {
  const literal = words.replace(/[()]/g, "\\$&");
  const how = style.trim();
  const prompt = (how ? `${literal.slice(0, LONGEST - how.length - 2)}, ${how}` : literal).slice(0, LONGEST);
  return { kind: "image", prompt, seed, model };
}

function seedOf(words: string): number | null {
  const seed = Number(words);
  return words.trim() !== "" && Number.isInteger(seed) && seed >= 0 && seed <= LARGEST_SEED ? seed : null;
}
