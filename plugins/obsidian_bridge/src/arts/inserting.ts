/** Parts of the project's kits, each dropped into a note where it belongs. */

import type { Editor, TFile } from "obsidian";
import type { KitInfo, KitPart, MoodCard } from "../daemon/wire";
import type { Desk } from "../desk";
import { wholeLink } from "../notes/attachments";
import { mergeSheet } from "../notes/frontmatter";
import { callout, cardCallout, cardSheet, proseOf, shownOf } from "../notes/kit";
import { bring, fileOf, kitsOf, mustHaveKits } from "../notes/project";
import { plainWords } from "../words/passage";
import { below, placeOf, type Place } from "./place";
import { mustPut, selected } from "./put";
import { Choice } from "./rewriting";

const CARD = "mood.json";
/** Characters of a text by which it is known in the list, and texts at most that are read for that. */
const FIRST = { words: 60, texts: 60 };

/** A row of the list. */
interface Row {
  name: string;
  drop(editor: Editor, note: TFile): Promise<unknown>;
}

export function inserting(desk: Desk): void {
  desk.command("insert-part", "Insert from the project…", "package-open", async (editor, note) => {
    const kits = mustHaveKits(await kitsOf(desk));
    const rows = await Promise.all(kits.map((kit, at) => rowsOf(desk, kit, at < FIRST.texts)));
    new Choice(desk.app, rows.flat(), (row) => void row.drop(editor, note).catch(desk.tell)).open();
  });
}

/** The kit as a whole, each of its parts, and its mood card. */
async function rowsOf(desk: Desk, kit: KitInfo, read: boolean): Promise<Row[]> {
  const parts = kit.parts.filter(shownOf);
  const card = async () => JSON.parse(decoded(await bring(desk, kit.name, CARD))) as MoodCard;
  const row = (name: string, drop: Row["drop"]): Row => ({ name: `${kit.title} · ${name}`, drop });
  const block = (name: string, words: (note: TFile) => Promise<string>): Row =>
    row(name, (editor, note) => {
      const text = editor.getValue();
      const { at, lead, tail } = below(text, selected(editor).to);
      return putSoon(desk, placeOf(note.path, text, at), words(note), lead, tail);
    });
  const partRow = async (part: KitPart): Promise<Row> => {
    if (part.kind !== "text") return block(part.name, (note) => embedOf(desk, note, kit, part));
    const words = read ? plainWords(await proseIn(desk, kit, part), 10 * FIRST.words).slice(0, FIRST.words) : "";
    return row(`${part.name}${words && `: ${words}…`}`, (editor, note) => {
      const { from, to } = selected(editor);
      return putSoon(desk, placeOf(note.path, editor.getValue(), from, to), proseIn(desk, kit, part));
    });
  };
  return [
    block("kit", (note) => whole(desk, note, kit, parts)),
    ...(await Promise.all(parts.map(partRow))),
    block("mood card", async () => cardCallout(await card())),
    row("mood card, into the properties", async (_, note) => mergeSheet(desk.app, note, cardSheet(await card()))),
  ];
}

/** The place is known by what stands around it now, whatever is typed until the words are there. */
async function putSoon(desk: Desk, place: Place, words: Promise<string>, lead = "", tail = ""): Promise<void> {
  await mustPut(desk.app, place, lead + (await words) + tail);
}

/** Picture, player and text of a kit. */
async function whole(desk: Desk, note: TFile, kit: KitInfo, parts: KitPart[]): Promise<string> {
  const media = parts.filter(({ kind }) => kind === "image" || kind === "music");
  const links = await Promise.all(media.map((part) => embedOf(desk, note, kit, part)));
  const texts = parts.filter(({ kind }) => kind === "text").map((part) => proseIn(desk, kit, part));
  return [callout(kit.title, links), ...(await Promise.all(texts))].join("\n\n");
}

async function embedOf(desk: Desk, note: TFile, kit: KitInfo, part: KitPart): Promise<string> {
  const file = shownOf(part);
  return file ? wholeLink(desk.app, await fileOf(desk, note.path, kit, file), note.path) : "";
}

async function proseIn(desk: Desk, kit: KitInfo, part: KitPart): Promise<string> {
  return proseOf(decoded(await bring(desk, kit.name, shownOf(part)?.name ?? "")));
}

function decoded(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
