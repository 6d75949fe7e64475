/**
 * Concepts: what a note lays down of somebody or something, kept in the daemon under its name, so that other programs
 * have it at hand; and what they keep, at hand here.
 */

import { getFrontMatterInfo, parseYaml, type Editor, type Plugin, type TFile } from "obsidian";
import { bad } from "../daemon/problem";
import type { Concept, Picture } from "../daemon/wire";
import type { Desk } from "../desk";
import { attachOnce, embed, nameFor } from "../notes/attachments";
import { conceptOf, embedded } from "../notes/concept";
import { asPng, PICTURES } from "../notes/picture";
import { below, placeOf } from "./place";
import { editorOf, mustPut, selected } from "./put";
import { Choice } from "./rewriting";

export function concepts(plugin: Plugin, desk: Desk): void {
  plugin.addCommand({
    id: "keep-concept",
    name: "Keep this note as a concept",
    icon: "bookmark-plus",
    checkCallback: (checking) => {
      const file = desk.app.workspace.getActiveFile();
      if (file?.extension !== "md") return false;
      if (!checking) void keep(desk, file).catch(desk.tell);
      return true;
    },
  });
  desk.command("insert-concept", "Insert a concept…", "bookmark", (editor, file) => choose(desk, editor, file));
}

async function keep(desk: Desk, file: TFile): Promise<void> {
  const text = editorOf(desk.app, file.path)?.getValue() ?? (await desk.app.vault.read(file));
  const concept = conceptOf(file.basename, frontmatterOf(file, text), text);
  const picture = await pictureOf(desk, file, text);
  await desk.jobs.line.ask({ type: "keep", concept: { ...concept, picture } });
  desk.tell(`${concept.name} is kept. Krita, Blender and the terminal find it by that name.`);
}

function frontmatterOf(file: TFile, text: string): Record<string, unknown> {
  try {
    return (parseYaml(getFrontMatterInfo(text).frontmatter) ?? {}) as Record<string, unknown>;
  } catch {
    throw bad(`The frontmatter of ${file.path} can't be read.`, "Mend it, as YAML, and do it again.");
  }
}

/** The first picture in a note, in the daemon's keeping; null where there is none. */
async function pictureOf({ app, jobs }: Desk, note: TFile, text: string): Promise<Picture | null> {
  const files = embedded(text).map((path) => app.metadataCache.getFirstLinkpathDest(path, note.path));
  const file = files.find((one) => one && PICTURES.includes(one.extension.toLowerCase()));
  if (!file) return null;
  const { bytes, width, height } = await asPng(new Uint8Array(await app.vault.readBinary(file)), file.name);
  return { sha256: await jobs.line.put(bytes), width, height, format: "png" };
}

async function choose(desk: Desk, editor: Editor, note: TFile): Promise<void> {
  const answer = await desk.jobs.line.ask({ type: "concepts" });
  const kept = answer.type === "concepts" ? answer.concepts : [];
  if (kept.length === 0) throw bad("No concept is kept yet.", "Keep a note of the story bible as one.");
  const insertOne = (concept: Concept) => void insert(desk, editor, note, concept).catch(desk.tell);
  new Choice(desk.app, kept, insertOne).open();
}

/** Puts the name in the place of what is selected, and the picture below its line: one step to undo. */
async function insert(desk: Desk, editor: Editor, note: TFile, { name, picture }: Concept): Promise<void> {
  const text = editor.getValue();
  const { from, to } = selected(editor);
  const { at, tail } = below(text, to);
  const place = placeOf(note.path, text, from, picture ? at : to);
  const link = picture ? `\n\n${embed(desk.app, await saved(desk, note, name, picture), note.path)}${tail}` : "";
  const rest = picture ? text.slice(to, at) : "";
  await mustPut(desk.app, place, name + rest + link);
}

/** The picture as an attachment; the one that is there, if it is the same. */
async function saved({ app, jobs }: Desk, note: TFile, name: string, picture: Picture): Promise<TFile> {
  const fileName = `${nameFor(name, "concept")}.${picture.format === "jpeg" ? "jpg" : picture.format}`;
  return attachOnce(app, note.path, fileName, picture.sha256, () => jobs.line.get(picture.sha256));
}
