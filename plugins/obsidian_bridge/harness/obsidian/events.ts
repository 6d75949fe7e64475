/** Events and components, on which everything else stands. Fields are truly private: plugins extend these classes. */

import type * as obsidian from "obsidian";

type Heard = (...data: unknown[]) => unknown;

class Ref implements obsidian.EventRef {
  constructor(
    readonly source: Events,
    readonly name: string,
    readonly heard: Heard,
    readonly context: unknown,
  ) {}
}

export class Events implements obsidian.Events {
  #refs: Ref[] = [];

  on(name: string, heard: Heard, context?: unknown): obsidian.EventRef {
    const ref = new Ref(this, name, heard, context);
    this.#refs.push(ref);
    return ref;
  }

  off(name: string, heard: Heard): void {
    this.#refs = this.#refs.filter((ref) => ref.name !== name || ref.heard !== heard);
  }

  offref(ref: obsidian.EventRef): void {
    this.#refs = this.#refs.filter((one) => one !== ref);
  }

  trigger(name: string, ...data: unknown[]): void {
    for (const ref of this.#refs) if (ref.name === name) this.tryTrigger(ref, data);
  }

  /** One listener that fails keeps nobody else from hearing. */
  tryTrigger(ref: obsidian.EventRef, data: unknown[]): void {
    try {
      if (ref instanceof Ref) ref.heard.apply(ref.context, data);
    } catch (error) {
      window.setTimeout(() => {
        throw error;
      });
    }
  }
}

export class Component implements obsidian.Component {
  #loaded = false;
  #children: obsidian.Component[] = [];
  #ends: (() => unknown)[] = [];

  load(): Promise<void> | void {
    if (this.#loaded) return;
    this.#loaded = true;
    const begun = this.onload();
    for (const child of this.#children) child.load();
    return begun;
  }

  onload(): Promise<void> | void {}

  unload(): void {
    if (!this.#loaded) return;
    this.#loaded = false;
    for (const child of this.#children.splice(0).reverse()) child.unload();
    for (const end of this.#ends.splice(0).reverse()) end();
    this.onunload();
  }

  onunload(): void {}

  addChild<T extends obsidian.Component>(child: T): T {
    this.#children.push(child);
    if (this.#loaded) child.load();
    return child;
  }

  removeChild<T extends obsidian.Component>(child: T): T {
    this.#children = this.#children.filter((one) => one !== child);
    child.unload();
    return child;
  }

  register(end: () => unknown): void {
    this.#ends.push(end);
  }

  registerEvent(ref: obsidian.EventRef): void {
    this.register(() => ref instanceof Ref && ref.source.offref(ref));
  }

  registerDomEvent(
    target: Window | Document | HTMLElement,
    type: string,
    heard: (this: HTMLElement, event: never) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void {
    target.addEventListener(type, heard as EventListener, options);
    this.register(() => target.removeEventListener(type, heard as EventListener, options));
  }

  registerInterval(id: number): number {
    this.register(() => window.clearInterval(id));
    return id;
  }
}
