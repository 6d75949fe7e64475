/**
 * What runs in the page: the stand-in for Obsidian, with the built plugin in it. `require` is answered as in the app:
 * CodeMirror from the one copy that the editor itself has, a little of Node, and nothing else.
 */

import * as commands from "@codemirror/commands";
import * as language from "@codemirror/language";
import * as search from "@codemirror/search";
import * as state from "@codemirror/state";
import * as view from "@codemirror/view";
import * as common from "@lezer/common";
import * as highlight from "@lezer/highlight";
import * as obsidian from "./obsidian";
import type { Outside, Surroundings } from "./outside";

interface Page {
  surroundings: Surroundings;
  outside(name: string, given: unknown[]): Promise<unknown>;
  /** Called from outside when a path of the vault may have changed. */
  looked(path: string): void;
  app: obsidian.App;
  undoDepth(): number;
}

const page = window as unknown as Page;
const { surroundings } = page;

const outside = new Proxy({} as Outside, {
  get:
    (_, name: string) =>
    (...given: unknown[]) =>
      page.outside(name, given),
});

const modules: Record<string, unknown> = {
  obsidian,
  "@codemirror/commands": commands,
  "@codemirror/language": language,
  "@codemirror/search": search,
  "@codemirror/state": state,
  "@codemirror/view": view,
  "@lezer/common": common,
  "@lezer/highlight": highlight,
};

const node: Record<string, unknown> = {
  "fs/promises": { readFile: outside.readFile, stat: outside.stat },
  os: { homedir: () => surroundings.home },
  child_process: {
    spawn: (command: string, parameters: string[]) => {
      const child = new obsidian.Events();
      void outside
        .spawn(command, parameters)
        .then((problem) => problem !== null && child.trigger("error", new Error(problem)));
      return { on: (name: string, heard: () => void) => child.on(name, heard), unref: () => undefined };
    },
  },
};

function nodeRequire(name: string): unknown {
  const found = node[name.replace(/^node:/, "")];
  if (found === undefined) throw new Error(`Cannot find module '${name}'`);
  return found;
}

if (surroundings.desktop) {
  Object.assign(window, {
    require: nodeRequire,
    process: { env: surroundings.environment, platform: surroundings.system, getuid: () => surroundings.user },
  });
}

async function loadPlugin(app: obsidian.App): Promise<obsidian.Plugin> {
  const { adapter } = app.vault;
  const dir = ".obsidian/plugins/studiolo";
  const manifest = JSON.parse(await adapter.read(`${dir}/manifest.json`)) as { id: string; name: string };
  if (await adapter.exists(`${dir}/styles.css`))
    document.head.createEl("style", { text: await adapter.read(`${dir}/styles.css`) });
  const module: { exports: { default?: new (app: obsidian.App, manifest: object) => obsidian.Plugin } } = {
    exports: {},
  };
  const answer = (name: string) => modules[name] ?? (surroundings.desktop ? nodeRequire(name) : undefined);
  const code = `${await adapter.read(`${dir}/main.js`)}\n//# sourceURL=plugin:studiolo`;
  new Function("require", "module", "exports", code)(answer, module, module.exports);
  if (!module.exports.default) throw new Error("main.js exports no plugin.");
  return new module.exports.default(app, { ...manifest, dir });
}

const app = new obsidian.App(outside, surroundings);
page.app = app;
page.looked = (path) => void app.vault.looked(path);
page.undoDepth = () => {
  const editor = app.workspace.frontEditor;
  return editor ? commands.undoDepth(editor.cm.state) : 0;
};
await app.begin(loadPlugin);
document.body.setAttribute("data-ready", "");
