import { describe, expect, test } from "vitest";
import { barePod, budgetView, clusterView, owner, podView, someTime } from "../../../test/support/cluster-view.ts";
import { planRequest } from "../../../test/support/plan-request.ts";
import type { GivenView } from "../../../test/support/cluster-view.ts";
import type { PodView } from "../../cluster/view/cluster-view.ts";
import type { PlanRequest } from "../../plan/request.ts";
import { classify } from "./classify.ts";

const daemon = owner("DaemonSet", "logs");
const never = budgetView({
  name: "never",
  spec: { selector: { matchLabels: { app: "web" } }, maxUnavailable: 0 },
  status: { disruptionsAllowed: 0, desiredHealthy: 3 },
});

interface Row {
  readonly what: string;
  readonly pod: PodView;
  readonly view?: GivenView;
  readonly request?: Partial<PlanRequest>;
  readonly action: string;
  readonly code: string;
  readonly consents?: readonly string[];
}

const rows: readonly Row[] = [
  { what: "a pod with a controller", pod: podView({ name: "a" }), action: "evict", code: "managed" },
  { what: "a bare pod", pod: barePod({ name: "a" }), action: "evict", code: "unmanaged", consents: ["unmanaged"] },
  { what: "an emptyDir", pod: podView({ name: "a", emptyDirs: ["tmp"] }), action: "evict", code: "local-storage", consents: ["emptydir"] },
  {
    what: "a bare pod with an emptyDir: both consents, where kubectl keeps the last filter's word",
    pod: barePod({ name: "a", emptyDirs: ["tmp"] }),
    action: "evict",
    code: "unmanaged",
    consents: ["emptydir", "unmanaged"],
  },
  {
    what: "a finished bare pod with an emptyDir: nothing more is lost",
    pod: barePod({ name: "a", phase: "Succeeded", emptyDirs: ["tmp"] }),
    action: "evict",
    code: "finished",
  },
  {
    what: "a finished pod under two budgets: the server asks no budget",
    pod: podView({ name: "a", phase: "Failed" }),
    view: { budgets: [budgetView({ name: "one" }), budgetView({ name: "two" })] },
    action: "evict",
    code: "finished",
  },
  {
    what: "a DaemonSet's pod",
    pod: podView({ name: "a", controller: daemon, emptyDirs: ["tmp"] }),
    action: "stay",
    code: "daemonset-managed",
    consents: ["daemonsets"],
  },
  {
    what: "a DaemonSet's pod whose owner may not be read is no orphan",
    pod: podView({ name: "a", controller: daemon }),
    view: { unknownOwners: [daemon.uid] },
    action: "stay",
    code: "daemonset-managed",
    consents: ["daemonsets"],
  },
  {
    what: "an orphan of a DaemonSet",
    pod: podView({ name: "a", controller: daemon }),
    view: { missingOwners: [daemon.uid] },
    action: "evict",
    code: "daemonset-orphaned",
    consents: ["unmanaged"],
  },
  {
    what: "an orphan of a DaemonSet with an emptyDir",
    pod: podView({ name: "a", controller: daemon, emptyDirs: ["tmp"] }),
    view: { missingOwners: [daemon.uid] },
    action: "evict",
    code: "daemonset-orphaned",
    consents: ["emptydir", "unmanaged"],
  },
  {
    what: "a finished pod of a DaemonSet",
    pod: podView({ name: "a", controller: daemon, phase: "Failed" }),
    action: "evict",
    code: "finished",
  },
  { what: "a static pod", pod: barePod({ name: "a", mirror: true, emptyDirs: ["tmp"] }), action: "stay", code: "static-pod" },
  {
    what: "a terminating pod",
    pod: barePod({ name: "a", emptyDirs: ["tmp"], deletionTimestamp: someTime + 10_000, deletionGraceSeconds: 30 }),
    action: "wait",
    code: "already-terminating",
  },
  {
    what: "a terminating pod under a shorter grace",
    pod: podView({ name: "a", deletionTimestamp: someTime + 10_000, deletionGraceSeconds: 30 }),
    request: { grace: 5_000 },
    action: "evict",
    code: "managed",
  },
  {
    what: "a terminating pod under the same grace",
    pod: podView({ name: "a", deletionTimestamp: someTime + 10_000, deletionGraceSeconds: 30 }),
    request: { grace: 30_000 },
    action: "wait",
    code: "already-terminating",
  },
  {
    what: "a terminating pod whose time was over exactly as long ago as asked",
    pod: podView({ name: "a", deletionTimestamp: someTime - 60_000 }),
    request: { skipDeletedAfter: 60_000 },
    action: "wait",
    code: "already-terminating",
  },
  {
    what: "a terminating pod whose time was over longer ago",
    pod: podView({ name: "a", deletionTimestamp: someTime - 60_001, controller: daemon }),
    request: { skipDeletedAfter: 60_000 },
    action: "stay",
    code: "skipped-terminating",
  },
  {
    what: "two budgets",
    pod: podView({ name: "a" }),
    view: { budgets: [budgetView({ name: "one" }), budgetView({ name: "two" })] },
    action: "ask",
    code: "two-budgets",
  },
  {
    what: "a pod that two budgets cover, kept with the consent that it needs besides",
    pod: podView({ name: "a", emptyDirs: ["tmp"] }),
    view: { budgets: [budgetView({ name: "one" }), budgetView({ name: "two" })] },
    action: "ask",
    code: "two-budgets",
    consents: ["emptydir"],
  },
  {
    what: "two budgets, one of them elsewhere or of other labels",
    pod: podView({ name: "a" }),
    view: {
      budgets: [
        budgetView({ name: "one" }),
        budgetView({ name: "elsewhere", namespace: "other" }),
        budgetView({ name: "others", spec: { selector: { matchLabels: { app: "db" } }, minAvailable: 1 } }),
        budgetView({ name: "null", spec: { selector: null, minAvailable: 1 } }),
      ],
    },
    action: "evict",
    code: "managed",
  },
  {
    what: "two budgets on a Pending pod: the server deletes it straight away",
    pod: podView({ name: "a", phase: "Pending", ready: false }),
    view: { budgets: [budgetView({ name: "one" }), budgetView({ name: "two" })] },
    action: "evict",
    code: "managed",
  },
  {
    what: "a budget that never allows one",
    pod: podView({ name: "a" }),
    view: { budgets: [never] },
    action: "ask",
    code: "budget-never-allows",
  },
  {
    what: "a budget that allows none now but would",
    pod: podView({ name: "a" }),
    view: { budgets: [budgetView({ name: "later", status: { disruptionsAllowed: 0, currentHealthy: 2 } })] },
    action: "evict",
    code: "managed",
  },
  {
    what: "a virtual machine's own budget is answered by a migration",
    pod: podView({ name: "a" }),
    view: { budgets: [budgetView({ ...never, name: "vmi", spec: never.object.spec, ownedByVmi: true })] },
    action: "evict",
    code: "managed",
  },
  {
    what: "a pod that is not Ready goes past a budget that never allows one, by AlwaysAllow",
    pod: podView({ name: "a", ready: false }),
    view: { budgets: [budgetView({ name: "never", spec: { ...never.object.spec, unhealthyPodEvictionPolicy: "AlwaysAllow" } })] },
    action: "evict",
    code: "managed",
  },
  {
    what: "a pod that is not Ready goes past a budget that never allows one, beside as many healthy ones as must be",
    pod: podView({ name: "a", ready: false }),
    view: { budgets: [budgetView({ name: "never", spec: never.object.spec, status: { disruptionsAllowed: 0, desiredHealthy: 3 } })] },
    action: "evict",
    code: "managed",
  },
  {
    what: "a pod that is not Ready is kept by a budget that never allows one, where one healthy pod is missing",
    pod: podView({ name: "a", ready: false }),
    view: {
      budgets: [
        budgetView({ name: "never", spec: never.object.spec, status: { disruptionsAllowed: 0, desiredHealthy: 3, currentHealthy: 2 } }),
      ],
    },
    action: "ask",
    code: "budget-never-allows",
  },
  {
    what: "a DaemonSet of another API group",
    pod: podView({ name: "a", controller: { ...daemon, apiVersion: "apps.kruise.io/v1alpha1" } }),
    view: { unknownOwners: [daemon.uid] },
    action: "stay",
    code: "daemonset-managed",
    consents: ["daemonsets"],
  },
  {
    what: "--disable-eviction deletes",
    pod: podView({ name: "a" }),
    request: { disableEviction: true },
    action: "delete",
    code: "managed",
  },
  {
    what: "--disable-eviction past a budget needs to be agreed to",
    pod: podView({ name: "a" }),
    view: { budgets: [never] },
    request: { disableEviction: true },
    action: "delete",
    code: "managed",
    consents: ["budget-violation"],
  },
];

describe("what becomes of a pod", () => {
  test.each(rows)("$what", ({ pod, view = {}, request, action, code, consents = [] }) => {
    const decision = classify(pod, clusterView({ ...view, pods: [pod] }), planRequest(request));
    expect({ action: decision.action, code: decision.code, consents: decision.consents }).toEqual({ action, code, consents });
    expect(decision.evidence.length).toBeGreaterThan(0);
  });

  test("the age of a terminating pod is told by the server's clock, not ours", () => {
    const pod = podView({ name: "a", deletionTimestamp: someTime - 60_001 });
    const behind = clusterView({ pods: [pod], offset: -30_000 });
    expect(classify(pod, behind, planRequest({ skipDeletedAfter: 60_000 })).code).toBe("already-terminating");
  });

  test("a budget with no pods counted yet beside a pod that it covers is not taken as one that never allows", () => {
    const pod = podView({ name: "a" });
    const uncounted = budgetView({
      name: "young",
      status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 2, expectedPods: 0 },
    });
    expect(classify(pod, clusterView({ pods: [pod], budgets: [uncounted] }), planRequest()).action).toBe("evict");
  });

  test("a budget closed a moment ago is said to need all, not what the former spec needed", () => {
    const pod = podView({ name: "a" });
    const closed = budgetView({
      name: "closed",
      generation: 2,
      spec: { selector: { matchLabels: { app: "web" } }, maxUnavailable: 0 },
      status: { observedGeneration: 1, disruptionsAllowed: 0, desiredHealthy: 2, expectedPods: 3 },
    });
    const { code, args } = classify(pod, clusterView({ pods: [pod], budgets: [closed] }), planRequest());
    expect({ code, ...args }).toMatchObject({ code: "budget-never-allows", needs: 3, of: 3 });
  });

  test("a share of pods without owners is a share of nothing, and never allows one", () => {
    const pod = barePod({ name: "a" });
    const spec = { selector: {}, maxUnavailable: 1 };
    const share = budgetView({
      name: "share",
      spec,
      status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 0, expectedPods: 0 },
    });
    expect(classify(pod, clusterView({ pods: [pod], budgets: [share] }), planRequest()).code).toBe("budget-never-allows");
  });

  test("two budgets are named", () => {
    const pod = podView({ name: "a" });
    const view = clusterView({ pods: [pod], budgets: [budgetView({ name: "one" }), budgetView({ name: "two" })] });
    expect(classify(pod, view, planRequest()).args["budgets"]).toEqual(["one", "two"]);
  });
});
