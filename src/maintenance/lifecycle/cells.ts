import type { BasePhase, EventType, Overlay } from "./state.ts";

/**
 * What an event means in a state. A phase: go there. "resumes": go on where Blocked, Paused or Failed stand before. "notes": it is written down,
 * and the next event is asked. "stays": it is why nothing changes; nothing after it is asked. "ignores": it says nothing here, the next event
 * is asked. "impossible": it is never true here.
 */
export type Cell = BasePhase | Overlay | "resumes" | "notes" | "stays" | "ignores" | "impossible";

/** One state: every event has its cell, or it does not compile. */
export type Row = { readonly [T in EventType]: Cell };

/** What counts first. Of all events that are true, the first that does not say "ignores" decides. */
export const precedence: readonly EventType[] = [
  "node-unknown",
  "retried",
  "restored",
  "deleted",
  "cancelled",
  "node-not-found",
  "node-missing",
  "machine-replaced",
  "lease-given-up",
  "paused",
  "resumed",
  "timed-out",
  "mended",
  "release-awaited",
  "wanted-in",
  "finalizer-awaited",
  "wanted-out",
  "drift-given-up",
  "refused",
  "lease-foreign",
  "lease-lost",
  "lease-failed",
  "lease-awaited",
  "drift",
  "look-awaited",
  "hold-awaited",
  "cleared",
  "hooks-open",
  "cordon-only",
  "hooks-clear",
  "stuck",
  "unstuck",
  "moving",
  "settling",
  "emptied",
  "power-kept",
  "power-on",
  "switched-off",
  "back-on",
  "checks-pending",
  "checks-failed",
  "way-open",
];

/** From everywhere but the way that leads there: what was done is undone. */
export const undone = { deleted: "Cancelling", cancelled: "Cancelling" } as const;

/** Events of the way out, where the state knows nothing of it. */
export const noWayOut = {
  "timed-out": "impossible",
  "finalizer-awaited": "impossible",
  "wanted-out": "impossible",
  "drift-given-up": "impossible",
  refused: "impossible",
  "lease-given-up": "impossible",
  "lease-foreign": "impossible",
  "lease-lost": "impossible",
  "lease-failed": "impossible",
  "lease-awaited": "impossible",
  drift: "impossible",
  "look-awaited": "impossible",
  "hold-awaited": "impossible",
  cleared: "impossible",
  "hooks-open": "impossible",
  "cordon-only": "impossible",
  "hooks-clear": "impossible",
  stuck: "impossible",
  unstuck: "impossible",
  moving: "impossible",
  settling: "impossible",
  emptied: "impossible",
  "power-kept": "impossible",
  "power-on": "impossible",
  "switched-off": "impossible",
  "back-on": "impossible",
} as const;

/** Events of the way back, where the state knows nothing of it. */
export const noWayBack = {
  restored: "impossible",
  "release-awaited": "impossible",
  "checks-pending": "impossible",
  "checks-failed": "impossible",
  "way-open": "impossible",
} as const;
