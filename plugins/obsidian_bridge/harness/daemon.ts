/** A real daemon on a home of its own, with the starter models of the tests, that one may be rough with. */

import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const TREE = resolve(import.meta.dirname, "../../..");
const PYTHON = join(TREE, ".venv/bin/python");
const MODELS = join(TREE, ".cache/test-home");
const PULL = `
import sys
from pathlib import Path
from studiolo.models.store import Store
for name in sys.argv[2:]:
    Store(Path(sys.argv[1])).pull(name, lambda fetching: None)
`;

interface Running {
  url: string;
  token: string;
  pid: number;
}

export class Daemon {
  readonly home = mkdtempSync(join(tmpdir(), "studiolo-home-"));
  private process: ChildProcess | null = null;

  private constructor(readonly port: number) {
    writeFileSync(join(this.home, "settings.toml"), `port = ${port}\nspare = false\n`);
  }

  /** A home with the starter models; the daemon itself is not started. */
  static async prepare(): Promise<Daemon> {
    mkdirSync(MODELS, { recursive: true });
    execFileSync(PYTHON, ["-c", PULL, MODELS, "starter-text", "starter-embedder"]);
    const daemon = new Daemon(await freePort());
    symlinkSync(join(MODELS, "models"), join(daemon.home, "models"));
    return daemon;
  }

  static async begin(): Promise<Daemon> {
    const daemon = await Daemon.prepare();
    await daemon.start();
    return daemon;
  }

  get running(): Running | null {
    try {
      return JSON.parse(readFileSync(join(this.home, "daemon.json"), "utf-8")) as Running;
    } catch {
      return null; // none has been started yet, or it has ended
    }
  }

  get log(): string {
    return readFileSync(join(this.home, "test.log"), "utf-8");
  }

  async start(): Promise<void> {
    const log = openSync(join(this.home, "test.log"), "a");
    const env = { ...process.env, STUDIOLO_HOME: this.home };
    // it ends with this process, even where that is killed
    const command = ["--pdeathsig", "KILL", PYTHON, "-m", "studiolo_daemon"];
    this.process = spawn("setpriv", command, { env, stdio: ["ignore", log, log] });
    await this.answers(this.process.pid);
  }

  /** Until a daemon answers, whoever started it. */
  async answers(pid?: number): Promise<void> {
    for (const end = Date.now() + 30_000; Date.now() < end; await sleep(50)) {
      const { running } = this;
      if (running === null || (pid !== undefined && running.pid !== pid)) continue;
      if (
        await fetch(`${running.url}/health`).then(
          (answer) => answer.ok,
          () => false,
        )
      )
        return;
    }
    throw new Error(`No daemon came up.\n${this.log}`);
  }

  /** As a crash ends it. */
  async kill(): Promise<void> {
    const { running } = this;
    if (running === null) return;
    process.kill(running.pid, "SIGKILL");
    await gone(running.pid);
  }

  async close(): Promise<void> {
    const pid = this.running?.pid;
    if (pid !== undefined) {
      try {
        process.kill(pid, "SIGTERM");
        await gone(pid);
      } catch {
        // it had been killed, and left its file
      }
    }
    rmSync(this.home, { recursive: true, force: true });
  }
}

async function gone(pid: number): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(20)) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
  }
  throw new Error(`Process ${pid} does not end.`);
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.on("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address ? address.port : 0));
    });
  });
}
