/** A kit from a note: text, picture, material and music that belong together, linked below the passage. */

import type { TFile } from "obsidian";
import type { Job } from "../daemon/jobs";
import type { ComposeRequest, KitFile, KitInfo, KitPart } from "../daemon/wire";
import type { Desk } from "../desk";
import { attachmentFolder, nameFor, save, wholeLink } from "../notes/attachments";
import { callout, shownOf } from "../notes/kit";
import { arrives, fileOf, kitsOf } from "../notes/project";
import type { Sidecars } from "../notes/sidecar";
import { plainWords } from "../words/passage";
import type { Media } from "./media";
import { selected } from "./put";
import { sendable } from "./request";
import { Choice } from "./rewriting";

/** Characters of a brief, by the contract. */
const LONGEST = 400_000;

/** What of a `Kit` is needed here. */
interface Kit {
  title: string;
  created: number;
  parts: KitPart[];
}

export function composing(desk: Desk, media: Media, sidecars: Sidecars): void {
  media.saves("compose", (job, note) => saved(desk, sidecars, job, note));
  desk.command(
    "compose",
    "Compose a kit from this note or the selection",
    "package-plus",
    async (editor, file) => {
      const text = editor.getValue();
      const { from, to } = editor.somethingSelected() ? selected(editor) : { from: 0, to: text.length };
      const brief = plainWords(sendable(desk, file, text, from, to), LONGEST);
      const project = (await kitsOf(desk)).project !== "";
      const { text: model, image: image_model, music: music_model } = desk.settings.models;
      const begin = (preset: string) =>
        media.below(editor, file, { kind: "compose", brief, preset, project, model, image_model, music_model });
      const presets = desk.jobs.line.welcome?.kit_presets ?? [];
      if (presets.length < 2) begin(presets[0] ?? "kit");
      else {
        const names = presets.map((name) => ({ name }));
        new Choice(desk.app, names, ({ name }) => begin(name)).open();
      }
    },
    { menu: "Compose a kit" },
  );
}

/**
 * What links a kit in a note: to its text, with its pictures and players. Where the project keeps it in this vault its
 * files are there; else they are saved where attachments lie.
 */
async function saved(desk: Desk, sidecars: Sidecars, { request, result }: Job, note: string): Promise<string> {
  const { app, jobs } = desk;
  const output = result?.outputs[0];
  if (output?.type !== "kit") return "";
  const kit = JSON.parse(new TextDecoder().decode(await jobs.line.get(output.blob.sha256))) as Kit;
  for (const { name, problem } of kit.parts) {
    if (problem) desk.tell(`${name} is missing. ${problem.message} ${problem.mend}`);
  }
  const kept = (request as ComposeRequest).project ? await keptIn(desk, kit.created) : null;
  const folder = kept ? "" : await attachmentFolder(app, note, nameFor(kit.title, "kit"));
  let title = kit.title;
  const lines: string[] = [];
  for (const part of (kept ?? kit).parts) {
    const main = shownOf(part);
    if (!main) continue;
    const file = kept ? await fileOf(desk, note, kept, main) : await saveAll(part, main);
    if (!file) continue;
    const text = part.kind === "text";
    if (text && title === kit.title) title = wholeLink(app, file, note, title);
    else if (part.kind !== "texture") lines.push(wholeLink(app, file, note, text ? part.name : ""));
  }
  return callout(title, lines);

  async function saveAll({ kind, files = [], recipe }: KitPart, main: KitFile): Promise<TFile | null> {
    let shown: TFile | undefined;
    for (const one of files) {
      const file = await save(app, `${folder}/${one.name}`, await jobs.line.get(one.blob.sha256));
      if (one === main) shown = file;
    }
    if (!shown) return null;
    if (recipe && kind !== "text") await sidecars.keepRecipe(shown.path, recipe);
    return shown;
  }
}

/** The kit that the project kept a moment ago, if its folder lies in this vault. */
async function keptIn(desk: Desk, created: number): Promise<KitInfo | null> {
  const kit = (await kitsOf(desk)).kits.find((one) => one.created === created);
  const file = kit?.parts.map(shownOf).find((one) => one);
  return kit && file && (await arrives(desk.app, kit.name, file.name)) ? kit : null;
}
