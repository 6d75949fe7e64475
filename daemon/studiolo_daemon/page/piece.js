/** A finished piece as it is looked at, read or heard: text, pictures, a material, music. Knows no recipe and no job. */

import { fill, h, problem } from "./dom.js";
import { player } from "./player.js";
import { prose } from "./prose.js";
import { sphere } from "./sphere.js";

/**
 * @typedef {object} Piece
 * @property {string} title
 * @property {(string | any)[]} texts as they are, or the blobs that they are in
 * @property {any[]} pictures blobs
 * @property {Record<string, any>} maps the blobs of a material, by their names
 * @property {any} mix a blob; null where nothing sounds
 * @property {{name: string, blob: any}[]} stems
 * @property {any} score the blob of its picture; null where there is none
 * @property {boolean} loop
 * @property {{name: string, blob: any}[]} files everything, to be taken along
 */

const MAPS = ["basecolor", "normal", "roughness", "metallic", "height", "ao"];
/** @type {Record<string, string>} */
const MAP_NAMES = {
    basecolor: "Base colour",
    normal: "Normal",
    roughness: "Roughness",
    metallic: "Metallic",
    height: "Height",
    ao: "Occlusion",
};

/** @type {Record<string, string>} */
const ENDINGS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/midi": "mid",
};

/**
 * What a job's outputs are together.
 * @param {string} title
 * @param {any[]} outputs
 * @returns {Piece}
 */
export function ofOutputs(title, outputs) {
    const piece = empty(title);
    for (const one of outputs) {
        const ending = ENDINGS[one.blob?.media_type ?? ""] ?? "bin";
        if (one.type === "text") piece.texts.push(one.text);
        else if (one.type === "image") sort(piece, one.name ?? "", one.blob, `${one.name ?? "picture"}.${ending}`);
        else if (one.type === "sound") {
            const name = one.part === "stem" ? `stem-${one.name}` : one.name;
            sort(piece, one.part === "mix" ? "mix" : name, one.blob, `${name}.${ending}`);
            piece.loop = one.loop;
        } else if (one.type === "midi") sort(piece, "midi", one.blob, "score.mid");
    }
    return piece;
}

/**
 * What the files of a part of a kit are together.
 * @param {string} title
 * @param {any} part
 * @returns {Piece}
 */
export function ofPart(title, part) {
    const piece = empty(title);
    for (const { name, blob } of part.files ?? []) {
        const leaf = name.slice(name.lastIndexOf("/") + 1).replace(/\.\w+$/, "");
        if (blob.media_type === "text/markdown" || blob.media_type === "text/plain") {
            piece.texts.push(blob);
            piece.files.push({ name, blob });
        } else if (blob.media_type.startsWith("image/")) {
            sort(piece, leaf.endsWith("-score") ? "score" : part.kind === "texture" ? leaf : "", blob, name);
        } else if (blob.media_type === "audio/midi") sort(piece, "midi", blob, name);
        else if (blob.media_type.startsWith("audio/")) {
            sort(piece, leaf.startsWith("stem-") || leaf.startsWith("layer-") ? leaf : "mix", blob, name);
        } else piece.files.push({ name, blob });
    }
    piece.loop = part.recipe?.settled?.loop ?? true;
    return piece;
}

/**
 * @param {import("./main.js").Studio} studio
 * @param {Piece} piece
 * @returns {{element: HTMLElement, close: () => void}}
 */
export function pieceView(studio, piece) {
    /** @type {(() => void)[]} */
    const closing = [];
    const element = h("div", { class: "piece" });
    for (const text of piece.texts) element.append(typeof text === "string" ? prose(text) : later(studio, text, prose));
    if (piece.pictures.length) {
        const pictures = piece.pictures.map((blob, index) =>
            image(studio, blob, piece.pictures.length > 1 ? `${piece.title}, ${index + 1}` : piece.title),
        );
        element.append(h("div", { class: pictures.length > 1 ? "pictures several" : "pictures" }, pictures));
    }
    if (piece.maps.basecolor) element.append(material(studio, piece));
    if (piece.mix) {
        const heard = player(studio.blobs, { name: "mix", blob: piece.mix }, piece.stems, {
            loop: piece.loop,
            title: piece.title,
        });
        closing.push(heard.close);
        element.append(heard.element);
        if (piece.score)
            element.append(
                h(
                    "details",
                    { class: "score" },
                    h("summary", null, "Score"),
                    image(studio, piece.score, `The score of ${piece.title}`),
                ),
            );
    }
    if (piece.files.length) element.append(downloads(studio, piece));
    return { element, close: () => closing.forEach((close) => close()) };
}

/**
 * @param {string} title
 * @returns {Piece}
 */
function empty(title) {
    return { title, texts: [], pictures: [], maps: {}, mix: null, stems: [], score: null, loop: false, files: [] };
}

/**
 * @param {Piece} piece
 * @param {string} role
 * @param {any} blob
 * @param {string} name
 */
function sort(piece, role, blob, name) {
    piece.files.push({ name, blob });
    if (role === "mix") piece.mix = blob;
    else if (role.startsWith("stem-")) piece.stems.push({ name: role.slice(5).replaceAll("-", " "), blob });
    else if (role === "score") piece.score = blob;
    else if (MAPS.includes(role) || role === "preview") piece.maps[role] = blob;
    else if (blob.media_type.startsWith("image/")) piece.pictures.push(blob);
}

/**
 * @param {import("./main.js").Studio} studio
 * @param {any} blob
 * @param {string} alt
 */
function image(studio, blob, alt) {
    const shown = h("img", { alt });
    studio.blobs.address(blob).then(
        (address) => (shown.src = address),
        (error) => shown.replaceWith(problem(error)),
    );
    return shown;
}

/**
 * @param {import("./main.js").Studio} studio
 * @param {any} blob
 * @param {(text: string) => HTMLElement} draw
 */
function later(studio, blob, draw) {
    const place = h("div", null, h("p", { class: "about" }, "…"));
    studio.blobs.bytes(blob).then(
        async (bytes) => fill(place, draw(await bytes.text())),
        (error) => fill(place, problem(error)),
    );
    return place;
}

/**
 * The ball, and the maps one by one.
 * @param {import("./main.js").Studio} studio
 * @param {Piece} piece
 */
function material(studio, piece) {
    const stage = h("div", { class: "stage" });
    const bytes = Promise.all(
        MAPS.filter((name) => piece.maps[name]).map(async (name) => [name, await studio.blobs.bytes(piece.maps[name])]),
    ).then((found) => Object.fromEntries(found));
    const preview = piece.maps.preview ?? piece.maps.basecolor;
    stage.append(sphere(bytes, piece.title, () => fill(stage, image(studio, preview, `${piece.title}, as a picture`))));
    const maps = MAPS.filter((name) => piece.maps[name]).map((name) =>
        h("figure", null, image(studio, piece.maps[name], ""), h("figcaption", null, MAP_NAMES[name])),
    );
    return h("div", { class: "material" }, stage, h("div", { class: "maps" }, maps));
}

/**
 * @param {import("./main.js").Studio} studio
 * @param {Piece} piece
 */
function downloads(studio, piece) {
    const links = piece.files.map(({ name, blob }) => {
        const link = h("button", { type: "button", class: "link", textContent: name });
        link.addEventListener("click", async () => {
            try {
                h("a", {
                    href: await studio.blobs.address(blob),
                    download: name.slice(name.lastIndexOf("/") + 1),
                }).click();
            } catch (error) {
                link.replaceWith(problem(error));
            }
        });
        return h("li", null, link);
    });
    return h("details", { class: "downloads" }, h("summary", null, "Files"), h("ul", null, links));
}
