import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Daemon } from "../../harness/daemon";
import type { Driver } from "../../harness/driver";
import { openVault } from "../../harness/serve";

let daemon: Daemon;
let app: Driver;
const folder = mkdtempSync(join(tmpdir(), "vault-"));

beforeAll(async () => {
  writeFileSync(join(folder, "Story.md"), "# A story\n\nThe keeper climbed the stairs.\n");
  daemon = await Daemon.begin();
  app = await openVault(folder, { daemon });
});

afterAll(async () => {
  await app.close();
  await daemon.close();
  rmSync(folder, { recursive: true });
});

it("begins", async () => {
  await app.openNote("Story.md");
  await app.screenshot("app-first");
  console.log(await app.commands(), app.errors, await app.text());
  expect(await app.text()).toContain("keeper");
});
