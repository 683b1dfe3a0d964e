import { setImmediate } from "node:timers";
import type { Clock, Millis } from "./clock.ts";
import type { Alarm } from "./event-loop.ts";
import { dueAt } from "./timed-waits.ts";
import { TimerHeap } from "./timer-heap.ts";

/** The longest `setTimeout`: one ms more overflows 32 bits, and Node fires it after 1 ms. */
const longestAlarm: Millis = 2 ** 31 - 1;

/**
 * The `timer` of a clock whose time runs by itself: a heap of timers under one alarm of the platform.
 * One heap, and not one `setTimeout` each, because on a fast clock many timers fall into one wall millisecond
 * and must still run in the order of their time. Each timer runs in its own turn of the loop; none runs early.
 * The process stays alive while a foreground timer is set.
 *
 * @param monotonic the clock's own time
 * @param rate ms of the clock's time per ms of wall time
 */
export function wallTimers(monotonic: () => Millis, rate: number, alarm: Alarm): Clock["timer"] {
  const heap = new TimerHeap();
  let armedFor: Millis | undefined;
  let ringing = false;

  const arm = (): void => {
    alarm.hold(heap.foreground > 0);
    const next = heap.first();
    if (next === undefined) {
      armedFor = undefined;
      alarm.clear();
    } else if (next.at !== armedFor) {
      armedFor = next.at;
      const wait = Math.ceil((next.at - monotonic()) / rate);
      alarm.set(Math.min(Math.max(wait, 1), longestAlarm), ring);
    }
  };

  const ring = (): void => {
    armedFor = undefined;
    ringing = false;
    const next = heap.first();
    const due = next !== undefined && next.at <= monotonic();
    try {
      if (due) {
        heap.remove(next);
        next.run();
      }
    } finally {
      // Another one already due takes the next turn, so that what this one woke comes first.
      const following = heap.first();
      if (due && following !== undefined && following.at <= monotonic()) {
        alarm.clear();
        ringing = true;
        setImmediate(ring);
      } else arm();
    }
  };

  return (after, run, options) => {
    const at = dueAt(monotonic(), after);
    if (at === undefined) return { [Symbol.dispose]: () => {} };
    const timer = heap.add(at, run, options?.background ?? false);
    if (!ringing) arm();
    return {
      [Symbol.dispose]: () => {
        if (heap.remove(timer) && !ringing) arm();
      },
    };
  };
}
