/** The models: licence, size, memory, which are here; and to fetch one. Knows no job. */

import { fill, h, problem } from "./dom.js";
import { size } from "./words.js";

/** Milliseconds between two looks at how far a pull is. */
const PACE = 500;
/** @type {[string, string][]} */
const KINDS = [
    ["text", "They write"],
    ["image", "They paint"],
    ["upscale", "They enlarge"],
    ["music", "They make music"],
    ["maps", "They help"],
    ["embedding", "They help"],
    ["judge", "They help"],
];
/** @type {Record<string, string>} */
const DOING = { download: "Fetching", convert: "Converting", verify: "Checking" };

/** @type {import("./main.js").View} */
export function models(studio) {
    const failed = h("div", null);
    const place = h("div", null, h("p", { class: "about" }, "Looking …"));
    /** @type {Map<string, (pull: any) => void>} */
    const shows = new Map();
    let left = false;
    let looking = false;
    const load = async () => {
        try {
            const known = await studio.house.ask("models");
            shows.clear();
            const groups = new Map(KINDS.map(([, heading]) => [heading, /** @type {any[]} */ ([])]));
            const names = new Map(KINDS);
            for (const model of known) groups.get(names.get(model.kind) ?? "They help")?.push(model);
            fill(
                place,
                [...groups]
                    .filter(([, found]) => found.length)
                    .map(([heading, found]) => [
                        h("h2", null, heading),
                        h(
                            "ul",
                            { class: "models" },
                            found.map((model) => row(model)),
                        ),
                    ]),
            );
            look();
        } catch (error) {
            fill(failed, problem(error));
        }
    };
    const look = async () => {
        if (looking) return;
        looking = true;
        /** @type {Set<string>} */
        let running = new Set();
        do {
            try {
                const { pulls } = await studio.house.ask("pulls");
                for (const pull of pulls) shows.get(pull.model)?.(pull);
                const now = new Set(
                    pulls
                        .filter((/** @type {any} */ one) => one.state === "running")
                        .map((/** @type {any} */ one) => one.model),
                );
                const ended = pulls.filter((/** @type {any} */ one) => running.has(one.model) && !now.has(one.model));
                running = now;
                if (ended.some((/** @type {any} */ one) => one.state === "done")) setTimeout(load);
                for (const one of ended)
                    studio.tell(
                        `${one.model}: ${one.state === "done" ? "it is here" : (one.problem?.message ?? one.state)}`,
                    );
            } catch (error) {
                fill(failed, problem(error));
                break;
            }
            await new Promise((done) => setTimeout(done, PACE));
        } while (running.size && !left);
        looking = false;
    };
    /** @param {any} model */
    const row = (model) => {
        const bar = h("progress", { hidden: true, "aria-label": `How much of ${model.name} is here` });
        const said = h("span", { class: "about" });
        const wrong = h("div", null);
        const act = async (/** @type {string} */ method) => {
            try {
                fill(wrong);
                await studio.house.ask(`pulls/${encodeURIComponent(model.name)}`, { method });
                look();
            } catch (error) {
                fill(wrong, problem(error));
            }
        };
        const pull = h("button", {
            type: "button",
            hidden: model.installed,
            "aria-label": `Pull ${model.name}`,
            textContent: "Pull",
            onclick: () => act("POST"),
        });
        const stop = h("button", {
            type: "button",
            class: "quiet",
            hidden: true,
            "aria-label": `Stop pulling ${model.name}`,
            textContent: "Stop",
            onclick: () => act("DELETE"),
        });
        shows.set(model.name, (now) => {
            const running = now.state === "running";
            pull.hidden = running || model.installed;
            stop.hidden = bar.hidden = !running;
            if (now.total) [bar.max, bar.value] = [now.total, now.done];
            const amount =
                now.stage === "convert" ? `${now.done} of ${now.total}` : `${size(now.done)} of ${size(now.total)}`;
            const of = now.of && now.of !== model.name ? ` ${now.of}` : "";
            said.textContent = running
                ? now.total
                    ? `${DOING[now.stage] ?? now.stage}${of}, ${amount}`
                    : "Asking for it …"
                : now.state === "cancelled"
                  ? "Stopped; pulling again goes on from there."
                  : "";
            fill(wrong, now.state === "failed" && problem(now.problem));
        });
        const licence = model.licence_url
            ? h("a", { href: model.licence_url, rel: "noreferrer noopener", target: "_blank" }, model.licence)
            : model.licence || "unknown";
        return h(
            "li",
            { class: model.installed ? "model here" : "model" },
            h(
                "div",
                { class: "grow" },
                h("h3", null, model.name, model.default && h("span", { class: "badge" }, "default")),
                h("p", null, model.summary),
            ),
            h(
                "dl",
                { class: "facts" },
                [
                    ["Licence", [licence, model.gated && ", to be accepted on the hub first"]],
                    ["Commercial use", model.commercial ? "allowed" : "not allowed"],
                    ["Memory", model.memory_gb ? `${model.memory_gb} GB` : "unknown"],
                    ["On disk", model.installed ? size(model.size_on_disk) : "not here"],
                    ["From", model.source],
                ]
                    .filter(([, value]) => value)
                    .map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value))),
            ),
            h("div", { class: "pull" }, h("div", { class: "row" }, pull, stop, said), bar, wrong),
        );
    };
    load();
    const element = h(
        "div",
        null,
        h("h1", null, "Models"),
        h(
            "p",
            { class: "lead" },
            "Pulling one asks the model hub for it. Nothing else on this page goes out of this machine.",
        ),
        failed,
        place,
    );
    return {
        element,
        leave: () => {
            left = true;
        },
    };
}
