/** The picture, texture or piece under the cursor once more, with new chance; one undo brings the old one back. */

import type { Editor, TFile } from "obsidian";
import type { Request } from "../daemon/jobs";
import { bad } from "../daemon/problem";
import type { Recipe } from "../daemon/wire";
import type { Desk } from "../desk";
import { recipeIn } from "../notes/png";
import type { Sidecars } from "../notes/sidecar";
import { embedAt } from "../words/links";
import type { Media } from "./media";
import { locate, placeOf } from "./place";

export function again(desk: Desk, media: Media, sidecars: Sidecars): void {
  desk.command("again", "Make this picture or music again", "refresh-cw", make, {
    when: (editor) => here(editor) !== null,
    menu: "Make again",
  });

  async function make(editor: Editor, file: TFile): Promise<void> {
    const link = here(editor);
    if (!link) return;
    const start = editor.posToOffset({ line: editor.getCursor().line, ch: 0 });
    const place = placeOf(file.path, editor.getValue(), start + link.from, start + link.to);
    const request = onceMore(await recipeOf(link.path, file.path));
    const range = locate(editor.getValue(), place); // somebody may have gone on typing
    if (range) media.inPlace(editor, file, range, request, link.label);
  }

  async function recipeOf(path: string, note: string): Promise<Recipe> {
    const file = desk.app.metadataCache.getFirstLinkpathDest(path, note);
    if (!file) throw bad(`There is no file ${path} in this vault.`, "Mend the link.");
    const { recipe } = await sidecars.read(file.path);
    const found =
      recipe ?? (file.extension === "png" ? recipeIn(new Uint8Array(await desk.app.vault.readBinary(file))) : null);
    if (!found) throw bad(`How ${file.name} was made is not known.`, "Make a new one from the passage.");
    return found;
  }
}

function here(editor: Editor): ReturnType<typeof embedAt> {
  const { line, ch } = editor.getCursor();
  return embedAt(editor.getLine(line), ch);
}

/** The request as it was run, with everything that was settled then, except for chance. */
function onceMore({ settled }: Recipe): Request {
  if (settled.kind === "image" || settled.kind === "texture" || settled.kind === "music")
    return { ...settled, seed: null };
  throw bad("Nothing in this picture was left to chance.", "Make a new one from the passage.");
}
