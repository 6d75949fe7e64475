/** One job, opened: what came of it, or how far it is, and why it is as it is. Knows no kit's parts. */

import { fill, h, problem } from "./dom.js";
import { kitView } from "./kit.js";
import { ofOutputs, pieceView } from "./piece.js";
import { whyThis } from "./recipe.js";
import { KINDS, host, stage, when } from "./words.js";

/** @type {import("./main.js").View} */
export function result(studio, id) {
    const element = h("article", { class: "result" }, h("h1", null, "Result"), h("p", { class: "about" }, "…"));
    /** @type {() => void} */
    let close = () => undefined;
    let left = false;
    let over = false;
    const show = async () => {
        try {
            const job = await studio.house.ask(`jobs/${encodeURIComponent(id)}`);
            if (left) return;
            over = !["queued", "running"].includes(job.state);
            close();
            close = await draw(studio, job, element);
            if (left) close();
        } catch (error) {
            fill(element, h("h1", null, "Result"), problem(error));
        }
    };
    show();
    const unwatch = studio.queue.watch((jobs, gone) => {
        if (!over && (gone.includes(id) || jobs.some((job) => job.job === id))) show();
    });
    const leave = () => {
        left = true;
        close();
        unwatch();
    };
    return { element, leave };
}

/**
 * @param {import("./main.js").Studio} studio
 * @param {any} job
 * @param {HTMLElement} element
 * @returns {Promise<() => void>} gives back what it holds
 */
async function draw(studio, job, element) {
    const last = job.log.at(-1)?.event;
    const asked = job.request;
    const title = (asked.brief ?? asked.prompt ?? asked.text ?? "").trim() || KINDS[job.kind] || job.kind;
    const head = [
        h("p", { class: "eyebrow" }, `${KINDS[job.kind] ?? job.kind} · ${host(job.client)} · ${when(job.created)}`),
        h("h1", null, title.length > 120 ? `${title.slice(0, 118)} …` : title),
    ];
    if (last?.type === "failed") {
        fill(element, head, problem(last.problem), again(studio, job));
        return () => undefined;
    }
    if (last?.type !== "result") {
        const said = job.state === "cancelled" ? "It was cancelled." : progress(job);
        fill(
            element,
            head,
            h("p", { role: "status" }, said),
            written(job),
            job.state === "cancelled" && again(studio, job),
        );
        return () => undefined;
    }
    const [first] = last.outputs;
    if (first?.type === "kit") {
        const kit = JSON.parse(await (await studio.blobs.bytes(first.blob)).text());
        const shown = kitView(studio, kit, job.job);
        const open = h(
            "button",
            {
                type: "button",
                onclick: () => {
                    const { brief, preset, scenes, seconds } = kit.request;
                    studio.kept.compose = { kit, job: job.job, brief, preset, scenes: [...(scenes ?? [])], seconds };
                    location.hash = "#/compose";
                },
            },
            "Change it",
        );
        fill(element, head[0], h("h1", null, kit.title || title), h("div", { class: "row" }, open), shown.element);
        return shown.close;
    }
    const shown = pieceView(studio, ofOutputs(title, last.outputs));
    fill(element, head, shown.element, again(studio, job), whyThis(last.recipe, ...context(job)));
    return shown.close;
}

/** @param {any} job */
function progress(job) {
    const event = job.log
        .map((/** @type {any} */ one) => one.event)
        .findLast((/** @type {any} */ one) => one.type === "progress");
    return job.state === "queued" ? "It waits for its turn." : stage(event) || "It begins.";
}

/**
 * What there is of a text that is still being written.
 * @param {any} job
 */
function written(job) {
    const events = job.log.map((/** @type {any} */ one) => one.event);
    const text = events
        .filter((/** @type {any} */ one) => one.type === "text" && one.variant === 0)
        .map((/** @type {any} */ one) => one.text);
    return text.length > 0 && h("p", { class: "prose" }, text.join(""));
}

/**
 * What of a story bible was called, for texts.
 * @param {any} job
 */
function context(job) {
    const found = job.log
        .map((/** @type {any} */ one) => one.event)
        .find((/** @type {any} */ one) => one.type === "context");
    const entries = (found?.entries ?? []).filter((/** @type {any} */ entry) => entry.sent);
    if (!entries.length) return [];
    return [
        h(
            "ul",
            { class: "notes" },
            entries.map((/** @type {any} */ entry) => h("li", null, `${entry.name}: ${entry.why}`)),
        ),
    ];
}

/**
 * The same once more: as it was, or with another seed.
 * @param {import("./main.js").Studio} studio
 * @param {any} job
 */
function again(studio, job) {
    const failed = h("div", null);
    const settled = job.log.at(-1)?.event?.recipe?.settled ?? job.request;
    const submit = async (/** @type {any} */ request) => {
        try {
            await studio.line.submit(request, () => undefined);
            studio.tell("It is in the queue.");
            location.hash = "#/queue";
        } catch (error) {
            fill(failed, problem(error));
        }
    };
    const keep = h(
        "button",
        {
            type: "button",
            class: "quiet",
            onclick: async () => {
                try {
                    await studio.line.inTheNameOf(job.client, { type: "pin", job: job.job });
                    keep.textContent = "Kept for good";
                    keep.disabled = true;
                } catch (error) {
                    fill(failed, problem(error));
                }
            },
        },
        "Keep for good",
    );
    const another = { ...settled };
    delete another.seed;
    const chance = job.request.kind !== "upscale";
    return h(
        "div",
        null,
        h(
            "div",
            { class: "row" },
            chance && h("button", { type: "button", onclick: () => submit(another) }, "Make another"),
            h("button", { type: "button", class: "quiet", onclick: () => submit(settled) }, "Make it again"),
            job.state === "done" && keep,
        ),
        failed,
    );
}
