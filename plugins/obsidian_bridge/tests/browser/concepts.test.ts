/** What is kept in Obsidian other programs find by name, and the other way round: a real daemon, a Python client. */

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { TREE } from "../../harness/daemon";
import type { Driver } from "../../harness/driver";
import { makeVault, openVault } from "../../harness/serve";
import type { Concept } from "../../src/daemon/wire";

const PHOTO = join(TREE, "docs/images/krita.jpg");
const PICTURE = join(TREE, "docs/images/write.png");
const MARA =
  "---\ntype: character\n---\nGrey braid, yellow oilskin. %%The murderer.%%\n\n![[Sounds.md]] ![[mara.jpg|300]]\n";

const daemon = inject("daemon");
let folder: string;
let app: Driver;

/** What the command line says, which is a client in Python. */
function studiolo(...given: string[]): string {
  const env = { ...process.env, STUDIOLO_HOME: daemon.home };
  return execFileSync(join(TREE, ".venv/bin/python"), ["-m", "studiolo_cli", ...given], { env, encoding: "utf-8" });
}

async function noticed(words: string): Promise<void> {
  const heard = (notices: string[]) => notices.some((one) => one.includes(words));
  await app.until(`a notice of ${words}`, () => app.notices(), heard);
}

beforeAll(async () => {
  folder = makeVault({
    ".obsidian/app.json": JSON.stringify({ attachmentFolderPath: "Attachments" }),
    "Mara Voss.md": MARA,
    "Sounds.md": "The sea.\n",
    "Secret.md": "---\ntype: lore\nprivate: true\n---\nA spy.\n",
    "Scene.md": "At dawn  stood on the pier.\nIt rained.\n",
  });
  mkdirSync(join(folder, "Attachments"));
  copyFileSync(PHOTO, join(folder, "Attachments/mara.jpg"));
  app = await openVault(folder, { daemon });
  await app.command("Open the panel");
  const connected = (words: string) => words.includes("Connected");
  await app.until("the daemon", () => app.panel(), connected);
});

afterAll(async () => {
  expect(app.errors).toEqual([]);
  await app.close();
  rmSync(folder, { recursive: true });
});

it("a note that is kept is found by a client in Python, by name", async () => {
  await app.openNote("Mara Voss.md");
  await app.command("Keep this note as a concept");
  await noticed("Mara Voss is kept");
  const kept = JSON.parse(studiolo("concepts", "--json")) as Concept[];
  const mara = kept.find(({ name }) => name === "Mara Voss");
  expect(mara).toMatchObject({ name: "Mara Voss", kind: "character", words: "Grey braid, yellow oilskin." });
  const size = { width: mara?.picture?.width, height: mara?.picture?.height };
  expect(studiolo("concepts", "--save", "Mara Voss", join(folder, "back.png"))).toContain("back.png");
  const png = app.bytes("back.png"); // the photograph, as every program can read it
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect({ width: png.readUInt32BE(16), height: png.readUInt32BE(20) }).toEqual(size);
});

it("a private note is not kept", async () => {
  await app.openNote("Secret.md");
  await app.command("Keep this note as a concept");
  await noticed("is private");
  expect(studiolo("concepts")).not.toContain("Secret");
});

it("what another program keeps comes into the note: its name, and its picture below, as one step to undo", async () => {
  studiolo("concepts", "--keep", "Gull Rock", "--kind", "place", "--picture", PICTURE);
  await app.openNote("Scene.md");
  const before = await app.text();
  for (const [number, link] of ["Attachments/gull-rock.png", "the same file"].entries()) {
    await app.cursorAfter("At dawn ");
    await app.command("Insert a concept…");
    await app.page.locator(".prompt-input").fill("gull rock");
    await app.screenshot("concepts");
    await app.press("Enter");
    const text = await app.until(link, () => app.text(), (now) => now !== before); // prettier-ignore
    expect(text).toBe("At dawn Gull Rock stood on the pier.\n\n![[gull-rock.png]]\n\nIt rained.\n");
    expect(await app.undoDepth()).toBe(1);
    if (number === 0) await app.press("Control+z");
    if (number === 0) expect(await app.text()).toBe(before);
  }
  expect(app.bytes("Attachments/gull-rock.png").equals(readFileSync(PICTURE))).toBe(true);
  expect(readdirSync(join(folder, "Attachments")).sort()).toEqual(["gull-rock.png", "mara.jpg"]);
  await app.screenshot("concept-inserted");
});
