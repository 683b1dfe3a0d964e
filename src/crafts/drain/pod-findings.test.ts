import { describe, expect, test } from "vitest";
import { barePod, budgetView, clusterView, type GivenView, nodeView, owner, podView } from "../../../test/support/cluster-view.ts";
import { planRequest } from "../../../test/support/plan-request.ts";
import type { PodView } from "../../cluster/view/cluster-view.ts";
import { composePlan } from "../../plan/compose.ts";
import type { Craft } from "../../plan/craft.ts";
import { marks, type PlanRequest } from "../../plan/request.ts";
import { drain } from "./drain.ts";
import { planDrain } from "./plan.ts";

function findings(pods: readonly PodView[], given: GivenView = {}, request: Partial<PlanRequest> = {}) {
  // Room and roles are read beside the work: not known here, and not asked about.
  return planDrain(clusterView({ pods, ...given }), planRequest(request)).findings.filter(({ objects }) => objects[0]?.kind !== "Node");
}
const told = (...args: Parameters<typeof findings>) => findings(...args).map(({ severity, code }) => `${severity} ${code}`);
const tolerant = { tolerations: [{ operator: "Exists" }] };

describe("a mark", () => {
  const skip = podView({ name: "a", labels: { "cluster.x-k8s.io/drain": "Skip" } });

  test("that nobody asked to obey is a warning, with its value as it is written", () => {
    expect(findings([skip])).toMatchObject([
      { code: "drain-skip", severity: "warning", objects: [{ name: "a" }], args: { obeyed: false, value: "Skip", pod: "web/a" } },
    ]);
  });

  test("that is obeyed is the decision, and no finding beside it", () => {
    expect(told([skip], {}, { honor: marks })).toEqual([]);
  });

  test("beside the one that decides is said too, unless the pod stays", () => {
    const both = { "cluster-autoscaler.kubernetes.io/safe-to-evict": "false", "karpenter.sh/do-not-disrupt": "true" };
    expect(told([podView({ name: "a", annotations: both })], {}, { honor: marks })).toEqual(["warning not-safe-to-evict"]);
    expect(told([podView({ name: "a", annotations: both, mirror: true })])).toEqual([]);
  });

  test("over which a rule goes names the rule", () => {
    expect(findings([skip], {}, { honor: marks, rules: [{ action: "wait" }] })).toMatchObject([{ code: "drain-skip", args: { rule: 1 } }]);
  });

  test("whose value means nothing is said, obeyed or not", () => {
    const pod = podView({ name: "a", annotations: { "karpenter.sh/do-not-disrupt": "soon" } });
    const args = { key: "karpenter.sh/do-not-disrupt", value: "soon" };
    for (const honor of [[], marks])
      expect(findings([pod], {}, { honor })).toMatchObject([{ code: "mark-invalid", severity: "warning", args }]);
  });

  test("on two pods is two findings, so that the second is not lost", () => {
    expect(findings([skip, { ...skip, name: "b", uid: "uid-b" }]).map(({ args }) => args["pod"])).toEqual(["web/a", "web/b"]);
  });
});

describe("a pod that a cordon does not keep away", () => {
  test("is said to come back maybe, with its owner and its node, and the toleration as evidence", () => {
    const pod = podView({ name: "a", ...tolerant });
    expect(findings([pod])).toMatchObject([{ code: "may-come-back", severity: "warning", args: { owner: "ReplicaSet/web", node: "n" } }]);
    const { steps } = planDrain(clusterView({ pods: [pod] }), planRequest());
    expect(steps.find(({ stage }) => stage === "evacuate")?.reason.evidence.map(({ field }) => field)).toContain("spec.tolerations");
  });

  test.each([
    { what: "of a DaemonSet", pod: podView({ name: "a", ...tolerant, controller: owner("DaemonSet", "logs") }) },
    { what: "that nothing makes anew", pod: barePod({ name: "a", ...tolerant }) },
    { what: "that has finished", pod: podView({ name: "a", ...tolerant, phase: "Succeeded" }) },
    { what: "that tolerates other taints only", pod: podView({ name: "a", tolerations: [{ key: "gpu", operator: "Exists" }] }) },
  ])("is not said of one $what", ({ pod }) => {
    expect(told([pod])).toEqual([]);
  });
});

describe("a pod that is not Ready", () => {
  const broken = podView({ name: "a", ready: false });
  const under = (given: Parameters<typeof budgetView>[0]["status"], policy?: "AlwaysAllow" | "IfHealthyBudget") => ({
    budgets: [
      budgetView({
        name: "web",
        spec: {
          selector: {},
          minAvailable: 2,
          ...(policy === undefined ? {} : { unhealthyPodEvictionPolicy: policy }),
        },
        status: { disruptionsAllowed: 0, ...given },
      }),
    ],
  });

  test("under a budget that keeps it while too few others are healthy: the policy is named", () => {
    expect(findings([broken], under({ currentHealthy: 1 }))).toMatchObject([
      { code: "unhealthy-pod-policy", severity: "warning", args: { policy: "IfHealthyBudget", budget: "web", namespace: "web" } },
    ]);
  });

  test("under a budget that lets it go: that is said as well", () => {
    expect(told([broken], under({ currentHealthy: 1 }, "AlwaysAllow"))).toEqual(["info unhealthy-pod-policy"]);
  });

  test("beside enough healthy ones the policy decides nothing", () => {
    expect(told([broken], under({ currentHealthy: 2, expectedPods: 3 }))).toEqual([]);
    expect(told([podView({ name: "a" })], under({ currentHealthy: 1 }))).toEqual([]);
  });
});

describe("files on the node", () => {
  test("that are somebody's are noted", () => {
    expect(findings([podView({ name: "a", hostPaths: ["/data", "/etc/localtime"] })])).toMatchObject([
      { code: "host-path", severity: "info", args: { paths: ["/data"], node: "n" } },
    ]);
  });

  test("that every machine has are not", () => {
    expect(
      told([podView({ name: "a", hostPaths: ["/proc", "/dev/kvm", "/var/run/docker.sock", "/", "/var/lib/kubelet/plugins"] })]),
    ).toEqual([]);
    expect(told([podView({ name: "a", hostPaths: ["/process"] })])).toEqual(["info host-path"]);
  });
});

describe("budgets that do not work", () => {
  test("are named beforehand, once, with all pods that will wait for them and the controller's own words", () => {
    const message = "jobs.batch does not implement the scale subresource";
    const failed = budgetView({
      name: "jobs",
      spec: { selector: {}, maxUnavailable: 1 },
      status: {
        disruptionsAllowed: 0,
        currentHealthy: 0,
        expectedPods: 0,
        observedGeneration: 0,
        conditions: [{ type: "DisruptionAllowed", status: "False", reason: "SyncFailed", message }],
      },
    });
    const found = findings([podView({ name: "a" }), podView({ name: "b" })], { budgets: [failed] });
    expect(found.map(({ code, objects, args }) => ({ code, names: objects.map(({ name }) => name), message: args["message"] }))).toEqual([
      { code: "budget-sync-failed", names: ["jobs", "a", "b"], message },
    ]);
  });

  test("as are those whose newest spec has not been counted", () => {
    const behind = budgetView({ name: "web", generation: 3, status: { observedGeneration: 2 } });
    expect(told([podView({ name: "a" })], { budgets: [behind] })).toEqual(["warning budget-unobserved"]);
    expect(told([podView({ name: "a", phase: "Pending", ready: false })], { budgets: [behind] })).toEqual([]);
  });
});

describe("nodes that are drained together", () => {
  test("share the arithmetic of a budget: its use counts the pods of all of them", () => {
    const view = clusterView({
      nodes: [nodeView({ name: "n" }), nodeView({ name: "m" })],
      pods: [podView({ name: "a" }), podView({ name: "b", node: "m" }), podView({ name: "c", node: "m" })],
      budgets: [budgetView({ name: "web" })],
    });
    const plan = composePlan([drain as Craft], view, planRequest({ nodes: ["n", "m"] }));
    expect(plan.budgets).toMatchObject([{ name: "web", pods: 3, disruptionsAllowed: 1 }]);
  });
});

test("namespaces that may not be read are said to be the reason why a rule matches nothing", () => {
  const blind = [{ resource: "namespaces", verb: "list" as const, instead: "unread" as const }];
  expect(told([podView({ name: "a" })], { blind })).toEqual(["warning namespaces-unread"]);
});
