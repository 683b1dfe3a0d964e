/** Milliseconds since the Unix epoch. */
export type Instant = number;
/** A length of time in milliseconds. */
export type Millis = number;

/**
 * All time comes through here: nothing outside `runtime/` reads a date, sets a timer or yields the loop by itself.
 * Three clocks exist: real, paced (virtual time = epoch + rate × wall time, for demos) and virtual (jumps to the next event).
 */
export interface Clock {
  readonly kind: "real" | "paced" | "virtual";
  now(): Instant;
  /** Never goes back; only differences mean something. What we wait for ourselves is measured with this. */
  monotonic(): Millis;
  /** Runs `run` once, `after` ms from now (Infinity: never). Disposing it before then removes it. Longer than 24.8 days is clamped by re-arming. */
  timer(after: Millis, run: () => void, options?: TimerOptions): Disposable;
  /** Rejects with `signal.reason` on abort, and is then no longer in the heap. */
  sleep(ms: Millis, signal: AbortSignal, options?: TimerOptions): Promise<void>;
  /** A child signal that aborts with the parent, or with a `DeadlineError` after `ms`. Dispose it when the work is over. */
  deadline(ms: Millis, parent: AbortSignal, options?: TimerOptions): { readonly signal: AbortSignal } & Disposable;
  /** Call in long loops. Real: yields to the event loop once 8 ms have passed since the last yield. Virtual: returns at once. */
  breathe(): Promise<void>;
  /** Real I/O (sockets, files, zlib, WebCrypto, workers) goes through here so that virtual time stands still meanwhile. */
  outside<T>(what: string, work: () => Promise<T>): Promise<T>;
}

export interface TimerOptions {
  /** Resync, lease, bookmark and idle timers: a virtual clock with only those left is "at rest". */
  readonly background?: boolean;
}

export interface VirtualClock extends Clock {
  readonly kind: "virtual";
  /**
   * Runs due events in order, one settled turn after each, jumping over empty time, until `until()` holds.
   * "at-rest": only background timers are left; "late": `limit.at` was reached; "runaway": more than `eventsPerInstant` events at one instant.
   */
  run(
    until: () => boolean,
    limit: { readonly at: Instant; readonly eventsPerInstant: number },
  ): Promise<"reached" | "at-rest" | "late" | "runaway">;
  /** Moves `now()` without moving `monotonic()`, as an NTP step would. */
  shiftWall(by: Millis): void;
  /** What is outside at this moment and makes time stand still: says why a run does not come back. */
  held(): readonly string[];
}

/** A stated start: `now` for a paced clock is `epoch + rate × (wall time since it was made)`. */
export interface Pace {
  readonly epoch: Instant;
  readonly rate: number;
}
