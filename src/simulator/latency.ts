import type { Millis } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";

/** Whole milliseconds, at least 1: a call that takes no time would hide every race, and a loop of them would never end. */
export interface Span {
  readonly from: Millis;
  readonly to: Millis;
}

/** How long things take. The defaults are those of a control plane that has little to do. */
export interface Latencies {
  /** A read, from the client and back. */
  readonly read: Span;
  readonly write: Span;
  /** From a commit until a watcher has its event. */
  readonly delivery: Span;
  /** From a commit until a controller acts on it. */
  readonly reaction: Span;
  /** One write within the API server, or of a controller: to etcd and back. */
  readonly commit: Span;
}

export const usualLatencies: Latencies = {
  read: { from: 2, to: 10 },
  write: { from: 5, to: 20 },
  delivery: { from: 1, to: 50 },
  reaction: { from: 5, to: 30 },
  commit: { from: 1, to: 4 },
};

/** Evenly spread over the span, in whole milliseconds. */
export function within({ from, to }: Span, random: Random): Millis {
  return Math.max(1, from + Math.floor(random.next() * (to - from + 1)));
}
