import type { Instant, Millis, VirtualClock } from "./clock.ts";
import { InvariantError } from "./errors.ts";
import { settledTurn } from "./event-loop.ts";
import { dueAt, timedWaits } from "./timed-waits.ts";
import { TimerHeap } from "./timer-heap.ts";

/** 1 January 2026, 00:00 UTC: a start that is the same in every run. */
const defaultEpoch: Instant = Date.UTC(2026, 0, 1);

/**
 * A clock that stands still until `run` jumps it from event to event. Deterministic as long as everything that is not
 * a promise or a timer of this clock goes through `outside`.
 *
 * @throws (from `run`) what an event's callback throws; InvariantError when a run is already under way
 */
export function createVirtualClock(epoch: Instant = defaultEpoch): VirtualClock {
  const heap = new TimerHeap();
  const held = new Map<symbol, string>();
  let monotonic: Millis = 0;
  let shift: Millis = 0;
  let running = false;
  let released: (() => void) | undefined;

  const now = (): Instant => epoch + shift + monotonic;

  /** A settled turn, and then as many as it takes until no outside work is left. */
  const settle = async (): Promise<void> => {
    await settledTurn();
    while (held.size > 0) {
      await new Promise<void>((resolve) => {
        released = resolve;
      });
      await settledTurn();
    }
  };

  const timer: VirtualClock["timer"] = (after, run, options) => {
    const at = dueAt(monotonic, after);
    if (at === undefined) return { [Symbol.dispose]: () => {} };
    const entry = heap.add(at, run, options?.background ?? false);
    return {
      [Symbol.dispose]: () => {
        heap.remove(entry);
      },
    };
  };

  const run: VirtualClock["run"] = async (until, limit) => {
    let instant = monotonic;
    let events = 0;
    await settle();
    for (;;) {
      if (until()) return "reached";
      const next = heap.first();
      if (next === undefined || heap.foreground === 0) return "at-rest";
      const wait = next.at - monotonic;
      if (now() + wait > limit.at) {
        monotonic += Math.max(0, limit.at - now());
        return until() ? "reached" : "late";
      }
      if (next.at !== instant) {
        instant = next.at;
        events = 0;
      }
      events += 1;
      if (events > limit.eventsPerInstant) return "runaway";
      heap.remove(next);
      monotonic = next.at;
      next.run();
      await settle();
    }
  };

  return {
    kind: "virtual",
    now,
    monotonic: () => monotonic,
    timer,
    ...timedWaits(timer),
    breathe: async () => {},
    async outside(what, work) {
      const hold = Symbol(what);
      held.set(hold, what);
      try {
        return await work();
      } finally {
        held.delete(hold);
        if (held.size === 0) {
          released?.();
          released = undefined;
        }
      }
    },
    async run(until, limit) {
      if (running) throw new InvariantError("a virtual clock is run from two places at once");
      running = true;
      try {
        return await run(until, limit);
      } finally {
        running = false;
      }
    },
    shiftWall(by) {
      shift += by;
    },
    held: () => [...held.values()],
  };
}
