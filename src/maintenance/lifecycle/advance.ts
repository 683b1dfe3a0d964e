import { InvariantError } from "../../runtime/errors.ts";
import { dutiesOf } from "./duties.ts";
import { enter } from "./enter.ts";
import type { Facts } from "./facts.ts";
import { note } from "./notes.ts";
import { noticesOf } from "./notices.ts";
import { sense } from "./sense.ts";
import type { Advanced, LifecycleEvent, LifecycleState, Move } from "./state.ts";
import { transitions } from "./transitions.ts";
import { wakeAtOf } from "./wake.ts";

/** More moves in one moment than any way through the table has: a circle, and a bug. */
const moveLimit = 32;

/** Where every maintenance begins. */
export const atFirst: LifecycleState = { phase: "Pending", drifts: [] };

/**
 * What follows from what is seen: the state, what is to be seen to, what is to be told, and when to look again. Pure, and level-triggered: asked
 * again with the same facts and its own state it gives the same state, the same duties, and nothing more to tell.
 */
export function advance(facts: Facts): Advanced {
  const { moves, state, because } = settle(facts);
  return {
    state,
    because,
    duties: dutiesOf(facts, state),
    notices: noticesOf(facts, moves, state),
    wakeAt: wakeAtOf(facts, state),
  };
}

/** Applies what is true until nothing changes. Throws where that never ends. */
export function settle(facts: Facts): {
  readonly moves: readonly Move[];
  readonly state: LifecycleState;
  readonly because: LifecycleEvent | undefined;
} {
  const moves: Move[] = [];
  let state = note(facts, facts.previous ?? atFirst);
  for (;;) {
    const { next, by } = decide(facts, state);
    if (next === undefined || by === undefined) return { moves, state, because: by };
    const to = note(facts, next);
    moves.push({ from: state, by, to });
    state = to;
    if (moves.length > moveLimit) throw new InvariantError(`a maintenance goes round in circles: ${drawn(moves)}`);
  }
}

/** The first event that does not ignore this state decides. */
function decide(facts: Facts, state: LifecycleState): { readonly next?: LifecycleState; readonly by?: LifecycleEvent } {
  for (const event of sense(facts, state)) {
    const cell = transitions[state.phase][event.type];
    if (cell === "ignores") continue;
    if (cell === "impossible") throw new InvariantError(`${event.type} is sensed in ${state.phase}`);
    return cell === "stays" ? { by: event } : { next: enter(state, event, cell, facts.serverNow), by: event };
  }
  return {};
}

function drawn(moves: readonly Move[]): string {
  return moves
    .slice(-8)
    .map(({ from, by, to }) => `${from.phase} -${by.type}-> ${to.phase}`)
    .join(", ");
}
