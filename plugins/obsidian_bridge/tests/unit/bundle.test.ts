import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, expect, it } from "vitest";

const PLUGIN = resolve(import.meta.dirname, "../..");
let main: Buffer;

beforeAll(() => {
  execFileSync(process.execPath, ["esbuild.config.mjs"], { cwd: PLUGIN });
  main = readFileSync(join(PLUGIN, "main.js"));
});

it("is small enough to be synchronised with the notes", () => {
  expect(main.length).toBeLessThan(100_000);
});

it("takes the editor from the app, and has none of its own, which the app's would not know", () => {
  const needed = new Set([...main.toString().matchAll(/\brequire\("([^"]+)"\)/g)].map((found) => found[1]));
  expect([...needed].sort()).toEqual(["@codemirror/commands", "@codemirror/state", "@codemirror/view", "obsidian"]);
});

it("is tested with one copy of the editor's state: with two, undo does nothing and says nothing", () => {
  const lock = JSON.parse(readFileSync(join(PLUGIN, "package-lock.json"), "utf-8")) as { packages: object };
  const copies = Object.keys(lock.packages).filter((path) => /@codemirror\/(state|view)$/.test(path));
  expect(copies.sort()).toEqual(["node_modules/@codemirror/state", "node_modules/@codemirror/view"]);
});
