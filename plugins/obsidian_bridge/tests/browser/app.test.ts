/**
 * The built plugin in the stand-in for Obsidian, with a real daemon and the starter models: writing at the cursor, and
 * everything that may happen meanwhile.
 */

import { rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import type { Driver } from "../../harness/driver";
import { makeVault, openVault } from "../../harness/serve";

const CONTINUE = "Continue writing here";
const STOP = "Stop writing, keep what came";

const STORY = `# The lamp

The keeper climbed the stairs of the lighthouse. The lamp had gone out again, and nobody on the mainland knew.

In the morning a boat came.
`;
const KNEW = "nobody on the mainland knew.";
const CHINESE = "# 灯塔\n\n老守塔人慢慢爬上楼梯。灯又灭了，岸上没有人知道。\n\n早上来了一条船。\n";
const LONG = Array.from(
  { length: 2400 },
  (_, line) => `Line ${line}: the sea was grey, and the keeper wrote down what he saw of it that day.`,
);
const HUGE = `${LONG.join("\n\n").slice(0, 300_000)}\n`;

const daemon = inject("daemon");
let folder: string;
let app: Driver;

beforeAll(async () => {
  folder = makeVault({
    // long enough to do something meanwhile, short enough for a machine of two cores
    ".obsidian/plugins/studiolo/data.json": JSON.stringify({ maxTokens: 100 }),
    "Story.md": STORY,
    "Stopped.md": STORY,
    "Switched.md": STORY,
    "Back.md": STORY,
    "Twice.md": STORY,
    "Other.md": "Another note.\n",
    "Deleted.md": STORY,
    "Closed.md": STORY,
    "Crashed.md": STORY,
    "灯塔.md": CHINESE,
    "Huge.md": HUGE,
  });
  app = await openVault(folder, { daemon });
});

afterEach(() => {
  expect(app.errors.splice(0)).toEqual([]);
});

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

/** What is seen in the note, and is not in it yet. */
async function inlay(): Promise<string> {
  return (await app.page.locator(".studiolo-inlay").allTextContents()).join("");
}

/** Begins to go on after a place of the open note, and waits for the first words. */
async function begin(place: string): Promise<void> {
  await app.cursorAfter(place);
  await app.command(CONTINUE);
  await app.until("the first words", inlay, (seen) => seen.length >= 15, 90_000);
}

/** Waits for the text, which goes on from where it was asked for. */
async function came(): Promise<void> {
  const text = await app.until(
    "the text",
    () => app.text(),
    (now) => now.length > STORY.length,
    90_000,
  );
  expect(text.startsWith(STORY.slice(0, STORY.indexOf(KNEW) + KNEW.length))).toBe(true);
}

async function landed(): Promise<string> {
  await app.until("the text's end", inlay, (seen) => seen === "", 90_000);
  return app.text();
}

describe("going on at the cursor", () => {
  it("is one step to undo, while the person types elsewhere and the view stands still", async () => {
    await app.openNote("Story.md");
    await begin(KNEW);
    await app.screenshot("continue-streaming");
    const scrolled = await app.scrollTop();
    await app.cursorAfter("In the morning a boat came");
    await app.type(" at last", 20);
    expect(await inlay()).not.toBe("");
    const text = await landed();
    await app.screenshot("continue-landed");
    expect(text).toContain("a boat came at last.");
    const added = text.length - STORY.length - " at last".length;
    expect(added).toBeGreaterThan(40);
    expect(text.slice(text.indexOf(KNEW) + KNEW.length)).toMatch(/^ \S/);
    expect(await app.scrollTop()).toBe(scrolled);
    expect(await app.cursor()).toBe(text.indexOf(" at last.") + " at last".length);
    expect(await app.undoDepth()).toBe(2);
    await app.press("Control+z");
    expect(await app.text()).toBe(STORY.replace("came.", "came at last."));
    await app.press("Control+z");
    expect(await app.text()).toBe(STORY);
    await app.press("Control+y", "Control+y");
    expect(await app.text()).toBe(text);
    await app.until(
      "the note on disk",
      async () => app.saved("Story.md"),
      (saved) => saved === text,
    );
  });

  it("stops at once when asked, and keeps what came", async () => {
    await app.openNote("Stopped.md");
    await begin(KNEW);
    await app.command(STOP);
    const text = await landed();
    expect(text.length).toBeGreaterThan(STORY.length + 10);
    expect(text.startsWith(STORY.slice(0, STORY.indexOf(KNEW) + KNEW.length))).toBe(true);
    expect(text.endsWith("\n\nIn the morning a boat came.\n")).toBe(true);
    expect(await app.undoDepth()).toBe(1);
    expect(await app.commands()).not.toContain(STOP);
  });

  it("goes on in Chinese without a space", async () => {
    await app.openNote("灯塔.md");
    await app.cursorAfter("没有人知道。");
    await app.command(CONTINUE);
    // a few characters may have landed before anybody sees them come
    const longer = (now: string) => now.length > CHINESE.length;
    const text = await app.until("the text", () => app.text(), longer, 90_000);
    expect(text.slice(text.indexOf("没有人知道。") + 6)).toMatch(/^\S/);
    await app.press("Control+z");
    expect(await app.text()).toBe(CHINESE);
  });
});

describe("a note that goes away meanwhile", () => {
  it("gets its text in its file, when another note is opened in its tab", async () => {
    await app.openNote("Switched.md");
    await begin(KNEW);
    await app.openNote("Other.md");
    const saved = await app.until(
      "the text in the file",
      async () => app.saved("Switched.md"),
      (text) => text !== STORY,
      90_000,
    );
    expect(saved.startsWith(STORY.slice(0, STORY.indexOf(KNEW) + KNEW.length))).toBe(true);
    expect(saved.endsWith("\n\nIn the morning a boat came.\n")).toBe(true);
    expect(await app.text()).toBe("Another note.\n");
    expect(app.saved("Other.md")).toBe("Another note.\n");
  });

  it("shows the text again, and gets it as one step, when it is opened again in time", async () => {
    await app.openNote("Back.md");
    await begin(KNEW);
    await app.openNote("Other.md");
    expect(await inlay()).toBe("");
    await app.openNote("Back.md");
    await app.until("the text in its place again", inlay, (seen) => seen.length > 0);
    const text = await landed();
    expect(text.length).toBeGreaterThan(STORY.length + 10);
    expect(await app.undoDepth()).toBe(1);
    await app.press("Control+z");
    expect(await app.text()).toBe(STORY);
  });

  it("gets its text once, where it is open in two tabs", async () => {
    await app.openNote("Twice.md");
    await app.openNote("Twice.md", "tab");
    await begin(KNEW);
    await app.page.locator(".mod-root .workspace-tab-header").first().click();
    const saved = await app.until(
      "the text in the file",
      async () => app.saved("Twice.md"),
      (text) => text !== STORY,
      90_000,
    );
    const texts = () =>
      app.inside(({ app }) => {
        const found: string[] = [];
        app.workspace.iterateRootLeaves(({ view }) => found.push((view as unknown as { data: string }).data));
        return found;
      });
    await app.until("the text in both tabs", texts, (seen) => seen.length === 2 && seen.every((one) => one === saved));
    expect(saved.split("In the morning a boat came.")).toHaveLength(2);
    await app.inside(({ app }) => app.workspace.getMostRecentLeaf()?.detach());
  });

  it("leaves its text in the panel, when it is deleted", async () => {
    await app.command("Open the panel");
    await app.openNote("Deleted.md");
    await begin(KNEW);
    rmSync(`${folder}/Deleted.md`);
    const panel = await app.until(
      "the text in the panel",
      () => app.panel(),
      (words) => /waiting for a place/i.test(words),
      90_000,
    );
    await app.screenshot("deleted-waits");
    expect(panel).toContain("Deleted.md");
    await app.openNote("Other.md");
    await app.cursorAfter("Another note.");
    await app.page.getByRole("button", { name: "Insert at the cursor" }).click();
    expect((await app.text()).length).toBeGreaterThan("Another note.\n".length + 10);
    expect(await app.undoDepth()).toBe(1);
    expect(await app.panel()).not.toMatch(/waiting for a place/i);
  });
});

describe("an app that ends meanwhile", () => {
  it("gets the text when it was closed and is opened again", async () => {
    await app.openNote("Closed.md");
    await begin(KNEW);
    await app.quit();
    await app.start();
    await came();
    expect(await app.undoDepth()).toBe(1);
  });

  it("gets the text when it was killed and is opened again", async () => {
    await app.openNote("Crashed.md");
    await begin(KNEW);
    await app.crash();
    await app.start();
    await app.openNote("Crashed.md");
    await came();
  });
});

describe("a note of 300 kB", () => {
  it("is typed into as fast as without a text that comes meanwhile", async () => {
    await app.openNote("Huge.md");
    const place = "Line 60: the sea was grey";
    const quiet = await keystrokes(place);
    await begin(place);
    const scrolled = await app.scrollTop();
    const busy = await keystrokes("Line 59: the sea was grey");
    expect(Math.abs((await app.scrollTop()) - scrolled)).toBeLessThan(40);
    await landed();
    console.log(`a key in a note of 300 kB: ${quiet.toFixed(1)} ms, while a text comes ${busy.toFixed(1)} ms`);
    expect((await app.text()).length).toBeGreaterThan(HUGE.length + 40);
  });

  /** Median milliseconds from a key to the frame that shows it. */
  async function keystrokes(place: string): Promise<number> {
    await app.cursorAfter(place);
    const times: number[] = [];
    for (let key = 0; key < 20; key++) {
      await app.page.evaluate(() => {
        const measured = window as unknown as { key?: number };
        delete measured.key;
        window.addEventListener(
          "keydown",
          () => {
            const began = performance.now();
            requestAnimationFrame(() => window.setTimeout(() => (measured.key = performance.now() - began)));
          },
          { once: true, capture: true },
        );
      });
      await app.press("x");
      times.push(
        await app.until(
          "the frame",
          () => app.page.evaluate(() => (window as unknown as { key?: number }).key ?? 0),
          (ms) => ms > 0,
        ),
      );
    }
    return times.sort((one, other) => one - other)[10] ?? 0;
  }
});
