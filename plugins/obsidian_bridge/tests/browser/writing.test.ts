/**
 * What a writer does with the built plugin in the stand-in for Obsidian, a real daemon and the starter model: a look at
 * what is sent, ghost text, other words, versions, branches.
 */

import { rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, inject, it } from "vitest";
import type { Driver } from "../../harness/driver";
import { makeVault, openVault } from "../../harness/serve";

const STORM = `# The storm

Mira pulled her coat closer and looked out at the harbour. The last boats had come in, and the wind was rising.

%%Tom is the murderer.%%

The old man went into the house. It was very dark in there, and he was afraid because he heard a noise.

Later she would remember the light on the water.
`;
const MIRA = `---
type: character
aliases: [the captain]
---
Mira is a red-haired smuggler who limps. %%She is Tom's daughter.%%
`;
const HOUSE = "The old man went into the house. It was very dark in there, and he was afraid because he heard a noise.";

const daemon = inject("daemon");
let folder: string;
let app: Driver;

beforeAll(async () => {
  folder = makeVault({
    ".obsidian/plugins/studiolo/data.json": JSON.stringify({ maxTokens: 48 }),
    "Storm.md": STORM,
    "Review.md": STORM,
    "Kept.md": STORM,
    "Branch.md": STORM,
    "Ghost.md": STORM,
    "Word.md": STORM,
    "Diary.md": "---\nprivate: true\n---\nThe combination is 4711.\n",
    "Story bible/Mira.md": MIRA,
    "Story bible/Night.md":
      "---\ntype: lore\nkeys: [rising]\nsecondary: [moon]\n---\nAt night the harbour is closed.\n",
    "Story bible/Lamp.md": "---\ntype: object\nkeys: [lantern]\n---\nThe lantern is cracked.\n",
  });
  app = await openVault(folder, { daemon });
  await app.command("Open the panel");
});

afterEach(() => {
  expect(app.errors.splice(0)).toEqual([]);
});

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

const review = () => app.page.locator(".studiolo-review-bar").count();
const inlay = async (kind: string) => (await app.page.locator(`.studiolo-inlay-${kind}`).allTextContents()).join("");

async function press(name: string): Promise<void> {
  await app.page.getByRole("button", { name, exact: true }).first().click();
}

it("the panel says what would be sent, and why, and nothing private is in it", async () => {
  await app.openNote("Storm.md");
  await app.cursorAfter("in there, and he was");
  await press("Look");
  const seen = await app.until("the look", () => app.panel(), (panel) => panel.includes("tokens"), 90_000); // prettier-ignore
  expect(seen).toMatch(/Mira[\s\S]*name 'Mira'/);
  expect(seen).toMatch(/Night[\s\S]*not sent[\s\S]*moon/);
  expect(seen).not.toContain("Lamp");
  await app.page.locator(".studiolo-sent summary").click();
  const prompt = await app.page.locator(".studiolo-prompt").innerText();
  expect(prompt).toContain("red-haired smuggler");
  expect(prompt).toContain("It was very dark");
  expect(prompt).not.toMatch(/murderer|daughter|afraid because/);
  await app.screenshot("what-is-sent");
  expect(await app.text()).toBe(STORM);
});

it("several versions are reviewed in place, and accepting one is one step to undo", async () => {
  await app.openNote("Review.md");
  await app.select(HOUSE);
  await app.command("Rewrite the selection in several versions");
  await app.until("the review", review, (bars) => bars === 1, 90_000);
  expect(await app.text()).toBe(STORM);
  const many = (panel: string) => panel.match(/Dismiss/g)?.length ?? 0;
  await app.until("the versions", () => app.panel(), (panel) => many(panel) >= 2); // prettier-ignore
  await app.screenshot("versions");
  await press("Accept all");
  const text = await app.text();
  expect(text).not.toContain(HOUSE);
  expect(text.startsWith(STORM.slice(0, STORM.indexOf(HOUSE)))).toBe(true);
  expect(text.endsWith("\n\nLater she would remember the light on the water.\n")).toBe(true);
  await app.until("no versions", () => app.panel(), (panel) => !panel.includes("Dismiss")); // prettier-ignore
  await app.press("Control+z");
  expect(await app.text()).toBe(STORM);
});

it("versions are kept through a restart, until they are used or dismissed", async () => {
  await app.openNote("Kept.md");
  await app.select(HOUSE);
  await app.command("Rewrite the selection in several versions");
  await app.until("the review", review, (bars) => bars === 1, 90_000);
  await app.quit();
  await app.start();
  await app.command("Open the panel");
  await app.openNote("Kept.md");
  expect(await app.text()).toBe(STORM);
  await app.until("the versions", () => app.panel(), (panel) => panel.includes("Dismiss")); // prettier-ignore
  await press("Use");
  await app.until("the passage", () => app.text(), (text) => !text.includes(HOUSE)); // prettier-ignore
  const swapped = await app.until("the old one", () => app.panel(), (panel) => panel.includes("went into the house")); // prettier-ignore
  const many = swapped.match(/Dismiss/g)?.length ?? 0;
  await press("Dismiss");
  await app.until("one less", () => app.panel(), (panel) => (panel.match(/Dismiss/g)?.length ?? 0) === many - 1); // prettier-ignore
});

it("a branch can be gone back to after the passage was changed", async () => {
  await app.openNote("Branch.md");
  await app.select(HOUSE);
  await app.command("Keep the selection as a branch");
  await app.until("the branch", () => app.panel(), (panel) => panel.includes("Dismiss")); // prettier-ignore
  await app.select("It was very dark in there");
  await app.type("The lamps were lit");
  await press("Use");
  await app.until("the branch in the note", () => app.text(), (text) => text === STORM); // prettier-ignore
  await app.until("what was typed", () => app.panel(), (panel) => panel.includes("The lamps were lit")); // prettier-ignore
});

it("ghost text comes when asked for, and Tab takes it", async () => {
  await app.openNote("Ghost.md");
  await app.cursorAfter("the wind was rising.");
  await app.command("Suggest how it goes on");
  await app.until("the ghost", () => inlay("ghost"), (seen) => seen.length > 20, 90_000); // prettier-ignore
  await app.screenshot("ghost");
  expect(await app.text()).toBe(STORM);
  const shown = await app.until("its end", () => inlay("ghost"), (seen) => /\S/.test(seen)); // prettier-ignore
  await app.press("Tab");
  const text = await app.text();
  expect(text).toContain(`the wind was rising.${shown.slice(0, 20)}`);
  await app.press("Escape");
});

it("another word is chosen, and it goes on from there as one step", async () => {
  await app.openNote("Word.md");
  await app.cursorAfter("the wind was rising.");
  await app.command("Continue writing here");
  await app.until("the first words", () => inlay("stream"), (seen) => seen.length > 15, 90_000); // prettier-ignore
  await app.until("the end", () => inlay("stream"), (seen) => seen === "", 90_000); // prettier-ignore
  const before = await app.text();
  const written = before.slice(before.indexOf("rising.") + 7);
  await app.hoverOver(before.indexOf("rising.") + 7 + written.search(/\w\W/) + 3);
  const choices = app.page.locator(".studiolo-tokens button:enabled");
  await choices.first().waitFor();
  await app.screenshot("another-word");
  const word = (await choices.first().locator("span").first().innerText()).trim();
  await choices.first().click();
  await app.until("the other words", () => inlay("stream"), (seen) => seen.includes(word), 90_000); // prettier-ignore
  await app.until("the other end", () => inlay("stream"), (seen) => seen === "", 90_000); // prettier-ignore
  const after = await app.text();
  expect(after).not.toBe(before);
  expect(after).toContain(word);
  await app.press("Control+z");
  expect(await app.text()).toBe(before);
});

it("nothing of a private note is sent, whatever is asked", async () => {
  await app.openNote("Diary.md");
  const refusals = async () => (await app.notices()).filter((one) => one.includes("private")).length;
  const refused = async (command: string) => {
    const before = await refusals();
    await app.select("The combination is 4711.");
    await app.command(command);
    if (command.startsWith("Write")) {
      await app.type("Haiku");
      await app.press("Enter");
    }
    await app.until("a refusal", refusals, (many) => many > before);
  };
  for (const command of [
    "Continue writing here",
    "Rewrite the selection",
    "Character sheet into the properties of this note",
    "Write a poem, a scene, a dialogue…",
  ])
    await refused(command);
  await app.cursorAfter("4711");
  await app.command("Suggest how it goes on");
  await app.page.waitForTimeout(1500); // a suggestion took half of that in the note before
  expect(await inlay("ghost")).toBe("");
  expect(await app.panel()).not.toContain("Under way");
});
