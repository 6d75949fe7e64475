/** A finished kit: its parts, why each is as it is, how well they fit. Knows no request. */

import { h, problem } from "./dom.js";
import { matchView } from "./match.js";
import { ofPart, pieceView } from "./piece.js";
import { whyThis } from "./recipe.js";
import { part as named } from "./words.js";

/**
 * @param {import("./main.js").Studio} studio
 * @param {any} kit
 * @param {string} job whose kit it is; empty where that is no longer known
 * @param {(part: any) => Element} [tools] what can be done with a part
 * @returns {{element: HTMLElement, close: () => void}}
 */
export function kitView(studio, kit, job, tools) {
    /** @type {(() => void)[]} */
    const closing = [];
    const parts = kit.parts.map((/** @type {any} */ part) => {
        const { heading, scene } = named(part.name);
        const facts = [part.own && "your own", part.seed !== undefined && !part.own && `seed ${part.seed}`]
            .filter(Boolean)
            .join(" · ");
        const title = h(
            "div",
            { class: "part-head" },
            h("h2", null, heading, scene && h("span", { class: "about" }, ` ${scene}`)),
            h("span", { class: "about" }, facts),
            tools?.(part),
        );
        if (part.problem) return h("section", { class: "part missing" }, title, problem(part.problem));
        const shown = pieceView(studio, ofPart(`${heading}${scene ? `, ${scene}` : ""}`, part));
        closing.push(shown.close);
        const why =
            part.recipe && h("details", null, h("summary", null, "Why this?"), followed(part), whyThis(part.recipe));
        return h("section", { class: `part ${part.kind}` }, title, shown.element, why);
    });
    const element = h(
        "div",
        { class: "kit" },
        strip(kit.card.palette ?? []),
        kit.notes?.length > 0 &&
            h(
                "ul",
                { class: "notes" },
                kit.notes.map((/** @type {string} */ note) => h("li", null, note)),
            ),
        parts,
        kit.match && matchView(kit.match),
        job !== "" && takeAll(studio, kit, job),
    );
    return { element, close: () => closing.forEach((close) => close()) };
}

/** @param {any} part */
function followed(part) {
    return part.follows?.length > 0 && h("p", { class: "about" }, `It follows the card's ${part.follows.join(", ")}.`);
}

/** @param {string[]} colours */
function strip(colours) {
    if (!colours.length) return null;
    return h(
        "ul",
        { class: "strip", "aria-label": "Palette" },
        colours.map((colour) => {
            const swatch = h("li", { title: colour }, h("span", { class: "unseen" }, colour));
            swatch.style.background = colour;
            return swatch;
        }),
    );
}

/**
 * The whole kit as a folder, with its own page.
 * @param {import("./main.js").Studio} studio
 * @param {any} kit
 * @param {string} job
 */
function takeAll(studio, kit, job) {
    const failed = h("div", null);
    const take = h(
        "button",
        {
            type: "button",
            class: "quiet",
            onclick: async () => {
                try {
                    const bytes = await studio.house.bytes(`kits/${encodeURIComponent(job)}`);
                    if (!bytes) throw new Error("The kit is not kept any more.");
                    const address = URL.createObjectURL(bytes);
                    const name =
                        kit.title
                            .toLowerCase()
                            .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
                            .replaceAll(/^-|-$/g, "") || "kit";
                    h("a", { href: address, download: `${name}.zip` }).click();
                    setTimeout(() => URL.revokeObjectURL(address), 60_000);
                } catch (error) {
                    failed.replaceChildren(problem(error));
                }
            },
        },
        "Take all files along",
    );
    return h("div", null, take, failed);
}
