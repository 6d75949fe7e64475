/** A headless Chromium that keeps its storage from one start to the next, and may be killed. Knows no page. */

import { spawn, type ChildProcess } from "node:child_process";
import { chromium, type Browser, type BrowserContext } from "playwright-core";

const FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-extensions",
  "--disable-dev-shm-usage",
  "--hide-scrollbars",
  // the page came from the tests and not from the network, which newer Chromiums take for a reason to ask
  "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets",
  "--remote-debugging-port=0",
];

export class Chromium {
  private constructor(
    private readonly process: ChildProcess,
    private readonly browser: Browser,
    readonly context: BrowserContext,
  ) {}

  static async start(storage: string, width: number, height: number, scale: number): Promise<Chromium> {
    const flags = [
      `--user-data-dir=${storage}`,
      `--window-size=${width},${height}`,
      `--force-device-scale-factor=${scale}`,
    ];
    // it ends with this process, even where that is killed
    const child = spawn("setpriv", ["--pdeathsig", "KILL", "chromium", ...FLAGS, ...flags, "about:blank"], {
      stdio: ["ignore", "ignore", "pipe"],
      detached: true, // a group of its own
    });
    const browser = await chromium.connectOverCDP(await address(child));
    const context = browser.contexts()[0];
    if (context === undefined) throw new Error("Chromium has no window.");
    return new Chromium(child, browser, context);
  }

  /** As when the power goes: those that it has started end with it, and write into its storage no more. */
  async kill(): Promise<void> {
    const ended = new Promise((done) => this.process.once("exit", done));
    if (this.process.exitCode === null && this.process.pid) process.kill(-this.process.pid, "SIGKILL");
    await ended;
    await this.browser.close().catch(() => undefined); // it is gone already
  }

  async close(): Promise<void> {
    const ended = new Promise((done) => this.process.once("exit", done));
    const session = await this.browser.newBrowserCDPSession();
    await session.send("Browser.close").catch(() => undefined); // it may end before it answers
    await ended;
  }
}

/** Where it listens, which it tells at its start. */
function address(child: ChildProcess): Promise<string> {
  return new Promise((done, failed) => {
    let said = "";
    child.on("error", () => failed(new Error("There is no Chromium here: scripts/hosts installs it.")));
    child.on("exit", () => failed(new Error(`Chromium ended: ${said}`)));
    child.stderr?.on("data", (piece: Buffer) => {
      said += piece.toString();
      const found = /DevTools listening on (ws:\S+)/.exec(said);
      if (found?.[1]) done(found[1]);
    });
  });
}
