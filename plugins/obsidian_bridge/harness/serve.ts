/**
 * Opens a vault in the stand-in for Obsidian: the page, the folder behind it, the built plugin in it.
 *
 * The page lies at the daemon's own address, where nothing is asked of the daemon for it, so that its Origin is one
 * that the daemon takes.
 */

import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  watch,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { Chromium } from "./chromium";
import { Disk } from "./disk";
import { Driver, type Window } from "./driver";
import type { Outside, Surroundings } from "./outside";

const PLUGIN = resolve(import.meta.dirname, "..");
const TYPES: Record<string, string> = { png: "image/png", jpg: "image/jpeg", wav: "audio/wav", svg: "image/svg+xml" };

export interface Options {
  /** The daemon's port, and its folder. */
  daemon: { port: number; home: string };
  theme?: "light" | "dark";
  /** False for the app on a phone: no Node, so no daemon of its own. */
  desktop?: boolean;
  /** Pixels of the window, and how many of the screen's make one. */
  size?: { width: number; height: number; scale: number };
}

/** Everything of the page in one script, made once for this process. */
const script = once(async () => {
  const bundle = await build({
    entryPoints: [join(import.meta.dirname, "app.ts")],
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
    logLevel: "warning",
  });
  return bundle.outputFiles[0]?.text ?? "";
});

/** main.js as people get it. */
const plugin = once(async () => {
  execFileSync(process.execPath, ["esbuild.config.mjs"], { cwd: PLUGIN, stdio: "inherit" });
});

/** A folder with these notes, by path. Whoever makes it removes it. */
export function makeVault(notes: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "studiolo-vault-"));
  for (const [path, text] of Object.entries(notes)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Puts the built plugin into the vault and opens that. The folder must be there; it stays when the app is closed. */
export async function openVault(folder: string, options: Options): Promise<Driver> {
  const vault = realpathSync(folder);
  await plugin();
  const home = join(vault, ".obsidian/plugins/studiolo");
  mkdirSync(home, { recursive: true });
  for (const file of ["main.js", "manifest.json", "styles.css"]) {
    if (existsSync(join(PLUGIN, file))) copyFileSync(join(PLUGIN, file), join(home, file));
  }
  const storage = mkdtempSync(join(tmpdir(), "studiolo-chromium-"));
  const driver = new Driver(vault, storage, (errors) => openWindow(vault, storage, options, errors));
  await driver.start();
  return driver;
}

async function openWindow(vault: string, storage: string, options: Options, errors: string[]): Promise<Window> {
  const { daemon, theme = "light", desktop = true } = options;
  const { width, height, scale } = options.size ?? { width: 1280, height: 800, scale: 1 };
  const environment = { STUDIOLO_HOME: daemon.home, HOME: homedir() };
  const disk = new Disk(vault, { ...process.env, ...environment });
  const surroundings: Surroundings = {
    vaultName: basename(vault),
    theme,
    desktop,
    environment,
    home: homedir(),
    user: process.getuid?.() ?? 0,
    system: process.platform,
  };
  const browser = await Chromium.start(storage, width, height, scale);
  const page = browser.context.pages()[0] ?? (await browser.context.newPage());
  const origin = `http://127.0.0.1:${daemon.port}`;
  page.on("pageerror", (error) => errors.push(error.stack ?? error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("WebSocket connection")) errors.push(message.text());
  });
  await page.setViewportSize({ width, height });
  await page.exposeFunction("outside", (name: keyof Outside, given: never[]) =>
    (disk[name] as (...given: never[]) => Promise<unknown>)(...given),
  );
  await page.addInitScript((known) => Object.assign(window, { surroundings: known }), surroundings);
  await page.route(`${origin}/harness/**`, async (route) => {
    const path = decodeURI(new URL(route.request().url()).pathname.slice("/harness/".length));
    if (path === "") await route.fulfill({ contentType: "text/html", body: PAGE });
    else if (path === "app.js") await route.fulfill({ contentType: "text/javascript", body: await script() });
    else if (path === "page.css")
      await route.fulfill({ contentType: "text/css", body: readFileSync(join(import.meta.dirname, "page.css")) });
    else if (path.startsWith("vault/")) {
      const bytes = Buffer.from(await disk.read(path.slice("vault/".length)), "base64");
      await route.fulfill({
        contentType: TYPES[path.split(".").at(-1) ?? ""] ?? "application/octet-stream",
        body: bytes,
      });
    } else await route.fulfill({ status: 404 });
  });
  await page.goto(`${origin}/harness/`);
  await page.waitForSelector("body[data-ready]", { timeout: 60_000 }).catch((error) => {
    throw new Error(`The app did not begin.\n${errors.join("\n")}\n${error}`);
  });
  const watcher = watch(vault, { recursive: true }, (_, path) => {
    const named = path?.split("\\").join("/");
    if (!named || named.split("/").some((part) => part.startsWith("."))) return;
    void page
      .evaluate((one) => (window as unknown as { looked(path: string): void }).looked(one), named)
      .catch(() => null);
  });
  const end = (how: () => Promise<void>) => async () => {
    watcher.close();
    await how();
  };
  return { page, close: end(() => browser.close()), kill: end(() => browser.kill()) };
}

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Notes</title>
    <link rel="stylesheet" href="page.css">
    <link rel="icon" href="data:,">
  </head>
  <body><script type="module" src="app.js"></script></body>
</html>
`;

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | null = null;
  return () => (done ??= work());
}
