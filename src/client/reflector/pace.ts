import type { Millis } from "../../runtime/clock.ts";
import type { Delay } from "./state.ts";

/** The figures of client-go's reflector: 0.8 s doubling up to 30 s, good again after two minutes. */
const backoffBase: Millis = 800;
const backoffMost: Millis = 30_000;
export const goodAfter: Millis = 120_000;

/** A watch that lasted this long was no spin: the next may follow at once, whatever ended it. At most six requests a minute. */
export const heldAfter: Millis = 10_000;
/** Progress counts as real from this age on: less could be a server that cuts each watch after one event. */
export const realAfter: Millis = 1_000;
/** So many short watches in a row may be followed at once. */
export const freeReconnects = 3;
/** So many failed attempts to go on from a version, answered by the server, and a whole state is asked for. */
export const answeredFailures = 3;
/** So many watches from one version without a confirmation of it, and a whole state is asked for. */
export const barrenWatches = 10;
/** So many older bookmarks in a row, and the server's past is not the one we know. */
export const olderBookmarksBelieved = 3;
/** So many older states, over at least so long, and the server's past is taken for rewritten (etcd restored from a backup). */
export const olderStatesBelieved = { count: 3, after: 30_000 } as const;
/** While connections are refused, the back-off stays below a second for so long: the usual restart of an API server. */
const restartWindow: Millis = 30_000;
/** How long a watch may take to be accepted before it is told as trouble. */
export const openPatience: Millis = 5_000;
/** Nudges closer to the last request than this wait for the rest of it. */
export const nudgeGap: Millis = 1_000;
/**
 * The first bookmark of a watch comes after a minute. A watch in the place of a quiet one is left alone for so long: else none would ever tell of a
 * newer version, and the one to go on from would soon be older than the watch cache remembers (75 s: watch_cache.go, DefaultEventFreshDuration).
 */
export const bookmarkDue: Millis = 75_000;
/** How often a denied watch is tried again. */
export const probeEvery: Millis = 60_000;

/** Below this no back-off goes, however the dice fall. */
const floor: Millis = 100;

/** After a plain loss of a connection that had held: someone waits on it, and the server is most likely there. */
export const soon: Delay = { floor: 0, cap: 100 };
export const pollPause: Delay = { floor: 4_000, cap: 6_000 };
export const deniedPause: Delay = { floor: 27_000, cap: 33_000 };

/** Full jitter below `most`: attempt 0 waits up to 0.8 s, each further one up to twice as long. */
export function backoff(attempt: number, most: Millis = backoffMost): Delay {
  return { floor, cap: Math.max(floor, Math.min(most, backoffBase * 2 ** Math.max(0, attempt))) };
}

/**
 * Nothing listens: an API server restarts, which takes seconds, and a drain waits for it. Up to a second for the first 30 s; then the
 * bound doubles with every further 30 s of silence, so that an outage is never noticed to be over later than a fraction of its own length.
 */
export function restartBackoff(attempt: number, silentFor: Millis): Delay {
  if (silentFor < restartWindow) return backoff(attempt, 1_000);
  return { floor, cap: Math.min(backoffMost, backoffBase * 2 ** Math.min(10, silentFor / restartWindow)) };
}

/** Retry-After is obeyed up to a minute, with the back-off on top so that those told the same second do not come back together. */
export function notBefore(retryAfterSeconds: number | undefined, delay: Delay): Delay {
  if (retryAfterSeconds === undefined || !(retryAfterSeconds > 0)) return delay;
  const least = Math.min(60_000, retryAfterSeconds * 1_000);
  return { floor: least, cap: least + delay.cap };
}
