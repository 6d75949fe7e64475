/** What Obsidian adds to the browser's own classes. Importing it does that. */

import type {} from "obsidian";

type Tag = keyof HTMLElementTagNameMap;

/** Only what is declared may be added. */
function add<T extends object>(prototype: T, methods: Partial<Pick<T, Exclude<keyof T, number>>> & ThisType<T>): void {
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(methods))) {
    Object.defineProperty(prototype, name, { ...descriptor, enumerable: false, configurable: true });
  }
}

function classes(given: string | string[]): string[] {
  return (Array.isArray(given) ? given : given.split(" ")).filter(Boolean);
}

function make<E extends Element>(element: E, info: DomElementInfo | string = {}, parent?: Node): E {
  const {
    cls,
    text,
    attr,
    title,
    parent: own = parent,
    prepend,
    ...rest
  } = typeof info === "string" ? { cls: info } : info;
  if (cls) element.classList.add(...classes(cls));
  if (text !== undefined) element.append(text);
  if (attr) element.setAttrs(attr);
  if (title !== undefined) element.setAttribute("title", title);
  Object.assign(element, rest); // value, type, placeholder, href
  if (prepend) own?.insertBefore(element, own.firstChild);
  else own?.appendChild(element);
  return element;
}

function createElement<K extends Tag>(
  tag: K,
  info?: DomElementInfo | string,
  callback?: (element: HTMLElementTagNameMap[K]) => void,
  parent?: Node,
): HTMLElementTagNameMap[K] {
  const element = make(document.createElement(tag), info, parent);
  callback?.(element);
  return element;
}

function createSvgElement<K extends keyof SVGElementTagNameMap>(
  tag: K,
  info?: SvgElementInfo | string,
  callback?: (element: SVGElementTagNameMap[K]) => void,
  parent?: Node,
): SVGElementTagNameMap[K] {
  const element = make(document.createElementNS("http://www.w3.org/2000/svg", tag), info, parent);
  callback?.(element);
  return element;
}

add(Node.prototype, {
  detach() {
    this.parentNode?.removeChild(this);
  },
  empty() {
    while (this.lastChild) this.removeChild(this.lastChild);
  },
  insertAfter(node, child) {
    return this.insertBefore(node, child ? child.nextSibling : this.firstChild);
  },
  indexOf(other) {
    return [...this.childNodes].indexOf(other as ChildNode);
  },
  setChildrenInPlace(children) {
    this.empty();
    for (const child of children) this.appendChild(child);
  },
  appendText(text) {
    this.appendChild(document.createTextNode(text));
  },
  instanceOf<T>(type: new () => T): this is T {
    return this instanceof type;
  },
  get doc() {
    return this.ownerDocument ?? document;
  },
  get win() {
    return window;
  },
  createEl(tag, info, callback) {
    return createElement(tag, info, callback, this);
  },
  createDiv(info, callback) {
    return createElement("div", info, callback, this);
  },
  createSpan(info, callback) {
    return createElement("span", info, callback, this);
  },
  createSvg(tag, info, callback) {
    return createSvgElement(tag, info, callback, this);
  },
});

add(Element.prototype, {
  getText() {
    return this.textContent ?? "";
  },
  setText(text) {
    this.replaceChildren(text);
  },
  addClass(...names) {
    this.classList.add(...names);
  },
  addClasses(names) {
    this.classList.add(...names);
  },
  removeClass(...names) {
    this.classList.remove(...names);
  },
  removeClasses(names) {
    this.classList.remove(...names);
  },
  toggleClass(names, value) {
    for (const name of classes(names)) this.classList.toggle(name, value);
  },
  hasClass(name) {
    return this.classList.contains(name);
  },
  setAttr(name, value) {
    if (value === null) this.removeAttribute(name);
    else this.setAttribute(name, String(value));
  },
  setAttrs(values) {
    for (const [name, value] of Object.entries(values)) this.setAttr(name, value);
  },
  getAttr(name) {
    return this.getAttribute(name);
  },
  matchParent(selector) {
    return this.closest(selector);
  },
  isActiveElement() {
    return document.activeElement === this;
  },
  findAll(selector: string): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>(selector)];
  },
});

add(HTMLElement.prototype, {
  find(selector: string): HTMLElement {
    return this.querySelector(selector) as HTMLElement;
  },
  show() {
    this.style.display = "";
  },
  hide() {
    this.style.display = "none";
  },
  toggle(show) {
    this.style.display = show ? "" : "none";
  },
  toggleVisibility(visible) {
    this.style.visibility = visible ? "" : "hidden";
  },
  isShown() {
    return this.isConnected && this.offsetParent !== null;
  },
  setCssStyles(styles) {
    Object.assign(this.style, styles);
  },
  setCssProps(props) {
    for (const [name, value] of Object.entries(props)) this.style.setProperty(name, value);
  },
  onClickEvent(listener, options) {
    this.addEventListener("click", listener, options);
    this.addEventListener("auxclick", listener, options);
  },
});

add(Array.prototype as unknown[], {
  first() {
    return this[0];
  },
  last() {
    return this[this.length - 1];
  },
  contains(target) {
    return this.includes(target);
  },
  remove(target) {
    const index = this.indexOf(target);
    if (index >= 0) this.splice(index, 1);
  },
  unique() {
    return [...new Set(this)];
  },
});

add(String.prototype as Pick<string, "contains" | "includes">, {
  contains(target) {
    return this.includes(target);
  },
});

Object.assign(Math, { clamp: (value: number, min: number, max: number) => Math.min(Math.max(value, min), max) });
Object.assign(Object, { isEmpty: (object: object) => Object.keys(object).length === 0 });
Object.assign(window, {
  activeWindow: window,
  activeDocument: document,
  createEl: createElement,
  createDiv: (info?: DomElementInfo | string, callback?: (element: HTMLDivElement) => void) =>
    createElement("div", info, callback),
  createSpan: (info?: DomElementInfo | string, callback?: (element: HTMLSpanElement) => void) =>
    createElement("span", info, callback),
  createSvg: createSvgElement,
  createFragment: (callback?: (fragment: DocumentFragment) => void) => {
    const fragment = document.createDocumentFragment();
    callback?.(fragment);
    return fragment;
  },
  sleep: (milliseconds: number) => new Promise((resolve) => window.setTimeout(resolve, milliseconds)),
  nextFrame: () => new Promise((resolve) => window.requestAnimationFrame(resolve)),
});
