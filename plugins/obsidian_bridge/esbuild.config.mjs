// Bundles the plugin into one main.js, as Obsidian loads it. CodeMirror is Obsidian's own and never bundled: two copies
// of it would not know each other's editors. What is bundled has its licence beside it, in LICENSES.txt.
import { build } from "esbuild";
import { readFileSync, writeFileSync } from "node:fs";
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

const banner = "/* Studiolo, Apache-2.0. Contains diff, © Kevin Decker, BSD-3-Clause: LICENSES.txt */\n";
writeFileSync("main.js", banner + asCommonJs(outputFiles[0].text));

const licences = [
  ["Studiolo", "../../LICENSE"],
  ["diff", "node_modules/diff/LICENSE"],
];
writeFileSync("LICENSES.txt", licences.map(([name, file]) => `${name}\n\n${readFileSync(file, "utf-8")}`).join("\n\n"));
