import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Driver } from "../../harness/driver";
import { openVault } from "../../harness/serve";
import { recipeIn } from "../../src/notes/png";

/** Milliseconds for a model on a busy machine. */
const PATIENCE = 100_000;

const daemon = inject("daemon");
let app: Driver;
const folder = mkdtempSync(join(tmpdir(), "vault-"));

function write(path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Writes a note as another program would, and opens it once the app has seen it. */
async function open(path: string, text: string): Promise<void> {
  write(path, text);
  const seen = () => app.inside(({ app }, path) => app.vault.getFileByPath(path) !== null, path);
  await app.until(path, seen, (there) => there);
  await app.openNote(path);
}

function files(path: string): string[] {
  return existsSync(join(folder, path)) ? readdirSync(join(folder, path)).sort() : [];
}

function json(path: string): Record<string, unknown> {
  return JSON.parse(app.saved(path)) as Record<string, unknown>;
}

async function noticed(words: string): Promise<void> {
  await app.until(
    `a notice of ${words}`,
    () => app.notices(),
    (notices) => notices.some((one) => one.includes(words)),
  );
}

/** The text of the note in front, once it holds. */
function noteSays(holds: (text: string) => boolean): Promise<string> {
  return app.until("the note", () => app.text(), holds, PATIENCE);
}

beforeAll(async () => {
  write(".obsidian/app.json", JSON.stringify({ attachmentFolderPath: "Attachments" }));
  write("Story.md", "# A story\n\nA red boat lies on the beach at dawn.\n\nThe last words.\n");
  app = await openVault(folder, { daemon });
  await app.openNote("Story.md");
  await app.command("Open the panel");
  await app.until(
    "the daemon",
    () => app.panel(),
    (words) => words.includes("Connected"),
  );
});

afterAll(async () => {
  expect(app.errors).toEqual([]);
  await app.close();
  rmSync(folder, { recursive: true });
});

describe("templates", () => {
  it("are written into the vault, and are commands", async () => {
    await app.command("Create template notes");
    await app.until(
      "commands",
      () => app.commands(),
      (names) => names.includes("Template: Haiku"),
    );
    expect(files("Studiolo/Templates")).toContain("Noir.md");
  });

  it("are left alone where they are there", async () => {
    write("Studiolo/Templates/Noir.md", "---\nmode: rewrite\nplace: review\n---\nMy own words.");
    await app.command("Create template notes");
    await noticed("are in Studiolo/Templates already");
    expect(app.saved("Studiolo/Templates/Noir.md")).toContain("My own words.");
  });

  it("keep the palette in step with their folder", async () => {
    write("Studiolo/Templates/Mine.md", "---\nmode: story\nheat: 3\n---\nA story.");
    await app.until(
      "the command",
      () => app.commands(),
      (names) => names.includes("Template: Mine"),
    );
    await noticed("has 'heat', which no template knows");
    renameSync(join(folder, "Studiolo/Templates/Mine.md"), join(folder, "Mine.md"));
    await app.until(
      "it to go",
      () => app.commands(),
      (names) => !names.includes("Template: Mine"),
    );
  });

  it("come up behind a slash, and not in code", async () => {
    await open("Slash.md", "`code`\n\n");
    await app.cursorAfter("`code");
    await app.type(" /ha");
    expect(await app.page.locator(".suggestion-item").count()).toBe(0);
    await app.press("Control+End");
    await app.type("and/or 1 / 2 ");
    expect(await app.page.locator(".suggestion-item").count()).toBe(0);
    await app.type("/hai", 20);
    await app.page.locator(".suggestion-item").first().waitFor();
    await app.screenshot("notes-slash");
    expect(await app.page.locator(".suggestion-item").first().innerText()).toContain("Haiku");
    await app.press("Enter");
    const text = await noteSays((text) => text.length > 60);
    expect(text).not.toContain("/hai");
    expect(text.trim().split("\n").length).toBeGreaterThanOrEqual(3);
  });
});

describe("the story bible", () => {
  it("is made of notes, and nothing private is in it", async () => {
    write(
      "Story bible/Mira.md",
      "---\ntype: character\naliases: [the captain]\n---\nMira is a red-haired smuggler. %%She is the murderer.%%",
    );
    write("Story bible/Holt.md", "---\ntype: character\nprivate: true\n---\nHolt is a spy.");
    write("Story bible/Broken.md", "---\ntype: lore\norder: high\n---\nAn old law.");
    await open("Scene.md", "The captain and Holt came down to the harbour.");
    await app.press("Control+End");
    await app.page.locator(".studiolo-sent button", { hasText: "Look" }).click();
    await noticed("'order' of Broken is 'high'");
    const panel = await app.until(
      "what is sent",
      () => app.panel(),
      (words) => words.includes("Mira"),
      PATIENCE,
    );
    expect(panel).not.toContain("spy");
    await app.page.locator(".studiolo-sent summary").click();
    const prompt = await app.page.locator(".studiolo-prompt").innerText();
    expect(prompt).toContain("red-haired smuggler");
    expect(prompt).not.toContain("murderer");
    expect(prompt).not.toContain("spy");
    await app.screenshot("notes-bible");
  });

  it("follows its notes", async () => {
    write("Story bible/Mira.md", "---\ntype: character\naliases: [the captain]\n---\nMira is a one-eyed judge.");
    write(
      "Story bible/Deep/Harbour.md",
      "---\ntype: place\nlight: Grey and low.\nsheet: [light]\n---\nBoats rot here.",
    );
    const prompt = async () => {
      await app.page.locator(".studiolo-sent button", { hasText: "Look" }).click();
      await app.page.waitForTimeout(300);
      return (await app.page.locator(".studiolo-prompt").textContent()) ?? "";
    };
    const text = await app.until(
      "what has changed",
      prompt,
      (text) => text.includes("one-eyed judge") && text.includes("rot here"),
    );
    expect(text).toContain("Light: Grey and low.");
    expect(text).not.toContain("smuggler");
  });
});

describe("a picture", () => {
  const link = /!\[\[([^\]|]+\.png)(\|\d+)?\]\]/;

  it("comes below its passage as one step to undo, with its recipe", async () => {
    await app.openNote("Story.md");
    await app.cursorAfter("red boat");
    const before = await app.text();
    const depth = await app.undoDepth();
    await app.command("Illustrate the passage");
    await app.page.locator(".studiolo-inlay-stream").waitFor();
    await app.screenshot("notes-painting");
    const text = await noteSays((text) => link.test(text));
    const name = link.exec(text)?.[1] ?? "";
    expect(name).toBe("a-red-boat-lies-on-the-beach-at-dawn.png");
    expect(text).toBe(before.replace("dawn.\n", `dawn.\n\n![[${name}]]\n`));
    expect(await app.undoDepth()).toBe(depth + 1);
    const recipe = recipeIn(app.bytes(`Attachments/${name}`));
    expect(recipe?.settled).toMatchObject({ kind: "image", prompt: "A red boat lies on the beach at dawn." });
    expect(json(`Studiolo/Sidecars/Attachments/${name}.json`)).toMatchObject({
      format: 1,
      recipe: { engine: recipe?.engine },
    });
    await app.screenshot("notes-picture");
    await app.press("Control+z");
    expect(await app.text()).toBe(before);
    await app.press("Control+y");
    expect(await app.text()).toBe(text);
  });

  it("is made again in its place, keeps its width, and can be had back", async () => {
    const at = (await app.text()).indexOf(".png") + 4;
    await app.cursorAfter(at);
    await app.type("|120");
    const before = await app.text();
    await app.command("Make this picture or music again");
    const text = await noteSays((text) => text.includes("dawn 1.png"));
    expect(text).toBe(before.replace("dawn.png|120", "dawn 1.png|120"));
    const [first, second] = ["dawn", "dawn 1"].map((name) =>
      recipeIn(app.bytes(`Attachments/a-red-boat-lies-on-the-beach-at-${name}.png`)),
    );
    expect(
      second?.settled.kind === "image" && first?.settled.kind === "image" && second.settled.seed !== first.settled.seed,
    ).toBe(true);
    await app.press("Control+z");
    expect(await app.text()).toBe(before);
  });

  it("is put into the file where its note was left meanwhile", async () => {
    await open("Left.md", "A castle on a hill in the mist.\n\nThe end.\n");
    await app.cursorAfter("castle");
    await app.command("Illustrate the passage");
    await app.openNote("Story.md");
    const saved = () => Promise.resolve(app.saved("Left.md"));
    const text = await app.until("the link", saved, (text) => link.test(text), PATIENCE);
    expect(text.replace(link, "LINK")).toBe("A castle on a hill in the mist.\n\nLINK\n\nThe end.\n");
  });

  it("is saved, and its link waits in the panel, where its place is gone", async () => {
    await open("Gone.md", "A forest in winter.\n");
    await app.cursorAfter("forest");
    await app.command("Illustrate the passage");
    await app.openNote("Story.md");
    write("Gone.md", "Nothing of it is left.\n");
    await app.until(
      "the panel",
      () => app.panel(),
      (words) => words.includes("a-forest-in-winter.png"),
      PATIENCE,
    );
    expect(existsSync(join(folder, "Attachments/a-forest-in-winter.png"))).toBe(true);
    expect(app.saved("Gone.md")).toBe("Nothing of it is left.\n");
    await app.screenshot("notes-waiting");
    await app.page.locator(".studiolo-waiting button", { hasText: "Discard" }).click();
    await app.until(
      "it to go",
      () => app.panel(),
      (words) => !words.includes("a-forest-in-winter.png"),
    );
  });

  it("comes to its place though the app was closed while it was painted", async () => {
    await open("Crash.md", "A lake under the moon.\n\nThe end.\n");
    await app.cursorAfter("lake");
    await app.command("Illustrate the passage");
    await app.page.locator(".studiolo-inlay-stream").waitFor();
    await app.quit();
    await app.start();
    const saved = () => Promise.resolve(app.saved("Crash.md"));
    const text = await app.until("the link", saved, (text) => link.test(text), PATIENCE);
    expect(text).toBe("A lake under the moon.\n\n![[a-lake-under-the-moon.png]]\n\nThe end.\n");
    expect(files("Attachments").filter((name) => name.startsWith("a-lake"))).toEqual(["a-lake-under-the-moon.png"]);
    await app.command("Open the panel");
  });

  it("is stopped, and the note stays as it was", async () => {
    await open("Stop.md", "A tower in the rain.\n");
    await app.cursorAfter("tower");
    await app.command("Illustrate the passage");
    await app.page.locator(".studiolo-running button", { hasText: "Stop" }).click();
    await app.until(
      "it to go",
      () => app.page.locator(".studiolo-inlay-stream").count(),
      (count) => count === 0,
    );
    await app.page.waitForTimeout(1000);
    expect(app.saved("Stop.md")).toBe("A tower in the rain.\n");
    expect(files("Attachments").some((name) => name.startsWith("a-tower"))).toBe(false);
  });

  it("is not painted from a private note", async () => {
    await open("Diary.md", "---\nprivate: true\n---\nA secret garden.\n");
    await app.cursorAfter("secret");
    await app.command("Illustrate the passage");
    expect(await app.page.locator(".studiolo-words").inputValue()).toBe("");
    await app.press("Escape");
  });

  it("can be asked for in words of one's own", async () => {
    await app.openNote("Story.md");
    await app.press("Control+End");
    await app.command("Illustrate in words of your own…");
    await app.page.locator(".studiolo-words").fill("a lighthouse (white) in a storm");
    const seed = app.page.locator(".setting-item", { hasText: "Seed" }).locator("input");
    await seed.fill("7");
    await app.screenshot("notes-words");
    await app.page.locator(".modal button", { hasText: "Paint" }).click();
    await noteSays((text) => text.includes("a-lighthouse-white-in-a-storm.png"));
    expect(recipeIn(app.bytes("Attachments/a-lighthouse-white-in-a-storm.png"))?.settled).toMatchObject({
      prompt: "a lighthouse \\(white\\) in a storm",
      seed: 7,
    });
  });
});

it("music comes with its notes beside it", async () => {
  await open("Chase.md", "They run through the market, afraid.\n");
  await app.cursorAfter("market");
  await app.command("Compose music for the passage…");
  await app.page.locator(".setting-item", { hasText: "Length" }).locator("input").fill("4");
  await app.page.locator(".modal button", { hasText: "Compose" }).click();
  const text = await noteSays((text) => text.includes(".wav]]"));
  expect(text).toBe("They run through the market, afraid.\n\n![[they-run-through-the-market-afraid.wav]]\n");
  const [wav, midi] = ["wav", "mid"].map((end) => app.bytes(`Attachments/they-run-through-the-market-afraid.${end}`));
  expect(wav?.subarray(0, 4).toString()).toBe("RIFF");
  expect(midi?.subarray(0, 4).toString()).toBe("MThd");
  await app.screenshot("notes-music");
});

it("a texture comes as a folder of maps", async () => {
  await open("Wall.md", "The wall.\n");
  await app.cursorAfter("wall");
  await app.command("Make a texture from the passage…");
  await app.page.locator(".studiolo-words").fill("mossy cobblestone");
  await app.page.locator(".modal button", { hasText: "Make" }).click();
  const text = await noteSays((text) => text.includes(".png]]"));
  expect(text).toBe("The wall.\n\n![[mossy-cobblestone.png]]\n");
  expect(files("Attachments/mossy-cobblestone")).toEqual(
    ["ao", "basecolor", "height", "metallic", "mossy-cobblestone", "normal", "roughness"].map((name) => `${name}.png`),
  );
  expect(json("Studiolo/Sidecars/Attachments/mossy-cobblestone/mossy-cobblestone.png.json")).toMatchObject({
    recipe: { settled: { kind: "texture" } },
  });
  await app.screenshot("notes-texture");
});

describe("a sheet", () => {
  it("goes into the properties, and leaves what is there", async () => {
    await open("Odile.md", "---\nage: 12345\n# mine\ntags: [people]\n---\nA retired acrobat who runs a small hotel.\n");
    await app.command("Character sheet into the properties of this note");
    await app.page.locator(".studiolo-difference").first().waitFor({ timeout: PATIENCE });
    await app.screenshot("notes-sheet");
    await app.page.locator(".modal button", { hasText: "Put into the note" }).click();
    const saved = () => Promise.resolve(app.saved("Odile.md"));
    const text = await app.until("the sheet", saved, (text) => text.includes("voice:"));
    expect(text).toContain("age: 12345\n");
    expect(text).toMatch(/^tags: \[ ?people ?\]$/m);
    expect(text).toMatch(/^type: character$/m);
    expect(text).toContain("A retired acrobat who runs a small hotel.");
  });
});

describe("a sidecar", () => {
  const sidecar = (note: string) => `Studiolo/Sidecars/${note}.json`;

  it("follows its note, and goes with it", async () => {
    await open("People/Tom.md", "Tom waits at the pier.\n");
    await app.select("Tom waits");
    await app.command("Keep the selection as a branch");
    const there = (path: string) => () => Promise.resolve(existsSync(join(folder, path)));
    await app.until("the sidecar", there(sidecar("People/Tom.md")), (is) => is);
    expect(json(sidecar("People/Tom.md"))).toMatchObject({
      passages: [{ held: "Tom waits", versions: [{ text: "Tom waits" }] }],
    });
    await app.inside(async ({ app }) => {
      const folder = app.vault.getFolderByPath("People");
      if (folder) await app.fileManager.renameFile(folder, "Cast");
    });
    await app.until("it to follow", there(sidecar("Cast/Tom.md")), (is) => is);
    expect(existsSync(join(folder, sidecar("People/Tom.md")))).toBe(false);
    await app.inside(async ({ app }) => {
      const note = app.vault.getFileByPath("Cast/Tom.md");
      if (note) await app.fileManager.trashFile(note);
    });
    await app.until("it to go", there(sidecar("Cast/Tom.md")), (is) => !is);
  });

  it("that is broken is kept as a copy, and begun anew", async () => {
    await app.openNote("Story.md");
    await app.select("The last words");
    write(sidecar("Story.md"), "{ not JSON");
    await app.page.waitForTimeout(500); // until the app has seen it
    await app.command("Keep the selection as a branch");
    await noticed("could not be read. A copy of it is");
    await app.until(
      "the new one",
      () => Promise.resolve(app.saved(sidecar("Story.md"))),
      (text) => text.includes("The last words"),
    );
    const copy = files("Studiolo/Sidecars").find((name) => name.includes("broken"));
    expect(app.saved(`Studiolo/Sidecars/${copy}`)).toBe("{ not JSON");
  });
});

it("settings are kept at once, and say what is wrong", async () => {
  await app.settings();
  const row = (name: string) =>
    app.page.locator(".setting-item").filter({ has: app.page.getByText(name, { exact: true }) });
  await row("Painting").getByText("starter-picture · Apache-2.0, commercial use allowed · 0.5 GB of memory").waitFor();
  await app.screenshot("notes-settings");
  await row("Style").locator("select").selectOption("noir");
  await row("Temperature").locator("input").fill("7");
  await row("Temperature").getByText("Write a number from 0 to 5.").waitFor();
  await row("Temperature").locator("input").fill("0.5");
  await row("Key that takes all of it").locator("input").press("Control+ArrowRight");
  await row("Pairing code").locator("input").fill("nonsense");
  await row("Pairing code").locator("button").click();
  await noticed("This is no pairing code.");
  const kept = () => Promise.resolve(json(".obsidian/plugins/studiolo/data.json"));
  await app.until("the settings", kept, (data) => (data.ghost as { accept: string }).accept === "Ctrl-ArrowRight");
  expect(await kept()).toMatchObject({ style: "noir", sampling: { temperature: 0.5 } });
  await row("Key that takes a word").scrollIntoViewIfNeeded();
  await app.screenshot("notes-settings-below");
  await app.press("Escape");
});
