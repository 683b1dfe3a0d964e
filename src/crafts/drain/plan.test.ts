import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { barePod, budgetView, clusterView, nodeView, owner, podView } from "../../../test/support/cluster-view.ts";
import { planRequest } from "../../../test/support/plan-request.ts";
import { composePlan } from "../../plan/compose.ts";
import type { Craft } from "../../plan/craft.ts";
import { refusals } from "../../plan/judge.ts";
import type { Plan } from "../../plan/plan.ts";
import { drain } from "./drain.ts";
import { planDrain } from "./plan.ts";

const crafts: readonly Craft[] = [drain as Craft];

const twoBudgets = [budgetView({ name: "one" }), budgetView({ name: "two" })];

function subjects(plan: Plan, node = "n"): readonly string[] {
  return (plan.nodes.find((each) => each.node === node)?.steps ?? []).map((step) => `${step.stage} ${step.subject.name}`);
}

describe("the steps of a node", () => {
  test("cordon first, then the pods, then the verdict; pods that are not Ready before the others, else by name", () => {
    const pods = [
      podView({ name: "b" }),
      podView({ name: "a" }),
      podView({ name: "z", ready: false }),
      podView({ name: "c", namespace: "db" }),
    ];
    const plan = composePlan(crafts, clusterView({ pods }), planRequest());
    expect(subjects(plan)).toEqual(["cordon n", "evacuate z", "evacuate c", "evacuate a", "evacuate b", "detach n", "verify n"]);
  });

  test("mode CordonOnly touches no pod and proves nothing of them", () => {
    const plan = composePlan(crafts, clusterView({ pods: [podView({ name: "a" })] }), planRequest({ mode: "CordonOnly" }));
    expect(subjects(plan)).toEqual(["cordon n"]);
  });

  test("with a pod selector, other pods are not looked at: neither moved nor a reason to refuse", () => {
    const pods = [podView({ name: "a", labels: { app: "job" } }), podView({ name: "b" })];
    const { steps, findings } = planDrain(clusterView({ pods, budgets: twoBudgets }), planRequest({ podSelector: "app=job" }));
    expect(steps.filter((step) => step.stage === "evacuate").map((step) => step.subject.name)).toEqual(["a"]);
    expect(findings).toEqual([]);
  });

  test("a node that the view does not have gets no step", () => {
    const plan = composePlan(crafts, clusterView({ nodes: [] }), planRequest());
    expect(subjects(plan)).toEqual([]);
  });

  test("the volumes follow every pod, the verdict follows both, and pods follow the cordon", () => {
    const { steps } = planDrain(clusterView({ pods: [podView({ name: "a" }), podView({ name: "b" })] }), planRequest());
    const byStage = (stage: string) => steps.filter((step) => step.stage === stage);
    const cordon = byStage("cordon").map((step) => step.id);
    expect(byStage("evacuate").map((step) => step.after)).toEqual([cordon, cordon]);
    const pods = byStage("evacuate").map((step) => step.id);
    const [detach] = byStage("detach");
    expect(new Set(detach?.after)).toEqual(new Set(pods));
    expect(new Set(byStage("verify")[0]?.after)).toEqual(new Set([...pods, detach?.id]));
  });

  test("without a wish to wait for volumes there is no step for them", () => {
    const { steps } = planDrain(clusterView({}), planRequest({ volumeDetachTimeout: 0 }));
    expect(steps.map((step) => step.stage)).toEqual(["cordon", "verify"]);
  });
});

describe("what is fatal", () => {
  test("two budgets and a budget that never allows, each named with its pod", () => {
    const never = budgetView({
      name: "never",
      namespace: "db",
      spec: { selector: {}, maxUnavailable: "0%" },
      status: { disruptionsAllowed: 0, desiredHealthy: 3 },
    });
    const pods = [podView({ name: "a" }), podView({ name: "b", namespace: "db" })];
    const { findings } = planDrain(clusterView({ pods, budgets: [...twoBudgets, never] }), planRequest());
    expect(findings.map((f) => [f.code, f.severity, f.objects.map((o) => o.name)])).toEqual(
      expect.arrayContaining([
        ["two-budgets", "fatal", ["a", "one", "two"]],
        ["budget-never-allows", "fatal", ["b", "never"]],
      ]),
    );
  });

  test("one fatal pod of two nodes refuses both; a missing consent is named with its pod", () => {
    const nodes = [nodeView({ name: "n" }), nodeView({ name: "m" })];
    const pods = [podView({ name: "a" }), barePod({ name: "b", node: "m", emptyDirs: ["tmp"] })];
    const plan = composePlan(crafts, clusterView({ nodes, pods, budgets: twoBudgets }), planRequest({ nodes: ["n", "m"] }));
    expect(
      refusals(plan, new Set()).map((r) => (r.kind === "finding" ? r.finding.code : `${r.step.subject.name}: ${r.missing.join()}`)),
    ).toEqual(["two-budgets", "two-budgets", "b: emptydir,unmanaged"]);
    expect(refusals(plan, new Set(["emptydir", "unmanaged"]))).toHaveLength(2);
    expect(refusals(plan, new Set(["partial"]))).toEqual([]);
  });

  test("a DaemonSet's pod refuses without its consent although nothing is done to it, as kubectl does", () => {
    const pods = [podView({ name: "a", controller: owner("DaemonSet", "logs") })];
    const plan = composePlan(crafts, clusterView({ pods }), planRequest());
    expect(refusals(plan, new Set()).map((r) => r.kind === "consent" && r.missing)).toEqual([["daemonsets"]]);
    expect(refusals(plan, new Set(["daemonsets"]))).toEqual([]);
  });
});

describe("the hash", () => {
  const arbitraryPod = fc.record({
    name: fc.stringMatching(/^[a-z]{1,6}$/),
    ready: fc.boolean(),
    phase: fc.constantFrom("Running" as const, "Pending" as const, "Succeeded" as const, "Failed" as const),
    emptyDirs: fc.constantFrom([], ["tmp"]),
    mirror: fc.boolean(),
    labels: fc.constantFrom({ app: "web" }, { app: "db" }),
  });
  const arbitraryPods = fc
    .uniqueArray(arbitraryPod, { selector: (pod) => pod.name, maxLength: 8 })
    .map((pods) => pods.map((pod, i) => (i % 3 === 0 ? barePod(pod) : podView(pod))));
  const hashOf = (view: ReturnType<typeof clusterView>): string => composePlan(crafts, view, planRequest()).hash;

  test("is the same whatever the order in which pods and budgets came, and whatever their versions", () => {
    fc.assert(
      fc.property(arbitraryPods, fc.boolean(), (pods, both) => {
        const budgets = both ? twoBudgets : twoBudgets.slice(1);
        const shuffled = pods.toReversed().map((pod) => ({ ...pod, resourceVersion: "999" }));
        expect(hashOf(clusterView({ pods: shuffled, budgets: budgets.toReversed() }))).toBe(hashOf(clusterView({ pods, budgets })));
      }),
    );
  });

  test("is the same at another time", () => {
    fc.assert(
      fc.property(arbitraryPods, fc.integer({ min: 0, max: 86_400_000 }), (pods, later) => {
        expect(hashOf(clusterView({ pods, asOf: clusterView().asOf + later }))).toBe(hashOf(clusterView({ pods })));
      }),
    );
  });

  test("differs as soon as a decision, a consent or a subject does", () => {
    const base = [podView({ name: "a" })];
    const hashes = [
      hashOf(clusterView({ pods: base })),
      hashOf(clusterView({ pods: [podView({ name: "a", uid: "another life" })] })),
      hashOf(clusterView({ pods: [podView({ name: "a", emptyDirs: ["tmp"] })] })),
      hashOf(clusterView({ pods: [podView({ name: "a", mirror: true })] })),
      hashOf(clusterView({ pods: base, budgets: twoBudgets })),
      hashOf(clusterView({ pods: base, nodes: [nodeView({ uid: "another machine" })] })),
      hashOf(clusterView({ pods: [] })),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

test("findings say what the view cannot see and which node is not Ready", () => {
  const view = clusterView({
    nodes: [nodeView({ ready: false })],
    blind: [
      { resource: "poddisruptionbudgets.policy", verb: "list", instead: "unread" },
      { resource: "pods", verb: "watch", instead: "polled" },
    ],
  });
  expect(planDrain(view, planRequest()).findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
    "warning budgets-unread",
    "warning not-watched",
    "warning node-not-ready",
  ]);
});

test("pods of other schedulers are named once the unschedulable taint is 5 s late, and not before", () => {
  const given = { pods: [podView({ name: "a", schedulerName: "volcano" }), podView({ name: "b" })] };
  const codes = (since: number, taints: readonly { key: string; effect: string }[]) => {
    const view = clusterView({ ...given, nodes: [nodeView({ taints })], cordonedSince: { n: clusterView().asOf - since } });
    return planDrain(view, planRequest()).findings.map((f) => [f.code, ...f.objects.map((o) => o.name)]);
  };
  expect(codes(4_999, [])).toEqual([]);
  expect(codes(5_000, [])).toEqual([["unschedulable-taint-missing", "n", "a"]]);
  expect(codes(5_000, [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }])).toEqual([]);
});
