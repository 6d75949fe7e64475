/**
 * The conversation with the daemon: one WebSocket, begun anew whenever it breaks, so that nobody else has to know.
 *
 * Whatever is said is safe to say twice, so what was not answered is said again on the next socket. Knows messages and
 * frames; knows no job.
 */

import { sha256, splitBinary, toBinary } from "./frames";
import { bad, StudioloError } from "./problem";
import type {
  Accepted,
  Brought,
  Concepts,
  Done,
  Given,
  Happened,
  Jobs,
  Kits,
  Missing,
  Models,
  Previewed,
  Problem,
  Refused,
  Welcome,
} from "./wire";

export const PROTOCOL = 1;
/** Milliseconds before the next look for a daemon: at first, and at most. */
const PAUSE = { first: 500, longest: 5000 };
/** Milliseconds that a daemon has for its welcome. */
const PATIENCE = 5000;

export interface Address {
  url: string;
  token: string;
}

type Answer = Accepted | Done | Refused | Missing | Given | Models | Jobs | Concepts | Kits | Brought | Welcome;
type Said = Answer | Happened | Previewed;

export interface Listener {
  /** Whether there is a daemon to speak to has changed. */
  changed(): void;
  /** A socket is open anew; jobs are to be resumed. */
  opened(): void;
  happened(message: Happened): void;
  previewed(message: Previewed, bytes: Uint8Array): void;
}

interface Question {
  frame: string | ArrayBuffer;
  answered(answer: Answer, bytes: Uint8Array): void;
  failed(error: Error): void;
}

export class Line {
  /** What the daemon said of itself; null while there is none to speak to. */
  welcome: Welcome | null = null;
  /** Why there is none, if that is known. */
  problem: Problem | null = null;
  private socket: WebSocket | null = null;
  private ref = 0;
  private pause = PAUSE.first;
  private timer = 0;
  private closed = true;
  private readonly questions = new Map<number, Question>();

  /** `find` says where the daemon is, and rejects where that is not known; `client` says whose jobs these are, today and after a restart. */
  constructor(
    private readonly find: () => Promise<Address>,
    private readonly client: string,
    private readonly listener: Listener,
  ) {}

  open(): void {
    this.closed = false;
    void this.look();
  }

  /** Ends the conversation; jobs go on in the daemon. */
  close(): void {
    this.closed = true;
    window.clearTimeout(this.timer);
    this.socket?.close();
    this.forget(null);
    this.abandon(bad("Studiolo was switched off.", "Switch it on again."));
  }

  /** Looks for a daemon now, and not only after a while: one may have been started. */
  hurry(): void {
    if (this.closed || this.socket !== null) return;
    window.clearTimeout(this.timer);
    this.pause = PAUSE.first;
    void this.look();
  }

  /** Asks the daemon something. Rejects with a `StudioloError` when it refuses, and when there is none to ask. */
  async ask(message: object): Promise<Answer> {
    return (await this.question((ref) => JSON.stringify({ ...message, ref })))[0];
  }

  /** Puts bytes into the daemon's keeping, unless it has them; their hash. */
  async put(bytes: Uint8Array): Promise<string> {
    const hash = await sha256(bytes);
    const answer = await this.ask({ type: "have", hashes: [hash] });
    if (answer.type === "missing" && answer.hashes.length > 0) {
      const most = this.welcome?.limits.blob_bytes ?? Infinity;
      if (bytes.length > most) throw bad(`That is more than ${most} bytes.`, "Use less of it.", "too_large");
      await this.question((ref) => toBinary({ type: "put", ref, sha256: hash }, bytes));
    }
    return hash;
  }

  /** The bytes of a blob. */
  async get(hash: string): Promise<Uint8Array> {
    return (await this.question((ref) => JSON.stringify({ type: "get", sha256: hash, ref })))[1];
  }

  private question(frame: (ref: number) => string | ArrayBuffer): Promise<[Answer, Uint8Array]> {
    if (this.welcome === null) return Promise.reject(new StudioloError(this.problem ?? NOT_RUNNING));
    const ref = ++this.ref;
    const question = frame(ref);
    return new Promise((resolve, reject) => {
      this.questions.set(ref, {
        frame: question,
        answered: (answer, bytes) =>
          answer.type === "refused" ? reject(new StudioloError(answer.problem)) : resolve([answer, bytes]),
        failed: reject,
      });
      this.socket?.send(question);
    });
  }

  // ---- the socket

  private async look(): Promise<void> {
    let problem = NOT_RUNNING;
    const address = await this.find().catch((error: unknown) => {
      if (error instanceof StudioloError) problem = error.problem; // anything else is a file that is not there
      return null;
    });
    if (this.closed || this.socket !== null) return;
    if (address === null) {
      this.say(problem);
      this.later();
      return;
    }
    const socket = new WebSocket(`${address.url.replace(/^http/, "ws")}/v1/ws`);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    const silent = window.setTimeout(() => socket.close(), PATIENCE);
    socket.onopen = () =>
      socket.send(JSON.stringify({ type: "hello", protocol: PROTOCOL, client: this.client, token: address.token }));
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      window.clearTimeout(silent);
      const [message, bytes] =
        typeof event.data === "string" ? [JSON.parse(event.data), NOTHING] : splitBinary(event.data);
      this.hear(message as Said, bytes, socket);
    };
    socket.onclose = () => {
      window.clearTimeout(silent);
      if (this.socket === socket) this.forget(this.problem);
      if (!this.closed) this.later();
    };
  }

  private hear(message: Said, bytes: Uint8Array, socket: WebSocket): void {
    if (message.type === "happened") this.listener.happened(message);
    else if (message.type === "previewed") this.listener.previewed(message, bytes);
    else if (this.welcome === null) this.begin(message, socket);
    else {
      const question = this.questions.get(message.ref);
      this.questions.delete(message.ref);
      question?.answered(message, bytes);
    }
  }

  private begin(message: Answer, socket: WebSocket): void {
    if (message.type !== "welcome") {
      this.say(message.type === "refused" ? message.problem : NOT_RUNNING);
      socket.close();
      return;
    }
    this.welcome = message;
    this.problem = null;
    this.pause = PAUSE.first;
    for (const question of this.questions.values()) socket.send(question.frame);
    this.listener.opened();
    this.listener.changed();
  }

  private forget(problem: Problem | null): void {
    this.socket = null;
    this.welcome = null;
    this.say(problem ?? NOT_RUNNING);
  }

  private say(problem: Problem): void {
    const known = this.problem?.message === problem.message && this.welcome === null;
    this.problem = problem;
    if (!known) this.listener.changed();
  }

  private later(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.look(), this.pause);
    this.pause = Math.min(this.pause * 2, PAUSE.longest);
  }

  private abandon(error: Error): void {
    for (const question of this.questions.values()) question.failed(error);
    this.questions.clear();
  }
}

const NOTHING = new Uint8Array(0);
const NOT_RUNNING: Problem = {
  code: "no_daemon",
  message: "Studiolo's daemon is not running.",
  mend: "Start it, then try again.",
};
