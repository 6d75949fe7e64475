/** Branches of a passage: one stands in the note, the others are kept beside it and can take its place. */

import type { Run } from "../commands";
import type { Desk } from "../desk";
import type { Sidecars } from "../notes/sidecar";
import type { Sidecar, Version } from "../notes/sidecar_file";
import { selected } from "./put";
import { placeOf, type Place } from "./place";

export function branching(desk: Desk, sidecars: Sidecars): void {
  const keep: Run = async (editor, file) => {
    const { from, to } = selected(editor);
    const place = placeOf(file.path, editor.getValue(), from, to);
    const written = { kind: "text", text: place.held, mode: "", instruction: "" } as const;
    await sidecars.addVersions(place, [place.held], written);
    desk.tell("Kept. Change the passage as you like; the panel has this branch.");
  };
  desk.command("branch", "Keep the selection as a branch", "git-branch", keep, {
    when: (editor) => editor.somethingSelected(),
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
