/** Who hears a key first: the scope that was pushed last. */

import type * as obsidian from "obsidian";

const MODIFIERS = ["Ctrl", "Meta", "Shift", "Alt"] as const;

function held(event: KeyboardEvent | MouseEvent): string {
  const down = [event.ctrlKey, event.metaKey, event.shiftKey, event.altKey];
  return MODIFIERS.filter((_, index) => down[index]).join(",");
}

function wanted(modifiers: obsidian.Modifier[]): string {
  const real = modifiers.map((one) => (one === "Mod" ? "Ctrl" : one));
  return MODIFIERS.filter((one) => real.includes(one)).join(",");
}

interface Handler {
  scope: obsidian.Scope;
  modifiers: string | null;
  key: string | null;
  heard: obsidian.KeymapEventListener;
}

export class Scope implements obsidian.Scope {
  #handlers: Handler[] = [];
  #parent: Scope | undefined;

  constructor(parent?: Scope) {
    this.#parent = parent;
  }

  register(
    modifiers: obsidian.Modifier[] | null,
    key: string | null,
    heard: obsidian.KeymapEventListener,
  ): obsidian.KeymapEventHandler {
    const handler = { scope: this, modifiers: modifiers && wanted(modifiers), key, heard };
    this.#handlers.push(handler);
    return handler;
  }

  unregister(handler: obsidian.KeymapEventHandler): void {
    this.#handlers = this.#handlers.filter((one) => one !== handler);
  }

  /** Whether the key was for this scope or its parents. */
  hear(event: KeyboardEvent): boolean {
    for (const { modifiers, key, heard } of this.#handlers) {
      if (key !== null && key.toLowerCase() !== event.key.toLowerCase()) continue;
      if (modifiers !== null && modifiers !== held(event)) continue;
      const said: unknown = heard(event, { modifiers: held(event), key: event.key, vkey: event.key });
      if (said === false) event.preventDefault();
      if (said !== undefined) return true;
    }
    return this.#parent?.hear(event) ?? false;
  }
}

export class Keymap implements obsidian.Keymap {
  private readonly scopes: Scope[] = [];

  constructor(private readonly base: Scope) {
    window.addEventListener("keydown", (event) => this.hear(event), { capture: true });
  }

  static isModifier(event: MouseEvent | TouchEvent | KeyboardEvent, modifier: obsidian.Modifier): boolean {
    return (
      !("touches" in event) &&
      held(event)
        .split(",")
        .includes(wanted([modifier]))
    );
  }

  static isModEvent(event?: obsidian.UserEvent | null): obsidian.PaneType | boolean {
    if (!event || "touches" in event) return false;
    return event.ctrlKey || ("button" in event && event.button === 1) ? "tab" : false;
  }

  pushScope(scope: Scope): void {
    this.scopes.push(scope);
  }

  popScope(scope: Scope): void {
    const at = this.scopes.indexOf(scope);
    if (at >= 0) this.scopes.splice(at, 1);
  }

  private hear(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const scope = this.scopes[this.scopes.length - 1] ?? this.base;
    if (scope.hear(event)) event.stopPropagation();
  }
}
