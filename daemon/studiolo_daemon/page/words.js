/** What things are called, and how numbers are said. Knows no element. */

/** @type {Record<string, string>} */
export const KINDS = {
    text: "Text",
    image: "Picture",
    texture: "Texture",
    upscale: "Enlarged picture",
    music: "Music",
    card: "Mood card",
    compose: "Kit",
    match: "Match",
};

/** @type {Record<string, string>} */
const HOSTS = {
    cli: "Terminal",
    studio: "Studio page",
    krita: "Krita",
    blender: "Blender",
    obsidian: "Obsidian",
    zim: "Zim",
};

/** @type {Record<string, string>} */
const STAGES = {
    load: "Loading the model",
    read: "Reading",
    write: "Writing",
    steps: "Painting",
    decode: "Finishing",
    maps: "Making maps",
    compose: "Composing",
    render: "Playing",
    parts: "Parts",
};

/**
 * The program behind a client's name.
 * @param {string} client
 */
export function host(client) {
    const name = client.split("/")[0] ?? client;
    const known = Object.keys(HOSTS).find((key) => name.toLowerCase().startsWith(key));
    return known ? (HOSTS[known] ?? name) : name;
}

/**
 * How far a job is.
 * @param {{stage: string, done: number, total: number} | undefined} progress
 */
export function stage(progress) {
    if (!progress) return "";
    const named = STAGES[progress.stage] ?? progress.stage;
    return progress.total && progress.stage !== "load" ? `${named}, ${progress.done} of ${progress.total}` : named;
}

/**
 * @param {number} bytes
 */
export function size(bytes) {
    if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0)} GB`;
    return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}

/**
 * Minutes and seconds.
 * @param {number} seconds
 */
export function clock(seconds) {
    const whole = Math.floor(seconds);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/**
 * When it was, as a person says it.
 * @param {number} at seconds since 1970
 */
export function when(at) {
    const date = new Date(at * 1000);
    const ago = Date.now() / 1000 - at;
    if (ago < 60) return "just now";
    if (ago < 3600) return `${Math.round(ago / 60)} min ago`;
    const today = date.toDateString() === new Date().toDateString();
    const time = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    return today ? time : `${date.toLocaleDateString([], { day: "numeric", month: "short" })}, ${time}`;
}

/**
 * `scene-2/concept` as a heading: `Concept`, and the scene it is of.
 * @param {string} name
 */
export function part(name) {
    const [scene, own] = name.includes("/") ? name.split("/") : ["", name];
    const said = (own ?? name).replaceAll("-", " ").replaceAll("_", " ");
    const heading = said.charAt(0).toUpperCase() + said.slice(1);
    return { heading, scene: scene ? scene.charAt(0).toUpperCase() + scene.slice(1).replace("-", " ") : "" };
}
