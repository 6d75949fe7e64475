/** A surface that a passage speaks of, as a material with its maps. */

import type { Plugin } from "obsidian";
import type { Desk } from "../desk";
import type { Media } from "./media";
import { Words } from "./words";

/** Characters that a passage brings into the field: a surface is said in few words. */
const LONGEST = 400;

export function texturing(plugin: Plugin, desk: Desk, media: Media): void {
  plugin.addCommand({
    id: "texture",
    name: "Make a texture from the passage…",
    icon: "layout-grid",
    editorCallback: (editor, info) =>
      new Words(desk.app, {
        title: "What the surface is",
        begin: "Make",
        words: media.words(editor, info, LONGEST),
        done: (words) => {
          const prompt = words.replace(/[()]/g, "\\$&");
          media.below(editor, info, { kind: "texture", prompt, model: desk.settings.models.image });
        },
      }).open(),
  });
}
