import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { DeadlineError, InvariantError } from "./errors.ts";
import { createPacedClock } from "./paced-clock.ts";
import { realClock } from "./real-clock.ts";

const never = new AbortController().signal;

test("the real clock sleeps at least as long as asked, in the order asked", async () => {
  const order: string[] = [];
  const start = realClock.monotonic();
  const long = realClock.timer(40 * 86_400_000, () => order.push("40 days"), { background: true });
  await Promise.all([realClock.sleep(12, never).then(() => order.push("12 ms")), realClock.sleep(4, never).then(() => order.push("4 ms"))]);
  expect(realClock.monotonic() - start).toBeGreaterThanOrEqual(12);
  expect(order).toEqual(["4 ms", "12 ms"]);
  long[Symbol.dispose]();
});

test("an aborted real sleep rejects with the reason", async () => {
  const abort = new AbortController();
  const sleep = realClock.sleep(86_400_000, abort.signal);
  abort.abort("Ctrl-C");
  await expect(sleep).rejects.toBe("Ctrl-C");
});

test("a real deadline aborts its signal", async () => {
  using deadline = realClock.deadline(2, never);
  const aborted = new Promise((resolve) => deadline.signal.addEventListener("abort", resolve, { once: true }));
  await aborted;
  expect(deadline.signal.reason).toBeInstanceOf(DeadlineError);
});

test("breathing lets others run once a loop has held the event loop for 8 ms", async () => {
  let others = 0;
  realClock.timer(0, () => {
    others += 1;
  });
  // Would never end if breathe did not yield to the event loop.
  while (others === 0) await realClock.breathe();
  expect(others).toBe(1);
});

test("outside is nothing but the work where time runs by itself", async () => {
  const paced = createPacedClock({ epoch: 0, rate: 2 });
  expect(await realClock.outside("read", async () => 1)).toBe(1);
  expect(await paced.outside("read", async () => 2)).toBe(2);
});

test("a paced clock starts at its epoch and runs at its rate", async () => {
  const epoch = Date.UTC(2026, 5, 1);
  const clock = createPacedClock({ epoch, rate: 1000 });
  const wall = realClock.monotonic();
  const order: number[] = [];
  await Promise.all([9000, 3000, 6000].map((ms) => clock.sleep(ms, never).then(() => order.push(ms))));
  const passed = realClock.monotonic() - wall;
  expect(order).toEqual([3000, 6000, 9000]);
  expect(clock.now()).toBeGreaterThanOrEqual(epoch + 9000);
  expect(passed).toBeGreaterThanOrEqual(9);
  expect(clock.monotonic()).toBeGreaterThanOrEqual(passed * 1000);
  expect(Number.isInteger(clock.now())).toBe(true);
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("a pace of %d is refused", (rate) => {
  expect(() => createPacedClock({ epoch: 0, rate })).toThrow(InvariantError);
});

test("a process with only background timers ends; one with a foreground timer runs it first", () => {
  const clock = new URL("./real-clock.ts", import.meta.url).href;
  const program = `
    const { realClock } = await import(${JSON.stringify(clock)});
    realClock.timer(3_600_000, () => console.log("resync"), { background: true });
    realClock.timer(5, () => console.log("work"));
    process.on("warning", (warning) => console.log(warning.name));
    realClock.timer(40 * 86_400_000, () => console.log("overflow"), { background: true });
  `;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  expect([child.status, child.stdout]).toEqual([0, "work\n"]);
});
