/** Kits in notes: composed from one, and dropped from the project, which may be this vault or lie elsewhere. A real daemon. */

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { TREE } from "../../harness/daemon";
import type { Driver } from "../../harness/driver";
import { makeVault, openVault } from "../../harness/serve";

/** Milliseconds for a kit on a busy machine, and for a test with one. */
const PATIENCE = 240_000;
const TIMEOUT = { timeout: 300_000 };
const STORY = `---
aliases: [The lamp]
---
An old lighthouse keeper hears music from the sea at night. %%He is the murderer.%%

It stormed.
`;
/** Small kits: one of words and a picture, one of every art. */
const SKETCH = `
summary = "Small."
[[part]]
name = "scene"
kind = "text"
request = { mode = "story", text = "{brief}", max_tokens = 48 }
[[part]]
name = "concept"
kind = "image"
request = { prompt = "{subjects}", width = 64, height = 64 }
`;
const SMALL = `${SKETCH}
[[part]]
name = "texture"
kind = "texture"
request = { prompt = "{material}", width = 64, height = 64 }
[[part]]
name = "soundtrack"
kind = "music"
request = { prompt = "{feeling}", seconds = 4.0 }
`;

const daemon = inject("daemon");
let app: Driver;
const folder = makeVault({
  ".obsidian/app.json": JSON.stringify({ attachmentFolderPath: "Attachments" }),
  "Story.md": STORY,
  "Scene.md": "At dawn  stood on the pier.\nIt rained.\n",
});
const elsewhere = makeVault({});

function studiolo(...given: string[]): string {
  const env = { ...process.env, STUDIOLO_HOME: daemon.home };
  return execFileSync(join(TREE, ".venv/bin/python"), ["-m", "studiolo_cli", ...given], { env, encoding: "utf-8" });
}

function files(path: string): string[] {
  return existsSync(join(folder, path))
    ? (readdirSync(join(folder, path), { recursive: true }) as string[]).sort()
    : [];
}

async function noticed(words: string): Promise<void> {
  const heard = (notices: string[]) => notices.some((one) => one.includes(words));
  await app.until(`a notice of ${words}`, () => app.notices(), heard);
}

/** Begins a kit from the first sentence of the story. */
async function compose(preset: string): Promise<void> {
  await app.openNote("Story.md");
  await app.select("An old lighthouse keeper hears music from the sea at night.");
  await app.command("Compose a kit from this note or the selection");
  await app.page.locator(".prompt-input").fill(preset);
  await app.press("Enter");
}

/** The note, once the block is in it. */
async function linked(): Promise<string> {
  const seen = async () => [await app.text(), await app.panel(), await app.notices()] as const;
  return (await app.until("the link", seen, ([text]) => text.includes("[!abstract]"), PATIENCE))[0];
}

/** Inserts the row that begins so into the scene, behind "At dawn ", and gives the note back as it is then. */
async function insert(row: string, ending = ""): Promise<string> {
  const before = await app.text();
  await app.cursorAfter("At dawn ");
  await app.command("Insert from the project…");
  await app.page.locator(".prompt-input").fill(row);
  const rows = app.page.locator(".prompt .suggestion-item", {
    hasText: new RegExp(`${row}${ending}`),
  });
  await rows.first().waitFor();
  await app.screenshot(`project-${row.replace(/\W+/g, "-")}`);
  await rows.first().click();
  return app.until(row, () => app.text(), (now) => now !== before); // prettier-ignore
}

beforeAll(async () => {
  mkdirSync(join(daemon.home, "presets"), { recursive: true });
  writeFileSync(join(daemon.home, "presets/sketch.toml"), SKETCH);
  writeFileSync(join(daemon.home, "presets/small.toml"), SMALL);
  app = await openVault(folder, { daemon });
  await app.command("Open the panel");
  await app.until("the daemon", () => app.panel(), (words) => words.includes("Connected")); // prettier-ignore
});

afterAll(async () => {
  await app.close();
  studiolo("project", "--close"); // the daemon is not this file's alone
  for (const one of [folder, elsewhere]) rmSync(one, { recursive: true });
  expect(app.errors).toEqual([]);
});

it("without a project a sentence says how there is one", async () => {
  await app.openNote("Scene.md");
  await app.command("Insert from the project…");
  await noticed("No project is open. Open one with `studiolo project FOLDER`.");
});

it(
  "a kit from a selection is saved where attachments lie, though the app ended in the middle, and linked in one step",
  TIMEOUT,
  async () => {
    await compose("sketch");
    await app.until("its parts", () => app.panel(), (words) => /concept\s*(?:being made|done)/.test(words), PATIENCE); // prettier-ignore
    await app.screenshot("project-composing");
    expect(await app.seen()).toContain("Composing a kit…");
    await app.crash();
    await app.start();
    await app.openNote("Story.md");
    const text = await linked();
    const [, kit] = /!\[\[Attachments\/([^/]+)\/concept\.png\]\]/.exec(text) ?? [];
    expect(text).toContain(`%%He is the murderer.%%\n\n> [!abstract] [[Attachments/${kit}/scene|`);
    expect(text).toContain(`\n> ![[Attachments/${kit}/concept.png]]\n\nIt stormed.\n`);
    expect(files(`Attachments/${kit}`)).toEqual(["concept.png", "scene.md"]);
    await app.screenshot("project-composed");
  },
);

it("a kit of the project is linked where it lies in this vault, and its people are read", TIMEOUT, async () => {
  await app.openNote("Story.md");
  await app.inside(({ app }, words) => app.workspace.frontEditor?.setValue(words), STORY);
  studiolo("project", folder);
  const attached = files("Attachments");
  await compose("small");
  const text = await linked();
  const [name] = readdirSync(join(folder, "Kits"));
  expect(text).toContain(`> [!abstract] [[Kits/${name}/scene|`);
  expect(text).toContain(`![[Kits/${name}/concept.png]]\n> ![[Kits/${name}/soundtrack.wav]]`);
  expect(files("Attachments")).toEqual(attached);
  await app.screenshot("project-linked");
  await app.press("Control+z");
  expect(await app.text()).toBe(STORY);
  const [person] = readdirSync(join(folder, "Bible")).map((file) => file.replace(/\.md$/, ""));
  await app.inside(({ app }, words) => app.workspace.frontEditor?.setValue(words), `${person} came home. `);
  await app.press("Control+End");
  await app.page.locator(".studiolo-sent button").click();
  const sent = await app.until("what is sent", () => app.panel(), (words) => words.includes("tokens"), PATIENCE); // prettier-ignore
  expect(sent).toContain(person);
});

it("a part comes into the note where it belongs, each as one step to undo, and nothing is copied", async () => {
  const before = app.saved("Scene.md");
  const [name] = readdirSync(join(folder, "Kits"));
  const prose = app.saved(`Kits/${name}/scene.md`).replace(/^---\n[^]*?\n---\n/, "").trim(); // prettier-ignore
  const attached = files("Attachments");
  const block = `\n> ![[Kits/${name}/concept.png]]\n> ![[Kits/${name}/soundtrack.wav]]\n\n${prose}\n\nIt rained.\n`;
  const sheet = JSON.parse(app.saved(`Kits/${name}/mood.json`)) as { characters: { name: string }[] };
  await app.openNote("Scene.md");
  for (const [row, wanted] of [
    ["scene:", `At dawn ${prose} stood on the pier.\nIt rained.\n`],
    ["concept", `At dawn  stood on the pier.\n\n![[Kits/${name}/concept.png]]\n\nIt rained.\n`],
    ["texture", `At dawn  stood on the pier.\n\n![[Kits/${name}/texture/preview.png]]\n\nIt rained.\n`],
    ["soundtrack", `At dawn  stood on the pier.\n\n![[Kits/${name}/soundtrack.wav]]\n\nIt rained.\n`],
    ["· kit", block],
    ["mood card", `\n> **characters** ${sheet.characters[0]?.name}`],
  ] as const) {
    expect(await insert(row, row === "mood card" ? "$" : "")).toContain(wanted);
    expect(await app.undoDepth()).toBe(1);
    await app.screenshot(`project-dropped-${row.replace(/\W+/g, "")}`);
    await app.press("Control+z");
    expect(await app.text()).toBe(before);
  }
  expect(files("Attachments")).toEqual(attached);
  expect(await insert("mood card, into the properties")).toMatch(/^---\n[^]*characters:\n/);
  await app.screenshot("project-properties");
});

it("what lies elsewhere is saved as an attachment, once", async () => {
  cpSync(join(folder, "Kits"), join(elsewhere, "Kits"), { recursive: true });
  studiolo("project", elsewhere);
  rmSync(join(folder, "Kits"), { recursive: true });
  const seen = () =>
    app.inside(({ app }) => app.vault.getFiles().filter(({ path }) => path.startsWith("Kits/")).length);
  await app.until("no kit here", seen, (count) => count === 0);
  const before = await app.text();
  const attached = files("Attachments");
  for (const time of ["first", "second"]) {
    const text = await insert("concept");
    const [, name] = /!\[\[(Attachments\/[^\]]+\.png)\]\]/.exec(text) ?? [];
    const kit = readdirSync(join(elsewhere, "Kits"))[0] ?? "";
    expect(app.bytes(name ?? "")).toEqual(readFileSync(join(elsewhere, "Kits", kit, "concept.png")));
    expect(files("Attachments"), time).toHaveLength(attached.length + 1);
    await app.press("Control+z");
    expect(await app.text()).toBe(before);
  }
});
