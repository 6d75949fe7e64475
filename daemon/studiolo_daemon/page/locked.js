/** What is shown to who has no key: how to open the page, and a place for a code. Knows no token. */

import { fill, h, problem } from "./dom.js";
import { change } from "./key.js";

/**
 * @param {() => void} opened called when the code was good
 * @returns {HTMLElement}
 */
export function locked(opened) {
    const failed = h("div", null);
    const code = h("input", {
        id: "code",
        type: "text",
        autocomplete: "off",
        spellcheck: false,
        maxLength: 20,
        required: true,
        "aria-describedby": "code-about",
    });
    const submit = async (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        try {
            await change(code.value);
            opened();
        } catch (error) {
            fill(failed, problem(error));
            code.select();
        }
    };
    return h(
        "section",
        { class: "lock" },
        h("h1", null, "The studio is locked"),
        h(
            "p",
            null,
            "Run ",
            h("code", null, "./studiolo studio"),
            " in a terminal: it opens this page with a key to it.",
        ),
        h(
            "form",
            { onsubmit: submit },
            h("label", { for: "code" }, "Or type a code"),
            h("div", { class: "row" }, code, h("button", { type: "submit" }, "Open")),
            h(
                "p",
                { id: "code-about", class: "about" },
                h("code", null, "./studiolo studio --code"),
                " shows one; it is good for a minute.",
            ),
            failed,
        ),
    );
}
