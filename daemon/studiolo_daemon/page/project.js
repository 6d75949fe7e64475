/** The kits of the project that is open: listed, and opened as they lie in its folder now. Knows no job. */

import { fill, h, problem } from "./dom.js";
import { kitView } from "./kit.js";
import { when } from "./words.js";

/**
 * A shelf of the project's kits; it stays empty where no project is open, or it has none.
 * @param {import("./main.js").Studio} studio
 * @returns {HTMLElement}
 */
export function projectShelf(studio) {
    const element = h("section", { class: "shelf" });
    const load = async () => {
        const { project, kits } = await studio.line.say({ type: "kits" });
        if (!kits.length) return;
        const tiles = kits.map((/** @type {any} */ kit) => tile(studio, kit));
        fill(
            element,
            h("h2", null, `In the project ${project}`),
            h("ul", { class: "tiles" }, tiles),
            h("h2", null, "Made lately"),
        );
    };
    load().catch((error) => fill(element, problem(error)));
    return element;
}

/** @type {import("./main.js").View} */
export function projectKit(studio, name) {
    const element = h("article", { class: "result" }, h("h1", null, name), h("p", { class: "about" }, "…"));
    /** @type {() => void} */
    let close = () => undefined;
    let left = false;
    const load = async () => {
        const { project, kits } = await studio.line.say({ type: "kits" });
        const kit = kits.find((/** @type {any} */ one) => one.name === name);
        if (!kit) throw new Error(`The project has no kit called '${name}' any more.`);
        const parts = await Promise.all(kit.parts.map((/** @type {any} */ part) => brought(studio, kit, part)));
        if (left) return;
        const shown = kitView(studio, { ...kit, card: { palette: kit.palette }, parts }, "");
        close = shown.close;
        const about = h("p", { class: "eyebrow" }, `Kit · project ${project} · ${when(kit.created)}`);
        fill(element, about, h("h1", null, kit.title || name), shown.element);
    };
    load().catch((error) => fill(element, h("h1", null, name), problem(error)));
    return {
        element,
        leave: () => {
            left = true;
            close();
        },
    };
}

/**
 * @param {import("./main.js").Studio} studio
 * @param {any} kit
 */
function tile(studio, kit) {
    const face = h("div", { class: "face compose" }, h("p", { class: "excerpt" }, kit.title || kit.name));
    const picture = kit.parts.find((/** @type {any} */ part) => part.kind === "image" && part.files?.length);
    const draw = async () => {
        const { blob } = await studio.line.say({ type: "bring", kit: kit.name, file: picture.files[0].name });
        fill(face, h("img", { alt: "", src: await studio.blobs.address(blob) }));
    };
    if (picture) draw().catch(() => undefined); // then its title stands there
    return h(
        "li",
        null,
        h(
            "a",
            { class: "tile", href: `#/kit/${encodeURIComponent(kit.name)}` },
            face,
            h("span", { class: "tile-title" }, kit.title || kit.name),
            h("span", { class: "about" }, `Kit · ${when(kit.created)}`),
        ),
    );
}

/**
 * A part with its files as they lie in the folder now; one of which a file is gone says so.
 * @param {import("./main.js").Studio} studio
 * @param {any} kit
 * @param {any} part
 */
async function brought(studio, kit, part) {
    try {
        const files = await Promise.all(
            (part.files ?? []).map(async (/** @type {any} */ file) => {
                const { blob } = await studio.line.say({ type: "bring", kit: kit.name, file: file.name });
                return { name: file.name, blob };
            }),
        );
        return { ...part, files };
    } catch (error) {
        return { ...part, files: [], problem: /** @type {any} */ (error).problem ?? { message: String(error) } };
    }
}
