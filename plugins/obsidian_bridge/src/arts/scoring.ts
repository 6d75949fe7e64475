/** Music for a passage: of an exact length, with its notes as MIDI beside it. */

import { Setting } from "obsidian";
import type { Desk } from "../desk";
import type { Media } from "./media";
import { Words } from "./words";

/** Characters of a brief, by the contract. */
const LONGEST = 8_000;
/** Seconds. */
const LENGTH = { least: 1, most: 600, usual: 30 };

export function scoring(desk: Desk, media: Media): void {
  desk.command("score", "Compose music for the passage…", "music", (editor, file) => {
    let seconds = LENGTH.usual;
    let loop = false;
    new Words(desk.app, {
      title: "What the music is for",
      begin: "Compose",
      words: media.words(editor, file, LONGEST),
      more(place) {
        new Setting(place)
          .setName("Length")
          .setDesc("Seconds, to the sample.")
          .addText((field) => {
            field.inputEl.type = "number";
            field.setValue(String(seconds)).onChange((words) => {
              seconds = Math.min(LENGTH.most, Math.max(LENGTH.least, Number(words) || LENGTH.usual));
            });
          });
        new Setting(place)
          .setName("Loop")
          .setDesc("The end runs into the beginning.")
          .addToggle((toggle) => toggle.onChange((on) => (loop = on)));
      },
      done: (prompt) =>
        media.below(editor, file, { kind: "music", prompt, seconds, loop, model: desk.settings.models.music }),
    }).open();
  });
}
