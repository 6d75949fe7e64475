/** The form of a brief: what it is about, which parts, scenes, a picture. Knows no kit. */

import { fill, h, problem } from "./dom.js";

const PLACE = "studiolo-brief";
const MOST_SCENES = 12;
/** @type {Record<string, string>} */
const PRESETS = {
    kit: "A scene: prose, picture, material, music",
    character: "A character: sheet, portrait, theme",
    location: "A location: description, concept, materials, ambience",
    item: "An item",
    quest: "A quest: beats as a graph",
    ad: "An ad: headlines, copy, key visual, jingle",
};

/**
 * @param {import("./main.js").Studio} studio
 * @param {any} kept
 * @param {(request: any) => void} begin called with a request for a kit, or for a card
 * @returns {{element: HTMLElement, setBusy: (busy: boolean) => void}}
 */
export function brief(studio, kept, begin) {
    const words = h("textarea", {
        id: "brief",
        rows: 4,
        maxLength: 400_000,
        value: kept.brief ?? sessionStorage.getItem(PLACE) ?? "",
        placeholder: "An old lighthouse keeper hears music rising from the sea, the night before the storm.",
        "aria-describedby": "brief-problem",
    });
    words.addEventListener("input", () => {
        kept.brief = words.value;
        sessionStorage.setItem(PLACE, words.value);
    });
    const wrong = h("div", { id: "brief-problem" });
    const preset = h(
        "select",
        { id: "preset", onchange: () => (kept.preset = preset.value) },
        h("option", { value: "kit" }, PRESETS.kit),
    );
    const seconds = h("input", {
        id: "seconds",
        type: "number",
        min: "4",
        max: "600",
        step: "1",
        value: kept.seconds ?? "24",
    });
    seconds.addEventListener("change", () => (kept.seconds = seconds.value));
    const seed = h("input", {
        id: "seed",
        type: "number",
        min: "0",
        max: "4294967295",
        step: "1",
        placeholder: "drawn",
    });
    const picture = h("input", { id: "picture", type: "file", accept: "image/png,image/jpeg,image/webp" });
    const project = h("input", { type: "checkbox", checked: kept.project ?? true });
    const inProject = h("label", { class: "check", hidden: true }, project, " ", h("span", null));
    const scenes = scenesList(kept);

    const known = async () => {
        await studio.line.open;
        const names = studio.line.welcome.kit_presets ?? [];
        const chosen = kept.preset ?? "kit";
        if (names.length)
            fill(
                preset,
                names.map((/** @type {string} */ name) =>
                    h("option", { value: name, selected: name === chosen }, PRESETS[name] ?? name),
                ),
            );
        const told = await studio.line.say({ type: "kits" });
        if (!told.project) return;
        inProject.hidden = false;
        fill(/** @type {Element} */ (inProject.lastElementChild), `Keep it in the project ${told.project}`);
    };
    known().catch(() => undefined); // the form is good without them

    const asked = async () => {
        const [file] = picture.files ?? [];
        /** @type {any} */
        const request = {
            kind: "compose",
            brief: words.value.trim(),
            preset: preset.value,
            seconds: Number(seconds.value),
            scenes: scenes.values(),
        };
        if (seed.value) request.seed = Number(seed.value);
        if (!inProject.hidden && project.checked) request.project = true;
        if (file) request.picture = await put(studio, file);
        kept.request = request;
        return request;
    };
    /** @param {(request: any) => any} made */
    const go = async (made) => {
        fill(wrong);
        if (!words.value.trim() && !picture.files?.length) {
            fill(wrong, problem({ message: "The brief is empty.", mend: "Say in a sentence what it is about." }));
            words.focus();
            return;
        }
        try {
            begin(made(await asked()));
        } catch (error) {
            fill(wrong, problem(error));
        }
    };
    const make = h("button", { type: "submit", class: "accent" }, "Make the kit");
    const read = h("button", { type: "button", class: "quiet", onclick: () => go(cardOf) }, "Read the card first");
    const element = h(
        "form",
        {
            class: "brief",
            onsubmit: (/** @type {Event} */ event) => {
                event.preventDefault();
                go((request) => request);
            },
        },
        h("label", { for: "brief" }, "What is it about?"),
        words,
        wrong,
        h(
            "div",
            { class: "row" },
            h("div", { class: "grow" }, h("label", { for: "preset" }, "Make "), preset),
            make,
            read,
        ),
        h(
            "details",
            null,
            h("summary", null, "Storyboard, picture, length, seed"),
            scenes.element,
            h("div", { class: "grid" }, [
                h("div", null, h("label", { for: "picture" }, "A picture to read too"), picture),
                h("div", null, h("label", { for: "seconds" }, "Seconds of music"), seconds),
                h("div", null, h("label", { for: "seed" }, "Seed"), seed),
            ]),
        ),
        inProject,
    );
    const setBusy = (/** @type {boolean} */ busy) => {
        make.disabled = read.disabled = busy;
    };
    return { element, setBusy };
}

/** @param {any} request */
function cardOf(request) {
    const { picture, seed } = request;
    return { kind: "card", text: request.brief, ...(picture && { picture }), ...(seed !== undefined && { seed }) };
}

/** @param {any} kept */
function scenesList(kept) {
    const list = h("ol", { class: "scenes" });
    kept.scenes ??= [];
    const draw = () => {
        fill(
            list,
            kept.scenes.map((/** @type {string} */ scene, /** @type {number} */ index) => {
                const words = h("textarea", {
                    rows: 2,
                    value: scene,
                    maxLength: 8000,
                    "aria-label": `Scene ${index + 1}`,
                });
                words.addEventListener("input", () => (kept.scenes[index] = words.value));
                const drop = h("button", {
                    type: "button",
                    class: "quiet tiny",
                    "aria-label": `Leave out scene ${index + 1}`,
                    textContent: "×",
                });
                drop.addEventListener("click", () => {
                    kept.scenes.splice(index, 1);
                    draw();
                });
                return h("li", null, h("div", { class: "row" }, words, drop));
            }),
        );
        add.hidden = kept.scenes.length >= MOST_SCENES;
    };
    const add = h("button", {
        type: "button",
        class: "quiet",
        textContent: "Add a scene",
        onclick: () => {
            kept.scenes.push("");
            draw();
            /** @type {HTMLElement | null} */ (list.querySelector("li:last-child textarea"))?.focus();
        },
    });
    draw();
    const values = () => kept.scenes.map((/** @type {string} */ scene) => scene.trim()).filter(Boolean);
    return {
        element: h("fieldset", { class: "storyboard" }, h("legend", null, "Scenes of one story"), list, add),
        values,
    };
}

/**
 * @param {import("./main.js").Studio} studio
 * @param {File} file
 */
async function put(studio, file) {
    const blob = await studio.line.put(file, file.type);
    const { width, height } = await createImageBitmap(file);
    return { sha256: blob.sha256, width, height, format: file.type.replace("image/", "") };
}
