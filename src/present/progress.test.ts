import { describe, expect, test } from "vitest";
import type { ExecutionEvent } from "../execution/event.ts";
import { textOf } from "./line.ts";
import { liveView } from "./live-view.ts";
import { type NodeProgress, noProgress, observe, type Progress, remaining, totals } from "./progress.ts";
import {
  atBudget,
  blockerOf,
  cordonStep,
  daemonStep,
  drainEvents,
  planOf,
  podRef,
  podStep,
  proofOf,
  start,
  voice,
} from "./testing/plans.ts";

const steps = [cordonStep(), podStep("a"), podStep("b"), podStep("c"), podStep("old", { action: "wait" }), daemonStep("d")];
const [, a, b, c] = steps as [unknown, ReturnType<typeof podStep>, ReturnType<typeof podStep>, ReturnType<typeof podStep>];
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
const shown = (progress: Progress, now: number): readonly string[] => liveView(progress, now, voice).map(textOf);

describe("progress", () => {
  test("counts what the plan moves, not what stays", () => {
    expect(totals(worker(after(planned)))).toEqual({ toGo: 4, gone: 0, leaving: 1, kept: 0, percent: 0 });
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
      cause: { object: { kind: "Pod", ...podRef(name) }, resourceVersion: "5" },
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

describe("what remains", () => {
  const begun = worker(after(planned, cordoned, { kind: "started", dryRun: false, ...about("a", start) }));

  test("the prediction less the time that has passed", () => {
    expect(remaining(begun, start + 25_000)).toEqual({ low: 0, likely: 5_000, high: 35_000 });
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
    expect(shown(after(planned, cordoned), start)).toEqual(["worker-1  cordoned, waits for its turn, 4 pods to go"]);
  });
});

describe("the live display", () => {
  test("groups by cause, and says how it ends", () => {
    const progress = after(
      planned,
      cordoned,
      { kind: "accepted", ...about("a", start + 1_000) },
      { at: start, kind: "blocked", blocker: atBudget(b, start + 2_000) },
      { at: start, kind: "blocked", blocker: atBudget(c, start + 3_000) },
    );
    expect(shown(progress, start + 10_000)).toEqual([
      "worker-1  ░░░░░░░░░░░░░░░░░░░░    0%  0 of 4 pods gone, 2 leaving  9s, about 21s left (11s–51s)",
      "  leaving  web/a, web/old  10s",
      "  waiting  2 pods: waits for the budget api: no healthy pod to spare (needs 2, has 2)  8s  web/b, web/c",
      "           → it goes on when a replacement is Ready; to hasten it, scale the workload up or relax the budget",
    ]);
  });

  test("what a person must end comes first, and the time says so", () => {
    const progress = after({ at: start, kind: "planned", plan: planOf([a]) }, cordoned, {
      at: start,
      kind: "blocked",
      blocker: blockerOf(a, "budget-never-allows", { budget: "api", needs: 3, of: 3 }, "person"),
    });
    expect(shown(progress, start + 500)).toEqual([
      "worker-1  ░░░░░░░░░░░░░░░░░░░░    0%  0 of 1 pod gone  1s, cannot end by itself",
      "  blocked  web/a: the budget api needs 3 of 3 pods healthy: it can never allow one to go  1s",
      "           → scale the workload up, relax the budget, or agree to leave the pod behind with --allow=partial",
    ]);
  });

  test("what passes within a second is not shown", () => {
    const progress = after(planned, cordoned, { at: start, kind: "blocked", blocker: atBudget(b, start) });
    expect(shown(progress, start + 900).join("\n")).not.toContain("waiting");
  });

  test("of many nodes, those that are done and those that wait are one line together", () => {
    const names = Array.from({ length: 9 }, (_, i) => `worker-${i + 1}`);
    const fleet = planOf(names.map((node) => podStep(`pod-${node}`, { node })));
    const events = names
      .slice(0, 4)
      .map((node): ExecutionEvent => ({ at: start, kind: "drained", node, proofs: [], proven: true, dryRun: false }));
    const going: ExecutionEvent[] = [
      { at: start, kind: "cordoned", node: "worker-5", already: false, foreign: false, dryRun: false },
      { at: start, kind: "accepted", node: "worker-5", pod: podRef("pod-worker-5"), action: "evict" },
    ];
    expect(shown(after({ at: start, kind: "planned", plan: fleet }, ...events, ...going), start)).toEqual([
      "worker-5  ░░░░░░░░░░░░░░░░░░░░    0%  0 of 1 pod gone, 1 leaving  0s, about 30s left (20s–1m)",
      "  leaving  web/pod-worker-5  0s",
      "✓ 4 nodes drained  worker-1, worker-2, worker-3, … (1 more)",
      "4 nodes to go  worker-6, worker-7, worker-8, … (1 more)",
    ]);
  });

  test("nodes before, after and in trouble are one line each", () => {
    const two = planOf([podStep("a"), podStep("z", { node: "worker-22" })]);
    const progress = after(
      ...drainEvents(planOf([podStep("a")])),
      { at: start, kind: "planned", plan: two },
      { at: start + 4_000, kind: "drained", node: "worker-1", proofs: [], proven: true, dryRun: false },
    );
    expect(shown(progress, start)).toEqual(["worker-1   ✓ drained  0 pods gone in 4s", "worker-22  waits for its turn, 1 pod to go"]);
    const failed = after(
      planned,
      cordoned,
      { kind: "accepted", ...about("a", start) },
      {
        at: start + 9_000,
        kind: "node-failed",
        node: "worker-1",
        code: "timed-out",
        args: {},
        blockers: [],
      },
    );
    expect(shown(failed, start)).toEqual(["worker-1  ✗ timed-out  0 of 4 pods gone in 9s"]);
  });
});
