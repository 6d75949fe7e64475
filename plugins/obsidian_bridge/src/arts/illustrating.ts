/** A picture of a passage, from its own words or from words of one's own. */

import { Setting, type Editor, type MarkdownFileInfo, type Plugin } from "obsidian";
import type { ImageRequest } from "../daemon/wire";
import type { Desk } from "../desk";
import type { Media } from "./media";
import { Words } from "./words";

/** Characters of a prompt, by the contract. */
const LONGEST = 8_000;
const LARGEST_SEED = 2 ** 32 - 1;

export function illustrating(plugin: Plugin, desk: Desk, media: Media): void {
  const { settings } = desk;
  const begin = (editor: Editor, info: MarkdownFileInfo, words: string, style: string, seed: number | null) =>
    media.below(editor, info, painted(words, style, seed, settings.models.image));
  const ownWords = (editor: Editor, info: MarkdownFileInfo) => {
    let style = settings.pictures.style;
    let seed: number | null = null;
    new Words(desk.app, {
      title: "What the picture shows",
      begin: "Paint",
      words: media.words(editor, info, LONGEST),
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
      done: (words) => begin(editor, info, words, style, seed),
    }).open();
  };
  const directly = (editor: Editor, info: MarkdownFileInfo) => {
    const words = media.words(editor, info, LONGEST);
    if (words) begin(editor, info, words, settings.pictures.style, null);
    else ownWords(editor, info);
  };
  plugin.addCommand({ id: "illustrate", name: "Illustrate the passage", icon: "image", editorCallback: directly });
  plugin.addCommand({
    id: "illustrate-words",
    name: "Illustrate in words of your own…",
    icon: "image-plus",
    editorCallback: ownWords,
  });
  plugin.registerEvent(
    desk.app.workspace.on("editor-menu", (menu, editor, info) => {
      menu.addItem((item) =>
        item
          .setTitle("Illustrate")
          .setIcon("image")
          .setSection("studiolo")
          .onClick(() => directly(editor, info)),
      );
    }),
  );
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
