/** A surface that a passage speaks of, as a material with its maps. */

import type { Desk } from "../desk";
import type { Media } from "./media";
import { Words } from "./words";

/** Characters that a passage brings into the field: a surface is said in few words. */
const LONGEST = 400;

export function texturing(desk: Desk, media: Media): void {
  desk.command("texture", "Make a texture from the passage…", "layout-grid", (editor, file) =>
    new Words(desk.app, {
      title: "What the surface is",
      begin: "Make",
      words: media.words(editor, file, LONGEST),
      done: (words) => {
        const prompt = words.replace(/[()]/g, "\\$&");
        media.below(editor, file, { kind: "texture", prompt, model: desk.settings.models.image });
      },
    }).open(),
  );
}
