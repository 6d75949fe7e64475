/** Addresses under which this page shows bytes that the daemon keeps. Knows no view. */

/** Addresses that are kept; the oldest are given back first. */
const MOST = 240;

export class Blobs {
    /** @param {import("./line.js").Line} line */
    constructor(line) {
        this._line = line;
        /** @type {Map<string, Promise<string>>} */
        this._addresses = new Map();
    }

    /**
     * The bytes of a blob.
     * @param {any} blob
     * @returns {Promise<Blob>}
     */
    bytes(blob) {
        return this._line.get(blob);
    }

    /**
     * An address of a blob, for a picture or a link.
     * @param {any} blob
     * @returns {Promise<string>}
     */
    address(blob) {
        const known = this._addresses.get(blob.sha256);
        if (known) {
            this._addresses.delete(blob.sha256);
            this._addresses.set(blob.sha256, known);
            return known;
        }
        const made = this.bytes(blob).then((bytes) => URL.createObjectURL(bytes));
        made.catch(() => this._addresses.delete(blob.sha256));
        this._addresses.set(blob.sha256, made);
        if (this._addresses.size > MOST) this._drop();
        return made;
    }

    _drop() {
        const [oldest] = this._addresses.keys();
        if (oldest === undefined) return;
        this._addresses.get(oldest)?.then(URL.revokeObjectURL, () => undefined);
        this._addresses.delete(oldest);
    }
}
