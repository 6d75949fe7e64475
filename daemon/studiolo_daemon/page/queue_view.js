/** The queue: who waits for what, how far it is, how it looks so far. Knows no result. */

import { fill, h, problem } from "./dom.js";
import { KINDS, host, stage, when } from "./words.js";

/** @type {import("./main.js").View} */
export function queueView(studio) {
    const list = h("ul", { class: "jobs" });
    const past = h("ul", { class: "past" });
    const failed = h("div", null);
    /** @type {Map<string, ReturnType<typeof row>>} */
    const rows = new Map();
    /**
     * Has the daemon do something with a job, in the name of whoever asked for it.
     * @param {any} job
     * @param {Record<string, any>} message
     */
    const act = async (job, message) => {
        try {
            await studio.line.inTheNameOf(job.client, message);
            fill(failed);
        } catch (error) {
            fill(failed, problem(error));
        }
    };
    const showPast = async () => {
        try {
            const { jobs } = await studio.house.ask("jobs?most=12");
            fill(past, jobs.map(pastRow));
        } catch (error) {
            fill(failed, problem(error));
        }
    };
    const leave = studio.queue.watch((jobs, over) => {
        for (const [id, shown] of rows) {
            if (jobs.some((job) => job.job === id)) continue;
            shown.element.remove();
            rows.delete(id);
        }
        list.querySelector(".nothing")?.remove();
        for (const [index, job] of jobs.entries()) {
            let shown = rows.get(job.job);
            if (!shown) rows.set(job.job, (shown = row(studio, job, act)));
            if (list.children[index] !== shown.element) list.insertBefore(shown.element, list.children[index] ?? null);
            shown.show(job, jobs);
        }
        if (!jobs.length)
            fill(list, h("li", { class: "nothing" }, "Nothing waits. What any program asks for shows here."));
        if (over.length) showPast();
    });
    showPast();
    const element = h("div", null, h("h1", null, "Queue"), failed, list, h("h2", null, "Over"), past);
    return { element, leave };
}

/**
 * A job that waits or runs.
 * @param {import("./main.js").Studio} studio
 * @param {any} job
 * @param {(job: any, message: Record<string, any>) => void} act
 */
function row(studio, job, act) {
    const bar = h("progress", { "aria-label": `How far "${job.title || KINDS[job.kind]}" is` });
    const state = h("span", { class: "state" });
    const picture = h("img", { alt: "", hidden: true, width: 64, height: 64 });
    const title = job.title || KINDS[job.kind];
    /** @type {any} */
    let before = null;
    const sooner = h("button", {
        type: "button",
        class: "quiet",
        hidden: true,
        "aria-label": `Do "${title}" sooner`,
        textContent: "Sooner",
        onclick: () => act(job, { type: "move", job: job.job, before: before.job }),
    });
    const cancel = h("button", {
        type: "button",
        class: "quiet",
        "aria-label": `Cancel "${title}"`,
        textContent: "Cancel",
        onclick: () => act(job, { type: "cancel", job: job.job }),
    });
    const element = h(
        "li",
        { class: "job" },
        picture,
        h(
            "div",
            { class: "job-words" },
            h("p", { class: "job-title" }, h("a", { href: `#/result/${job.job}` }, title)),
            h(
                "p",
                { class: "about" },
                `${KINDS[job.kind] ?? job.kind} · ${host(job.client)}`,
                job.model ? ` · ${job.model}` : "",
                " · ",
                state,
            ),
            bar,
        ),
        h("div", { class: "row" }, sooner, cancel),
    );
    let seen = 0;
    /**
     * @param {any} now
     * @param {any[]} all
     */
    const show = (now, all) => {
        const running = now.state === "running";
        element.classList.toggle("running", running);
        const place = now.position ? `waits behind ${now.position}` : "waits";
        const told = now.part
            ? `${stage(now.progress) || "Working"}: ${now.part.name}`
            : stage(now.progress) || "Begins";
        state.textContent = running ? told : place;
        bar.hidden = !running;
        if (now.progress?.total && now.progress.done) [bar.max, bar.value] = [now.progress.total, now.progress.done];
        else bar.removeAttribute("value");
        const own = all.filter((one) => one.client === now.client && one.kind === now.kind && one.state === "queued");
        before = own[own.findIndex((one) => one.job === now.job) - 1] ?? null;
        sooner.hidden = running || !before;
        if (now.preview !== seen && now.kind !== "music") {
            seen = now.preview;
            studio.house.bytes(`jobs/${now.job}/preview`).then(
                (bytes) => {
                    if (!bytes) return;
                    URL.revokeObjectURL(picture.src);
                    picture.src = URL.createObjectURL(bytes);
                    picture.hidden = false;
                },
                () => undefined,
            );
        }
    };
    return { element, show };
}

/** @param {any} job */
function pastRow(job) {
    const ended =
        job.state === "done" ? "done" : job.state === "failed" ? (job.problem?.message ?? "failed") : "cancelled";
    return h(
        "li",
        { class: job.state },
        h("a", { href: `#/result/${job.job}` }, job.title || KINDS[job.kind]),
        h(
            "span",
            { class: "about" },
            ` ${KINDS[job.kind] ?? job.kind} · ${host(job.client)} · ${when(job.ended ?? job.created)} · ${ended}`,
        ),
    );
}
