/** What waits and runs in the house, whoever asked for it, as it changes. Knows no view. */

import { Gone } from "./house.js";

/** Milliseconds between two looks: more often a person can't see. */
const PACE = 150;
/** Milliseconds until a daemon that is gone is asked again. */
const PAUSE = 1500;

/** @typedef {(jobs: any[], over: string[]) => void} Watcher told of the jobs, and which are over since the last time */

export class Queue {
    /** @param {import("./house.js").House} house */
    constructor(house) {
        this._house = house;
        /** @type {any[]} */
        this.jobs = [];
        /** @type {Set<Watcher>} */
        this._watchers = new Set();
    }

    /**
     * Calls `watcher` now and whenever something has changed, until what it returns is called.
     * @param {Watcher} watcher
     * @returns {() => void}
     */
    watch(watcher) {
        this._watchers.add(watcher);
        watcher(this.jobs, []);
        return () => this._watchers.delete(watcher);
    }

    /** Looks until the page ends. */
    async begin() {
        /** @type {number | null} */
        let count = null;
        for (;;) {
            try {
                const news = await this._house.ask(count === null ? "queue" : `queue?after=${count}`);
                if (news.count !== count) this._tell(news.jobs);
                count = news.count;
                await new Promise((done) => setTimeout(done, PACE));
            } catch (error) {
                if (!(error instanceof Gone)) return; // the key is no longer good, and the page shows that
                count = null;
                await new Promise((done) => setTimeout(done, PAUSE));
            }
        }
    }

    /** @param {any[]} jobs */
    _tell(jobs) {
        const still = new Set(jobs.map((job) => job.job));
        const over = this.jobs.map((job) => job.job).filter((job) => !still.has(job));
        this.jobs = jobs;
        for (const watcher of this._watchers) watcher(jobs, over);
    }
}
