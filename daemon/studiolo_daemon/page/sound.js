/** Pieces that sound together, in a loop without a gap. Knows Web Audio, and no element. */

/**
 * @typedef {object} Track
 * @property {string} name
 * @property {AudioBuffer} buffer
 * @property {GainNode} gain
 * @property {boolean} mute
 * @property {boolean} solo
 */

export class Sound {
    /** @param {number} rate Hz, of the files: so nothing is resampled, and a loop stays exact */
    constructor(rate) {
        this._context = new AudioContext({ sampleRate: rate });
        /** @type {Track[]} */
        this.tracks = [];
        /** @type {AudioBufferSourceNode[]} */
        this._sources = [];
        this._begun = 0;
        this._at = 0;
        this.loop = true;
        /** @type {() => void} called when it has come to its end by itself */
        this.ended = () => undefined;
    }

    get playing() {
        return this._sources.length > 0;
    }

    /** Seconds. */
    get length() {
        return this.tracks[0]?.buffer.duration ?? 0;
    }

    /** Where it is, in seconds. */
    get at() {
        if (!this.playing) return this._at;
        const passed = this._context.currentTime - this._begun;
        return this.loop ? passed % this.length : Math.min(passed, this.length);
    }

    /**
     * Adds a file that sounds along with the others. Throws where it is none.
     * @param {string} name
     * @param {Blob} bytes
     */
    async add(name, bytes) {
        const buffer = await this._context.decodeAudioData(await bytes.arrayBuffer());
        const gain = this._context.createGain();
        gain.connect(this._context.destination);
        const track = { name, buffer, gain, mute: false, solo: false };
        this.tracks.push(track);
        return track;
    }

    /** Has those sound that are to be heard: the solo ones where there are any, else all that are not mute. */
    balance() {
        const solo = this.tracks.some((track) => track.solo);
        for (const track of this.tracks) {
            const heard = solo ? track.solo : !track.mute;
            track.gain.gain.setTargetAtTime(heard ? 1 : 0, this._context.currentTime, 0.01);
        }
    }

    async play() {
        await this._context.resume();
        const start = this._context.currentTime + 0.02; // all of them at the same sample
        const from = this._at >= this.length ? 0 : this._at;
        this._sources = this.tracks.map((track) => {
            const source = this._context.createBufferSource();
            source.buffer = track.buffer;
            source.loop = this.loop;
            source.connect(track.gain);
            source.start(start, from);
            return source;
        });
        this._begun = start - from;
        const [first] = this._sources;
        if (first) {
            first.onended = () => {
                if (this._sources[0] !== first) return; // stopped by hand
                this._sources = [];
                this._at = 0;
                this.ended();
            };
        }
    }

    pause() {
        this._at = this.at;
        const sources = this._sources;
        this._sources = [];
        for (const source of sources) source.stop();
    }

    /** @param {number} seconds */
    seek(seconds) {
        const playing = this.playing;
        if (playing) this.pause();
        this._at = Math.max(0, Math.min(seconds, this.length));
        if (playing) this.play();
    }

    /** @param {boolean} loop */
    setLoop(loop) {
        const playing = this.playing;
        if (playing) this.pause();
        this.loop = loop;
        if (playing) this.play();
    }

    /** Gives everything back. */
    close() {
        if (this.playing) this.pause();
        this._context.close();
    }
}

/**
 * The sample rate that a WAV file says it has; 48000 Hz for any other.
 * @param {ArrayBuffer} bytes its first 44
 */
export function rateOf(bytes) {
    const view = new DataView(bytes);
    const wav = view.byteLength >= 28 && view.getUint32(0) === 0x52494646; // "RIFF"
    return wav ? view.getUint32(24, true) : 48000;
}

/**
 * The loudest sample of each of `count` stretches, 0 to 1.
 * @param {AudioBuffer} buffer
 * @param {number} count
 */
export function peaks(buffer, count) {
    const samples = buffer.getChannelData(0);
    const stretch = samples.length / count;
    return Array.from({ length: count }, (_, index) => {
        let most = 0;
        const end = Math.min(samples.length, Math.floor((index + 1) * stretch));
        for (let i = Math.floor(index * stretch); i < end; i += 4) most = Math.max(most, Math.abs(samples[i] ?? 0));
        return most;
    });
}
