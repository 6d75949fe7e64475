/** How a result came to be: "why this?", and the recipe that makes it again. Knows no picture and no sound. */

import { h } from "./dom.js";

/**
 * @param {any} recipe
 * @param {...HTMLElement} more what else is to be said about it
 * @returns {HTMLElement}
 */
export function whyThis(recipe, ...more) {
    const { settled, timings } = recipe;
    const seed = settled.seed === undefined ? "none: nothing was left to chance" : String(settled.seed);
    const facts = [
        ["Model", `${recipe.model}${recipe.model_revision ? ` (${recipe.model_revision})` : ""}, ${recipe.licence}`],
        ...(recipe.helpers ?? []).map((/** @type {any} */ helper) => ["With", `${helper.model}, ${helper.licence}`]),
        ["Seed", seed],
        [
            "Time",
            `${timings.run.toFixed(1)} s on ${recipe.device || "this machine"}${timings.load ? `, ${timings.load.toFixed(1)} s to load` : ""}`,
        ],
    ];
    return h(
        "section",
        { class: "why" },
        h("h2", null, "Why this?"),
        more,
        reasons(recipe.why ?? []),
        recipe.final_prompt && [h("h3", null, "What the model was given"), h("pre", null, recipe.final_prompt)],
        (recipe.notes ?? []).length > 0 &&
            h(
                "ul",
                { class: "notes" },
                recipe.notes.map((/** @type {string} */ note) => h("li", null, note)),
            ),
        h(
            "dl",
            { class: "facts" },
            facts.map(([name, value]) => [h("dt", null, name), h("dd", null, value)]),
        ),
        h("details", null, h("summary", null, "The recipe"), copyable(JSON.stringify(recipe, null, 2))),
    );
}

/** @param {any[]} why */
function reasons(why) {
    if (!why.length) return null;
    return h(
        "table",
        { class: "reasons" },
        h(
            "thead",
            null,
            h(
                "tr",
                null,
                ["What", "So", "Because of"].map((name) => h("th", { scope: "col" }, name)),
            ),
        ),
        h(
            "tbody",
            null,
            why.map((reason) =>
                h(
                    "tr",
                    null,
                    h("th", { scope: "row" }, reason.what),
                    h("td", null, reason.value),
                    h("td", null, reason.because),
                ),
            ),
        ),
    );
}

/** @param {string} text */
function copyable(text) {
    const copy = h("button", { type: "button", class: "quiet", textContent: "Copy" });
    copy.addEventListener("click", async () => {
        await navigator.clipboard.writeText(text);
        copy.textContent = "Copied";
    });
    return h(
        "div",
        { class: "recipe" },
        copy,
        h("pre", { tabIndex: 0, role: "group", "aria-label": "Recipe as JSON" }, text),
    );
}
