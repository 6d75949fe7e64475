/** A kit as a note shows it: which file stands for a part, its prose, its mood card. Pure; knows no vault. */

import type { Character, KitFile, KitPart, Mood, MoodCard } from "../daemon/wire";
import type { Sheet } from "./sheet";

const SHOWN: Readonly<Record<KitPart["kind"], RegExp>> = {
  text: /^text\/(?:markdown|plain)/,
  image: /^image/,
  texture: /^image/,
  music: /^audio\/(?!midi)/,
};

/** The file that a part is shown by: the mix and none of its stems, a texture's preview. */
export function shownOf({ kind, files = [] }: KitPart): KitFile | undefined {
  const rank = ({ name }: KitFile) => name.split("/").length - (/\bpreview\.\w+$/.test(name) ? 9 : 0);
  return files
    .filter(({ blob }) => SHOWN[kind].test(blob.media_type ?? ""))
    .sort((one, other) => rank(one) - rank(other))[0];
}

/** The text of a page of a kit, without the properties before it. */
export function proseOf(page: string): string {
  return page.replace(/^---\n[^]*?\n---\n/, "").trim();
}

/** What a mood card says, as properties of a note. */
export function cardSheet({ mood = {}, palette = [], characters = [], sources: _, ...card }: MoodCard): Sheet {
  const moods = Object.entries(mood satisfies Mood).map(([name, value]) => `${name} ${value}`);
  const named = ({ name, looks }: Character) => (looks ? `${name}: ${looks}` : name);
  const all = { ...card, characters: characters.map(named), mood: moods, palette };
  return Object.fromEntries(Object.entries(all).filter(([, said]) => (Array.isArray(said) ? said.length : said)));
}

/** The same to be read in a note; without the backticks a colour would be a tag. */
export function cardCallout(card: MoodCard): string {
  const { title, ...rest } = cardSheet(card);
  const said = (value: unknown) =>
    [value]
      .flat()
      .join(", ")
      .replace(/#\w{6}/g, "`$&`");
  return callout(
    said(title),
    Object.entries(rest).map(([name, value]) => `**${name}** ${said(value)}  `),
  );
}

/** A block of its own in a note. */
export function callout(title: string, lines: string[]): string {
  return [`[!abstract] ${title}`, ...lines].map((line) => `> ${line}`).join("\n");
}
