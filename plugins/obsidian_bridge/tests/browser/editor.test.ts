/**
 * The editor's rooms in a real browser with the real CodeMirror 6: undo, scrolling, keys, input methods, and how they look.
 *
 * Keys are the browser's own wherever a key is what is tested.
 */

import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Bench } from "./editor_page";

declare const bench: Bench;

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const ARTEFACTS = here("../../../../tests/hosts/obsidian/artefacts");
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

const STORY = [
  "# The lamp",
  "The keeper climbed the stairs. The lamp had gone out again, and nobody on the mainland knew. He lit it.",
  "Below, the sea was quiet.",
  "In the morning a boat came.",
].join("\n\n");
const PASSAGE = STORY.split("\n\n")[1] ?? "";
const START = STORY.indexOf(PASSAGE);
const END = START + PASSAGE.length;
const REWRITTEN =
  "The old keeper climbed the stairs slowly. The lamp had died again, and no one on the mainland knew. With both hands he woke it.";
const TERSE = "The keeper climbed. The lamp was out, and nobody knew. He lit it.";

let browser: Browser;
let page: Page;

beforeAll(async () => {
  mkdirSync(ARTEFACTS, { recursive: true });
  const { outputFiles } = await build({
    entryPoints: [here("editor_page.ts")],
    bundle: true,
    format: "iife",
    write: false,
    logLevel: "warning",
  });
  const styles = [here("editor_theme.css"), here("../../styles.css")].map((file) => readFileSync(file, "utf-8"));
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
  page = await browser.newPage({ viewport: { width: 820, height: 460 }, deviceScaleFactor: 2 });
  page.on("pageerror", (error) => thrown.push(error));
  page.on("console", (message) => void (message.type() === "error" && thrown.push(new Error(message.text()))));
  const body = `<!doctype html><style>${styles.join("\n")}</style><body class="theme-light"><div id="editor"></div>`;
  await page.route("http://localhost/", (route) => route.fulfill({ contentType: "text/html", body }));
  await page.goto("http://localhost/"); // what the app has and a blank page has not: a secure context
  await page.addScriptTag({ content: outputFiles[0]?.text ?? "" });
}, 60_000);

const thrown: Error[] = [];
beforeEach(() => {
  return () => expect(thrown.splice(0)).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
});

const open = (text: string, plain = false) =>
  page.evaluate(([text, plain]) => bench.open(text, plain), [text, plain] as const);
const text = () => page.evaluate(() => bench.text());
const cursor = () => page.evaluate(() => bench.cursor());
const steps = () => page.evaluate(() => bench.steps());
const undo = () => page.evaluate(() => bench.undo());
const select = (from: number, to = from) => page.evaluate(([from, to]) => bench.select(from, to), [from, to] as const);
const heard = () => page.evaluate(() => bench.heard);
const press = (key: string) => page.keyboard.press(key);

async function picture(name: string): Promise<void> {
  for (const theme of ["light", "dark"]) {
    await page.evaluate((theme) => (document.body.className = `theme-${theme}`), theme);
    await page.screenshot({ path: `${ARTEFACTS}/editor_${name}_${theme}.png` });
  }
  await page.evaluate(() => (document.body.className = "theme-light"));
}

const PIECES = Array.from({ length: 50 }, (_, index) => ` word${index}`);

describe("a stream", () => {
  const stream = (from: number, to = from) =>
    page.evaluate(([from, to]) => bench.stream(from, to), [from, to] as const);
  const append = (piece: string) => page.evaluate((piece) => bench.inlay?.append(piece), piece);
  const accept = () => page.evaluate(() => bench.inlay?.accept());

  it("is one step to undo, while the user types before and after it", async () => {
    await open(STORY);
    await select(0);
    await stream(END);
    for (const [index, piece] of PIECES.entries()) {
      if (index === 10) await page.keyboard.type("Before. ");
      if (index === 30) {
        await page.evaluate(() => bench.select(bench.text().length));
        await page.keyboard.type(" After.");
      }
      await append(piece);
    }
    const typed = `Before. ${STORY} After.`;
    expect(await text()).toBe(typed);
    const before = await steps();
    expect(await accept()).toBe(true);
    expect(await text()).toBe(typed.replace(PASSAGE, PASSAGE + PIECES.join("")));
    expect(await steps()).toBe(before + 1);
    await page.keyboard.type("!");
    await undo();
    expect(await text()).toBe(typed.replace(PASSAGE, PASSAGE + PIECES.join("")));
    await undo();
    expect(await text()).toBe(typed);
    await undo();
    expect(await text()).toBe(`Before. ${STORY}`);
    await undo();
    expect(await text()).toBe(STORY);
    expect(await steps()).toBe(0);
    for (let i = 0; i < 4; i++) await page.evaluate(() => bench.redo());
    expect(await text()).toBe(`${typed.replace(PASSAGE, PASSAGE + PIECES.join(""))}!`);
    expect(await heard()).toEqual([]);
  });

  it("keeps what came when it is stopped, and takes the cursor along only from its place", async () => {
    await open(STORY);
    await select(END);
    await stream(END);
    await append(" A gull");
    await append(" cried.");
    await picture("stream");
    await accept();
    expect(await text()).toBe(STORY.replace(PASSAGE, `${PASSAGE} A gull cried.`));
    expect(await cursor()).toBe(END + " A gull cried.".length);
    await append(" too late");
    expect(await text()).not.toContain("too late");

    await open(STORY);
    await select(3);
    await stream(END);
    await append(" A gull cried.");
    await accept();
    expect(await cursor()).toBe(3);
  });

  it("stands after what is typed at its place", async () => {
    await open("One.");
    await select(4);
    await stream(4);
    await append(" Three.");
    await page.keyboard.type(" Two.");
    await accept();
    expect(await text()).toBe("One. Two. Three.");
    expect(await cursor()).toBe("One. Two. Three.".length);
  });

  it("takes the place of a passage", async () => {
    await open(STORY);
    await select(START, END);
    await stream(START, END);
    await append(TERSE);
    await picture("replacing");
    await accept();
    expect(await text()).toBe(STORY.replace(PASSAGE, TERSE));
    await undo();
    expect(await text()).toBe(STORY);
  });

  it("does not mind another beside it", async () => {
    await open("One. Two.");
    await stream(4);
    await append(" A.");
    await page.evaluate(() => void (window.first = bench.inlay));
    await stream(9);
    await append(" B.");
    await page.evaluate(() => window.first?.append(" C."));
    await accept();
    await page.evaluate(() => window.first?.accept());
    expect(await text()).toBe("One. A. C. Two. B.");
    await undo();
    expect(await text()).toBe("One. Two. B.");
    await undo();
    expect(await text()).toBe("One. Two.");
  });

  it("leaves the note as it was when it is dismissed", async () => {
    await open(STORY);
    await stream(END);
    await append(" A gull cried.");
    await page.evaluate(() => bench.inlay?.dismiss());
    expect(await text()).toBe(STORY);
    expect(await steps()).toBe(0);
    expect(await page.locator(".studiolo-inlay").count()).toBe(0);
    expect(await accept()).toBe(false);
    expect(await heard()).toEqual([]);
  });

  it("is told when the passage that it was to replace is edited, and when another note is shown", async () => {
    await open(STORY);
    await stream(START, END);
    await select(START + 5);
    await page.keyboard.type("x");
    expect(await heard()).toEqual(["gone"]);
    expect(await accept()).toBe(false);
    expect(await text()).toBe(STORY.replace("The k", "The kx"));

    await open(STORY);
    await stream(END);
    await append(" A gull cried.");
    await page.evaluate(() => bench.view.setState(bench.view.state)); // what a change of notes does
    expect(await heard()).toEqual(["gone"]);
    expect(await accept()).toBe(false);
    expect(await text()).toBe(STORY);
  });

  it("never scrolls", async () => {
    await open(Array.from({ length: 300 }, (_, index) => `Paragraph ${index}.`).join("\n\n"));
    const measure = () =>
      page.evaluate(async () => {
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        const lines = [...bench.view.contentDOM.querySelectorAll(".cm-line")];
        const seen = lines.find((line) => line.textContent === "Paragraph 150.");
        return { scroll: bench.view.scrollDOM.scrollTop, top: seen?.getBoundingClientRect().top };
      });
    const find = (what: string) => page.evaluate((what) => bench.text().indexOf(what), what);
    const line = await find("Paragraph 150.");
    await page.evaluate(async (line) => {
      const { view } = bench;
      view.scrollDOM.scrollTop = view.lineBlockAt(line).top - 100;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      view.scrollDOM.scrollTop = view.lineBlockAt(line).top - 100;
    }, line);
    const before = await measure();
    expect(before.top).toBeGreaterThan(0);

    for (const place of ["Paragraph 152.", "Paragraph 151."]) {
      const at = (await find(place)) + place.length;
      await stream(at);
      for (const piece of PIECES) await append(piece);
      expect(await measure()).toEqual(before);
      await accept();
      expect(await measure()).toEqual(before);
    }
    const above = (await find("Paragraph 130.")) + "Paragraph 130.".length;
    await stream(above);
    for (const piece of PIECES) await append(piece);
    expect((await measure()).top).toBe(before.top);
    await accept();
    expect((await measure()).top).toBe(before.top);
  });
});

describe("ghost text", () => {
  const ghost = (pieces: string[]) =>
    page.evaluate((pieces) => void Object.assign(bench.ghost, { on: true, pieces }), pieces);
  const shown = () => page.evaluate(() => document.querySelector(".studiolo-inlay-ghost")?.textContent ?? null);
  const until = (what: string | null) => expect.poll(shown).toBe(what);
  const rest = () => page.waitForTimeout(150);

  async function typed(text: string, pieces: string[]): Promise<void> {
    await open("");
    await page.keyboard.type(text.slice(0, -1)); // a machine that stops here has paused, and none is to come yet
    await ghost(pieces);
    await page.keyboard.type(text.slice(-1));
    await until(pieces.join(""));
  }

  it("comes after a pause, and Tab takes it all as one step", async () => {
    await typed("The sea", [" was", " calm", "."]);
    expect(await text()).toBe("The sea");
    await picture("ghost");
    await press("Tab");
    expect(await text()).toBe("The sea was calm.");
    expect(await cursor()).toBe("The sea was calm.".length);
    await undo();
    expect(await text()).toBe("The sea");
  });

  it("is taken word by word", async () => {
    await typed("The sea", [" was calm, and", " cold."]);
    await press("Alt+ArrowRight");
    expect([await text(), await shown()]).toEqual(["The sea was", " calm, and cold."]);
    await press("Alt+ArrowRight");
    await press("Alt+ArrowRight");
    expect([await text(), await shown()]).toEqual(["The sea was calm, and", " cold."]);
    await undo();
    expect(await text()).toBe("The sea was calm");

    await typed("灯塔", ["熄灭了。没有人动。"]);
    await press("Alt+ArrowRight");
    expect([await text(), await shown()]).toEqual(["灯塔熄灭", "了。没有人动。"]);
  });

  it("is eaten by typing it, and ended by anything else", async () => {
    await typed("The sea", [" was calm."]);
    await page.keyboard.type(" wa");
    expect([await text(), await shown()]).toEqual(["The sea wa", "s calm."]);
    await page.evaluate(() => void (bench.ghost.on = false));
    await page.keyboard.type("x");
    expect([await text(), await shown()]).toEqual(["The sea wax", null]);

    await typed("The sea", [" was calm."]);
    await press("ArrowLeft");
    expect(await shown()).toBe(null);

    await typed("The sea", [" was calm."]);
    await press("Escape");
    expect([await text(), await shown()]).toEqual(["The sea", null]);
  });

  it("never takes Enter, and Tab only while it is seen", async () => {
    await typed("The sea", [" was calm."]);
    await page.evaluate(() => Object.assign(bench.ghost, { accept: "Enter", on: false }));
    await press("Enter");
    expect([await text(), await shown()]).toEqual(["The sea\n", null]);
    await press("Tab");
    expect(await text()).toBe("The sea\n  ");
  });

  it("stops the model when it is not wanted any more", async () => {
    await open("The sea");
    await select(7);
    await page.evaluate(() => Object.assign(bench.ghost, { pieces: [" was", " calm", " and", " wide"], gap: 300 }));
    await page.evaluate(() => bench.askForGhost());
    await until(" was");
    await press("Tab");
    await until(" calm"); // what was taken did not stop it
    expect(await page.evaluate(() => bench.ghost.aborted)).toBe(0);
    await page.keyboard.type("?");
    await until(null);
    expect(await page.evaluate(() => bench.ghost.aborted)).toBe(1);
  });

  it("comes anew after it was taken", async () => {
    await typed("The sea", [" rose."]);
    await press("Tab");
    await until(" rose.");
    expect(await text()).toBe("The sea rose.");
  });

  it("comes when it is asked for, and by itself only where it is on", async () => {
    await open("The sea");
    await select(7);
    await ghost([" was calm."]);
    await page.evaluate(() => void (bench.ghost.on = false));
    await page.keyboard.type("!");
    await rest();
    expect(await shown()).toBe(null);
    await page.evaluate(() => bench.askForGhost());
    await until(" was calm.");
  });

  it("stays away from a selection and from a list of suggestions", async () => {
    await open("The sea");
    await ghost([" was calm."]);
    await select(0, 7);
    await page.evaluate(() => bench.askForGhost());
    await rest();
    expect(await shown()).toBe(null);
    await select(7);
    await page.evaluate(() => {
      const list = document.createElement("div");
      list.className = "suggestion-container";
      document.body.append(list);
    });
    await page.evaluate(() => bench.askForGhost());
    await rest();
    expect(await shown()).toBe(null);
    await page.evaluate(() => document.querySelector(".suggestion-container")?.remove());
  });
});

describe("an input method", () => {
  /** Composes 日本 through にほん, as a person at a Japanese keyboard does. */
  async function compose(during: () => Promise<unknown>): Promise<void> {
    const client = await page.context().newCDPSession(page);
    const composed = (text: string) =>
      client.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
    for (const text of ["n", "に", "にh", "にほ", "にほん"]) {
      await composed(text);
      await during();
    }
    await composed("日本");
    await during();
    await client.send("Input.insertText", { text: "日本" });
    await client.detach();
  }

  it("is not disturbed by a stream elsewhere, nor by one at its place", async () => {
    for (const [at, wanted] of [
      [0, "ああああああ前。後日本"],
      [2, "前。ああああああ後日本"],
      [3, "前。後日本ああああああ"],
    ] as const) {
      await open("前。後");
      await select(3);
      await page.evaluate((at) => bench.stream(at), at);
      await compose(() => page.evaluate(() => bench.inlay?.append("あ")));
      expect(await text()).toBe("前。後日本");
      await page.evaluate(() => bench.inlay?.accept());
      expect(await text()).toBe(wanted);
    }
  });

  it("is not disturbed by a stream that is accepted meanwhile", async () => {
    await open("前。\n\n後");
    await select(5);
    await page.evaluate(() => bench.stream(2));
    await page.evaluate(() => bench.inlay?.append("雨が降る。"));
    let pieces = 0;
    await compose(async () => {
      if (++pieces === 3) await page.evaluate(() => bench.inlay?.accept());
    });
    expect(await text()).toBe("前。雨が降る。\n\n後日本");
  });

  it("ends a ghost, and has none while it composes", async () => {
    await open("");
    await page.evaluate(() => Object.assign(bench.ghost, { on: true, pieces: ["の海"] }));
    await page.keyboard.type("冬");
    await expect.poll(() => page.locator(".studiolo-inlay-ghost").textContent()).toBe("の海");
    await compose(async () => {
      await page.waitForTimeout(100);
      expect(await page.locator(".studiolo-inlay-ghost").count()).toBe(0);
    });
    expect(await text()).toBe("冬日本");
  });
});

describe("a review", () => {
  const review = async (versions: string[], from = START, to = END) => {
    await page.evaluate(([from, to, versions]) => bench.reviewOf(from, to, versions), [from, to, versions] as const);
  };
  const bar = (name: string) => page.getByRole("toolbar").getByRole("button", { name }).click();
  const verdict = (name: "Accept" | "Reject", sentence: number) =>
    page
      .getByRole("button", { name: `${name} this sentence` })
      .nth(sentence)
      .click();
  const waiting = () => page.getByRole("button", { name: "Accept this sentence" }).count();
  const replaced = (passage: string) => STORY.replace(PASSAGE, passage);
  const [ONE = "", TWO = "", THREE = ""] = PASSAGE.split(/(?<=\.) /);
  const [NEW_ONE = "", NEW_TWO = "", NEW_THREE = ""] = REWRITTEN.split(/(?<=\.) /);

  it("accepts and rejects sentence by sentence, each acceptance one step", async () => {
    await open(STORY);
    await select(START, END);
    await review([REWRITTEN]);
    expect(await text()).toBe(STORY);
    expect(await waiting()).toBe(3);
    await picture("review");
    await verdict("Accept", 1);
    expect(await text()).toBe(replaced([ONE, NEW_TWO, THREE].join(" ")));
    expect(await waiting()).toBe(2);
    await verdict("Reject", 0);
    expect(await text()).toBe(replaced([ONE, NEW_TWO, THREE].join(" ")));
    expect(await waiting()).toBe(1);
    await picture("review_half");
    await verdict("Accept", 0);
    expect(await text()).toBe(replaced([ONE, NEW_TWO, NEW_THREE].join(" ")));
    expect(await heard()).toEqual(["done"]);
    expect(await steps()).toBe(2);
    await undo();
    await undo();
    expect(await text()).toBe(STORY);
  });

  it("opens a sentence again when its acceptance is undone", async () => {
    await open(STORY);
    await review([REWRITTEN]);
    await verdict("Accept", 1);
    expect(await waiting()).toBe(2);
    await undo();
    expect(await text()).toBe(STORY);
    expect(await waiting()).toBe(3);
    await page.evaluate(() => bench.redo());
    expect(await waiting()).toBe(2);
    expect(await heard()).toEqual([]);
  });

  it("accepts all as one step, and rejects all without one", async () => {
    await open(STORY);
    await review([REWRITTEN]);
    await bar("Accept all");
    expect(await text()).toBe(replaced(REWRITTEN));
    expect(await steps()).toBe(1);
    await undo();
    expect(await text()).toBe(STORY);
    expect(await heard()).toEqual(["done"]);
    await review([REWRITTEN]);
    await bar("Reject all");
    expect(await text()).toBe(STORY);
    expect(await page.getByRole("toolbar").count()).toBe(0);
  });

  it("puts a version below", async () => {
    await open(STORY);
    await review([REWRITTEN]);
    await bar("Insert below");
    expect(await text()).toBe(replaced(`${PASSAGE}\n\n${REWRITTEN}`));
    await undo();
    expect(await text()).toBe(STORY);
  });

  it("turns over versions, and gives them away for later", async () => {
    await open(STORY);
    await review([REWRITTEN, TERSE]);
    await page.evaluate(() => bench.review?.add("He climbed and lit the lamp."));
    const version = () => page.locator(".studiolo-review-version").textContent();
    expect(await version()).toBe("1 of 3");
    await bar("Next version");
    expect(await version()).toBe("2 of 3");
    await picture("versions");
    await verdict("Accept", 0);
    expect(await text()).toBe(replaced(`The keeper climbed. ${TWO} ${THREE}`));
    await bar("Previous version");
    await bar("Previous version");
    expect(await version()).toBe("3 of 3");
    await picture("version_short");
    await bar("Keep for later");
    expect(await heard()).toEqual(["keep 3"]);
    expect(await page.getByRole("toolbar").count()).toBe(0);
  });

  it("is done with the keyboard alone", async () => {
    await open(STORY);
    await select(START, END);
    await review([REWRITTEN]);
    await press("Control+Enter");
    await press("Control+Backspace");
    expect(await text()).toBe(replaced([NEW_ONE, TWO, THREE].join(" ")));
    await press("Alt+F10");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Accept all");
    await press("Escape");
    expect(await page.evaluate(() => bench.view.hasFocus)).toBe(true);
    await press("Alt+F10");
    await press("Enter");
    expect(await text()).toBe(replaced([NEW_ONE, TWO, NEW_THREE].join(" ")));
    expect(await heard()).toEqual(["done"]);
  });

  it("follows its passage through edits elsewhere, and is lost to one inside", async () => {
    await open(STORY);
    await review([REWRITTEN]);
    await select(0);
    await page.keyboard.type("Once. ");
    await page.evaluate(() => bench.select(bench.text().length));
    await page.keyboard.type(" Then.");
    expect(await waiting()).toBe(3);
    await verdict("Accept", 2);
    expect(await text()).toBe(`Once. ${replaced([ONE, TWO, NEW_THREE].join(" "))} Then.`);
    await select(START + 6 + 5);
    await page.keyboard.type("x");
    expect(await heard()).toEqual(["lost edited"]);
    expect(await page.locator(".studiolo-new, .studiolo-gone, .studiolo-review").count()).toBe(0);

    await open(STORY);
    await review([REWRITTEN]);
    await page.evaluate(() => bench.view.setState(bench.view.state));
    expect(await heard()).toEqual(["lost gone"]);
  });

  it("reads Chinese and Japanese", async () => {
    const [before, after] = [
      "灯塔熄灭了。没有人动。她走向大海。",
      "灯塔突然熄灭了。没有人动。她慢慢地走向黑暗的大海。",
    ];
    await open(`# 灯塔\n\n${before}\n\n完。`);
    await review([after], 6, 6 + before.length);
    expect(await waiting()).toBe(2);
    await picture("chinese");
    await verdict("Accept", 1);
    expect(await text()).toBe("# 灯塔\n\n灯塔熄灭了。没有人动。她慢慢地走向黑暗的大海。\n\n完。");

    await open("彼女は海を見た。誰もいない。");
    await review(["彼女は山を見た。もう誰もいない。"], 0, 14);
    expect(await page.locator(".studiolo-gone").allTextContents()).toEqual(["海"]);
    expect(await page.locator(".studiolo-new").allTextContents()).toEqual(["山", "もう"]);
    await bar("Accept all");
    expect(await text()).toBe("彼女は山を見た。もう誰もいない。");
  });

  it("shows paragraphs that are new", async () => {
    await open(STORY);
    await review([`${PASSAGE}\n\nIt burned blue.`]);
    expect(await waiting()).toBe(1);
    await picture("paragraph");
    await bar("Accept all");
    expect(await text()).toBe(replaced(`${PASSAGE}\n\nIt burned blue.`));
  });
});

describe("tokens", () => {
  const TOKENS = [
    {
      text: " He",
      probability: 0.41,
      alternatives: [
        { text: " He", probability: 0.41 },
        { text: " She", probability: 0.3 },
      ],
    },
    {
      text: " lit",
      probability: 0.08,
      alternatives: [
        { text: " climbed", probability: 0.46 },
        { text: " lit", probability: 0.08 },
        { text: " looked", probability: 0.07 },
        { text: "\n", probability: 0.004 },
      ],
    },
    { text: " it", probability: 0.9, alternatives: [{ text: " it", probability: 0.9 }] },
    { text: ".", probability: 0.99, alternatives: [] },
  ];
  const card = () => page.locator(".studiolo-tokens");

  async function hover(word: string): Promise<void> {
    const box = await page.evaluate((word) => {
      const at = bench.text().indexOf(word);
      const from = bench.view.coordsAtPos(at);
      const to = bench.view.coordsAtPos(at + word.length);
      return { x: ((from?.left ?? 0) + (to?.left ?? 0)) / 2, y: ((from?.top ?? 0) + (from?.bottom ?? 0)) / 2 };
    }, word);
    await page.mouse.move(5, 5);
    await page.mouse.move(box.x, box.y, { steps: 4 });
  }

  it("show their alternatives, and one can be chosen", async () => {
    await open(STORY);
    await page.evaluate(([at, tokens]) => bench.remember(at, tokens), [STORY.indexOf("He lit it."), TOKENS] as const);
    await hover("lit");
    await card().waitFor();
    expect(await card().locator(".studiolo-choice-text").allTextContents()).toEqual(["climbed", "lit", "looked", "⏎"]);
    expect(await card().locator(".studiolo-choice-percent").allTextContents()).toEqual(["46 %", "8 %", "7 %", "< 1 %"]);
    await picture("tokens");
    await card().getByText("climbed").click();
    const from = STORY.indexOf(" lit it.");
    expect(await page.evaluate(() => bench.chosen)).toEqual([
      { from, to: from + 4, before: " lit", choice: " climbed" },
    ]);
    await page.mouse.move(5, 5);
    await card().waitFor({ state: "detached" });
  });

  it("follow edits elsewhere, and are forgotten where they were edited", async () => {
    await open(STORY);
    await page.evaluate(([at, tokens]) => bench.remember(at, tokens), [STORY.indexOf("He lit it."), TOKENS] as const);
    await select(0);
    await page.keyboard.type("Once. ");
    await hover("lit");
    await card().waitFor();
    await page.mouse.move(5, 5);
    await card().waitFor({ state: "detached" });
    await select(STORY.indexOf("lit") + 6 + 1);
    await page.keyboard.type("x");
    await hover("lxit");
    await page.waitForTimeout(700);
    expect(await card().count()).toBe(0);
    await hover("He lxit".slice(0, 2));
    await card().waitFor();
    await page.mouse.move(5, 5);
    await card().waitFor({ state: "detached" });
  });
});

describe("a note of 300 kB", () => {
  const NOTE = Array.from({ length: 3000 }, (_, index) => `${index}. ${PASSAGE.slice(0, 95)}`)
    .join("\n\n")
    .slice(0, 300_000);

  it("is typed into as fast as without the plugin", async () => {
    const median = async (plain: boolean) => {
      await open(NOTE, plain);
      await select(150_000);
      if (!plain) {
        await page.evaluate(() => bench.stream(150_200));
        await page.evaluate((tokens) => bench.remember(0, tokens), tokensOf(NOTE.slice(0, 150_000)));
        await page.evaluate(() =>
          bench.reviewOf(151_000, 152_000, [
            bench
              .text()
              .slice(151_000, 152_000)
              .replace(/keeper/g, "warden"),
          ]),
        );
      }
      const taken = await page.evaluate(() => bench.latencies(300));
      return taken.sort((one, other) => one - other)[150] ?? NaN;
    };
    const [off, on] = [await median(true), await median(false)];
    console.log(
      `a key in a note of 300 kB, median: ${off.toFixed(2)} ms without, ${on.toFixed(2)} ms with everything open`,
    );
    expect(await text()).toBe(NOTE.slice(0, 150_000) + "a".repeat(300) + NOTE.slice(150_000));
  }, 60_000);

  function tokensOf(text: string): { text: string; probability: number; alternatives: never[] }[] {
    return (text.match(/\s*\S+/g) ?? []).map((text) => ({ text, probability: 0.5, alternatives: [] }));
  }
});

describe("a view that is closed", () => {
  it("is told to what was not over", async () => {
    await open(STORY);
    await page.evaluate((at) => bench.stream(at), STORY.length);
    await page.evaluate(([from, to, text]) => bench.reviewOf(from, to, [text]), [START, END, TERSE] as const);
    await page.evaluate(() => bench.view.destroy());
    expect((await heard()).sort()).toEqual(["gone", "lost gone"]);
    expect(await page.evaluate(() => [bench.inlay?.range(), bench.inlay?.accept(), bench.review?.range()])).toEqual([
      null,
      false,
      null,
    ]);
  });
});
