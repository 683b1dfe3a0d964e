import type { Clock, Instant } from "./clock.ts";

/** The time of the clock as it was at this call, advanced by its monotonic reading: what we wait for ourselves must not jump with the wall. */
export function steadyTime(clock: Clock): () => Instant {
  const epoch = clock.now() - clock.monotonic();
  return () => epoch + clock.monotonic();
}
