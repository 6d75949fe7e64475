/** A kit that is being made: the job, its parts as they come, what came of it. Knows no element. */

/**
 * @typedef {object} PartNow
 * @property {string} name
 * @property {string} kind
 * @property {"begun" | "done" | "failed"} state
 * @property {boolean} known whether it had been made before
 * @property {any} result
 * @property {any} problem
 * @property {any} progress
 * @property {string} text what of it is written
 * @property {Blob | null} preview
 */

export class Composing {
    /** @param {import("./line.js").Line} line */
    constructor(line) {
        this._line = line;
        /** @type {Set<() => void>} */
        this._watchers = new Set();
        this.job = "";
        /** @type {"idle" | "running" | "done" | "failed" | "cancelled"} */
        this.state = "idle";
        /** @type {Map<string, PartNow>} */
        this.parts = new Map();
        /** @type {any} */
        this.problem = null;
        /** @type {any} */
        this.outputs = null;
    }

    /**
     * Calls `watcher` whenever something has changed, until what it returns is called.
     * @param {() => void} watcher
     * @returns {() => void}
     */
    watch(watcher) {
        this._watchers.add(watcher);
        return () => this._watchers.delete(watcher);
    }

    /**
     * Has a card read, or a kit made. Throws `Refused` or `Gone` where that can't even begin.
     * @param {any} request
     */
    async begin(request) {
        this.state = "running";
        this.parts = new Map();
        this.problem = this.outputs = null;
        this._tell();
        try {
            this.job = await this._line.submit(request, (event) => this._hear(event));
        } catch (error) {
            this.state = "idle";
            this._tell();
            throw error;
        }
    }

    async cancel() {
        if (this.state === "running" && this.job) await this._line.say({ type: "cancel", job: this.job });
    }

    /** @param {any} event */
    _hear(event) {
        if (event.type === "started")
            this.parts = new Map(); // with a second attempt all begins anew
        else if (event.type === "part") this._part(event);
        else if (event.type === "failed") [this.state, this.problem] = ["failed", event.problem];
        else if (event.type === "cancelled") this.state = "cancelled";
        else if (event.type === "result") [this.state, this.outputs] = ["done", event.outputs];
        this._tell();
    }

    /** @param {any} event */
    _part(event) {
        const before = this.parts.get(event.name);
        const { name, kind, state, result, problem } = event;
        const now = {
            progress: null,
            text: "",
            preview: null,
            ...before,
            name,
            kind,
            state,
            result,
            problem,
            known: event.known ?? false,
        };
        this.parts.set(name, now);
        if (state !== "begun" || !event.job) return;
        const hear = (/** @type {any} */ heard) => {
            if (heard.type === "progress") now.progress = heard;
            else if (heard.type === "started") now.text = "";
            else if (heard.type === "text" && heard.variant === 0) now.text += heard.text;
            else return;
            this._tell();
        };
        const see = (/** @type {any} */ preview, /** @type {Blob} */ bytes) => {
            if (preview.type !== "preview") return;
            now.preview = bytes;
            this._tell();
        };
        this._line.follow(event.job, hear, see).catch(() => undefined); // the part itself is told in any case
    }

    _tell() {
        for (const watcher of this._watchers) watcher();
    }
}
