// Bundles the plugin into one main.js, as Obsidian loads it. CodeMirror is Obsidian's own and never bundled: two copies
// of it would not know each other's editors.
import { build } from "esbuild";
import { copyFileSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { Script } from "node:vm";

const { outputFiles } = await build({
  entryPoints: ["src/main.ts"],
  bundle: true,
  write: false,
  format: "esm",
  target: "es2020",
  external: ["obsidian", "electron", "@codemirror/*", "@lezer/*", ...builtinModules],
  minify: true,
  // what only this plugin's own objects have, and no file, message or part of the app
  mangleProps: /^(?:desk|landing|rewriting|listener|watchers|questions|inlays)$/,
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});

/**
 * Written as the app asks for it. esbuild's own CommonJS names the module at each use of what comes from it, and asks for
 * it again in every file: a hundredth of the whole.
 */
function asCommonJs(code) {
  const wanted = {};
  const rest = code.replace(/import\{([^}]*)\}from"([^"]*)";/g, (_, names, module) => {
    (wanted[module] ??= []).push(names.replaceAll(" as ", ":"));
    return "";
  });
  const asked = Object.entries(wanted).map(([module, names]) => `{${names}}=require("${module}")`);
  const whole = rest.replace(/export\{(\w+) as default\};\s*$/, "module.exports={default:$1};\n");
  const script = `"use strict";const ${asked};${whole}`;
  new Script(script); // throws where anything is left that only a module may say
  return script;
}

writeFileSync("main.js", `/* Studiolo, Apache-2.0 */\n${asCommonJs(outputFiles[0].text)}`);
copyFileSync("../../LICENSE", "LICENSES.txt");
