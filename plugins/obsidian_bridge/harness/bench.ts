/**
 * How writing in a large note feels with the plugin and without, and how soon words are on the page and gone again.
 *
 * Prints one line of JSON: milliseconds, each a list of single measurements. `scripts/bench obsidian` runs it.
 */

import { rmSync } from "node:fs";
import { Daemon } from "./daemon";
import type { Driver } from "./driver";
import { makeVault, openVault } from "./serve";

const SENTENCE =
  "The keeper climbed the stairs of the lighthouse, and nobody on the mainland knew that the lamp was out. ";
const LARGE = SENTENCE.repeat(Math.ceil(300_000 / SENTENCE.length)).replace(/(.{900}\S*) /g, "$1\n\n");
const SMALL = `${SENTENCE.repeat(4)}\n`;
const KEYS = 150;
const RUNS = Number(process.argv[2] ?? 6);

type Figures = Record<string, number[]>;

/** Each key: from the event until the page has nothing left to do for it, and until the frame that shows it. */
async function typing(app: Driver, keys: number): Promise<{ busy: number[]; shown: number[] }> {
  await app.inside(() => {
    const page = window as unknown as { taken: { busy: number[]; shown: number[] }; heard(event: Event): void };
    page.taken = { busy: [], shown: [] };
    page.heard = () => {
      const began = performance.now();
      const after = new MessageChannel();
      after.port1.onmessage = () => page.taken.busy.push(performance.now() - began);
      after.port2.postMessage(null);
      requestAnimationFrame(() => setTimeout(() => page.taken.shown.push(performance.now() - began)));
    };
    window.addEventListener("keydown", page.heard, true);
  });
  await app.type("so the night went on ".repeat(keys).slice(0, keys), 40);
  await app.page.waitForTimeout(200);
  return app.inside(() => {
    const page = window as unknown as { taken: { busy: number[]; shown: number[] }; heard(event: Event): void };
    window.removeEventListener("keydown", page.heard, true);
    return page.taken;
  });
}

/** Milliseconds until `selector` is there with words in it, or is gone, as the page itself sees it. */
function until(app: Driver, selector: string, there: boolean): Promise<number> {
  return app.inside(
    (_, [wanted, present]) =>
      new Promise<number>((resolve) => {
        const began = performance.now();
        const look = () => {
          const found = !!document.querySelector(wanted)?.textContent?.trim();
          if (found === present) resolve(performance.now() - began);
          else setTimeout(look, 2);
        };
        look();
      }),
    [selector, there] as const,
  );
}

/** Begins a command the moment that the clock starts. */
function begin(app: Driver, id: string): Promise<void> {
  return app.inside(({ app: inside }, wanted) => {
    setTimeout(() => inside.commands.executeCommandById(wanted));
  }, `studiolo:${id}`);
}

const STREAM = ".studiolo-inlay-stream";
const GHOST = ".studiolo-inlay-ghost";

const daemon = await Daemon.begin();
const vault = makeVault({ "Large.md": LARGE, "Small.md": SMALL });
const app = await openVault(vault, { daemon });
const figures: Figures = {};
try {
  await app.openNote("Small.md");
  await app.cursorAfter("lamp was out. The keeper");
  await begin(app, "suggest"); // the model is loaded
  await until(app, GHOST, true);
  await app.press("Escape");
  await app.page.waitForTimeout(1000);

  const [ghost, first, stopped]: [number[], number[], number[]] = [[], [], []];
  for (let run = 0; run < RUNS; run += 1) {
    await app.cursorAfter("lamp was out. The keeper");
    await begin(app, "suggest");
    ghost.push(await until(app, GHOST, true));
    await app.press("Escape");
    await app.page.waitForTimeout(700);
    await begin(app, "continue");
    first.push(await until(app, STREAM, true));
    await app.page.waitForTimeout(1500);
    await begin(app, "stop");
    stopped.push(await until(app, STREAM, false)); // the model has stopped then, and what came is in the note
    await app.press("Control+z");
    await app.page.waitForTimeout(700);
  }
  Object.assign(figures, { "ghost text": ghost, "first word": first, stopped: stopped });

  await app.openNote("Large.md");
  await app.cursorAfter(150_000);
  await typing(app, 30); // the first keys are slower
  const take = async (name: string) => {
    const { busy, shown } = await typing(app, KEYS);
    figures[`key, ${name}`] = busy;
    figures[`key to frame, ${name}`] = shown;
  };
  await take("plugin on");
  await begin(app, "continue");
  await until(app, STREAM, true);
  await take("while it writes");
  await app.inside(({ app: inside }) => inside.plugin?.unload());
  await app.page.waitForTimeout(500);
  await take("plugin off");
} finally {
  await app.close();
  await daemon.close();
  rmSync(vault, { recursive: true });
}
process.stdout.write(`${JSON.stringify(figures)}\n`);
