import { once } from "node:events";
import { createServer } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { expect, test } from "vitest";
import { DeadlineError, InvariantError } from "./errors.ts";
import { settledTurn } from "./event-loop.ts";
import { createVirtualClock } from "./virtual-clock.ts";

const never = new AbortController().signal;
const soon = { at: Number.POSITIVE_INFINITY, eventsPerInstant: 1000 };

test("time jumps to each event and stands still while it is handled", async () => {
  const clock = createVirtualClock(1_000_000);
  const seen: [string, number, number][] = [];
  const work = async (name: string, every: number): Promise<void> => {
    for (let turn = 0; turn < 3; turn += 1) {
      await clock.sleep(every, never);
      seen.push([name, clock.now(), clock.monotonic()]);
    }
  };
  void work("a", 10_000);
  void work("b", 15_000);
  expect(await clock.run(() => seen.length === 6, soon)).toBe("reached");
  expect(seen).toEqual([
    ["a", 1_010_000, 10_000],
    ["b", 1_015_000, 15_000],
    ["a", 1_020_000, 20_000],
    // Both are due at 30 s: b set its timer first.
    ["b", 1_030_000, 30_000],
    ["a", 1_030_000, 30_000],
    ["b", 1_045_000, 45_000],
  ]);
});

test("one settled turn after every event: two read-modify-writes of one instant lose no update", async () => {
  const clock = createVirtualClock();
  let stored = 0;
  const increment = async (): Promise<void> => {
    await clock.sleep(5, never);
    const read = stored;
    await Promise.resolve();
    await Promise.resolve();
    stored = read + 1;
  };
  const all = Promise.all([increment(), increment(), increment()]);
  expect(await clock.run(() => stored === 3, soon)).toBe("reached");
  await all;
  expect(stored).toBe(3);
});

test("outside work holds virtual time, however many turns of the event loop it takes", async () => {
  const clock = createVirtualClock(0);
  let ticks = 0;
  const tick = (): void => {
    ticks += 1;
    clock.timer(8, tick);
  };
  clock.timer(8, tick);
  const times: number[] = [];
  const work = async (): Promise<void> => {
    await clock.sleep(10, never);
    await clock.outside("five turns", async () => {
      times.push(clock.now());
      for (let turn = 0; turn < 5; turn += 1) await settledTurn();
    });
    times.push(clock.now());
  };
  await Promise.all([work(), clock.run(() => times.length === 2, soon)]);
  expect(times).toEqual([10, 10]);
  expect(ticks).toBe(1);
});

test("a real HTTP exchange under a 30 s virtual deadline never meets it, and costs no virtual time", async () => {
  const server = createServer((_request, response) => response.end("ok")).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const clock = createVirtualClock(0);
  const answers: string[] = [];
  const work = async (): Promise<void> => {
    for (let call = 0; call < 20; call += 1) {
      using deadline = clock.deadline(30_000, never);
      answers.push(
        await clock.outside("GET", async () => {
          const response = await fetch(`http://127.0.0.1:${port}/`, { signal: deadline.signal });
          return response.text();
        }),
      );
      await clock.sleep(1, never);
    }
  };
  const done = work();
  expect(await clock.run(() => answers.length === 20, soon)).toBe("reached");
  expect(answers).toEqual(Array.from({ length: 20 }, () => "ok"));
  expect(clock.now()).toBe(19);
  expect(await clock.run(() => false, soon)).toBe("at-rest");
  await done;
  server.closeAllConnections();
  server.close();
});

test("compression outside ends at the same virtual time in every run", async () => {
  const compress = promisify(gzip);
  const endOf = async (): Promise<number> => {
    const clock = createVirtualClock(0);
    let end: number | undefined;
    const tick = (): void => {
      clock.timer(1, tick);
    };
    clock.timer(1, tick);
    const work = async (): Promise<void> => {
      await clock.sleep(3, never);
      await clock.outside("gzip", () => compress(Buffer.alloc(200_000, "virtual")));
      await clock.sleep(4, never);
      end = clock.now();
    };
    await Promise.all([work(), clock.run(() => end !== undefined, soon)]);
    return end ?? Number.NaN;
  };
  expect(new Set(await Promise.all([1, 2, 3, 4, 5].map(endOf)))).toEqual(new Set([7]));
});

test("held says what makes time stand still", async () => {
  const clock = createVirtualClock();
  const first = Promise.withResolvers<number>();
  const failing = clock.outside("read the snapshot", () => first.promise);
  const other = clock.outside("gzip", async () => 2);
  expect(clock.held()).toEqual(["read the snapshot", "gzip"]);
  first.reject(new Error("no such file"));
  await expect(failing).rejects.toThrow("no such file");
  expect(await other).toBe(2);
  expect(clock.held()).toEqual([]);
});

test("a clock with only background timers left is at rest, and its time does not move", async () => {
  const clock = createVirtualClock(0);
  let resyncs = 0;
  const resync = (): void => {
    resyncs += 1;
    clock.timer(30_000, resync, { background: true });
  };
  clock.timer(30_000, resync, { background: true });
  expect(await clock.run(() => false, soon)).toBe("at-rest");
  expect([clock.now(), resyncs]).toEqual([0, 0]);
  // While work is left, background timers run in their turn.
  clock.timer(70_000, () => {});
  expect(await clock.run(() => false, soon)).toBe("at-rest");
  expect([clock.now(), resyncs]).toEqual([70_000, 2]);
});

test("a wait for something that never comes is at rest, not late", async () => {
  const clock = createVirtualClock();
  const stuck = clock.sleep(Number.POSITIVE_INFINITY, never);
  let ended = false;
  void stuck.then(() => {
    ended = true;
  });
  expect(await clock.run(() => ended, soon)).toBe("at-rest");
});

test("late: time moves to the limit and no further; events at the limit still run", async () => {
  const clock = createVirtualClock(100);
  const ran: number[] = [];
  for (const after of [10, 20, 21]) clock.timer(after, () => ran.push(after));
  expect(await clock.run(() => false, { at: 120, eventsPerInstant: 10 })).toBe("late");
  expect([ran, clock.now()]).toEqual([[10, 20], 120]);
  expect(await clock.run(() => clock.now() >= 120.5, { at: 120.5, eventsPerInstant: 10 })).toBe("reached");
  // A limit in the past does not turn time back.
  expect(await clock.run(() => false, { at: 5, eventsPerInstant: 10 })).toBe("late");
  expect(clock.now()).toBe(120.5);
});

test("a retry without back-off is a runaway; the same many events spread over time are not", async () => {
  const clock = createVirtualClock(0);
  const limit = { at: 1_000_000, eventsPerInstant: 50 };
  let attempts = 0;
  const retry = (): void => {
    attempts += 1;
    clock.timer(attempts === 51 ? 1 : 0, retry);
  };
  const first = clock.timer(5, retry);
  expect(await clock.run(() => false, limit)).toBe("runaway");
  expect([attempts, clock.now()]).toEqual([50, 5]);
  first[Symbol.dispose]();

  const calm = createVirtualClock(0);
  let steps = 0;
  const step = (): void => {
    steps += 1;
    calm.timer(1, step);
  };
  calm.timer(1, step);
  expect(await calm.run(() => steps === 500, limit)).toBe("reached");
});

test("an aborted sleep rejects with the reason and leaves the heap", async () => {
  const clock = createVirtualClock(0);
  const abort = new AbortController();
  const reason = new Error("interrupted");
  const sleep = clock.sleep(60_000, abort.signal);
  clock.timer(5, () => abort.abort(reason));
  const caught = sleep.catch((error: unknown) => error);
  expect(await clock.run(() => false, soon)).toBe("at-rest");
  expect(await caught).toBe(reason);
  expect(clock.now()).toBe(5);
  await expect(clock.sleep(1, abort.signal)).rejects.toBe(reason);
});

test("a deadline aborts with a DeadlineError that names its length", async () => {
  const clock = createVirtualClock(0);
  using deadline = clock.deadline(30_000, never);
  expect(await clock.run(() => deadline.signal.aborted, soon)).toBe("reached");
  expect(clock.now()).toBe(30_000);
  expect(deadline.signal.reason).toBeInstanceOf(DeadlineError);
  expect(deadline.signal.reason).toMatchObject({ code: "deadline", after: 30_000, retryable: true });
});

test("a deadline follows its parent, and once disposed neither parent nor time ends it", async () => {
  const clock = createVirtualClock(0);
  const parent = new AbortController();
  const open = clock.deadline(1000, parent.signal);
  const over = clock.deadline(1000, parent.signal);
  over[Symbol.dispose]();
  parent.abort("Ctrl-C");
  expect([open.signal.aborted, open.signal.reason]).toEqual([true, "Ctrl-C"]);
  expect(over.signal.aborted).toBe(false);
  expect(clock.deadline(1000, parent.signal).signal.reason).toBe("Ctrl-C");
  expect(await clock.run(() => false, soon)).toBe("at-rest");
  expect([clock.now(), over.signal.aborted]).toEqual([0, false]);
});

test("a step of the wall moves now and leaves waits and monotonic alone", async () => {
  const clock = createVirtualClock(1000);
  let woke: [number, number] | undefined;
  clock.timer(100, () => {
    woke = [clock.now(), clock.monotonic()];
  });
  clock.shiftWall(-600);
  expect([clock.now(), clock.monotonic()]).toEqual([400, 0]);
  expect(await clock.run(() => woke !== undefined, { at: 500, eventsPerInstant: 5 })).toBe("reached");
  expect(woke).toEqual([500, 100]);
});

test("what an event throws ends the run, and the clock can be run again", async () => {
  const clock = createVirtualClock();
  clock.timer(1, () => {
    throw new Error("planted");
  });
  let later = false;
  clock.timer(2, () => {
    later = true;
  });
  await expect(clock.run(() => later, soon)).rejects.toThrow("planted");
  expect(await clock.run(() => later, soon)).toBe("reached");
});

test("misuse is told: two runs at once, a timer of NaN", async () => {
  const clock = createVirtualClock();
  clock.timer(1, () => {});
  const running = clock.run(() => false, soon);
  await expect(clock.run(() => false, soon)).rejects.toBeInstanceOf(InvariantError);
  expect(await running).toBe("at-rest");
  expect(() => clock.timer(Number.NaN, () => {})).toThrow(InvariantError);
});

test("a long timer is one event, and a length below zero is due at once", async () => {
  const clock = createVirtualClock(0);
  const ran: number[] = [];
  clock.timer(400 * 86_400_000, () => ran.push(clock.now()));
  clock.timer(-5, () => ran.push(clock.now()));
  await clock.breathe();
  expect(await clock.run(() => ran.length === 2, soon)).toBe("reached");
  expect(ran).toEqual([0, 400 * 86_400_000]);
});
