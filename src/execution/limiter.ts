import type { Instant, Millis } from "../runtime/clock.ts";

/** How many evictions may be under way at once, over all budgets: additive increase, multiplicative decrease. */
export interface Limiter {
  readonly inFlight: number;
  readonly limit: number;
  /** undefined: one may start now. Else when to look again (absent instant: when an answer comes). */
  closed(now: Instant): { readonly until?: Instant } | undefined;
  start(): void;
  succeeded(): void;
  /** The server asked everybody to wait. */
  throttled(now: Instant, wait: Millis): void;
  /** A 5xx, or no answer: the server is in trouble. */
  failed(): void;
}

const startAt = 64;
const ceiling = 256;
const floor = 1;

/** Starts at 64 in flight; each success makes room for a little more, each sign of trouble halves it. */
export function createLimiter(): Limiter {
  let limit = startAt;
  let inFlight = 0;
  let pausedUntil: Instant = Number.NEGATIVE_INFINITY;
  /** Requests that were under way at the last halving: their failures are the same sign of trouble, not sixty-four. */
  let sameTrouble = 0;
  const answered = () => {
    inFlight -= 1;
    sameTrouble = Math.max(0, sameTrouble - 1);
  };
  const answeredWithTrouble = () => {
    const isNew = sameTrouble === 0;
    answered();
    if (!isNew) return;
    limit = Math.max(floor, Math.floor(limit / 2));
    sameTrouble = inFlight;
  };
  return {
    get inFlight() {
      return inFlight;
    },
    get limit() {
      return Math.floor(limit);
    },
    closed: (now) => {
      if (now < pausedUntil) return { until: pausedUntil };
      return inFlight >= Math.floor(limit) ? {} : undefined;
    },
    start: () => {
      inFlight += 1;
    },
    succeeded: () => {
      answered();
      limit = Math.min(ceiling, limit + 1 / Math.max(1, limit));
    },
    throttled: (now, wait) => {
      answeredWithTrouble();
      pausedUntil = Math.max(pausedUntil, now + wait);
    },
    failed: () => {
      answeredWithTrouble();
    },
  };
}
