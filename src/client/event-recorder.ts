import type { Millis } from "../runtime/clock.ts";
import { DrydockError } from "../runtime/errors.ts";
import { createLatch } from "../runtime/latch.ts";
import { supervise, type Task } from "../runtime/supervise.ts";
import type { KubeError } from "./errors.ts";
import type { EventLoss, EventNote, EventRecorder, EventRecorderOptions } from "./event-recorder/contract.ts";
import { nameOf, namespaceOf } from "./event-recorder/event-body.ts";
import { TokenBucket } from "./event-recorder/token-bucket.ts";
import { writeEvent } from "./event-recorder/write-event.ts";

export type { EventLoss, EventNote, EventRecorder, EventRecorderOptions } from "./event-recorder/contract.ts";

const mostWaiting = 1_000;
/** What was written by this process and need not be asked of the server again. */
const mostKnown = 4_096;
/** Of all events: etcd keeps each for an hour. */
const overall = { burst: 100, each: 50 } as const;
/** Of one object, as client-go's EventSourceObjectSpamFilter: 25 at once, then one in five minutes. */
const perObject = { burst: 25, each: 300_000 } as const;
/** client-go's maxTriesPerEvent. */
const tries = 12;
const firstPause: Millis = 500;
const longestPause: Millis = 30_000;
/** An event without an answer has failed. */
const patience: Millis = 10_000;

/** Starts at once, and ends with the signal or when it is disposed of. */
export function startEventRecorder(options: EventRecorderOptions): EventRecorder {
  return new Recorder(options);
}

class Recorder implements EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #waiting: EventNote[] = [];
  /** By name and namespace, the oldest first. */
  readonly #known = new Set<string>();
  readonly #objects = new Map<string, TokenBucket>();
  readonly #overall: TokenBucket;
  readonly #latch = createLatch();
  readonly #flushes = new Set<() => void>();
  readonly #task: Task;
  readonly #counts = { written: 0, repeated: 0, lost: 0 };
  #isOver = false;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#overall = new TokenBucket(overall.burst, overall.each, options.clock.monotonic());
    const work = (signal: AbortSignal): Promise<void> => this.#work(signal);
    const onFailure = (error: unknown): never => {
      throw error;
    };
    this.#task = supervise("events", work, { onFailure, parent: options.signal });
  }

  get counts(): EventRecorder["counts"] {
    return this.#counts;
  }

  record(note: EventNote): void {
    const key = `${namespaceOf(note)}/${nameOf(note)}`;
    const isKnown = this.#known.delete(key);
    if (isKnown) this.#known.add(key);
    if (isKnown && this.#options.repeat !== "count") this.#counts.repeated += 1;
    else if (this.#isOver) this.#lose(note, "ended");
    else if (this.#waiting.length >= mostWaiting) this.#lose(note, "full");
    else if (!this.#bucketOf(note).take(this.#options.clock.monotonic())) this.#lose(note, "spam");
    else {
      this.#remember(key);
      this.#waiting.push(note);
      this.#latch.set();
    }
  }

  async flush(within: Millis): Promise<number> {
    if (this.#waiting.length > 0 && !this.#isOver) {
      const over = Promise.withResolvers<void>();
      using _limit = this.#options.clock.timer(within, over.resolve);
      this.#flushes.add(over.resolve);
      await over.promise;
      this.#flushes.delete(over.resolve);
    }
    return this.#waiting.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#task.stop(new DrydockError("disposed", "the event recorder was ended"));
  }

  async #work(signal: AbortSignal): Promise<void> {
    signal.addEventListener("abort", this.#latch.set, { once: true });
    try {
      while (!signal.aborted) {
        const [note] = this.#waiting;
        if (note === undefined) await this.#latch.wait();
        else await this.#deliver(note, signal);
      }
    } finally {
      this.#isOver = true;
      for (const note of this.#waiting.splice(0)) this.#lose(note, "ended");
      this.#tellFlushes();
    }
  }

  /** In order: `kubectl get events` shows what came first as first. */
  async #deliver(note: EventNote, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    for (let tried = 1; ; tried += 1) {
      while (!this.#overall.take(clock.monotonic())) await clock.sleep(Math.ceil(this.#overall.wait(clock.monotonic())), signal);
      const result = await this.#once(note, signal);
      signal.throwIfAborted();
      if (result === "written" || result === "repeated") {
        this.#counts[result] += 1;
        break;
      }
      if ("refused" in result || tried === tries) {
        this.#known.delete(`${namespaceOf(note)}/${nameOf(note)}`);
        this.#lose(note, "refused", "refused" in result ? result.refused : result.passing);
        break;
      }
      const pause = Math.min(longestPause, firstPause * 2 ** (tried - 1));
      await clock.sleep(Math.max(pause * (0.5 + 0.5 * random.next()), (result.passing.retryAfter ?? 0) * 1000), signal);
    }
    this.#waiting.shift();
    if (this.#waiting.length === 0) this.#tellFlushes();
  }

  async #once(note: EventNote, signal: AbortSignal): ReturnType<typeof writeEvent> {
    using limit = this.#options.clock.deadline(patience, signal);
    return await writeEvent(note, this.#options, this.#options.clock.now(), { signal: limit.signal, retry: "none" });
  }

  #bucketOf({ about }: EventNote): TokenBucket {
    const now = this.#options.clock.monotonic();
    const key = about.uid ?? `${about.kind} ${about.namespace} ${about.name}`;
    const known = this.#objects.get(key);
    if (known !== undefined) return known;
    if (this.#objects.size >= mostKnown) {
      for (const [old, bucket] of this.#objects) if (bucket.isFull(now)) this.#objects.delete(old);
    }
    const bucket = new TokenBucket(perObject.burst, perObject.each, now);
    this.#objects.set(key, bucket);
    return bucket;
  }

  #remember(key: string): void {
    this.#known.add(key);
    if (this.#known.size <= mostKnown) return;
    for (const oldest of this.#known) {
      this.#known.delete(oldest);
      return;
    }
  }

  #lose(note: EventNote, why: EventLoss, error?: KubeError): void {
    this.#counts.lost += 1;
    this.#options.onLoss?.(note, why, error);
  }

  #tellFlushes(): void {
    for (const resolve of this.#flushes) resolve();
  }
}
