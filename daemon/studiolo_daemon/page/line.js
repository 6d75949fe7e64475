/** The page's socket: it says what is to be done, and hears what happens. Knows frames, and no view. */

import { Gone, Refused } from "./house.js";

const PROTOCOL = 1;
/** Milliseconds between two tries to reach a daemon that is gone. */
const PAUSE = 1500;
/** Bytes of a blob that are asked for at once, so that others need not wait for a large one. */
const PIECE = 4 * 2 ** 20;

/**
 * @typedef {object} Following
 * @property {number} seq number of the last event that was heard
 * @property {(event: any) => void} hear
 * @property {(preview: any, bytes: Blob) => void} [see]
 */

export class Line {
    /**
     * @param {() => string} token
     * @param {string} client whose jobs these are
     * @param {(open: boolean) => void} told called when it opens and when it is cut
     * @param {() => void} locked called when the token is no longer good
     */
    constructor(token, client, told, locked) {
        this._token = token;
        this._client = client;
        this._told = told;
        this._locked = locked;
        this._ref = 0;
        this._closed = false;
        /** @type {WebSocket | null} */
        this._socket = null;
        /** @type {Map<number, {done: (reply: any) => void, fail: (error: Error) => void}>} */
        this._waiting = new Map();
        /** @type {Map<string, Following>} */
        this._followed = new Map();
        /** @type {any} */
        this.welcome = null;
        /** @type {Promise<void>} */
        this.open = this._open();
        this.open.catch(() => undefined); // it is told by `told`, and tried again
    }

    /** Cuts it for good. */
    close() {
        this._closed = true;
        this._socket?.close();
    }

    /**
     * Says something, and gives the daemon's reply. Throws `Refused` or `Gone`.
     * @param {Record<string, any>} message
     * @param {ArrayBuffer} [bytes]
     * @returns {Promise<any>}
     */
    async say(message, bytes) {
        await this.open;
        const ref = ++this._ref;
        return new Promise((done, fail) => {
            if (this._socket?.readyState !== WebSocket.OPEN) {
                fail(new Gone());
                return;
            }
            this._waiting.set(ref, { done, fail });
            const text = JSON.stringify({ ...message, ref });
            this._socket.send(bytes ? framed(text, bytes) : text);
        });
    }

    /**
     * Submits a request as a job of the page's, and follows it. The job's id.
     * @param {Record<string, any>} request
     * @param {(event: any) => void} hear
     * @param {(preview: any, bytes: Blob) => void} [see]
     * @returns {Promise<string>}
     */
    async submit(request, hear, see) {
        const reply = await this.say({ type: "submit", key: crypto.randomUUID(), request });
        this._followed.set(reply.job, { seq: 0, hear, see }); // before its first event, which is a message of its own
        return reply.job;
    }

    /**
     * Follows a job of the page's from its beginning.
     * @param {string} job
     * @param {(event: any) => void} hear
     * @param {(preview: any, bytes: Blob) => void} [see]
     */
    async follow(job, hear, see) {
        this._followed.set(job, { seq: 0, hear, see });
        await this.say({ type: "resume", job, after: 0 });
    }

    /**
     * Hears of a job no more.
     * @param {string} job
     */
    leave(job) {
        this._followed.delete(job);
    }

    /**
     * Puts bytes into the daemon's keeping; the blob that they are.
     * @param {Blob} file
     * @param {string} mediaType
     */
    async put(file, mediaType) {
        const bytes = await file.arrayBuffer();
        const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
        const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
        await this.say({ type: "put", sha256 }, bytes);
        return { sha256, size: bytes.byteLength, media_type: mediaType };
    }

    /**
     * The bytes of a blob. Throws `Refused` where it was given up.
     * @param {{sha256: string, media_type: string}} blob
     * @returns {Promise<Blob>}
     */
    async get(blob) {
        const parts = [];
        for (let start = 0, size = 1; start < size; start += PIECE) {
            const given = await this.say({ type: "get", sha256: blob.sha256, start, length: PIECE });
            parts.push(given.bytes);
            size = given.size;
        }
        return new Blob(parts, { type: blob.media_type });
    }

    /**
     * Says one thing in the name of another client of this user's, whose job it is about.
     * @param {string} client
     * @param {Record<string, any>} message
     */
    async inTheNameOf(client, message) {
        if (client === this._client) return this.say(message);
        const other = new Line(this._token, client, () => undefined, this._locked);
        try {
            return await other.say(message);
        } finally {
            other.close();
        }
    }

    _open() {
        return new Promise((/** @type {(nothing: void) => void} */ done, fail) => {
            const socket = new WebSocket(`${location.origin.replace("http", "ws")}/v1/ws`);
            socket.binaryType = "arraybuffer";
            this._socket = socket;
            socket.onopen = () => {
                const hello = { type: "hello", ref: 0, protocol: PROTOCOL, client: this._client, token: this._token() };
                this._waiting.set(0, {
                    done: (welcome) => {
                        this.welcome = welcome;
                        this._told(true);
                        done();
                        this._goOn();
                    },
                    fail,
                });
                socket.send(JSON.stringify(hello));
            };
            socket.onmessage = (message) => this._hear(message.data);
            socket.onclose = (event) => this._cut(event, fail);
        });
    }

    /** After the daemon was gone: the jobs that are followed go on from where they were. */
    _goOn() {
        for (const [job, following] of this._followed) {
            this.say({ type: "resume", job, after: following.seq }).catch((error) => {
                this._followed.delete(job);
                following.hear({ type: "failed", problem: error.problem });
            });
        }
    }

    /**
     * @param {CloseEvent} event
     * @param {(error: Error) => void} fail
     */
    _cut(event, fail) {
        for (const waiting of this._waiting.values()) waiting.fail(new Gone());
        this._waiting.clear();
        fail(new Gone());
        if (this._closed) return;
        if (event.code === 4401) {
            this._closed = true;
            this._locked();
            return;
        }
        this._told(false);
        this.open = new Promise((done) => setTimeout(done, PAUSE)).then(() => {
            if (this._closed) throw new Gone();
            return this._open();
        });
        this.open.catch(() => undefined);
    }

    /** @param {string | ArrayBuffer} data */
    _hear(data) {
        const [message, bytes] = typeof data === "string" ? [JSON.parse(data), null] : split(data);
        if (message.type === "happened") this._happened(message);
        else if (message.type === "previewed") {
            const kind = message.preview.media_type;
            this._followed.get(message.job)?.see?.(message.preview, new Blob([bytes ?? ""], { type: kind }));
        } else {
            const waiting = this._waiting.get(message.ref);
            this._waiting.delete(message.ref);
            if (message.type === "refused") waiting?.fail(new Refused(message.problem));
            else waiting?.done(bytes ? { ...message, bytes } : message);
        }
    }

    /** @param {any} message */
    _happened(message) {
        const following = this._followed.get(message.job);
        if (!following || message.seq <= following.seq) return;
        following.seq = message.seq;
        if (["result", "failed", "cancelled"].includes(message.event.type)) this._followed.delete(message.job);
        following.hear(message.event);
    }
}

/**
 * A binary frame: how long the message is, the message, the bytes.
 * @param {string} text
 * @param {ArrayBuffer} bytes
 */
function framed(text, bytes) {
    const head = new TextEncoder().encode(text);
    const frame = new Uint8Array(4 + head.length + bytes.byteLength);
    new DataView(frame.buffer).setUint32(0, head.length);
    frame.set(head, 4);
    frame.set(new Uint8Array(bytes), 4 + head.length);
    return frame;
}

/**
 * @param {ArrayBuffer} frame
 * @returns {[any, ArrayBuffer]}
 */
function split(frame) {
    const length = new DataView(frame).getUint32(0);
    const head = new TextDecoder().decode(new Uint8Array(frame, 4, length));
    return [JSON.parse(head), frame.slice(4 + length)];
}
