/** Elements, made by the means that Obsidian gives to every window. */

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = createEl(tag, { cls: className });
  made.append(...children);
  return made;
}

/** A button that leaves the cursor where it is. */
export function button(className: string, act: () => void, ...children: (Node | string)[]): HTMLButtonElement {
  const made = element("button", className, ...children);
  made.type = "button";
  made.addEventListener("mousedown", (event) => event.preventDefault());
  made.addEventListener("click", act);
  return made;
}
