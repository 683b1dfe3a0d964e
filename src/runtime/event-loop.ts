import { performance } from "node:perf_hooks";
import { clearTimeout, setImmediate, setTimeout } from "node:timers";
import type { Millis } from "./clock.ts";

/** One turn of the event loop: every promise that can settle without I/O or a timer has settled when it comes back. */
export function settledTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** How long a loop may hold the event loop before `breathe` gives it up. */
const breath: Millis = 8;

/** `breathe` of the clocks that follow wall time. All loops of the process share one measure: the event loop is one. */
let lastYield: Millis = 0;

export async function breatheOnWallTime(): Promise<void> {
  if (performance.now() - lastYield < breath) return;
  await settledTurn();
  lastYield = performance.now();
}

/** The one timer of the platform under a heap of ours. */
export interface Alarm {
  /** Replaces what was set before. `hold`: keeps the process alive. */
  set(after: Millis, ring: () => void): void;
  clear(): void;
  hold(alive: boolean): void;
}

export function createAlarm(): Alarm {
  let timeout: NodeJS.Timeout | undefined;
  let alive = true;
  return {
    set(after, ring) {
      clearTimeout(timeout);
      timeout = setTimeout(ring, after);
      if (!alive) timeout.unref();
    },
    clear() {
      clearTimeout(timeout);
      timeout = undefined;
    },
    hold(next) {
      if (next === alive) return;
      alive = next;
      if (alive) timeout?.ref();
      else timeout?.unref();
    },
  };
}
