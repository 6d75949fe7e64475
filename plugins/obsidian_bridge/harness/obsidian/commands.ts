/** Commands by id, and the palette that finds them by name (Ctrl+P). */

import type * as obsidian from "obsidian";
import { FuzzySuggestModal } from "./modals";
import { MarkdownView } from "./views";

export class Commands {
  readonly commands: Record<string, obsidian.Command> = {};

  constructor(private readonly app: obsidian.App) {}

  add(command: obsidian.Command): void {
    this.commands[command.id] = command;
  }

  remove(id: string): void {
    delete this.commands[id];
  }

  /** Those that can be used where the person is. */
  list(): obsidian.Command[] {
    return Object.values(this.commands).filter((command) => this.run(command, true));
  }

  executeCommandById(id: string): boolean {
    const command = this.commands[id];
    return command !== undefined && this.run(command, false);
  }

  /** `checking` only asks. An editor's command is one only where there is a note. */
  private run(command: obsidian.Command, checking: boolean): boolean {
    if (command.editorCheckCallback || command.editorCallback) {
      const view = this.app.workspace.getActiveViewOfType(MarkdownView as never) as obsidian.MarkdownView | null;
      if (view === null) return false;
      if (command.editorCheckCallback) return command.editorCheckCallback(checking, view.editor, view) === true;
      if (!checking) void command.editorCallback?.(view.editor, view);
      return true;
    }
    if (command.checkCallback) return command.checkCallback(checking) === true;
    if (!checking) void command.callback?.();
    return command.callback !== undefined;
  }
}

export class Palette extends FuzzySuggestModal<obsidian.Command> {
  constructor(
    app: obsidian.App,
    private readonly commands: Commands,
  ) {
    super(app);
    this.setPlaceholder("Select a command...");
  }

  getItems(): obsidian.Command[] {
    return this.commands.list();
  }

  getItemText(command: obsidian.Command): string {
    return command.name;
  }

  onChooseItem(command: obsidian.Command): void {
    this.commands.executeCommandById(command.id);
  }
}
