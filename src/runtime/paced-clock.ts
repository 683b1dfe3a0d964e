import { performance } from "node:perf_hooks";
import type { Clock, Pace } from "./clock.ts";
import { InvariantError } from "./errors.ts";
import { breatheOnWallTime, createAlarm } from "./event-loop.ts";
import { timedWaits } from "./timed-waits.ts";
import { wallTimers } from "./wall-timers.ts";

/**
 * A clock for demos: starts at `pace.epoch` now and runs `pace.rate` times as fast as the wall.
 * `now()` is in whole ms; it never jumps, also not when the machine's own date is set. Real I/O costs time on it.
 *
 * @throws InvariantError when the rate is not a positive finite number
 */
export function createPacedClock(pace: Pace): Clock {
  const { epoch, rate } = pace;
  if (!(rate > 0 && Number.isFinite(rate))) throw new InvariantError(`a pace of ${rate}`);
  const start = performance.now();
  const monotonic = (): number => (performance.now() - start) * rate;
  const timer = wallTimers(monotonic, rate, createAlarm());
  return {
    kind: "paced",
    now: () => Math.floor(epoch + monotonic()),
    monotonic,
    timer,
    ...timedWaits(timer),
    breathe: breatheOnWallTime,
    outside: (_what, work) => work(),
  };
}
