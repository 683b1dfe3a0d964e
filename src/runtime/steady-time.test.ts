import { expect, test } from "vitest";
import { steadyTime } from "./steady-time.ts";
import { createVirtualClock } from "./virtual-clock.ts";

test("a wall clock that is set back moves nothing that is waited for", async () => {
  const clock = createVirtualClock();
  const now = steadyTime(clock);
  const from = now();
  expect(from).toBe(clock.now());
  clock.shiftWall(-3_600_000);
  let isOver = false;
  clock.timer(1_000, () => {
    isOver = true;
  });
  await clock.run(() => isOver, { at: from + 10_000, eventsPerInstant: 100 });
  expect(now()).toBe(from + 1_000);
});
