// Bundles the plugin into one main.js, as Obsidian loads it. CodeMirror is Obsidian's own and never bundled: two copies
// of it would not know each other's editors.
import { build } from "esbuild";
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
  logLevel: "warning",
});
