/** How well a kit fits together, and what each part has to do with it. Knows no kit. */

import { h } from "./dom.js";

/**
 * @param {any} match
 * @returns {HTMLElement}
 */
export function matchView(match) {
    const percent = (/** @type {number} */ share) => `${Math.round(share * 100)} %`;
    return h(
        "section",
        { class: "match" },
        h("h2", null, "Match"),
        h(
            "p",
            { class: "match-score" },
            h("strong", null, percent(match.score)),
            " likely that these parts were made for each other",
        ),
        h(
            "ul",
            null,
            match.shares.map((/** @type {any} */ share) =>
                h(
                    "li",
                    null,
                    h("span", { class: "match-part" }, share.part.charAt(0).toUpperCase() + share.part.slice(1)),
                    h("meter", { min: 0, max: 1, value: share.score, "aria-label": `How well the ${share.part} fits` }),
                    h("span", { class: "number" }, percent(share.score)),
                    h(
                        "span",
                        { class: "about" },
                        `${share.because ? `${share.because}; ` : ""}weighs ${percent(share.weight)}`,
                    ),
                ),
            ),
        ),
    );
}
