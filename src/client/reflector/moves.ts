import { compareResourceVersions } from "../../kube/resource-version.ts";
import type { Status } from "../../kube/status.ts";
import type { Millis } from "../../runtime/clock.ts";
import { KubeError } from "../errors.ts";
import { laterOf } from "./copy.ts";
import {
  answeredFailures,
  backoff,
  barrenWatches,
  bookmarkDue,
  deniedPause,
  freeReconnects,
  goodAfter,
  heldAfter,
  nudgeGap,
  notBefore,
  olderBookmarksBelieved,
  olderStatesBelieved,
  openPatience,
  pollPause,
  probeEvery,
  realAfter,
  restartBackoff,
  soon,
} from "./pace.ts";
import type { Delay, Memory, Next, State, States } from "./state.ts";

/** Ask for a whole state now. */
export function seed(memory: Memory, now: Millis): Next {
  const asked = { ...memory, asked: now };
  if (memory.seedBy === "watch-list" && !memory.detour && !memory.watchDenied) {
    return { state: { kind: "gathering", since: now, memory: asked }, activity: { do: "gather" } };
  }
  return { state: { kind: "listing", since: now, memory: asked }, activity: { do: "list", whole: memory.whole } };
}

/** Ask now for a watch from the version we have; without one, for a whole state. */
export function watch(memory: Memory, now: Millis, renewed = false): Next {
  if (memory.version === undefined) return seed(memory, now);
  return {
    state: { kind: "opening", since: now, renewed, memory: { ...memory, asked: now } },
    activity: { do: "watch", from: memory.version, patience: openPatience },
  };
}

function wait(memory: Memory, next: "seed" | "watch", delay: Delay, now: Millis): Next {
  return { state: { kind: "waiting", since: now, next, memory }, activity: { do: "wait", delay, background: false } };
}

/** A poll is the only way a change is noticed, so its timer is not in the background: a virtual clock does not rest on it. */
export function poll(memory: Memory, now: Millis): Next {
  return {
    state: { kind: "polling", since: now, memory: { ...memory, streak: 0 } },
    activity: { do: "wait", delay: pollPause, background: false },
  };
}

export function deny(memory: Memory, error: KubeError, now: Millis): Next {
  return {
    // Once listing is allowed again, watching may be too: it is tried at once then.
    state: { kind: "denied", since: now, memory: { ...memory, listDenied: true, probeAt: now, lastError: error } },
    ...(memory.version === undefined ? { tell: { denied: error } } : {}),
    activity: { do: "wait", delay: deniedPause, background: true },
  };
}

/** Do at once what is waited for, but not closer than `nudgeGap` to the last request: a nudge for every failure must not make a spin. */
export function hurry(state: State, now: Millis, go: (memory: Memory, now: Millis) => Next): Next {
  const rest = state.memory.asked + nudgeGap - now;
  if (rest <= 0) return go(state.memory, now);
  return { state, activity: { do: "wait", delay: { floor: rest, cap: rest }, background: false } };
}

/** Reseeds count as a row while less than two minutes lie between them. */
function countReseed(memory: Memory, fault: KubeError, now: Millis): Memory {
  const inRow = memory.reseededAt !== undefined && now - memory.reseededAt < goodAfter;
  return { ...memory, reseeds: inRow ? memory.reseeds + 1 : 1, reseededAt: now, lastError: fault };
}

/** The server no longer knows our version: ask for a whole state, the first time at once. */
export function expire(memory: Memory, now: Millis, fault: KubeError): Next {
  const after = countReseed(memory, fault, now);
  return after.reseeds === 1 ? seed(after, now) : wait(after, "seed", backoff(after.reseeds - 2), now);
}

/** Something else is wrong with the stream: ask for a whole state after a back-off. */
function reseed(memory: Memory, now: Millis, fault: KubeError): Next {
  const after = countReseed(memory, fault, now);
  const troubled = { ...after, streak: memory.streak + 1, troubleSince: memory.troubleSince ?? now };
  return wait(troubled, "seed", backoff(after.reseeds - 1), now);
}

function errorOf(status: Status): KubeError {
  const expired = status.code === 410 || status.reason === "Expired" || status.reason === "Gone";
  return new KubeError(expired ? "expired" : "server-error", status.message ?? `the watch reported ${status.reason ?? "an error"}`, {
    status,
    retryable: true,
    ...(status.code === undefined ? {} : { http: status.code }),
  });
}

export function onErrorEvent(memory: Memory, now: Millis, status: Status): Next {
  const fault = errorOf(status);
  return fault.code === "expired" ? expire(memory, now, fault) : reseed(memory, now, fault);
}

/** Answers that mean "not this request" rather than "not now". */
const answered = (error: KubeError): boolean => error.http !== undefined && error.code !== "too-many-requests";
/** Failures that a single further attempt often mends: told to the owner only when they repeat. */
const passing = (error: KubeError): boolean => ["lost", "server-error", "too-many-requests"].includes(error.code);

/** An attempt failed for a reason that has no state of its own: back off and go on. */
export function fail(memory: Memory, error: KubeError, next: "seed" | "watch", now: Millis): Next {
  const streak = memory.streak + 1;
  const troubleSince = memory.troubleSince ?? now;
  const reseeding = next === "watch" && answered(error) && streak >= answeredFailures;
  const after = { ...memory, streak, troubleSince, lastError: error, detour: memory.detour || (next === "seed" && answered(error)) };
  const told = memory.version === undefined && (!passing(error) || streak >= answeredFailures);
  return {
    ...wait(
      after,
      reseeding || memory.watchDenied ? "seed" : next,
      notBefore(error.retryAfter, failDelay(error, streak, now - troubleSince)),
      now,
    ),
    ...(told ? { tell: { failed: error } } : {}),
  };
}

function failDelay(error: KubeError, streak: number, silentFor: Millis): Delay {
  if (error.code === "unreachable") return restartBackoff(streak - 1, silentFor);
  if (error.code === "lost") return streak === 1 ? soon : backoff(streak - 2);
  return backoff(streak - 1);
}

/** The watch verb is denied. The copy is from a moment ago: list it from now on, and try the watch now and then. */
export function denyWatch(memory: Memory, error: KubeError, now: Millis): Memory {
  return { ...memory, watchDenied: true, probeAt: now + probeEvery, lastError: error };
}

/** A whole state is in hand: is it at least as new as what we have? If so it is the copy now. */
export function judge(memory: Memory, version: string, now: Millis): { readonly taken: boolean; readonly memory: Memory } {
  const older = memory.version !== undefined && compareResourceVersions(version, memory.version) === -1;
  if (older) {
    const since = memory.refused?.since ?? now;
    const count = (memory.refused?.count ?? 0) + 1;
    if (count < olderStatesBelieved.count || now - since < olderStatesBelieved.after) {
      return { taken: false, memory: { ...memory, refused: { count, since } } };
    }
  }
  const clean = {
    detour: false,
    whole: false,
    listDenied: false,
    troubleSince: undefined,
    refused: undefined,
    barren: 0,
    olderBookmarks: 0,
  };
  // While the watch is denied, the denial is what there is to tell.
  return { taken: true, memory: { ...memory, ...clean, version, lastError: memory.watchDenied ? memory.lastError : undefined } };
}

export function refuse(memory: Memory, now: Millis): Next {
  return wait(memory, "seed", backoff((memory.refused?.count ?? 1) - 1), now);
}

/** What a watch that has lasted so long has proven. Called whenever one brings something, and when it is over. */
export function settle({ since, memory, progress }: States["watching"], now: Millis): Memory {
  const age = now - since;
  return age >= heldAfter || (progress && age >= realAfter) ? { ...memory, streak: 0 } : memory;
}

/** The stream told of a version: `advance` what we go on from, or note that the server speaks of an older past. */
export function hear(state: States["watching"], told: string, from: "event" | "bookmark", now: Millis): Next {
  const known = state.memory.version ?? told;
  if (from === "bookmark" && compareResourceVersions(told, known) === -1) {
    const olderBookmarks = state.memory.olderBookmarks + 1;
    const memory = { ...state.memory, olderBookmarks };
    if (olderBookmarks < olderBookmarksBelieved) return { state: { ...state, memory } };
    const fault = new KubeError("server-error", `bookmarks keep telling of versions before ${known}`, { retryable: true });
    return reseed({ ...memory, olderBookmarks: 0 }, now, fault);
  }
  const moved = { ...state, renewed: false, progress: state.progress || told !== known };
  const memory = { ...settle(moved, now), version: laterOf(known, told), barren: 0, olderBookmarks: 0 };
  return { state: { ...moved, memory }, ...(from === "event" ? { deliver: "changes" } : {}) };
}

/** A bookmark may be on its way, on the watch that took the place of a quiet one. */
export function awaitsBookmark({ since, renewed }: States["watching"], now: Millis): boolean {
  return renewed && now - since < bookmarkDue;
}

/** An open watch is over. `quiet`: by the idle deadline, or because somebody wants to be sure of it. */
export function over(
  state: States["watching"],
  cause: { readonly ended: true } | { readonly quiet: true } | { readonly lost: KubeError },
  now: Millis,
): Next {
  const held = now - state.since >= heldAfter;
  const settled = settle(state, now);
  const memory = { ...settled, barren: state.progress ? 0 : settled.barren + 1 };
  if (memory.barren >= barrenWatches) return seed({ ...memory, barren: 0 }, now);
  if ("lost" in cause) return fail(memory, cause.lost, "watch", now);
  if ("quiet" in cause || held) return watch(memory, now, "quiet" in cause);
  const short = { ...memory, streak: memory.streak + 1 };
  if (short.streak <= freeReconnects) return watch(short, now);
  return wait(short, "watch", backoff(short.streak - freeReconnects - 1, state.progress ? 1_000 : undefined), now);
}
