/** The gallery: what was made, by any program, newest first. Knows no recipe. */

import { fill, h, problem } from "./dom.js";
import { projectShelf } from "./project.js";
import { KINDS, host, when } from "./words.js";

const FILTERS = [
    ["", "Everything"],
    ["compose", "Kits"],
    ["image,upscale", "Pictures"],
    ["texture", "Textures"],
    ["music", "Music"],
    ["text", "Texts"],
];
/** Kinds of jobs that a person looks for in a gallery. */
const MADE = "text,image,texture,upscale,music,compose";
const AT_ONCE = 24;

/** @type {import("./main.js").View} */
export function gallery(studio) {
    const kept = (studio.kept.gallery ??= { kind: "", client: "" });
    const tiles = h("ul", { class: "tiles" });
    const failed = h("div", null);
    const more = h("button", { type: "button", class: "quiet", hidden: true, onclick: () => load() }, "Older ones");
    const clients = h("select", { id: "whose", onchange: () => choose({ client: clients.value }) });
    let shown = 0;
    let asked = 0;

    const load = async () => {
        const turn = ++asked;
        const query = new URLSearchParams({
            kind: kept.kind || MADE,
            client: kept.client,
            most: String(AT_ONCE),
            skip: String(shown),
        });
        try {
            const found = await studio.house.ask(`jobs?${query}`);
            if (turn !== asked) return; // another filter was chosen meanwhile
            shown += found.jobs.length;
            const made = found.jobs.filter((/** @type {any} */ job) => job.outputs);
            tiles.append(...made.map((/** @type {any} */ job) => tile(studio, job)));
            if (!tiles.children.length)
                fill(tiles, h("li", { class: "nothing" }, "Nothing of this kind has been made yet."));
            more.hidden = !found.more;
            for (const job of found.jobs) addClient(clients, job.client, kept.client);
        } catch (error) {
            fill(failed, problem(error));
        }
    };
    const shelf = projectShelf(studio);
    const begin = () => {
        shelf.hidden = !["", "compose"].includes(kept.kind) || kept.client !== "";
        shown = 0;
        fill(tiles);
        load();
    };
    /** @param {Record<string, string>} chosen */
    const choose = (chosen) => {
        Object.assign(kept, chosen);
        begin();
    };
    fill(clients, h("option", { value: "" }, "any program"));
    addClient(clients, kept.client, kept.client);
    begin();
    const leave = studio.queue.watch((_, over) => over.length && shown <= AT_ONCE && begin());
    const kinds = FILTERS.map(([kind = "", name]) =>
        h(
            "label",
            null,
            h("input", {
                type: "radio",
                name: "kind",
                value: kind,
                checked: kept.kind === kind,
                onchange: () => choose({ kind }),
            }),
            h("span", null, name),
        ),
    );
    const element = h(
        "div",
        null,
        h("h1", null, "Gallery"),
        h(
            "form",
            { class: "filters", onsubmit: (/** @type {Event} */ event) => event.preventDefault() },
            h("fieldset", { class: "choice" }, h("legend", { class: "unseen" }, "Kind"), kinds),
            h("label", { for: "whose" }, "made in "),
            clients,
        ),
        failed,
        shelf,
        tiles,
        more,
    );
    return { element, leave };
}

/**
 * @param {HTMLSelectElement} clients
 * @param {string} client
 * @param {string} chosen
 */
function addClient(clients, client, chosen) {
    if (!client || [...clients.options].some((option) => option.value === client)) return;
    clients.append(h("option", { value: client, selected: client === chosen }, host(client)));
}

/**
 * @param {import("./main.js").Studio} studio
 * @param {any} job
 */
function tile(studio, job) {
    const title = job.title || KINDS[job.kind];
    const face = h("div", { class: `face ${job.kind}` });
    draw(studio, job, face).catch(() => fill(face, h("p", { class: "about" }, "Given up since.")));
    return h(
        "li",
        null,
        h(
            "a",
            { class: "tile", href: `#/result/${job.job}` },
            face,
            h("span", { class: "tile-title" }, title),
            h(
                "span",
                { class: "about" },
                `${KINDS[job.kind]} · ${host(job.client)} · ${when(job.ended ?? job.created)}`,
            ),
        ),
    );
}

/**
 * Puts what came of a job on its tile. Throws where its bytes are gone.
 * @param {import("./main.js").Studio} studio
 * @param {any} job
 * @param {HTMLElement} face
 */
async function draw(studio, job, face) {
    const [first] = job.outputs;
    const picture =
        job.outputs.find((/** @type {any} */ one) => one.type === "image" && ["preview", "score"].includes(one.name)) ??
        job.outputs.find((/** @type {any} */ one) => one.type === "image");
    if (first.type === "kit") {
        const kit = JSON.parse(await (await studio.blobs.bytes(first.blob)).text());
        const file = kit.parts
            .flatMap((/** @type {any} */ part) => part.files ?? [])
            .find(
                (/** @type {any} */ one) => one.blob.media_type.startsWith("image/") && !one.name.startsWith("texture"),
            );
        if (file) fill(face, h("img", { alt: "", src: await studio.blobs.address(file.blob) }));
        else fill(face, h("p", { class: "excerpt" }, kit.title));
    } else if (picture) {
        fill(face, h("img", { alt: "", src: await studio.blobs.address(picture.blob) }));
    } else {
        const text = job.outputs.map((/** @type {any} */ one) => one.text ?? "").join("\n\n");
        fill(face, h("p", { class: "excerpt" }, text.trim().slice(0, 400)));
    }
}
