/** Other versions of the passages of the note in front: each kept until it is used or dismissed. */

import type { TAbstractFile } from "obsidian";
import type { Desk } from "../desk";
import { inFolder } from "../notes/folders";
import { editorOf, viewOf } from "../arts/put";
import { locateEdited, type Place } from "../arts/place";
import { keptIn } from "../arts/branching";
import { beginInlay } from "../editor/inlay";
import type { Sidecars } from "../notes/sidecar";
import type { Passage, Version } from "../notes/sidecar_file";
import { compare } from "../words/diff";
import { anew, button, type Section } from "./section";

export function versions(desk: Desk, sidecars: Sidecars): Section {
  const latest = new WeakMap<HTMLElement, number>();
  return {
    id: "versions",
    title: "Versions",
    watch(draw) {
      const { vault } = desk.app;
      const heard = ({ path }: TAbstractFile) => inFolder(path, desk.settings.sidecars) && draw();
      const events = [vault.on("create", heard), vault.on("modify", heard), vault.on("delete", heard)];
      return () => events.forEach((event) => vault.offref(event));
    },
    draw(place) {
      const turn = (latest.get(place) ?? 0) + 1;
      latest.set(place, turn);
      void passages().then((found) => {
        if (latest.get(place) !== turn) return; // something newer is being drawn
        anew(place, found, () => {
          if (found.length) place.createEl("h6", { text: "Versions" });
          for (const [path, passage] of found) drawPassage(place.createDiv(), path, passage);
        });
      });
    },
  };

  async function passages(): Promise<(readonly [string, Passage])[]> {
    const path = desk.app.workspace.getActiveFile()?.path;
    if (!path) return [];
    try {
      return (await sidecars.read(path)).passages.map((passage) => [path, passage] as const);
    } catch (error) {
      desk.tell(error);
      return [];
    }
  }

  function drawPassage(place: HTMLElement, path: string, passage: Passage): void {
    const said = passage.held || passage.before.slice(-80).trim();
    place.createDiv({ text: said.length > 90 ? `${said.slice(0, 90)}…` : said, cls: "studiolo-muted" });
    const cards = place.createDiv({ cls: "studiolo-cards" });
    for (const version of passage.versions)
      drawVersion(cards.createDiv({ cls: "studiolo-card" }), { path, ...passage }, version);
  }

  function drawVersion(card: HTMLElement, place: Place, version: Version): void {
    const text = card.createDiv({ cls: "studiolo-text" });
    for (const pair of compare(place.held, version.text)) {
      for (const piece of pair.pieces.length ? pair.pieces : [{ kind: "same", text: pair.after }]) {
        if (piece.kind !== "gone")
          text.createSpan({ text: piece.text, cls: piece.kind === "new" ? "studiolo-new" : "" });
      }
    }
    const line = card.createDiv({ cls: "studiolo-line" });
    button(line, "Use", () => use(place, version, false));
    button(line, "Insert below", () => use(place, version, true));
    button(line, "Dismiss", () => void sidecars.dropVersion(place, version.text).catch(desk.tell));
  }

  /** The version in the place of the passage, which is kept in its stead; or below it. */
  function use(place: Place, version: Version, below: boolean): void {
    const editor = editorOf(desk.app, place.path);
    const range = editor && locateEdited(editor.getValue(), place);
    if (!editor || !range) {
      desk.tell("The passage is not where it was. Insert the version by hand, or dismiss it.");
      return;
    }
    const view = viewOf(editor);
    const now = view.state.sliceDoc(range.from, range.to);
    if (below) beginInlay(view, { from: range.to }, "stream").accept(`\n\n${version.text}`);
    else {
      beginInlay(view, range, "stream").accept(version.text);
      void sidecars.change(place.path, (sidecar) => keptIn(sidecar, place, version, now)).catch(desk.tell);
    }
  }
}
