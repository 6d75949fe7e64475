/**
 * Where the daemon is. On a desktop its own file says so, and a person types nothing; elsewhere a pairing code does.
 *
 * Knows the folder of Studiolo on each system, the file of a running daemon, and how one is started; knows no socket.
 */

import { Platform } from "obsidian";
import type { Address } from "./line";
import { bad } from "./problem";

/** What is used of Node, which only the desktop app has. */
interface Node {
  fs: {
    readFile(path: string, encoding: "utf-8"): Promise<string>;
    stat(path: string): Promise<{ mode: number; uid: number }>;
  };
  spawn(
    command: string,
    parameters: string[],
    options: object,
  ): { unref(): void; on(event: "error", heard: (error: Error) => void): void };
  environment: Record<string, string | undefined>;
  system: string;
  user(): number;
  home: string;
}

interface DesktopWindow {
  require: (name: string) => never;
  process: { env: Record<string, string | undefined>; platform: string; getuid?(): number };
}

function node(): Node | null {
  if (!Platform.isDesktopApp) return null;
  const desktop = window as unknown as DesktopWindow;
  const { require, process } = desktop;
  return {
    fs: require("fs/promises"),
    spawn: (require("child_process") as { spawn: Node["spawn"] }).spawn,
    environment: process.env,
    system: process.platform,
    user: () => process.getuid?.() ?? 0,
    home: (require("os") as { homedir(): string }).homedir(),
  };
}

/** The one folder of Studiolo on this machine. */
function folder({ environment, system, home }: Node): string {
  if (environment.STUDIOLO_HOME) return environment.STUDIOLO_HOME;
  if (system === "win32") return `${environment.LOCALAPPDATA ?? `${home}/AppData/Local`}/studiolo`;
  if (system === "darwin") return `${home}/Library/Application Support/studiolo`;
  return `${environment.XDG_DATA_HOME || `${home}/.local/share`}/studiolo`;
}

/** The daemon that wrote down where it is, or the one of a pairing code. Rejects where there is neither. */
export async function find(pairing: string): Promise<Address> {
  if (pairing) return paired(pairing);
  const desktop = node();
  if (desktop === null) {
    throw bad(
      "Studiolo runs on a computer, and this device is paired with none.",
      "Put a pairing code into the settings.",
      "no_daemon",
    );
  }
  const { url, token } = JSON.parse(await desktop.fs.readFile(`${folder(desktop)}/daemon.json`, "utf-8")) as Address;
  return { url, token };
}

/** What a pairing code (`studiolo pair`) says. Throws a `StudioloError` for one that says nothing. */
export function paired(code: string): Address {
  try {
    const coded = code
      .trim()
      .replace(/^studiolo:/, "")
      .replace(/-/g, "+")
      .replace(/_/g, "/");
    const { url, token } = JSON.parse(atob(coded)) as Partial<Address>;
    if (typeof url === "string" && /^https?:\/\//.test(url) && typeof token === "string") return { url, token };
  } catch {
    // said below
  }
  throw bad("This is no pairing code.", "Copy the whole line that `studiolo pair` prints.");
}

/** Starts the daemon in the way in which it was last started on this machine. */
export async function start(): Promise<void> {
  const desktop = node();
  if (desktop === null)
    throw bad("Studiolo runs on a computer.", "Start it there, and pair this device with it.", "no_daemon");
  const file = `${folder(desktop)}/launch.json`;
  const command = await desktop.fs.readFile(file, "utf-8").then(
    (text) => (JSON.parse(text) as { command: string[] }).command,
    () => null,
  );
  if (command === null)
    throw bad("Obsidian does not know yet where Studiolo is.", "Run `./studiolo serve` once.", "no_daemon");
  if (desktop.system !== "win32") {
    const { mode, uid } = await desktop.fs.stat(file);
    if (uid !== desktop.user() || (mode & 0o022) !== 0) {
      throw bad(
        `${file} could have been written by somebody else, so what it says is not run.`,
        "Remove it, and run `./studiolo serve` once.",
        "no_daemon",
      );
    }
  }
  const [program = "", ...parameters] = command;
  const child = desktop.spawn(program, parameters, { detached: true, stdio: "ignore" });
  await new Promise<void>((resolve, reject) => {
    child.on("error", () =>
      reject(bad(`${program} could not be started.`, "Run `./studiolo serve` once.", "no_daemon")),
    );
    window.setTimeout(resolve, 500);
  });
  child.unref();
}
