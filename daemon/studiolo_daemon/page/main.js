/** The page put together: the key, the socket, the places and the way between them. Does no work of theirs. */

import { Blobs } from "./blobs.js";
import { compose } from "./compose.js";
import { doctor } from "./doctor.js";
import { fill, h, problem } from "./dom.js";
import { gallery } from "./gallery.js";
import { hosts } from "./hosts.js";
import { House } from "./house.js";
import * as key from "./key.js";
import { Line } from "./line.js";
import { locked } from "./locked.js";
import { models } from "./models.js";
import { projectKit } from "./project.js";
import { Queue } from "./queue.js";
import { queueView } from "./queue_view.js";
import { result } from "./result.js";
import { themeButton } from "./theme.js";

/**
 * What every view is given.
 * @typedef {object} Studio
 * @property {Line} line
 * @property {House} house
 * @property {Blobs} blobs
 * @property {Queue} queue
 * @property {(said: string) => void} tell says something to whoever does not see it
 * @property {Record<string, any>} kept what a view remembers while another is shown
 */
/** @typedef {(studio: Studio, what: string) => {element: Element, leave?: () => void}} View */

/** @type {Record<string, {name: string, view: View}>} */
const PLACES = {
    compose: { name: "Compose", view: compose },
    queue: { name: "Queue", view: queueView },
    gallery: { name: "Gallery", view: gallery },
    models: { name: "Models", view: models },
    hosts: { name: "Programs", view: hosts },
    doctor: { name: "Doctor", view: doctor },
};

/**
 * What is opened from the gallery.
 * @type {Record<string, View>}
 */
const OPENED = { result, kit: projectKit };

const view = /** @type {HTMLElement} */ (document.getElementById("view"));
const told = /** @type {HTMLElement} */ (document.getElementById("told"));
const cut = /** @type {HTMLElement} */ (document.getElementById("line"));
const waiting = h("span", { class: "count" });

/** Shows the way in, in the place of everything. */
function lock() {
    key.forget();
    document.body.classList.add("locked");
    cut.textContent = "";
    fill(
        view,
        locked(() => location.reload()),
    );
}

function begin() {
    const line = new Line(key.token, "studio", (open) => (cut.textContent = open ? "" : CUT), lock);
    const house = new House(key.token, lock);
    const queue = new Queue(house);
    /** @type {Studio} */
    const studio = { line, house, queue, blobs: new Blobs(line), tell: (said) => (told.textContent = said), kept: {} };
    queue.watch((jobs) => {
        waiting.textContent = jobs.length ? String(jobs.length) : "";
        waiting.title = jobs.length ? `${jobs.length} wait or run` : "";
    });
    queue.begin();
    /** @type {() => void} */
    let leave = () => undefined;
    let first = true;
    const go = () => {
        const [, name = "compose", what = ""] = location.hash.split("/").map(decodeURIComponent);
        leave();
        const opened = OPENED[name];
        showPlaces(opened ? "gallery" : name);
        try {
            const shown = (opened ?? PLACES[name]?.view ?? compose)(studio, what);
            leave = shown.leave ?? (() => undefined);
            fill(view, shown.element);
        } catch (error) {
            fill(view, problem(error));
        }
        const heading = view.querySelector("h1");
        document.title = `${heading?.textContent ?? ""} · Studiolo`;
        scrollTo(0, 0);
        if (!first) view.focus({ preventScroll: true });
        first = false;
    };
    addEventListener("hashchange", go);
    go();
}

const CUT = "The daemon does not answer. This page tries again by itself.";

/** @param {string} here */
function showPlaces(here) {
    const places = Object.entries(PLACES).map(([path, place]) =>
        h(
            "li",
            null,
            h(
                "a",
                { href: `#/${path}`, "aria-current": path === here ? "page" : null },
                place.name,
                path === "queue" ? [" ", waiting] : null,
            ),
        ),
    );
    fill(/** @type {HTMLElement} */ (document.getElementById("places")), places);
    document.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

themeButton(/** @type {HTMLButtonElement} */ (document.getElementById("theme")));
try {
    await key.fromAddress();
    if (key.token()) begin();
    else lock();
} catch (error) {
    lock();
    view.append(problem(error));
}
