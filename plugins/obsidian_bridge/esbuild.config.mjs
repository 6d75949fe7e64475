// Bundles the plugin into one main.js, as Obsidian loads it. CodeMirror is Obsidian's own and never bundled: two copies
// of it would not know each other's editors. What is bundled has its licence beside it, in LICENSES.txt.
import { build } from "esbuild";
import { readFileSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";

await build({
  entryPoints: ["src/main.ts"],
  outfile: "main.js",
  bundle: true,
  format: "cjs",
  target: "es2020",
  external: ["obsidian", "electron", "@codemirror/*", "@lezer/*", ...builtinModules],
  minify: true,
  charset: "utf8",
  legalComments: "none",
  banner: { js: "/* Studiolo, Apache-2.0. Contains diff, © Kevin Decker, BSD-3-Clause: LICENSES.txt */" },
  logLevel: "warning",
});

const licences = [
  ["Studiolo", "../../LICENSE"],
  ["diff", "node_modules/diff/LICENSE"],
];
writeFileSync("LICENSES.txt", licences.map(([name, file]) => `${name}\n\n${readFileSync(file, "utf-8")}`).join("\n\n"));
