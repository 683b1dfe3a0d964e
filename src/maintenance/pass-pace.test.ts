import { expect, test } from "vitest";
import type { Millis } from "../runtime/clock.ts";
import { createVirtualClock } from "../runtime/virtual-clock.ts";
import { PassPace } from "./pass-pace.ts";

const never = new AbortController().signal;

/** How long one rests after a pass of `work`, when the next change comes `later`. */
async function restAfter(work: Millis, later: Millis = 0): Promise<Millis> {
  const clock = createVirtualClock();
  const pace = new PassPace(clock);
  let rested: Millis | undefined;
  const pass = async (): Promise<void> => {
    pace.begin();
    await clock.sleep(work, never);
    pace.end();
    await clock.sleep(later, never);
    const since = clock.monotonic();
    await pace.rest();
    rested = clock.monotonic() - since;
  };
  void pass();
  await clock.run(() => rested !== undefined, { at: Number.POSITIVE_INFINITY, eventsPerInstant: 100 });
  return rested ?? Number.NaN;
}

test("a pass is followed by a rest of twice its length, never by more than 25 ms", async () => {
  expect(await restAfter(4)).toBe(8);
  expect(await restAfter(100)).toBe(25);
});

test("what changes after the rest is over is looked at at once, and so is all where passes take no time", async () => {
  expect(await restAfter(4, 8)).toBe(0);
  expect(await restAfter(4, 5)).toBe(3);
  expect(await restAfter(0)).toBe(0);
});
