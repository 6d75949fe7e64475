/** What the page asks the daemon over HTTP. Knows paths, and no view. */

/** An error that carries the daemon's `Problem`. */
export class Refused extends Error {
    /** @param {{code: string, message: string, mend: string}} problem */
    constructor(problem) {
        super(problem.message);
        this.problem = problem;
    }
}

/** The daemon does not answer. */
export class Gone extends Error {
    constructor() {
        super("The daemon does not answer.");
        this.problem = { code: "no_daemon", message: this.message, mend: "Start it with `./studiolo serve`." };
    }
}

export class House {
    /**
     * @param {() => string} token
     * @param {() => void} locked called when the token is no longer good
     */
    constructor(token, locked) {
        this._token = token;
        this._locked = locked;
    }

    /**
     * The daemon's answer in JSON. Throws `Refused` or `Gone`.
     * @param {string} path below `/v1/studio/`
     * @param {{method?: string, signal?: AbortSignal}} [options]
     * @returns {Promise<any>}
     */
    async ask(path, options) {
        const answer = await this._fetch(path, options);
        return answer.json();
    }

    /**
     * The bytes that the daemon answers with; null where there are none now.
     * @param {string} path below `/v1/studio/`
     * @returns {Promise<Blob | null>}
     */
    async bytes(path) {
        try {
            return await (await this._fetch(path)).blob();
        } catch (error) {
            if (error instanceof Refused) return null;
            throw error;
        }
    }

    /**
     * @param {string} path
     * @param {{method?: string, signal?: AbortSignal}} [options]
     */
    async _fetch(path, options) {
        let answer;
        try {
            const headers = { authorization: `Bearer ${this._token()}` };
            answer = await fetch(`/v1/studio/${path}`, { ...options, headers });
        } catch (error) {
            if (options?.signal?.aborted) throw error;
            throw new Gone();
        }
        if (answer.ok) return answer;
        const told = await answer.json();
        if (answer.status === 401) this._locked();
        throw new Refused(told.error);
    }
}
