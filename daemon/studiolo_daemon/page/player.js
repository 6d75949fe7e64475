/** A piece of music to be heard: play, loop, seek, and its stems one by one. Knows no recipe. */

import { fill, h, problem } from "./dom.js";
import { Sound, peaks, rateOf } from "./sound.js";
import { clock } from "./words.js";

const BARS = 160;
/** Seconds that an arrow key goes on or back. */
const STEP = 2;

/**
 * @typedef {object} File
 * @property {string} name
 * @property {any} blob
 */

/**
 * @param {import("./blobs.js").Blobs} blobs
 * @param {File} mix
 * @param {File[]} stems they sound in its place where there are any, and together are the same
 * @param {{loop: boolean, title: string}} piece `loop`: whether its end runs into its beginning
 * @returns {{element: HTMLElement, close: () => void}}
 */
export function player(blobs, mix, stems, piece) {
    /** @type {Sound | null} */
    let sound = null;
    let frame = 0;
    let closed = false;
    const play = h(
        "button",
        { type: "button", class: "play", "aria-label": `Play ${piece.title}`, disabled: true },
        "▶",
    );
    const time = h("span", { class: "time" }, "0:00");
    const wave = h("canvas", { width: BARS * 6, height: 96, "aria-hidden": "true" });
    const seek = h("input", {
        type: "range",
        min: "0",
        max: "1",
        step: "0.01",
        value: "0",
        "aria-label": "Where it is",
        disabled: true,
    });
    const loop = h("input", { type: "checkbox", checked: piece.loop });
    const rows = h("ul", { class: "stems" });
    const failed = h("div", null);
    /** @type {number[]} */
    let heights = [];

    const draw = () => {
        const at = sound?.at ?? 0;
        const length = sound?.length || 1;
        seek.value = String(at);
        seek.setAttribute("aria-valuetext", `${clock(at)} of ${clock(length)}`);
        time.textContent = `${clock(at)} / ${clock(length)}`;
        const pen = wave.getContext("2d");
        if (!pen) return;
        const style = getComputedStyle(wave);
        pen.clearRect(0, 0, wave.width, wave.height);
        for (const [index, height] of heights.entries()) {
            pen.fillStyle =
                index / BARS < at / length ? style.getPropertyValue("--accent") : style.getPropertyValue("--faint");
            const tall = Math.max(3, height * (wave.height - 4));
            pen.fillRect(index * 6, (wave.height - tall) / 2, 4, tall);
        }
    };
    const run = () => {
        draw();
        if (sound?.playing) frame = requestAnimationFrame(run);
    };
    const show = () => {
        const playing = sound?.playing ?? false;
        play.textContent = playing ? "❚❚" : "▶";
        play.setAttribute("aria-label", `${playing ? "Pause" : "Play"} ${piece.title}`);
        cancelAnimationFrame(frame);
        run();
    };
    play.addEventListener("click", async () => {
        if (sound?.playing) sound.pause();
        else await sound?.play();
        show();
    });
    seek.addEventListener("input", () => {
        sound?.seek(Number(seek.value));
        draw();
    });
    seek.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
        if (!step || !sound) return;
        event.preventDefault();
        sound.seek(sound.at + step);
        draw();
    });
    loop.addEventListener("change", () => sound?.setLoop(loop.checked));

    const load = async () => {
        try {
            const files = stems.length ? stems : [mix];
            const bytes = await Promise.all(files.map((file) => blobs.bytes(file.blob)));
            if (closed) return;
            const made = new Sound(rateOf(await (bytes[0]?.slice(0, 44).arrayBuffer() ?? new ArrayBuffer(0))));
            made.loop = loop.checked;
            made.ended = show;
            for (const [index, file] of files.entries()) await made.add(file.name, bytes[index] ?? new Blob());
            if (closed) return made.close();
            sound = made;
            heights = summed(made.tracks.map((track) => peaks(track.buffer, BARS)));
            if (stems.length)
                fill(
                    rows,
                    made.tracks.map((track) => stemRow(made, track)),
                );
            play.disabled = seek.disabled = false;
            seek.max = String(made.length);
            draw();
        } catch (error) {
            fill(failed, problem(error));
        }
    };
    load();
    const element = h(
        "div",
        { class: "player", role: "group", "aria-label": piece.title },
        h("div", { class: "deck" }, play, h("div", { class: "track" }, wave, seek), time),
        h("label", { class: "check" }, loop, " Loop"),
        rows,
        failed,
    );
    const close = () => {
        closed = true;
        cancelAnimationFrame(frame);
        sound?.close();
    };
    return { element, close };
}

/**
 * @param {Sound} sound
 * @param {import("./sound.js").Track} track
 */
function stemRow(sound, track) {
    const toggle = (/** @type {"mute" | "solo"} */ what, /** @type {string} */ word) => {
        const button = h(
            "button",
            { type: "button", class: "toggle", "aria-pressed": "false", "aria-label": `${word} ${track.name}` },
            word,
        );
        button.addEventListener("click", () => {
            track[what] = !track[what];
            button.setAttribute("aria-pressed", String(track[what]));
            sound.balance();
        });
        return button;
    };
    const meter = h("span", { class: "bars", "aria-hidden": "true" });
    for (const height of peaks(track.buffer, 48)) {
        const bar = h("i");
        bar.style.height = `${Math.max(6, Math.min(1, height * 1.6) * 100)}%`;
        meter.append(bar);
    }
    return h(
        "li",
        null,
        h("span", { class: "stem-name" }, track.name),
        meter,
        toggle("mute", "Mute"),
        toggle("solo", "Solo"),
    );
}

/**
 * The outline of several tracks together, the highest at 1.
 * @param {number[][]} tracks
 */
function summed(tracks) {
    const sums = Array.from({ length: BARS }, (_, index) =>
        tracks.reduce((sum, track) => sum + (track[index] ?? 0), 0),
    );
    const most = Math.max(...sums, 1e-6);
    return sums.map((sum) => sum / most);
}
