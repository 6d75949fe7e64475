/** The programs that use the daemon: who is connected, who is paired, and how others come to it. Knows no job. */

import { fill, h, problem } from "./dom.js";
import { host } from "./words.js";

/** @type {[string, string, string][]} */
const PROGRAMS = [
    ["Krita", "./studiolo install krita", "Paint, refine, fill and expand on the canvas."],
    ["Blender", "./studiolo install blender", "Materials, projection, scenes, soundtracks."],
    ["Obsidian", "./studiolo install obsidian --vault ~/Notes", "A co-writer that knows your notes."],
    ["Zim", "./studiolo install zim", "Two tools in its menu."],
    [
        "Any other",
        "./studiolo pair NAME",
        "A program that speaks OpenAI's API or the web UI's, or is shut in a sandbox.",
    ],
];
/** Milliseconds between two looks at who is there. */
const PACE = 3000;

/** @type {import("./main.js").View} */
export function hosts(studio) {
    const place = h("div", null, h("p", { class: "about" }, "Looking …"));
    let left = false;
    let before = "";
    const look = async () => {
        while (!left) {
            try {
                const found = await studio.house.ask("hosts");
                const now = JSON.stringify(found);
                if (now !== before) fill(place, tell(found));
                before = now;
            } catch (error) {
                fill(place, problem(error));
                before = "";
            }
            await new Promise((done) => setTimeout(done, PACE));
        }
    };
    look();
    const element = h(
        "div",
        null,
        h("h1", null, "Programs"),
        place,
        h("h2", null, "Bring another one in"),
        h(
            "ul",
            { class: "programs" },
            PROGRAMS.map(([name, command, about]) =>
                h("li", null, h("h3", null, name), h("p", null, about), h("code", null, command)),
            ),
        ),
    );
    return {
        element,
        leave: () => {
            left = true;
        },
    };
}

/** @param {any} found */
function tell(found) {
    const connected = Object.entries(/** @type {Record<string, number>} */ (found.connected));
    return [
        h("h2", null, "Connected now"),
        h(
            "ul",
            { class: "programs here" },
            connected.map(([client, count]) =>
                h(
                    "li",
                    null,
                    h("h3", null, host(client)),
                    h("p", { class: "about" }, client, count > 1 ? `, in ${count} windows` : ""),
                ),
            ),
        ),
        found.paired.length > 0 && [
            h("h2", null, "Paired"),
            h(
                "ul",
                { class: "programs" },
                found.paired.map((/** @type {any} */ one) =>
                    h(
                        "li",
                        null,
                        h("h3", null, one.name),
                        h("p", { class: "about" }, `since ${new Date(one.since * 1000).toLocaleDateString()}`),
                    ),
                ),
            ),
        ],
        h("p", { class: "about" }, "Everything that Studiolo keeps lies in ", h("code", null, found.home), "."),
    ];
}
