/** What a test does in the app, by keys and the mouse where a person would, and what it looks at. */

import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import type * as obsidian from "./obsidian";
import { TREE } from "./daemon";

const ARTEFACTS = join(TREE, "tests/hosts/obsidian/artefacts");

export interface Window {
  page: Page;
  close(): Promise<void>;
  kill(): Promise<void>;
}

/** What the page offers to a test. */
interface Inside {
  app: obsidian.App;
  undoDepth(): number;
}

export class Driver {
  /** What was thrown in the page or said on its console as an error, in all its windows so far. */
  readonly errors: string[] = [];
  private window: Window | null = null;

  constructor(
    readonly folder: string,
    private readonly storage: string,
    private readonly open: (errors: string[]) => Promise<Window>,
  ) {}

  get page(): Page {
    if (this.window === null) throw new Error("The app is closed.");
    return this.window.page;
  }

  // ---- the app

  async start(): Promise<void> {
    this.window = await this.open(this.errors);
  }

  /** Closed as a person closes it: what is not saved is saved first. */
  async quit(): Promise<void> {
    await this.inside(({ app }) => app.workspace.quit());
    await this.window?.close();
    this.window = null;
  }

  /** Ended as by a failure of power. */
  async crash(): Promise<void> {
    await this.window?.kill();
    this.window = null;
  }

  /** Ends the app if it runs, and forgets what it had in its storage. The vault stays. */
  async close(): Promise<void> {
    if (this.window) await this.crash();
    // Chromium's last processes may still write there
    rmSync(this.storage, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  // ---- doing

  /** Opens a note where notes are opened, and puts the cursor at its beginning. */
  async openNote(path: string, where: "here" | "tab" = "here"): Promise<void> {
    await this.inside(
      async ({ app }, [wanted, tab]) => {
        const file = app.vault.getFileByPath(wanted);
        if (file === null) throw new Error(`There is no note ${wanted}.`);
        await app.workspace.getLeaf(tab).openFile(file);
      },
      [path, where === "tab"] as const,
    );
  }

  /** Chooses a command of the plugin in the palette. Its name is the one that a person reads, without the plugin's. */
  async command(name: string): Promise<void> {
    await this.page.keyboard.press("Control+p");
    await this.page.locator(".prompt-input").fill(`Studiolo: ${name}`);
    const rows = this.page.locator(".prompt .suggestion-item");
    const found = await rows.allTextContents();
    const at = found.indexOf(`Studiolo: ${name}`);
    if (at < 0) {
      await this.page.keyboard.press("Escape");
      throw new Error(`There is no command "${name}" here, but: ${(await this.commands()).join(", ")}`);
    }
    await rows.nth(at).click();
  }

  /** Names of the plugin's commands that can be used now. */
  async commands(): Promise<string[]> {
    return this.inside(({ app }) => app.commands.list().map((command) => command.name.replace(/^Studiolo: /, "")));
  }

  /** Types with real keys, `delay` milliseconds apart. */
  async type(text: string, delay = 0): Promise<void> {
    await this.page.keyboard.type(text, { delay });
  }

  /** Keys as Playwright names them: "Control+z", "Tab", "Escape". */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Puts the cursor after the first place where the note says this, or at an offset. */
  async cursorAfter(place: string | number): Promise<void> {
    await this.select(place, "end");
  }

  /** Selects the first place where the note says this. */
  async select(place: string | number, what: "all" | "end" = "all"): Promise<void> {
    await this.inside(
      ({ app }, [wanted, part]) => {
        const editor = app.workspace.frontEditor;
        if (!editor) throw new Error("No note is open.");
        const from = typeof wanted === "number" ? wanted : editor.getValue().indexOf(wanted);
        if (from < 0) throw new Error(`The note does not say "${wanted}".`);
        const to = typeof wanted === "number" ? wanted : from + wanted.length;
        editor.setSelection(editor.offsetToPos(part === "end" ? to : from), editor.offsetToPos(to));
        editor.scrollIntoView({ from: editor.offsetToPos(from), to: editor.offsetToPos(to) });
        editor.focus();
      },
      [place, what] as const,
    );
  }

  /** Holds the mouse over the character at an offset of the open note. */
  async hoverOver(offset: number): Promise<void> {
    const at = await this.inside(({ app }, position) => {
      const { cm } = app.workspace.activeEditor?.editor as unknown as { cm: import("@codemirror/view").EditorView };
      const [left, right] = [cm.coordsAtPos(position, 1), cm.coordsAtPos(position + 1, -1)];
      return left && right ? { x: (left.left + right.right) / 2, y: (left.top + left.bottom) / 2 } : null;
    }, offset);
    if (at === null) throw new Error("That is not in sight.");
    await this.page.mouse.move(at.x - 3, at.y);
    await this.page.mouse.move(at.x, at.y);
  }

  /** Opens the settings page of the plugin. */
  async settings(): Promise<void> {
    await this.page.keyboard.press("Control+,");
  }

  // ---- looking

  /** What the open note says, as its editor has it. */
  text(): Promise<string> {
    return this.inside(({ app }) => app.workspace.frontEditor?.getValue() ?? "");
  }

  /** All that is to be seen in the open note, with what is shown without being in it. */
  async seen(): Promise<string> {
    return (await this.page.locator(".mod-root .cm-content:visible").innerText()).replace(/\u00a0/g, " ");
  }

  /** Offset of the cursor in the open note. */
  cursor(): Promise<number> {
    return this.inside(({ app }) => {
      const editor = app.workspace.frontEditor;
      return editor ? editor.posToOffset(editor.getCursor()) : -1;
    });
  }

  undoDepth(): Promise<number> {
    return this.inside(({ undoDepth }) => undoDepth());
  }

  scrollTop(): Promise<number> {
    return this.inside(({ app }) => app.workspace.frontEditor?.getScrollInfo().top ?? 0);
  }

  /** The words in the panels at the right. */
  async panel(): Promise<string> {
    const panels = this.page.locator(".mod-right-split .workspace-tab-container");
    return (await panels.isVisible()) ? panels.innerText() : "";
  }

  /** Short words at the corner that are there now. */
  notices(): Promise<string[]> {
    return this.page.locator(".notice").allTextContents();
  }

  /** Keeps a picture of the window, to be looked at. */
  async screenshot(name: string): Promise<void> {
    mkdirSync(ARTEFACTS, { recursive: true });
    await this.page.screenshot({ path: join(ARTEFACTS, `${name}.png`) });
  }

  /** What lies in the vault at this path. */
  bytes(path: string): Buffer {
    return readFileSync(join(this.folder, path));
  }

  /** What the note says on disk. */
  saved(path: string): string {
    return this.bytes(path).toString("utf-8");
  }

  /** Asks until it holds, and says what was there at last if it never does. */
  async until<T>(what: string, look: () => Promise<T>, holds: (seen: T) => boolean, patience = 30_000): Promise<T> {
    const begun = Date.now();
    let seen = await look();
    while (!holds(seen)) {
      const waited = Date.now() - begun;
      if (waited > patience)
        throw new Error(
          `Waited in vain for ${what}: ${JSON.stringify(seen)?.slice(0, 2000)}\n${this.errors.join("\n")}`,
        );
      await sleep(Math.min(30 + waited / 20, 100)); // who waits long for a model takes no time from it by looking
      seen = await look();
    }
    return seen;
  }

  /** Runs this in the page. */
  inside<T>(work: (inside: Inside) => T | Promise<T>): Promise<T>;
  inside<T, G>(work: (inside: Inside, given: G) => T | Promise<T>, given: G): Promise<T>;
  async inside<T, G>(work: (inside: Inside, given: G) => T | Promise<T>, given?: G): Promise<T> {
    const code = work.toString();
    return this.page.evaluate(
      ([source, plain]) =>
        (new Function(`return (${source})`)() as (inside: unknown, given: unknown) => T)(window, plain),
      [code, given] as const,
    );
  }
}
