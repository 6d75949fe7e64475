/** The parts of a kit while it is made, with how they look so far. Knows no finished kit. */

import { fill, h, problem } from "./dom.js";
import { part as named, stage } from "./words.js";

/**
 * @param {import("./composing.js").Composing} composing
 * @returns {{element: HTMLElement, show: () => void}}
 */
export function progressView(composing) {
    const element = h("ul", { class: "making", "aria-label": "Parts" });
    /** @type {Map<string, ReturnType<typeof row>>} */
    const rows = new Map();
    const show = () => {
        for (const [name, shown] of rows) {
            if (composing.parts.has(name)) continue;
            shown.element.remove();
            rows.delete(name);
        }
        for (const part of composing.parts.values()) {
            let shown = rows.get(part.name);
            if (!shown) {
                rows.set(part.name, (shown = row(part)));
                element.append(shown.element);
            }
            shown.show(part);
        }
    };
    show();
    return { element, show };
}

/** @param {import("./composing.js").PartNow} part */
function row(part) {
    const { heading, scene } = named(part.name);
    const state = h("span", { class: "state" });
    const bar = h("progress", { "aria-label": `How far ${heading} is` });
    const picture = h("img", { alt: "", hidden: true });
    const words = h("p", { class: "excerpt", hidden: true });
    const failed = h("div", null);
    const element = h(
        "li",
        { class: "job" },
        picture,
        h(
            "div",
            { class: "job-words" },
            h("p", { class: "job-title" }, heading, scene && h("span", { class: "about" }, ` ${scene}`)),
            h("p", { class: "about" }, state),
            bar,
            words,
            failed,
        ),
    );
    /** @type {Blob | null} */
    let seen = null;
    /** @param {import("./composing.js").PartNow} now */
    const show = (now) => {
        element.className = `job ${now.state}`;
        state.textContent =
            now.state === "begun"
                ? stage(now.progress) || "Begun"
                : now.state === "failed"
                  ? "Failed"
                  : now.known
                    ? "As it was"
                    : "Made";
        bar.hidden = now.state !== "begun";
        if (now.progress?.total && now.progress.done) [bar.max, bar.value] = [now.progress.total, now.progress.done];
        else bar.removeAttribute("value");
        words.hidden = now.state !== "begun" || !now.text;
        words.textContent = now.text.slice(-240);
        if (now.problem) fill(failed, problem(now.problem));
        if (now.preview && now.preview !== seen) {
            seen = now.preview;
            URL.revokeObjectURL(picture.src);
            picture.src = URL.createObjectURL(seen);
            picture.hidden = false;
        }
    };
    return { element, show };
}
