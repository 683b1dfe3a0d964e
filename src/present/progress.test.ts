import { describe, expect, test } from "vitest";
import type { ExecutionEvent } from "../execution/event.ts";
import { type NodeProgress, noProgress, observe, type Progress, remaining, totals } from "./progress.ts";
import { atBudget, blockerOf, cordonStep, daemonStep, drainEvents, planOf, podRef, podStep, proofOf, start } from "./testing/plans.ts";

const steps = [cordonStep(), podStep("a"), podStep("b"), podStep("c"), podStep("old", { action: "wait" }), daemonStep("d")];
const [, a] = steps as [unknown, ReturnType<typeof podStep>];
const plan = planOf(steps);

function after(...events: readonly ExecutionEvent[]): Progress {
  return events.reduce(observe, noProgress);
}

function worker(progress: Progress): NodeProgress {
  const node = progress.nodes.get("worker-1");
  if (node === undefined) throw new Error("worker-1 is not in the progress");
  return node;
}

const planned: ExecutionEvent = { at: start, kind: "planned", plan };
const cordoned: ExecutionEvent = { at: start, kind: "cordoned", node: "worker-1", already: false, foreign: false, dryRun: false };
const about = (name: string, at: number) => ({ at, node: "worker-1", pod: podRef(name), action: "evict" }) as const;

describe("progress", () => {
  test("counts what the plan moves, not what stays", () => {
    expect(totals(worker(after(planned)))).toEqual({ toGo: 4, gone: 0, asked: 0, leaving: 1, waiting: 3, kept: 0, percent: 0 });
  });

  test("a pod goes from waiting to asked, leaving and gone; a refusal puts it back", () => {
    const state = (...events: ExecutionEvent[]) => worker(after(planned, cordoned, ...events)).pods.get("uid-web-a")?.state;
    const started: ExecutionEvent = { kind: "started", dryRun: false, ...about("a", start) };
    expect(state()).toBe("waiting");
    expect(state(started)).toBe("asked");
    expect(
      state(started, { at: start, kind: "refused", node: "worker-1", pod: podRef("a"), code: "denied", args: {}, dryRun: false }),
    ).toBe("waiting");
    expect(state(started, { kind: "accepted", ...about("a", start) })).toBe("leaving");
    expect(state(started, { kind: "gone", proof: proofOf(a), ...about("a", start) })).toBe("gone");
  });

  test("what a gone pod waited for is no blocker any more", () => {
    const progress = after(
      planned,
      cordoned,
      { at: start, kind: "blocked", blocker: atBudget(a) },
      { kind: "gone", proof: proofOf(a), ...about("a", start) },
    );
    expect(worker(progress).blockers.size).toBe(0);
  });

  test("a late arrival counts, one that a replan leaves alone does not", () => {
    const replanned = (from: string | undefined, to: string | undefined, name: string): ExecutionEvent => ({
      at: start,
      kind: "replanned",
      node: "worker-1",
      step: `drain/evacuate/uid-web-${name}`,
      subject: { kind: "Pod", ...podRef(name) },
      from,
      to,
      cause: { object: { kind: "Pod", ...podRef(name) }, resourceVersion: "5", how: "changed" },
    });
    expect(totals(worker(after(planned, replanned(undefined, "evict/managed", "new")))).toGo).toBe(5);
    expect(totals(worker(after(planned, replanned("evict/managed", "stay/daemonset-managed", "a")))).toGo).toBe(3);
    expect(totals(worker(after(planned, replanned("evict/managed", "ask/two-budgets", "a"))))).toMatchObject({ toGo: 3, kept: 1 });
  });

  test("the order of the events is all that matters: replaying them gives the same", () => {
    const events = drainEvents(plan);
    expect(after(...events)).toEqual(after(...events));
    expect(worker(after(...events))).toMatchObject({ state: "drained", proven: true });
    expect(totals(worker(after(...events))).percent).toBe(100);
  });
});

const aWhile = { low: 5_000, likely: 90_000, high: 200_000 };

describe("what remains", () => {
  const begun = worker(after(planned, cordoned, { kind: "started", dryRun: false, ...about("a", start) }));

  test("the prediction less the time that has passed", () => {
    expect(remaining(begun, start + 25_000)).toEqual({ low: 0, likely: 5_000, high: 35_000 });
  });

  test("the last forecast counts where there is one, less the time since", () => {
    const told = { kind: "forecast", at: start + 30_000, nodes: [{ node: "worker-1", remaining: aWhile }], remaining: aWhile } as const;
    const forecast = worker(after(planned, cordoned, { kind: "started", dryRun: false, ...about("a", start) }, told));
    expect(remaining(forecast, start + 40_000)).toEqual({ low: 0, likely: 80_000, high: 190_000 });
    expect(remaining(forecast, start + 231_000)).toBe("overdue");
    expect(after(told).nodes.size).toBe(0);
  });

  test("longer than predicted is said to be so", () => {
    expect(remaining(begun, start + 61_000)).toBe("overdue");
  });

  test("where all that is left waits for a person there is no time", () => {
    const progress = after({ at: start, kind: "planned", plan: planOf([a]) }, cordoned, {
      at: start,
      kind: "blocked",
      blocker: blockerOf(a, "two-budgets", { budgets: ["x", "y"] }, "person"),
    });
    expect(remaining(worker(progress), start)).toBe("stuck");
  });

  test("before it begins nothing is said: all nodes are cordoned first, and then wait for their turn", () => {
    expect(remaining(worker(after(planned, cordoned)), start + 5_000)).toBeUndefined();
  });
});
