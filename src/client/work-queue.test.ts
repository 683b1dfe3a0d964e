import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Millis, VirtualClock } from "../runtime/clock.ts";
import { seededRandom } from "../runtime/random.ts";
import { createVirtualClock } from "../runtime/virtual-clock.ts";
import type { QueueObserver, Result } from "./work-queue/contract.ts";
import { WorkQueue } from "./work-queue.ts";

const done: Result = { kind: "done" };
const failed: Result = { kind: "failed", error: new Error("not yet") };

class Rig {
  readonly clock: VirtualClock = createVirtualClock();
  /** "key @ms" in the order the workers began. */
  readonly begun: string[] = [];
  readonly queue: WorkQueue;
  readonly #stop = new AbortController();
  /** What a worker does with a key, and how long it takes. */
  work: (key: string, signal: AbortSignal) => Promise<Result> = async () => done;

  constructor(workers = 1, observer: QueueObserver = {}) {
    const reconcile = (key: string, signal: AbortSignal): Promise<Result> => {
      this.begun.push(`${key} @${Math.round(this.clock.monotonic())}`);
      return this.work(key, signal);
    };
    this.queue = new WorkQueue({ workers, reconcile, clock: this.clock, random: seededRandom("queue"), observer });
  }

  takes(ms: Millis, result: Result = done): (key: string) => Promise<Result> {
    return async () => {
      await this.clock.sleep(ms, this.#stop.signal);
      return result;
    };
  }

  async pass(ms: Millis): Promise<void> {
    let over = false;
    this.clock.timer(ms, () => {
      over = true;
    });
    expect(await this.clock.run(() => over, { at: Number.POSITIVE_INFINITY, eventsPerInstant: 20_000 })).toBe("reached");
  }

  async until<T>(work: Promise<T>): Promise<T> {
    let over = false;
    void work.finally(() => {
      over = true;
    });
    await this.clock.run(() => over, { at: Number.POSITIVE_INFINITY, eventsPerInstant: 20_000 });
    return await work;
  }
}

describe("what is waiting", () => {
  it("keeps keys until it is started, and each only once", async () => {
    const rig = new Rig();
    for (const key of ["a", "b", "a", "c", "b"]) rig.queue.add(key);
    await rig.pass(10);
    expect(rig.begun).toEqual([]);
    expect(rig.queue.load().depth).toBe(3);
    rig.queue.start();
    await rig.pass(10);
    expect(rig.begun).toEqual(["a @10", "b @10", "c @10"]);
  });

  it("begins nothing within the call that adds", () => {
    const rig = new Rig();
    rig.queue.start();
    rig.queue.add("a");
    expect(rig.begun).toEqual([]);
  });

  it("takes the low ones last, but one in ten all the same, and lifts one that is added as a normal one", async () => {
    const rig = new Rig();
    for (const key of ["low-1", "low-2", "low-3"]) rig.queue.add(key, "low");
    for (let n = 1; n <= 12; n += 1) rig.queue.add(`n-${n}`);
    rig.queue.add("low-3");
    rig.queue.start();
    await rig.pass(0);
    const order = rig.begun.map((line) => line.split(" ")[0]);
    expect(order.slice(8, 12)).toEqual(["n-9", "low-1", "n-10", "n-11"]);
    expect(order.slice(-2)).toEqual(["low-3", "low-2"]);
  });

  it("works on a key in so many milliseconds, and the earliest of several times counts", async () => {
    const rig = new Rig();
    rig.queue.start();
    rig.queue.addAfter("a", 300);
    rig.queue.addAfter("a", 100);
    rig.queue.addAfter("a", 200);
    rig.queue.addAfter("never", Number.POSITIVE_INFINITY);
    await rig.pass(1_000);
    expect(rig.begun).toEqual(["a @100"]);
    expect(rig.queue.load()).toEqual({ depth: 0, later: 0, running: 0, longestRunning: 0, unfinished: 0 });
  });

  it("drops a time that is yet to come when the key is worked on before", async () => {
    const rig = new Rig();
    rig.queue.start();
    rig.queue.addAfter("a", 300);
    rig.queue.add("a");
    await rig.pass(1_000);
    expect(rig.begun).toEqual(["a @0"]);
  });

  it("has one timer on the clock, however many keys wait for their time", async () => {
    const rig = new Rig(4);
    rig.queue.start();
    let timers = 0;
    const { clock } = rig;
    const counted = {
      ...clock,
      timer: (...args: Parameters<VirtualClock["timer"]>) => {
        timers += 1;
        const timer = clock.timer(...args);
        return {
          [Symbol.dispose]: () => {
            timers -= 1;
            timer[Symbol.dispose]();
          },
        };
      },
    };
    const queue = new WorkQueue({ workers: 4, reconcile: async () => done, clock: counted, random: seededRandom("queue") });
    for (let n = 0; n < 5_000; n += 1) queue.addAfter(`k-${n}`, 10_000 - n);
    expect(timers).toBe(1);
    expect(queue.load().later).toBe(5_000);
  });
});

describe("what is worked on", () => {
  it("brings a key that was added meanwhile back afterwards, once", async () => {
    const rig = new Rig(3);
    rig.queue.start();
    rig.work = rig.takes(100);
    rig.queue.add("a");
    await rig.pass(50);
    rig.queue.add("a");
    rig.queue.add("a");
    await rig.pass(1_000);
    expect(rig.begun).toEqual(["a @0", "a @100"]);
  });

  it("works on as many keys at once as there are workers", async () => {
    const rig = new Rig(2);
    rig.queue.start();
    rig.work = rig.takes(100);
    for (const key of ["a", "b", "c"]) rig.queue.add(key);
    await rig.pass(40);
    expect(rig.queue.load()).toEqual({ depth: 1, later: 0, running: 2, longestRunning: 0.04, unfinished: 0.08 });
    await rig.pass(1_000);
    expect(rig.begun).toEqual(["a @0", "b @0", "c @100"]);
  });

  it("brings one back when it asked for it", async () => {
    const rig = new Rig();
    rig.queue.start();
    const results: Result[] = [{ kind: "again", after: 250 }, done];
    rig.work = async () => results.shift() ?? done;
    rig.queue.add("a");
    await rig.pass(1_000);
    expect(rig.begun).toEqual(["a @0", "a @250"]);
  });

  it("lets a virtual clock rest when only resyncs are left", async () => {
    const rig = new Rig();
    rig.queue.start();
    rig.work = async () => ({ kind: "again", after: 600_000, background: true });
    rig.queue.add("a");
    expect(await rig.clock.run(() => false, { at: Number.POSITIVE_INFINITY, eventsPerInstant: 100 })).toBe("at-rest");
    expect(rig.begun).toEqual(["a @0"]);
  });
});

describe("what fails", () => {
  it("comes back after 5 ms, each time later, up to 1000 s, whether it throws or says so", async () => {
    const rig = new Rig();
    rig.queue.start();
    const times: number[] = [];
    rig.work = async () => {
      times.push(rig.clock.monotonic());
      if (times.length % 2 === 0) throw new Error("a bug");
      return failed;
    };
    rig.queue.add("a");
    await rig.pass(8_000_000);
    const waits = times.slice(1).map((time, n) => time - (times[n] ?? 0));
    for (const [n, wait] of waits.entries()) {
      const full = Math.min(1_000_000, 5 * 2 ** n);
      expect(wait, `after failure ${n + 1}`).toBeGreaterThan(full * 0.8 - 0.001);
      expect(wait, `after failure ${n + 1}`).toBeLessThanOrEqual(full + 0.001);
    }
    expect(waits.length).toBeGreaterThan(18);
  });

  it("begins anew with 5 ms after a success or forget", async () => {
    const rig = new Rig();
    rig.queue.start();
    let result: Result = failed;
    rig.work = async () => result;
    rig.queue.add("a");
    await rig.pass(5_000);
    result = done;
    await rig.pass(10_000);
    const before = rig.begun.length;
    result = failed;
    rig.queue.add("a");
    await rig.pass(4.9);
    expect(rig.begun.length - before).toBeGreaterThanOrEqual(1);
    await rig.pass(10_000);
    rig.queue.forget("a");
    rig.queue.add("a");
    const forgotten = rig.begun.length;
    await rig.pass(6);
    expect(rig.begun.length - forgotten).toBe(2);
  });

  it("is brought back by a change before its time, but not more than about once a second however many changes come", async () => {
    const rig = new Rig();
    rig.queue.start();
    rig.work = async () => {
      // A reconciler that writes a status and then fails is told of its own write.
      rig.queue.add("a");
      return failed;
    };
    rig.queue.add("a");
    await rig.pass(60_000);
    const early = rig.begun.length;
    expect(early).toBeLessThan(85);
    expect(early).toBeGreaterThan(55);
    rig.work = async () => failed;
    await rig.pass(100_000);
    const late = rig.begun.length;
    rig.queue.add("a");
    await rig.pass(1_000);
    expect(rig.begun.length).toBe(late + 1);
  });
});

describe("the end", () => {
  it("takes nothing new, waits for what runs, and says that nothing is left", async () => {
    const rig = new Rig(2);
    rig.queue.start();
    rig.work = rig.takes(100);
    for (const key of ["a", "b", "c"]) rig.queue.add(key);
    rig.queue.addAfter("d", 50);
    await rig.pass(10);
    const left = rig.until(rig.queue.drain(1_000));
    rig.queue.add("e");
    expect(await left).toEqual([]);
    await rig.pass(1_000);
    expect(rig.begun).toEqual(["a @0", "b @0"]);
  });

  it("names what still runs at the deadline, and aborts it", async () => {
    const rig = new Rig();
    rig.queue.start();
    let aborted = false;
    rig.work = async (_key, signal) => {
      await rig.clock.sleep(60_000, signal).catch(() => {
        aborted = true;
      });
      return failed;
    };
    rig.queue.add("a");
    await rig.pass(10);
    expect(await rig.until(rig.queue.drain(500))).toEqual(["a"]);
    await rig.pass(0);
    expect(aborted).toBe(true);
    await rig.pass(10_000);
    expect(rig.begun).toEqual(["a @0"]);
  });
});

describe("what is told of it", () => {
  it("is what the metrics of controller-runtime count", async () => {
    const told: string[] = [];
    const rig = new Rig(1, {
      added: (priority) => told.push(`added ${priority}`),
      started: (key, waited) => told.push(`started ${key} after ${waited}`),
      ended: (key, result, seconds) => told.push(`ended ${key} ${result.kind} ${seconds}`),
      retried: (key) => told.push(`retried ${key}`),
      depth: (normal, low) => told.push(`depth ${normal}/${low}`),
    });
    rig.queue.add("a");
    rig.queue.add("b", "low");
    rig.queue.start();
    const results = [failed, done];
    rig.work = async () => rig.takes(100, results.shift() ?? done)("");
    await rig.pass(1_000);
    expect(told).toEqual([
      ...["added normal", "depth 1/0", "added low", "depth 1/1", "depth 0/1", "started a after 0"],
      ...["ended a failed 0.1", "retried a", "depth 0/0", "started b after 0.1"],
      ...["added normal", "depth 1/0", "ended b done 0.1", "depth 0/0", "started a after 0.095"].map((line) =>
        line.startsWith("started a after") ? (expect.stringMatching(/^started a after 0\.09/) as unknown as string) : line,
      ),
      "ended a done 0.1",
    ]);
  });
});

describe("whatever comes in whatever order", () => {
  const key = fc.constantFrom("a", "b", "c");
  const deed = fc.oneof(
    fc.record({ do: fc.constant("add" as const), key, low: fc.boolean() }),
    fc.record({ do: fc.constant("after" as const), key, ms: fc.integer({ min: 0, max: 2_000 }) }),
    fc.record({ do: fc.constant("forget" as const), key }),
    fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 500 }) }),
  );
  const outcome = fc.oneof(
    fc.constant(done),
    fc.constant(failed),
    fc.integer({ min: 0, max: 1_000 }).map((after): Result => ({ kind: "again", after })),
  );

  it("no key is ever with two workers, every add is followed by a beginning, and nothing is kept of what is done", async () => {
    const many = fc.array(deed, { maxLength: 60 });
    const works = fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), outcome), { maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), many, works, async (workers, deeds, plan) => {
        const rig = new Rig(workers);
        const running = new Set<string>();
        const owed = new Set<string>();
        const faults: string[] = [];
        const left = [...plan];
        rig.work = async (which) => {
          // Not by expect: the queue would take its error for a failure of the worker.
          if (running.has(which)) faults.push(`two workers on ${which}`);
          if (running.size >= workers) faults.push("more at once than there are workers");
          running.add(which);
          owed.delete(which);
          const [ms, result] = left.shift() ?? [0, done];
          await rig.takes(ms)(which);
          running.delete(which);
          return result;
        };
        rig.queue.start();
        for (const step of deeds) {
          if (step.do === "add") rig.queue.add(step.key, step.low ? "low" : "normal");
          else if (step.do === "after") rig.queue.addAfter(step.key, step.ms);
          else if (step.do === "forget") rig.queue.forget(step.key);
          else await rig.pass(step.ms);
          if (step.do === "add" || step.do === "after") owed.add(step.key);
        }
        await rig.pass(100_000);
        expect(faults).toEqual([]);
        expect([...owed]).toEqual([]);
        expect(rig.queue.load()).toEqual({ depth: 0, later: 0, running: 0, longestRunning: 0, unfinished: 0 });
      }),
      { numRuns: 200 },
    );
  });
});
