import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const PLUGIN = resolve(import.meta.dirname, "../..");

it("has the contract's types as `npm run wire` makes them", () => {
  const folder = mkdtempSync(join(tmpdir(), "studiolo-wire-"));
  try {
    execFileSync(process.execPath, ["wire.mjs", join(folder, "wire.ts")], { cwd: PLUGIN });
    const [made, kept] = [join(folder, "wire.ts"), join(PLUGIN, "src/daemon/wire.ts")].map((file) =>
      readFileSync(file, "utf-8"),
    );
    expect(kept).toBe(made);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
