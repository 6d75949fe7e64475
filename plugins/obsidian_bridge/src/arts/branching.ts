/** Branches of a passage: one stands in the note, the others are kept beside it and can take its place. */

import type { Plugin } from "obsidian";
import type { Desk } from "../desk";
import type { Sidecars } from "../notes/sidecar";
import type { Sidecar, Version } from "../notes/sidecar_file";
import { selected } from "./put";
import { placeOf, type Place } from "./place";

export function branching(plugin: Plugin, desk: Desk, sidecars: Sidecars): void {
  plugin.addCommand({
    id: "branch",
    name: "Keep the selection as a branch",
    icon: "git-branch",
    editorCheckCallback: (checking, editor, info) => {
      const { file } = info;
      if (checking || !file) return editor.somethingSelected() && file !== null;
      const { from, to } = selected(editor);
      const place = placeOf(file.path, editor.getValue(), from, to);
      const written = { kind: "text", text: place.held, mode: "", instruction: "" } as const;
      void sidecars
        .addVersions(place, [place.held], written)
        .then(() => desk.tell("Kept. Change the passage as you like; the panel has this branch."), desk.tell);
      return true;
    },
  });
}

/** A version went into the note; what stood there is kept in its stead. */
export function keptIn(sidecar: Sidecar, place: Place, used: Version, stood: string): void {
  for (const passage of sidecar.passages) {
    if (passage.held !== place.held || passage.before !== place.before || passage.after !== place.after) continue;
    passage.versions = passage.versions.map((one) => (one.text === used.text ? { ...one, text: stood } : one));
    passage.held = used.text;
  }
}
