/** What is wrong with this installation, and how to mend it. Knows no check. */

import { fill, h, problem } from "./dom.js";

/** @type {Record<string, string>} */
const MARKS = { broken: "Broken", hint: "Hint", ok: "Fine" };

/** @type {import("./main.js").View} */
export function doctor(studio) {
    const place = h("div", { "aria-live": "polite" });
    const look = h("button", { type: "button", class: "accent" }, "Look");
    look.addEventListener("click", async () => {
        look.disabled = true;
        fill(place, h("p", { class: "about" }, "Looking at everything, which takes some seconds …"));
        try {
            const { findings } = await studio.house.ask("doctor");
            studio.kept.findings = findings;
            fill(place, tell(findings));
        } catch (error) {
            fill(place, problem(error));
        }
        look.disabled = false;
    });
    if (studio.kept.findings) fill(place, tell(studio.kept.findings));
    const element = h(
        "div",
        null,
        h("h1", null, "Doctor"),
        h(
            "p",
            { class: "lead" },
            "Finds what is wrong with this installation, and says how to mend it. It changes nothing.",
        ),
        look,
        place,
    );
    return { element };
}

/** @param {any[]} findings */
function tell(findings) {
    const of = (/** @type {string} */ state) => findings.filter((finding) => finding.state === state);
    const list = (/** @type {any[]} */ found) =>
        h(
            "ul",
            { class: "findings" },
            found.map((finding) =>
                h(
                    "li",
                    { class: finding.state },
                    h("span", { class: "mark" }, MARKS[finding.state]),
                    h(
                        "div",
                        null,
                        h("p", null, finding.message),
                        finding.mend && h("p", { class: "about" }, finding.mend),
                    ),
                ),
            ),
        );
    const amiss = [...of("broken"), ...of("hint")];
    return [
        h("p", null, of("broken").length ? `${of("broken").length} broken.` : "Nothing is broken."),
        amiss.length > 0 && list(amiss),
        h("details", null, h("summary", null, `${of("ok").length} fine`), list(of("ok"))),
    ];
}
