/**
 * Jobs of this vault: submitted, followed through broken connections and restarts, cancelled.
 *
 * What is under way is written down, with what the result is for, until somebody has taken the result: so nothing that
 * was made is lost when the app ends. Knows the line and the events; knows no note and no editor.
 */

import type { Address } from "./line";
import { Line } from "./line";
import { problemOf } from "./problem";
import type { Context, Happened, ModelInfo, Part, Previewed, Problem, Progress, Result, Submit, Token } from "./wire";

export type Request = Submit["request"];

/** What a result is for: plain data, so that it can be written down. `kind` says who takes it. */
export interface Purpose {
  kind: string;
  [detail: string]: unknown;
}

export type State = "sending" | "queued" | "running" | "done" | "failed" | "cancelled";

export class Job {
  id = "";
  state: State = "sending";
  /** Jobs that run before it, while it waits. */
  position: number | null = null;
  progress: Progress | null = null;
  /** What went into the prompt. */
  context: Context | null = null;
  /** What has been written of each variant so far. */
  readonly texts: string[] = [];
  /** The tokens of each variant, where their alternatives were asked for. */
  readonly tokens: Token[][] = [];
  /** The parts of a kit, as they are begun and done. */
  readonly parts = new Map<string, Part>();
  /** How a picture looks so far. */
  preview: { message: Previewed; bytes: Uint8Array } | null = null;
  result: Result | null = null;
  problem: Problem | null = null;
  /** Number of the latest event. */
  seq = 0;
  private readonly watchers = new Set<(job: Job) => void>();

  constructor(
    readonly key: string,
    readonly request: Request,
    readonly purpose: Purpose,
  ) {}

  get over(): boolean {
    return this.state === "done" || this.state === "failed" || this.state === "cancelled";
  }

  /** Has `watcher` called after everything that happens; the function that ends that. */
  watch(watcher: (job: Job) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Has `heard` called once it is over, at once if it is so already. */
  onceOver(heard: () => void): void {
    const end = this.watch(() => {
      if (!this.over) return;
      end();
      heard();
    });
    if (this.over) {
      end();
      heard();
    }
  }

  tell(): void {
    for (const watcher of [...this.watchers]) watcher(this);
  }

  hear(message: Happened): void {
    if (message.seq !== this.seq + 1) return; // it was told before
    this.seq = message.seq;
    const event = message.event;
    if (event.type === "queued") this.stateIs("queued", event.position);
    else if (event.type === "started") this.begin();
    else if (event.type === "progress") this.progress = event;
    else if (event.type === "context") this.context = event;
    else if (event.type === "text") {
      this.texts[event.variant] = (this.texts[event.variant] ?? "") + event.text;
      if (event.tokens?.length) (this.tokens[event.variant] ??= []).push(...event.tokens);
    } else if (event.type === "result") {
      this.result = event;
      this.state = "done";
    } else if (event.type === "part") this.parts.set(event.name, event);
    else if (event.type === "failed") this.fail(event.problem);
    else this.state = "cancelled";
  }

  fail(problem: Problem): void {
    this.state = "failed";
    this.problem = problem;
  }

  private stateIs(state: State, position: number | null): void {
    this.state = state;
    this.position = position;
  }

  private begin(): void {
    this.stateIs("running", null);
    this.texts.length = this.tokens.length = 0; // a later attempt writes anew
  }
}

/** Where jobs that are under way are written down. */
export interface Pending {
  read(): Promise<PendingJob[]>;
  write(jobs: PendingJob[]): void;
}

export interface PendingJob {
  key: string;
  request: Request;
  purpose: Purpose;
}

export class Jobs {
  readonly line: Line;
  /** Under way, or over and not yet taken, oldest first. */
  readonly here = new Map<string, Job>();
  /** What was done last. */
  latest: Job | null = null;
  private readonly watchers = new Set<() => void>();
  private closed = false;

  constructor(
    find: () => Promise<Address>,
    client: string,
    private readonly pending: Pending,
  ) {
    this.line = new Line(find, client, {
      changed: () => this.tell(),
      opened: () => void this.resume(),
      happened: (message) => this.happened(message),
      previewed: (message, bytes) => this.previewed(message, bytes),
    });
  }

  /** Begins; with what was under way when the app ended. Each of those is given to `restored`. */
  async open(restored: (job: Job) => void): Promise<void> {
    const jobs = await this.pending.read();
    if (this.closed) return;
    for (const { key, request, purpose } of jobs) {
      const job = new Job(key, request, purpose);
      this.here.set(key, job);
      restored(job);
    }
    if (jobs.length) this.write();
    this.line.open();
  }

  close(): void {
    this.closed = true;
    this.line.close();
  }

  get models(): readonly ModelInfo[] {
    return this.line.welcome?.models ?? [];
  }

  /** Has `watcher` called when the connection or the jobs have changed; the function that ends that. */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** A new job. It fails where there is no daemon; its watchers hear of that as of everything else. */
  submit(request: Request, purpose: Purpose): Job {
    const job = new Job(crypto.randomUUID(), request, purpose);
    this.here.set(job.key, job);
    this.write();
    void this.send(job);
    return job;
  }

  /** Stops a job. What it has written stays in `texts`. */
  cancel(job: Job): void {
    if (job.over) return;
    if (job.id) void this.line.ask({ type: "cancel", job: job.id }).catch((error) => this.fail(job, error));
    else this.end(job, () => (job.state = "cancelled"));
  }

  /** The result is where it belongs, or nobody wants it: it need not be kept any more. */
  taken(job: Job): void {
    this.here.delete(job.key);
    this.write();
  }

  private async send(job: Job): Promise<void> {
    try {
      const answer = await this.line.ask({ type: "submit", key: job.key, request: job.request });
      if (answer.type !== "accepted") return;
      job.id = answer.job;
      if (job.state === "sending") job.state = "queued";
      if (answer.known) await this.line.ask({ type: "resume", job: job.id, after: job.seq });
    } catch (error) {
      this.fail(job, error);
      return;
    }
    job.tell();
    this.tell();
  }

  /** After a new socket: the daemon is told of every job that is not over, and says what was missed. */
  private async resume(): Promise<void> {
    for (const job of this.here.values()) {
      if (!job.over && (job.id !== "" || job.state === "sending")) await this.send(job);
    }
  }

  private happened(message: Happened): void {
    const job = [...this.here.values()].find((one) => one.id === message.job);
    if (job === undefined || job.over) return;
    if (message.seq > job.seq + 1)
      void this.line.ask({ type: "resume", job: job.id, after: job.seq }).catch(() => null);
    job.hear(message);
    if (job.result?.outputs.length) this.latest = job;
    job.tell();
    this.tell();
  }

  private previewed(message: Previewed, bytes: Uint8Array): void {
    const job = [...this.here.values()].find((one) => one.id === message.job);
    if (job === undefined) return;
    job.preview = { message, bytes };
    job.tell();
  }

  private fail(job: Job, error: unknown): void {
    this.end(job, () => job.fail(problemOf(error)));
  }

  private end(job: Job, how: () => void): void {
    if (job.over) return;
    how();
    job.tell();
    this.tell();
  }

  /** Writes down what is under way, as after a purpose has changed, and tells of it. */
  write(): void {
    this.pending.write([...this.here.values()].map(({ key, request, purpose }) => ({ key, request, purpose })));
    this.tell();
  }

  private tell(): void {
    for (const watcher of [...this.watchers]) watcher();
  }
}
