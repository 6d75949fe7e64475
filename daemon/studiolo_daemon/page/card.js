/** The mood card, to be read and changed field by field; each says where it comes from. Knows no kit. */

import { fill, h } from "./dom.js";

/** @type {[string, string, "text" | "list" | "characters" | "degree" | "palette" | "tempo" | "mode"][]} */
const FIELDS = [
    ["title", "Title", "text"],
    ["subjects", "Subjects", "list"],
    ["characters", "Characters", "characters"],
    ["place", "Place", "text"],
    ["time", "Time", "text"],
    ["weather", "Weather", "text"],
    ["era", "Era", "text"],
    ["valence", "Valence", "degree"],
    ["arousal", "Arousal", "degree"],
    ["tension", "Tension", "degree"],
    ["palette", "Palette", "palette"],
    ["materials", "Materials", "list"],
    ["motifs", "Motifs", "list"],
    ["style", "Style", "text"],
    ["tempo", "Tempo", "tempo"],
    ["mode", "Mode", "mode"],
    ["ensemble", "Ensemble", "text"],
];
/** @type {Record<string, [string, string]>} */
const ENDS = {
    valence: ["sorrow", "joy"],
    arousal: ["still", "stirred up"],
    tension: ["at rest", "hardly to be borne"],
};
const MODES = ["", "lydian", "major", "mixolydian", "dorian", "minor", "phrygian"];
/** @type {Record<string, string>} */
const ORIGINS = {
    you: "you said so",
    brief: "from the brief",
    picture: "from the picture",
    scene: "from the scene",
    project: "from the project",
    model: "by the text model",
    meaning: "nearest in meaning",
    rule: "by rule",
};

/** @typedef {(field: string, value: string) => void} OnChange */

/**
 * @param {any} card
 * @param {OnChange} changed called with a field and its new value, as the contract's `Change` has it
 * @returns {HTMLElement}
 */
export function cardEditor(card, changed) {
    return h(
        "div",
        { class: "card" },
        FIELDS.map(([field, label, kind]) => {
            const id = `card-${field}`;
            const source = (card.sources ?? []).find((/** @type {any} */ one) => one.field === field);
            const from = h("p", { class: "about", id: `${id}-from` }, source ? said(source) : "left open");
            const told = (/** @type {string} */ value) => {
                fill(from, "you said so; the next kit follows");
                from.classList.add("yours");
                changed(field, value);
            };
            const named = { id, "aria-describedby": `${id}-from` };
            const input = {
                text: () => line(named, card[field] ?? "", told),
                list: () => line(named, (card[field] ?? []).join(", "), told),
                characters: () => area(named, (card.characters ?? []).map(person).join("; "), told),
                degree: () => degree(named, field, card.mood?.[field] ?? 0, told),
                palette: () => palette(id, card.palette ?? [], told),
                tempo: () => number(named, card.tempo, told),
                mode: () => choice(named, card.mode ?? "", told),
            }[kind]();
            const name =
                kind === "palette"
                    ? h("span", { class: "label", id: `${id}-label` }, label)
                    : h("label", { for: id }, label);
            return h("div", { class: `field ${kind}` }, name, input, from);
        }),
    );
}

/** @param {any} source */
function said(source) {
    return (ORIGINS[source.origin] ?? source.origin) + (source.because ? `: ${source.because}` : "");
}

/** @param {any} one */
function person(one) {
    return one.looks ? `${one.name}: ${one.looks}` : one.name;
}

/**
 * @param {Record<string, string>} named
 * @param {string} value
 * @param {(value: string) => void} told
 */
function line(named, value, told) {
    const input = h("input", { ...named, type: "text", value, maxLength: 1000 });
    input.addEventListener("change", () => told(input.value));
    return input;
}

/**
 * @param {Record<string, string>} named
 * @param {string} value
 * @param {(value: string) => void} told
 */
function area(named, value, told) {
    const input = h("textarea", { ...named, value, rows: 2, maxLength: 1000, placeholder: "name: looks; name: looks" });
    input.addEventListener("change", () => told(input.value));
    return input;
}

/**
 * @param {Record<string, string>} named
 * @param {string} field
 * @param {number} value
 * @param {(value: string) => void} told
 */
function degree(named, field, value, told) {
    const [low, high] = ENDS[field] ?? ["", ""];
    const input = h("input", { ...named, type: "range", min: "-1", max: "1", step: "0.05", value: String(value) });
    const shown = h("output", { for: named.id }, value.toFixed(2));
    input.addEventListener("input", () => fill(shown, Number(input.value).toFixed(2)));
    input.addEventListener("change", () => told(input.value));
    const ends = h("span", { class: "ends" }, h("span", null, low), h("span", null, high));
    return h("div", { class: "degree-row" }, input, shown, ends);
}

/**
 * @param {Record<string, string>} named
 * @param {number | undefined} value
 * @param {(value: string) => void} told
 */
function number(named, value, told) {
    const input = h("input", {
        ...named,
        type: "number",
        min: "30",
        max: "240",
        step: "1",
        value: value === undefined ? "" : String(Math.round(value)),
    });
    input.addEventListener("change", () => input.validity.valid && told(input.value));
    return h("div", { class: "row" }, input, h("span", { class: "about" }, "beats a minute"));
}

/**
 * @param {Record<string, string>} named
 * @param {string} value
 * @param {(value: string) => void} told
 */
function choice(named, value, told) {
    const options = MODES.map((mode) => h("option", { value: mode, selected: mode === value }, mode || "left open"));
    const input = h("select", named, options);
    input.addEventListener("change", () => told(input.value));
    return input;
}

/**
 * @param {string} id
 * @param {string[]} colours
 * @param {(value: string) => void} told
 */
function palette(id, colours, told) {
    const row = h("div", { class: "palette-row", role: "group", "aria-labelledby": `${id}-label` });
    let now = [...colours];
    const tell = () => {
        told(now.join(", "));
        draw();
    };
    const draw = () =>
        fill(
            row,
            now.map((colour, index) => {
                const pick = h("input", { type: "color", value: colour, "aria-label": `Colour ${index + 1}` });
                pick.addEventListener("change", () => {
                    now[index] = pick.value;
                    tell();
                });
                const drop = h("button", {
                    type: "button",
                    class: "quiet tiny",
                    "aria-label": `Leave out colour ${index + 1}`,
                    textContent: "×",
                });
                drop.addEventListener("click", () => {
                    now = now.filter((_, at) => at !== index);
                    tell();
                });
                return h("span", { class: "swatch" }, pick, drop);
            }),
            now.length < 8 &&
                h("button", {
                    type: "button",
                    class: "quiet tiny",
                    "aria-label": "Add a colour",
                    textContent: "+",
                    onclick: () => {
                        now.push("#888888");
                        tell();
                    },
                }),
        );
    draw();
    return row;
}
