/** From a brief to a kit, and from one kit to the next: the card changed, a part made anew or brought. Knows no model. */

import { brief } from "./brief.js";
import { cardEditor } from "./card.js";
import { Composing } from "./composing.js";
import { fill, h, problem } from "./dom.js";
import { kitView } from "./kit.js";
import { progressView } from "./progress.js";

/** @type {Record<string, string>} */
const ACCEPTED = {
    text: ".md,.txt,text/markdown,text/plain",
    image: "image/png,image/jpeg",
    texture: "image/png,image/jpeg",
    music: ".wav,.flac,.mid,.midi",
};
/** @type {Record<string, string>} */
const MEDIA = {
    md: "text/markdown",
    txt: "text/plain",
    png: "image/png",
    jpg: "image/jpeg",
    jpeg: "image/jpeg",
    wav: "audio/wav",
    flac: "audio/flac",
    mid: "audio/midi",
    midi: "audio/midi",
};

/** @type {import("./main.js").View} */
export function compose(studio) {
    const kept = (studio.kept.compose ??= {});
    /** @type {Composing} */
    const composing = (studio.kept.composing ??= new Composing(studio.line));
    /** @type {Map<string, string>} */
    let changes = new Map();
    /** @type {() => void} */
    let closeKit = () => undefined;
    const failed = h("div", null);
    const making = progressView(composing);
    const status = h("p", { class: "making-head", role: "status" });
    const stop = h("button", { type: "button", class: "quiet", onclick: () => composing.cancel() }, "Cancel");
    const busy = h(
        "section",
        { class: "busy", hidden: true },
        h("div", { class: "row" }, status, stop),
        making.element,
    );
    const card = h("aside", { class: "card-place", "aria-label": "Mood card" });
    const shown = h("div", { class: "kit-place" });

    /** @param {any} request */
    const begin = async (request) => {
        fill(failed);
        try {
            await composing.begin(request);
        } catch (error) {
            fill(failed, problem(error));
        }
    };
    const again = h("button", { type: "button", class: "accent", onclick: () => begin(next(kept, changes)) });
    const sayAgain = () => {
        again.textContent = kept.kit
            ? changes.size
                ? "Compose again with the changes"
                : "Compose again"
            : "Make the kit from this card";
    };
    const showCard = () => {
        const now = kept.kit?.card ?? kept.card;
        changes = new Map();
        sayAgain();
        if (!now) return fill(card);
        const changed = (/** @type {string} */ field, /** @type {string} */ value) => {
            changes.set(field, value);
            sayAgain();
        };
        fill(
            card,
            h("h2", null, "Mood card"),
            h(
                "p",
                { class: "about" },
                "What the arts follow. Change a field, and only what follows from it is made anew.",
            ),
            cardEditor(now, changed),
            again,
        );
    };
    const showKit = () => {
        closeKit();
        closeKit = () => undefined;
        fill(shown);
        if (!kept.kit) return;
        const tools = (/** @type {any} */ part) =>
            partTools(studio, kept, part, (parted) => begin(next(kept, changes, parted)), failed);
        const view = kitView(studio, kept.kit, kept.job, tools);
        closeKit = view.close;
        fill(shown, h("h2", { class: "kit-title", tabIndex: -1 }, kept.kit.title || "A kit"), view.element);
    };
    const finish = async () => {
        const [first] = composing.outputs ?? [];
        composing.state = "idle";
        if (first?.type === "card") [kept.card, kept.kit] = [first.card, null];
        if (first?.type === "kit") {
            kept.kit = JSON.parse(await (await studio.blobs.bytes(first.blob)).text());
            kept.job = composing.job;
            studio.tell("The kit is done.");
        }
        showCard();
        showKit();
    };
    const show = () => {
        making.show();
        busy.hidden = composing.state !== "running";
        form.setBusy(composing.state === "running");
        again.disabled = composing.state === "running";
        const done = [...composing.parts.values()].filter((part) => part.state !== "begun").length;
        status.textContent = composing.parts.size ? `Making the parts: ${done} done` : "Beginning";
        if (composing.state === "failed") fill(failed, problem(composing.problem));
        if (composing.state === "done") finish().catch((error) => fill(failed, problem(error)));
    };
    const form = brief(studio, kept, (request) => begin(request));
    const leave = composing.watch(show);
    showCard();
    showKit();
    show();
    const element = h(
        "div",
        { class: "compose" },
        h("h1", null, "Compose"),
        h("p", { class: "lead" }, "One brief; prose, a picture, a material and music that belong together."),
        form.element,
        failed,
        busy,
        h("div", { class: "made" }, shown, card),
    );
    return {
        element,
        leave: () => {
            leave();
            closeKit();
        },
    };
}

/**
 * The request for the next kit: what was settled, with the card as it is changed now.
 * @param {any} kept
 * @param {Map<string, string>} changes
 * @param {{seeds?: any[], own?: any[]}} [parted] seeds and files of parts in the place of those they had
 */
function next(kept, changes, parted = {}) {
    const changed = [...changes].map(([field, value]) => ({ field, value }));
    if (!kept.kit) return { ...kept.request, kind: "compose", card: kept.card, changes: changed };
    return { ...kept.kit.settled, card: kept.kit.card, changes: changed, parts: [], ...parted };
}

/**
 * Another one of a part, or one's own in its place.
 * @param {import("./main.js").Studio} studio
 * @param {any} kept
 * @param {any} part
 * @param {(parted: {seeds?: any[], own?: any[]}) => void} go
 * @param {HTMLElement} failed
 */
function partTools(studio, kept, part, go, failed) {
    const { seeds = [], own = [] } = kept.kit.settled;
    const others = (/** @type {any[]} */ all) => all.filter((one) => one.part !== part.name);
    const another = h("button", {
        type: "button",
        class: "quiet",
        "aria-label": `Another ${part.name}`,
        textContent: part.problem ? "Try again" : "Another",
    });
    another.addEventListener("click", () => {
        const [seed = 0] = crypto.getRandomValues(new Uint32Array(1));
        go(part.problem ? {} : { seeds: [...others(seeds), { part: part.name, seed }], own: others(own) });
    });
    const file = h("input", {
        type: "file",
        accept: ACCEPTED[part.kind] ?? "",
        class: "unseen",
        tabIndex: -1,
        "aria-label": `A file in the place of ${part.name}`,
    });
    file.addEventListener("change", async () => {
        const [chosen] = file.files ?? [];
        if (!chosen) return;
        try {
            const media = MEDIA[chosen.name.split(".").pop()?.toLowerCase() ?? ""] ?? chosen.type;
            go({ own: [...others(own), { part: part.name, blob: await studio.line.put(chosen, media) }] });
        } catch (error) {
            fill(failed, problem(error));
        }
    });
    const replace = h("button", {
        type: "button",
        class: "quiet",
        "aria-label": `Replace ${part.name} by a file`,
        textContent: "Replace",
        onclick: () => file.click(),
    });
    const back =
        part.own &&
        h("button", {
            type: "button",
            class: "quiet",
            "aria-label": `Make ${part.name} instead`,
            textContent: "Make it instead",
            onclick: () => go({ own: others(own) }),
        });
    return h("span", { class: "row tools" }, !part.own && another, back, replace, file);
}
