/** A text request as the settings have it. Knows no editor. */

import type { TFile } from "obsidian";
import type { Desk } from "../desk";
import { bad } from "../daemon/problem";
import type { TextRequest } from "../daemon/wire";
import { isPrivate, publicText } from "../words/private";

/**
 * What of a note's text from `from` to `to` may be sent: without comments and properties. Throws a `StudioloError` where its
 * owner keeps it private, and where nothing is left.
 */
export function sendable(desk: Desk, file: TFile, note: string, from: number, to: number): string {
  mustBeOpen(desk, file);
  if (isPrivate(note, to)) {
    throw bad(
      "This place is in a comment or in the properties, and nothing of it is sent.",
      "Put the cursor elsewhere.",
    );
  }
  const text = publicText(note, from, to);
  if (text.trim() === "") throw bad("There is nothing to work on.", "Write something first, or select other words.");
  return text;
}

/** Whether a note's owner keeps all of it private. */
export function isKept(desk: Desk, file: TFile): boolean {
  return desk.app.metadataCache.getFileCache(file)?.frontmatter?.private === true;
}

/** Throws a `StudioloError` where a note's owner keeps it private. */
export function mustBeOpen(desk: Desk, file: TFile): void {
  if (isKept(desk, file)) {
    throw bad("This note is private, and nothing of it is sent.", "Take `private` out of its properties if it is not.");
  }
}

/** Characters of a passage that are sent at most; the model's window is smaller by far. */
const LONGEST = 60_000;

/** A request in this mode. `passage` has nothing private in it; of a very long one the beginning is left out. */
export async function textRequest(
  desk: Desk,
  mode: string,
  passage: string,
  wanted: Partial<TextRequest> = {},
): Promise<TextRequest> {
  const { settings } = desk;
  return {
    kind: "text",
    mode,
    text: passage.slice(-LONGEST),
    model: settings.models.text,
    style: settings.style,
    preset: settings.preset,
    sampling: settings.sampling,
    max_tokens: settings.maxTokens,
    bible: await desk.bible(),
    ...wanted,
  };
}
