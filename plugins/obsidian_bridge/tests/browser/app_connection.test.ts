/**
 * How the plugin comes to its daemon: found by itself, again after a crash, started from the panel, paired where there is
 * no Node.
 */

import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Daemon, TREE } from "../../harness/daemon";
import type { Driver } from "../../harness/driver";
import { makeVault, openVault } from "../../harness/serve";

const STORY = `# The lamp

The keeper climbed the stairs of the lighthouse. The lamp had gone out again, and nobody on the mainland knew.

In the morning a boat came.
`;
const KNEW = "nobody on the mainland knew.";

let daemon: Daemon;
let app: Driver;
const folders: string[] = [];

function vault(): string {
  const folder = makeVault({
    ".obsidian/plugins/studiolo/data.json": JSON.stringify({ maxTokens: 100 }),
    "Note.md": "The sea was quiet.\n",
    "Killed.md": STORY,
  });
  folders.push(folder);
  return folder;
}

async function open(options: { desktop: boolean }): Promise<void> {
  app = await openVault(vault(), { daemon, ...options });
  await app.openNote("Note.md");
  await app.command("Open the panel");
}

function panelSays(words: RegExp): Promise<string> {
  return app.until(
    `${words} in the panel`,
    () => app.panel(),
    (said) => words.test(said),
  );
}

beforeAll(async () => {
  daemon = await Daemon.begin();
});

afterEach(() => {
  expect(app.errors.splice(0)).toEqual([]);
});

afterAll(async () => {
  await daemon.close();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe("the desktop app", () => {
  beforeAll(() => open({ desktop: true }));
  afterAll(() => app.close());

  it("finds the daemon by itself", async () => {
    await panelSays(/\bConnected/);
  });

  it("gets its text though the daemon was killed meanwhile, when that is back", async () => {
    const inlay = async () => (await app.page.locator(".studiolo-inlay").allTextContents()).join("");
    await app.openNote("Killed.md");
    await app.cursorAfter(KNEW);
    await app.command("Continue writing here");
    await app.until("the first words", inlay, (seen) => seen.length >= 15, 90_000);
    await daemon.kill();
    await panelSays(/Not connected/);
    await app.screenshot("daemon-gone");
    expect(await app.text()).toBe(STORY);
    await daemon.start();
    const longer = (text: string) => text.length > STORY.length;
    const text = await app.until("the text", () => app.text(), longer, 90_000);
    expect(text.startsWith(STORY.slice(0, STORY.indexOf(KNEW) + KNEW.length))).toBe(true);
    expect(await app.undoDepth()).toBe(1);
    expect(await app.panel()).toContain("Connected");
  });

  it("starts it from the panel, in the way in which it was started before", async () => {
    await daemon.kill();
    await panelSays(/Not connected/);
    await app.screenshot("connection-none");
    await app.page.locator(".mod-right-split").getByRole("button", { name: "Start", exact: true }).click();
    await panelSays(/\bConnected/);
  });
});

describe("the app on a phone", () => {
  beforeAll(() => open({ desktop: false }));
  afterAll(() => app.close());

  it("says that it is not connected, and offers nothing that it can't do", async () => {
    await panelSays(/Not connected[\s\S]*paired with none/);
    expect(await app.page.getByRole("button", { name: "Start", exact: true }).count()).toBe(0);
    await app.cursorAfter("The sea was quiet.");
    await app.command("Continue writing here");
    await app.until(
      "a word of it",
      () => app.notices(),
      (notices) => notices.some((one) => one.includes("paired with none")),
    );
    expect(await app.text()).toBe("The sea was quiet.\n");
  });

  it("is told by the daemon that a token is wrong", async () => {
    await pair(
      `studiolo:${Buffer.from(JSON.stringify({ url: daemon.running?.url, token: "wrong" })).toString("base64url")}`,
    );
    await panelSays(/token/);
    await app.screenshot("connection-refused");
  });

  it("takes no code that is none", async () => {
    await pair("Open sesame");
    await app.until(
      "a word of it",
      () => app.notices(),
      (notices) => notices.some((one) => one.includes("no pairing code")),
    );
  });

  it("is paired by the line that `studiolo pair` prints", async () => {
    const env = { ...process.env, STUDIOLO_HOME: daemon.home };
    const printed = execFileSync(join(TREE, ".venv/bin/python"), ["-m", "studiolo_cli", "pair", "A phone"], {
      env,
      encoding: "utf-8",
    });
    await pair(printed.split("\n").find((line) => line.startsWith("studiolo:")) ?? printed);
    await panelSays(/\bConnected/);
    await app.quit();
    await app.start();
    await panelSays(/\bConnected/);
  });

  async function pair(code: string): Promise<void> {
    await app.settings();
    await app.page.locator(".mod-settings input[type=password]").fill(code);
    await app.page.getByRole("button", { name: "Pair", exact: true }).click();
    await app.press("Escape");
  }
});
