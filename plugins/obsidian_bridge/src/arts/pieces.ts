/** Something new from a few words: a poem in a form, a scene as a script, a conversation, advertising, names, ideas. */

import type { Editor, TFile } from "obsidian";
import type { Desk } from "../desk";
import type { Landing } from "./landing";
import { ownParagraph } from "./place";
import { selected } from "./put";
import { sendable, textRequest } from "./request";
import { Choice } from "./rewriting";
import { Words } from "./words";

interface Piece {
  name: string;
  mode: string;
  /** What is asked besides the person's own words. */
  instruction: string;
  /** What a person might say. */
  such: string;
}

const PIECES: readonly Piece[] = [
  piece("Story", "story", "A lighthouse keeper hears music from the sea"),
  piece("Haiku", "poem", "The first snow on the harbour", "A haiku."),
  piece("Sonnet", "poem", "A letter that was never sent", "A sonnet."),
  piece("Limerick", "poem", "A cat in a lighthouse", "A limerick."),
  piece("Poem in free verse", "poem", "What the tide left"),
  piece("Scene as a script", "script", "Mira meets the harbour master at night"),
  piece("Dialogue", "dialogue", "Mira and Tom argue about the map"),
  piece("Advertisement", "ad", "A lamp for reading in bed"),
  piece("Names", "names", "Eight names for a fishing village"),
  piece("Ideas", "brainstorm", "What could go wrong at the wedding"),
];

function piece(name: string, mode: string, such: string, instruction = ""): Piece {
  return { name, mode, such, instruction };
}

export function pieces(desk: Desk, landing: Landing): void {
  desk.command("piece", "Write a poem, a scene, a dialogue…", "feather", (editor, file) =>
    new Choice(desk.app, PIECES, (piece) => ask(desk, landing, editor, file, piece)).open(),
  );
}

function ask(desk: Desk, landing: Landing, editor: Editor, file: TFile, piece: Piece): void {
  const { from, to } = selected(editor);
  const done = (brief: string) => void write(desk, landing, editor, file, piece, brief).catch(desk.tell);
  if (editor.getSelection().trim()) {
    try {
      done(sendable(desk, file, editor.getValue(), from, to));
    } catch (error) {
      desk.tell(error);
    }
    return;
  }
  const { name, such } = piece;
  new Words(desk.app, { title: `${name}: about what?`, begin: "Write", words: "", such, done }).open();
}

async function write(
  desk: Desk,
  landing: Landing,
  editor: Editor,
  file: TFile,
  piece: Piece,
  brief: string,
): Promise<void> {
  const { to } = selected(editor);
  const request = textRequest(desk, piece.mode, brief, { instruction: piece.instruction, variants: 1 });
  const lead = ownParagraph(editor.getValue().slice(0, to));
  await landing.begin(editor, file.path, { from: to, to }, request, lead, false);
}
