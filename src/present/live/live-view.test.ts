import { describe, expect, test } from "vitest";
import type { ExecutionEvent } from "../../execution/event.ts";
import { textOf } from "../line.ts";
import { noProgress, observe, type Progress } from "../progress.ts";
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
} from "../testing/plans.ts";
import { liveView } from "./live-view.ts";

const budget = { kind: "PodDisruptionBudget", namespace: "web", name: "api", uid: "uid-budget-api" };
const under = (name: string): ReturnType<typeof podStep> => podStep(name, { budgets: [budget] });
const [a, b, c] = [under("a"), under("b"), under("c")];
const plan = planOf([cordonStep(), a, b, c, podStep("old", { action: "wait" }), daemonStep("d")]);

function after(...events: readonly ExecutionEvent[]): Progress {
  return events.reduce(observe, noProgress);
}

const planned: ExecutionEvent = { at: start, kind: "planned", plan };
const cordoned: ExecutionEvent = { at: start, kind: "cordoned", node: "worker-1", already: false, foreign: false, dryRun: false };
const about = (name: string, at: number) => ({ at, node: "worker-1", pod: podRef(name), action: "evict" }) as const;
const shown = (progress: Progress, now: number, cells?: number): readonly string[] => liveView(progress, now, voice, cells).map(textOf);

/** `a` terminates since second 1, `b` and `c` wait for the budget. */
const waiting = after(
  planned,
  cordoned,
  { kind: "accepted", ...about("a", start + 1_000) },
  { at: start, kind: "blocked", blocker: atBudget(b, start + 2_000) },
  { at: start, kind: "blocked", blocker: atBudget(c, start + 3_000) },
);

describe("the live display", () => {
  test("pods by state, and under each budget who waits for whom", () => {
    expect(shown(waiting, start + 10_000)).toEqual([
      "worker-1  ░░░░░░░░░░░░░░░░░░░░   0%  0 of 4 pods gone, 2 terminating, 2 waiting  9s, about 21s left (11s–51s)",
      "  BUDGET   NEEDS  HAS  WAIT  FOR                        WAITING PODS",
      "  web/api  2      2    2     a and its replacement, 9s  b, c",
      "           → it goes on when a replacement is Ready; to hasten it, scale the workload up or relax the budget",
      "  ending   10s  web/a, web/old",
    ]);
  });

  test("once the pod is gone, it is its replacement that the others wait for", () => {
    const progress = observe(waiting, { kind: "gone", proof: proofOf(a), ...about("a", start + 4_000) });
    expect(shown(progress, start + 10_000)[2]).toContain("the replacement of a, 6s");
  });

  test.each([80, 60, 40])("on a terminal of %d columns no line needs more, and nothing that matters is cut", (columns) => {
    const progress = observe(waiting, {
      at: start,
      kind: "blocked",
      blocker: blockerOf(podStep("db"), "budget-never-allows", { budget: "db", needs: 1, of: 1 }, "person"),
    });
    const lines = shown(progress, start + 10_000, columns - 1);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(columns);
    const said = lines.join(" ").replaceAll(/\s+/g, " ");
    for (const words of [
      "0%",
      "about 21s left",
      "blocked web/db",
      "can never allow one to go",
      "--allow=partial",
      "web/api",
      columns === 80 ? "2 a, 9s" : "for a and its replacement, 9s",
    ])
      expect(said).toContain(words);
  });

  test("what a person must end comes first, and the time says so", () => {
    const progress = after({ at: start, kind: "planned", plan: planOf([a]) }, cordoned, {
      at: start,
      kind: "blocked",
      blocker: blockerOf(a, "budget-never-allows", { budget: "api", needs: 3, of: 3 }, "person"),
    });
    expect(shown(progress, start + 500)).toEqual([
      "worker-1  ░░░░░░░░░░░░░░░░░░░░   0%  0 of 1 pod gone, 1 waiting  1s, cannot end by itself",
      "  blocked  web/a: the budget api needs 3 of 3 pods healthy: it can never allow one to go  1s",
      "           → scale the workload up or relax the budget, or agree to leave the pod behind with --allow=partial",
    ]);
  });

  test("what passes within a second is not shown", () => {
    const progress = after(planned, cordoned, { at: start, kind: "blocked", blocker: atBudget(b, start) });
    expect(shown(progress, start + 900).join("\n")).not.toContain("BUDGET");
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
      "9 nodes  0%  0 of 9 pods gone",
      "worker-5  ░░░░░░░░░░░░░░░░░░░░   0%  0 of 1 pod gone, 1 terminating  0s, about 30s left (20s–1m)",
      "✓ 4 nodes drained  worker-1, worker-2, worker-3, … (1 more)",
      "4 nodes to go with 4 pods  worker-6, worker-7, worker-8, … (1 more)",
      "  ending   0s  web/pod-worker-5",
    ]);
  });

  test("before its turn a node is one line, whatever ends on it already", () => {
    expect(shown(after(planned, cordoned), start)).toEqual(["worker-1  cordoned, waits for its turn, 4 pods to go"]);
  });

  test("one cause on many nodes is one entry", () => {
    const nodes = ["worker-1", "worker-2", "worker-3"];
    const steps = nodes.map((node) => podStep(`pod-${node}`, { node }));
    const events = steps.flatMap((step): readonly ExecutionEvent[] => [
      { at: start, kind: "cordoned", node: step.node, already: false, foreign: false, dryRun: false },
      { at: start, kind: "blocked", blocker: blockerOf(step, "webhook-denied", { webhook: "guard.example.com", message: "no" }) },
    ]);
    const lines = shown(after({ at: start, kind: "planned", plan: planOf(steps) }, ...events), start + 5_000);
    expect(lines.filter((line) => line.includes("guard.example.com refuses"))).toEqual([
      "  waiting  3 pods on 3 nodes: the admission webhook guard.example.com refuses: no  5s  web/pod-worker-1, web/pod-worker-2, web/pod-worker-3",
    ]);
  });

  test("of many nodes at once each has one line on a narrow terminal", () => {
    const names = ["worker-1", "worker-2", "worker-3", "worker-4"];
    const steps = names.map((node) => podStep(`pod-${node}`, { node }));
    const events = steps.flatMap((step): readonly ExecutionEvent[] => [
      { at: start, kind: "cordoned", node: step.node, already: false, foreign: false, dryRun: false },
      { at: start, kind: "accepted", node: step.node, pod: podRef(step.subject.name), action: "evict" },
    ]);
    const lines = shown(after({ at: start, kind: "planned", plan: planOf(steps) }, ...events), start + 5_000, 60);
    expect(lines.slice(0, 2)).toEqual([
      "worker-1   0%  0 of 1  5s, about 25s left (15s–55s)",
      "worker-2   0%  0 of 1  5s, about 25s left (15s–55s)",
    ]);
    expect(lines).toHaveLength(5);
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
