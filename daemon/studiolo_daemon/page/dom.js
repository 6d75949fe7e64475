/** Elements, made in one call. Knows no view. */

/**
 * An element. Properties that begin with `on` are listeners, those with a dash and `role`, `for`, `list` are attributes,
 * `class` is its classes, all others are properties of the element. Children that are null, undefined or false are left
 * out; strings become text.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any> | null} [properties]
 * @param {...any} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, properties, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties ?? {})) {
        if (value === undefined || value === null) continue;
        if (name === "class") element.className = value;
        else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
        else if (name.includes("-") || ["role", "for", "list"].includes(name))
            element.setAttribute(name, String(value));
        else Reflect.set(element, name, value);
    }
    element.append(...kept(children));
    return element;
}

/**
 * Puts these in the place of everything in an element.
 * @param {Element} element
 * @param {...any} children
 */
export function fill(element, ...children) {
    element.replaceChildren(...kept(children));
}

/**
 * What is wrong, and what to do about it.
 * @param {any} error a `Problem`, or an error that carries one
 * @returns {HTMLElement}
 */
export function problem(error) {
    const told = error?.problem ?? (error?.message ? error : { message: String(error) });
    return h("p", { class: "problem", role: "alert" }, h("strong", null, told.message), " ", told.mend ?? "");
}

/**
 * @param {any[]} children
 * @returns {any[]}
 */
function kept(children) {
    return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}
