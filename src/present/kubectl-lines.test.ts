import { describe, expect, test } from "vitest";
import type { ExecutionEvent } from "../execution/event.ts";
import { type KubectlMode, kubectlLines } from "./kubectl-lines.ts";
import { cordonStep, daemonStep, drainEvents, planOf, podRef, podStep, proofOf, start } from "./testing/plans.ts";

function lines(events: readonly ExecutionEvent[], mode: Partial<KubectlMode> = {}): readonly string[] {
  const read = kubectlLines({ dryRun: "none", verbosity: 0, ...mode });
  return events.flatMap((event) => read(event).map(({ to, text }) => (to === "stdout" ? text : `[stderr] ${text}`)));
}

const plan = planOf([
  cordonStep(),
  podStep("api-1"),
  podStep("api-2", { consents: ["emptydir"] }),
  podStep("job", { consents: ["unmanaged"] }),
  daemonStep("proxy-b"),
  daemonStep("proxy-a"),
]);

describe("what kubectl prints", () => {
  test("a drain", () => {
    expect(lines(drainEvents(plan))).toEqual([
      "node/worker-1 cordoned",
      "[stderr] Warning: ignoring DaemonSet-managed Pods: kube-system/proxy-a, kube-system/proxy-b; deleting Pods with local storage: web/api-2; deleting Pods that declare no controller: web/job",
      "evicting pod web/api-1",
      "evicting pod web/api-2",
      "evicting pod web/job",
      "pod/api-1 evicted",
      "pod/api-2 evicted",
      "pod/job evicted",
      "node/worker-1 drained",
    ]);
  });

  test("warns of no loss where the pod is kept for want of a consent", () => {
    const allowed = new Set(["emptydir", "partial"] as const);
    expect(lines(drainEvents(plan), { allowed })).toContain(
      "[stderr] Warning: ignoring DaemonSet-managed Pods: kube-system/proxy-a, kube-system/proxy-b; deleting Pods with local storage: web/api-2",
    );
  });

  test("dry runs, of which neither says evicted", () => {
    const simple = planOf([cordonStep(), podStep("api-1")]);
    expect(lines(drainEvents(simple, true), { dryRun: "client" })).toEqual([
      "node/worker-1 cordoned (dry run)",
      "evicting pod web/api-1 (dry run)",
      "node/worker-1 drained (dry run)",
    ]);
    expect(lines(drainEvents(simple, true), { dryRun: "server" })).toEqual([
      "node/worker-1 cordoned (server dry run)",
      "evicting pod web/api-1 (server dry run)",
      "node/worker-1 drained (server dry run)",
    ]);
  });

  test("with --disable-eviction pods are deleted, which only a client dry run announces", () => {
    const deleting = planOf([podStep("api-1", { action: "delete" })]);
    expect(lines(drainEvents(deleting))).toEqual(["node/worker-1 cordoned", "pod/api-1 deleted", "node/worker-1 drained"]);
    expect(lines(drainEvents(deleting, true), { dryRun: "client" })).toContain("evicting pod web/api-1 (dry run)");
  });

  test("each line once, however often an event comes", () => {
    const events = drainEvents(planOf([podStep("api-1")]));
    const doubled = events.flatMap((event): readonly ExecutionEvent[] => (event.kind === "drained" ? [event] : [event, event]));
    expect(lines(doubled)).toEqual(lines(events));
  });

  test("-v=2 also says that an eviction was taken", () => {
    expect(lines(drainEvents(planOf([podStep("api-1")])), { verbosity: 2 })).toContain("pod/api-1 eviction started");
  });

  test("a pod that was ending already was not evicted by us", () => {
    const gone: ExecutionEvent = {
      at: start,
      kind: "gone",
      node: "worker-1",
      pod: podRef("old"),
      action: "wait",
      proof: proofOf(podStep("old")),
    };
    expect(lines([gone])).toEqual([]);
  });

  test("cordon and uncordon, done before or not", () => {
    const cordoned = { at: start, kind: "cordoned", node: "n", foreign: false, dryRun: false } as const;
    const uncordoned = { at: start, kind: "uncordoned", node: "n", overrides: [], taints: [], dryRun: false } as const;
    expect(lines([{ ...cordoned, already: true }])).toEqual(["node/n already cordoned"]);
    expect(lines([{ ...cordoned, already: true }], { dryRun: "server" })).toEqual(["node/n already cordoned (server dry run)"]);
    expect(lines([{ ...uncordoned, already: false }])).toEqual(["node/n uncordoned"]);
    expect(lines([{ ...uncordoned, already: true }])).toEqual(["node/n already uncordoned"]);
  });
});
