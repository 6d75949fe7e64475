/** A text as paragraphs: what of Markdown stories have, and no more. Knows no file. */

import { h } from "./dom.js";

/**
 * @param {string} text Markdown; a frontmatter becomes a list of what it says
 * @returns {HTMLElement}
 */
export function prose(text) {
    const [, front = "", rest = text] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];
    const blocks = rest
        .trim()
        .split(/(^```[^\n]*\n[\s\S]*?^```$)/m)
        .flatMap((piece) => (piece.startsWith("```") ? [piece] : piece.split(/\n{2,}/)))
        .filter((piece) => piece.trim());
    return h(
        "div",
        { class: "prose" },
        blocks.map(block),
        front && h("details", null, h("summary", null, "Properties"), h("pre", null, front)),
    );
}

/** @param {string} text */
function block(text) {
    if (text.startsWith("```")) return h("pre", null, text.split("\n").slice(1, -1).join("\n"));
    const heading = /^(#{1,6}) +(.*)$/.exec(text);
    if (heading) return h("p", { class: "prose-heading" }, inline(heading[2] ?? ""));
    if (text.split("\n").every((line) => /^[-*] /.test(line))) {
        return h(
            "ul",
            null,
            text.split("\n").map((line) => h("li", null, inline(line.slice(2)))),
        );
    }
    const lines = text.split("\n").flatMap((line, index) => (index ? [h("br"), ...inline(line)] : inline(line)));
    return h("p", null, lines);
}

/**
 * @param {string} text
 * @returns {(string | HTMLElement)[]}
 */
function inline(text) {
    return text.split(/(\*\*[^*]+\*\*|\*[^*\s][^*]*\*)/).map((piece) => {
        if (piece.startsWith("**") && piece.length > 4) return h("strong", null, piece.slice(2, -2));
        if (piece.startsWith("*") && piece.length > 2) return h("em", null, piece.slice(1, -1));
        return piece;
    });
}
