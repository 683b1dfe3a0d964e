import type { Instant } from "../../runtime/clock.ts";
import type { Cell } from "./cells.ts";
import { stampOf } from "./questions.ts";
import { type BasePhase, baseOf, isOverlay, type LifecycleEvent, type LifecycleState } from "./state.ts";

/** The state after this event, where the table says `cell`: what is remembered follows from where it goes. `serverNow` dates it. */
export function enter(
  state: LifecycleState,
  by: LifecycleEvent,
  cell: Exclude<Cell, "stays" | "ignores" | "impossible">,
  serverNow: Instant,
): LifecycleState {
  const now = stampOf(serverNow);
  const noted = noteEvent(state, by, now);
  if (cell === "notes") return noted;
  const { from: _, ...before } = noted;
  const rest = { ...before, since: now };
  if (cell === "resumes") return { ...rest, phase: baseOf(state) };
  if (isOverlay(cell)) return { ...rest, phase: cell, from: baseOf(state) };
  return arrive({ ...rest, phase: cell }, baseOf(state), by, now);
}

/** What the event itself leaves to be remembered. */
function noteEvent(state: LifecycleState, by: LifecycleEvent, now: Instant): LifecycleState {
  switch (by.type) {
    case "retried":
      return retried(state, by.request, now);
    case "machine-replaced": {
      const { uid: _, ...machine } = state.machine ?? {};
      const { leaseLostSince: __, cordonedBy: ___, ...rest } = state;
      return { ...rest, machine, drifts: [] };
    }
    case "way-open":
      return { ...state, letGoAt: now };
    default:
      return state;
  }
}

/** A person looked at it: timeouts count anew, and what was given up is tried again. */
function retried(state: LifecycleState, request: Instant, now: Instant): LifecycleState {
  return {
    ...state,
    retried: request,
    drifts: state.drifts.slice(-1),
    ...(state.wayOutSince === undefined ? {} : { wayOutSince: now }),
    ...(state.checksSince === undefined ? {} : { checksSince: now }),
  };
}

function arrive(state: LifecycleState, from: BasePhase, by: LifecycleEvent, now: Instant): LifecycleState {
  switch (state.phase) {
    case "Checking": {
      const { checksSince: _, letGoAt: __, drainedAt: ___, ...rest } = state;
      return { ...rest, wayOutSince: now };
    }
    case "Draining":
      // Emptied once, and to be emptied again: what came is given the whole time.
      return from === "Cordoned" ? state : { ...state, wayOutSince: now };
    case "Drained":
      return from === "Draining" ? { ...state, drainedAt: now } : state;
    case "Returning":
      return { ...state, checksSince: state.checksSince ?? now };
    case "Finished": {
      const { leaseLostSince: _, wayOutSince: __, checksSince: ___, ...rest } = state;
      return { ...rest, drifts: [], finishedAt: now, ended: by.type === "restored" ? by.ending : "returned" };
    }
    default:
      return state;
  }
}
