import { performance } from "node:perf_hooks";
import type { Clock } from "./clock.ts";
import { breatheOnWallTime, createAlarm } from "./event-loop.ts";
import { timedWaits } from "./timed-waits.ts";
import { wallTimers } from "./wall-timers.ts";

const monotonic = (): number => performance.now();
const timer = wallTimers(monotonic, 1, createAlarm());

/** The time of this machine. Only foreground timers keep the process alive. */
export const realClock: Clock = {
  kind: "real",
  now: () => Date.now(),
  monotonic,
  timer,
  ...timedWaits(timer),
  breathe: breatheOnWallTime,
  outside: (_what, work) => work(),
};
