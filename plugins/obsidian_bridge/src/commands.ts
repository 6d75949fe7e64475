/** What a person can do with a note: in the palette, and where it says so in the menu of the editor. Knows no art. */

import type { Editor, MarkdownFileInfo, Plugin, TFile } from "obsidian";

export type Run = (editor: Editor, file: TFile) => unknown;

/** Where else it can be had, and where it can't. */
export interface Offer {
  /** Whether it can be used here; without it, in every note. */
  when?: (editor: Editor) => boolean;
  /** What it is called in the menu of the editor. */
  menu?: string;
}

/** Makes commands of this plugin. What one of them throws or rejects with is told. */
export function commands(plugin: Plugin, tell: (what: unknown) => void) {
  return (id: string, name: string, icon: string, run: Run, { when = () => true, menu }: Offer = {}): void => {
    const begin = async (editor: Editor, { file }: MarkdownFileInfo) => {
      try {
        if (file) await run(editor, file);
      } catch (error) {
        tell(error);
      }
    };
    plugin.addCommand({
      id,
      name,
      icon,
      editorCheckCallback: (checking, editor, info) => {
        if (when(editor)) return checking || (void begin(editor, info), true);
        return false;
      },
    });
    if (!menu) return;
    plugin.registerEvent(
      plugin.app.workspace.on("editor-menu", (items, editor, info) => {
        if (!when(editor)) return;
        items.addItem((item) =>
          item
            .setTitle(menu)
            .setIcon(icon)
            .setSection("studiolo")
            .onClick(() => void begin(editor, info)),
        );
      }),
    );
  };
}
