import { describe, expect, test } from "vitest";
import { barePod, budgetView, clusterView, type GivenView, owner, podView, someTime } from "../../../../test/support/cluster-view.ts";
import { planRequest } from "../../../../test/support/plan-request.ts";
import type { PodView } from "../../../cluster/view/cluster-view.ts";
import type { PlanRequest } from "../../../plan/request.ts";
import { marks } from "../../../plan/request.ts";
import { classify } from "../classify.ts";

const everyMark = { honor: marks };
const skip = { labels: { app: "web", "cluster.x-k8s.io/drain": "skip" } };
const waitCompleted = { labels: { app: "web", "cluster.x-k8s.io/drain": "wait-completed" } };
const doNotDisrupt = (value: string) => ({ annotations: { "karpenter.sh/do-not-disrupt": value } });
const notSafe = { annotations: { "cluster-autoscaler.kubernetes.io/safe-to-evict": "false" } };
const notebook = { controller: owner("StatefulSet", "lab"), labels: { app: "web", "notebook-name": "lab" } };
const all = {};

interface Row {
  readonly what: string;
  readonly pod: PodView;
  readonly request?: Partial<PlanRequest>;
  readonly view?: GivenView;
  /** action/code */
  readonly is: string;
  readonly consents?: readonly string[];
}

const rows: readonly Row[] = [
  // Marks, which nobody asked to obey.
  { what: "a label skip", pod: podView({ name: "a", ...skip }), is: "evict/managed" },
  { what: "do-not-disrupt", pod: podView({ name: "a", ...doNotDisrupt("true") }), is: "evict/managed" },
  { what: "safe-to-evict false", pod: podView({ name: "a", ...notSafe }), is: "evict/managed" },
  // Marks to obey.
  { what: "skip, obeyed", pod: barePod({ name: "a", ...skip, emptyDirs: ["tmp"] }), request: everyMark, is: "stay/drain-skip" },
  { what: "wait-completed, obeyed", pod: podView({ name: "a", ...waitCompleted }), request: everyMark, is: "wait/drain-wait-completed" },
  {
    what: "a mark of a tool that is not to be obeyed",
    pod: podView({ name: "a", ...skip }),
    request: { honor: ["karpenter"] },
    is: "evict/managed",
  },
  {
    what: "do-not-disrupt true, obeyed",
    pod: barePod({ name: "a", ...doNotDisrupt("true") }),
    request: everyMark,
    is: "wait/do-not-disrupt",
  },
  {
    what: "do-not-disrupt for a while, obeyed: what it needs afterwards is asked for now",
    pod: barePod({ name: "a", ...doNotDisrupt("4h"), startedAt: someTime, emptyDirs: ["tmp"] }),
    request: everyMark,
    is: "wait/do-not-disrupt",
    consents: ["emptydir", "unmanaged"],
  },
  {
    what: "do-not-disrupt for a while that has passed",
    pod: podView({ name: "a", ...doNotDisrupt("4h"), startedAt: someTime - 14_400_000 }),
    request: everyMark,
    is: "evict/managed",
  },
  {
    what: "do-not-disrupt for a while, a second before it has passed",
    pod: podView({ name: "a", ...doNotDisrupt("4h"), startedAt: someTime - 14_399_000 }),
    request: everyMark,
    is: "wait/do-not-disrupt",
  },
  {
    what: "do-not-disrupt for a while, of a pod that has not started",
    pod: podView({ name: "a", ...doNotDisrupt("4h"), phase: "Pending", ready: false }),
    request: everyMark,
    is: "wait/do-not-disrupt",
  },
  {
    what: "do-not-disrupt for a while, of a pod that can never go afterwards",
    pod: podView({ name: "a", ...doNotDisrupt("4h"), startedAt: someTime }),
    view: { budgets: [budgetView({ name: "one" }), budgetView({ name: "two" })] },
    request: everyMark,
    is: "ask/two-budgets",
  },
  {
    what: "do-not-disrupt with a value that means nothing",
    pod: podView({ name: "a", ...doNotDisrupt("soon") }),
    request: everyMark,
    is: "evict/managed",
  },
  {
    what: "safe-to-evict false of a pod that ends by itself, obeyed: its end is waited for",
    pod: podView({ name: "a", ...notSafe, runsToCompletion: true }),
    request: everyMark,
    is: "wait/not-safe-to-evict",
  },
  {
    what: "safe-to-evict false of a pod that never ends by itself, obeyed: a person is asked",
    pod: podView({ name: "a", ...notSafe }),
    request: everyMark,
    is: "ask/not-safe-to-evict",
  },
  {
    what: "two marks: skip decides",
    pod: podView({ name: "a", ...skip, ...doNotDisrupt("true") }),
    request: everyMark,
    is: "stay/drain-skip",
  },
  {
    what: "a mark on a DaemonSet's pod changes nothing",
    pod: podView({ name: "a", ...waitCompleted, controller: owner("DaemonSet", "logs") }),
    request: everyMark,
    is: "stay/daemonset-managed",
    consents: ["daemonsets"],
  },
  {
    what: "a mark on a finished pod changes nothing",
    pod: podView({ name: "a", ...skip, phase: "Succeeded" }),
    request: everyMark,
    is: "evict/finished",
  },
  // People's sessions.
  { what: "a notebook", pod: podView({ name: "a", ...notebook }), is: "evict/session", consents: ["interactive"] },
  {
    what: "a notebook with scratch space: every consent is kept",
    pod: podView({ name: "a", ...notebook, emptyDirs: ["tmp"] }),
    is: "evict/session",
    consents: ["emptydir", "interactive"],
  },
  {
    what: "a bare server of JupyterHub",
    pod: barePod({ name: "a", labels: { component: "singleuser-server", "hub.jupyter.org/username": "ann" } }),
    is: "evict/session",
    consents: ["unmanaged", "interactive"],
  },
  {
    what: "a notebook that has ended is nobody's session",
    pod: podView({ name: "a", ...notebook, phase: "Failed" }),
    is: "evict/finished",
  },
  {
    what: "a reservation of a GPU: never unmanaged, and left",
    pod: barePod({ name: "a", namespace: "kai-resource-reservation", emptyDirs: ["tmp"] }),
    is: "stay/gpu-reservation",
  },
  {
    what: "a reservation of a GPU that a rule moves is not unmanaged either",
    pod: barePod({ name: "a", namespace: "runai-reservation" }),
    request: { rules: [{ action: "evict" }] },
    is: "evict/managed",
  },
  // Rules.
  {
    what: "a rule that leaves",
    pod: barePod({ name: "a", emptyDirs: ["tmp"] }),
    request: { rules: [{ action: "stay" }] },
    is: "stay/rule-stay",
  },
  {
    what: "a rule that leaves a DaemonSet's pod: that needs no other consent",
    pod: podView({ name: "a", controller: owner("DaemonSet", "logs") }),
    request: { rules: [{ action: "stay" }] },
    is: "stay/rule-stay",
  },
  {
    what: "a rule that moves a DaemonSet's pod: it stays",
    pod: podView({ name: "a", controller: owner("DaemonSet", "logs") }),
    request: { rules: [{ action: "delete" }] },
    is: "stay/daemonset-managed",
    consents: ["daemonsets"],
  },
  { what: "a rule that waits", pod: barePod({ name: "a" }), request: { rules: [{ action: "wait" }] }, is: "wait/rule-wait" },
  { what: "a rule that asks", pod: podView({ name: "a" }), request: { rules: [{ action: "ask" }] }, is: "ask/rule-ask" },
  {
    what: "the pod of the operator that asks, whatever a rule says",
    pod: podView({ name: "a" }),
    request: { own: { namespace: podView({ name: "a" }).namespace, name: "a", isAlone: false }, rules: [{ action: "delete" }] },
    is: "wait/own-operator",
  },
  {
    what: "a pod of the same name in another namespace",
    pod: podView({ name: "a" }),
    request: { own: { namespace: "elsewhere", name: "a", isAlone: false } },
    is: "evict/managed",
  },
  {
    what: "a rule that evicts a notebook: whether that may be is still asked",
    pod: podView({ name: "a", ...notebook }),
    request: { rules: [{ action: "evict" }] },
    is: "evict/session",
    consents: ["interactive"],
  },
  { what: "a rule that deletes", pod: podView({ name: "a" }), request: { rules: [{ action: "delete" }] }, is: "delete/managed" },
  {
    what: "a rule that deletes past a budget",
    pod: podView({ name: "a" }),
    view: { budgets: [budgetView({ name: "web" })] },
    request: { rules: [{ action: "delete" }] },
    is: "delete/managed",
    consents: ["budget-violation"],
  },
  {
    what: "a rule that deletes past two budgets, which no eviction could",
    pod: podView({ name: "a" }),
    view: { budgets: [budgetView({ name: "one" }), budgetView({ name: "two" })] },
    request: { rules: [{ action: "delete" }] },
    is: "delete/managed",
    consents: ["budget-violation"],
  },
  {
    what: "a rule decides before a mark",
    pod: podView({ name: "a", ...skip }),
    request: { ...everyMark, rules: [{ action: "evict" }] },
    is: "evict/managed",
  },
  {
    what: "a rule cannot move what terminates",
    pod: podView({ name: "a", deletionTimestamp: someTime }),
    request: { rules: [{ action: "ask" }] },
    is: "wait/already-terminating",
  },
];

describe("what wishes make of a pod", () => {
  test.each(rows)("$what: $is", ({ pod, view = {}, request, is, consents = [] }) => {
    const { action, code, consents: needed, evidence } = classify(pod, clusterView({ ...view, pods: [pod] }), planRequest(request));
    expect({ is: `${action}/${code}`, consents: needed }).toEqual({ is, consents });
    expect(evidence.length).toBeGreaterThan(0);
  });

  test("marks are evidence of every decision, obeyed or not, and each once", () => {
    const pod = podView({ name: "a", ...skip, ...notSafe });
    for (const honor of [[], marks]) {
      const fields = classify(pod, clusterView({ pods: [pod] }), planRequest({ honor })).evidence.map(({ field }) => field);
      expect(fields.filter((field) => field.includes("x-k8s.io") || field.includes("safe-to-evict"))).toHaveLength(2);
    }
  });

  test("whose session it is stands in the reason", () => {
    const labels = { component: "singleuser-server", "hub.jupyter.org/username": "ann" };
    const pod = barePod({ name: "jupyter-ann", labels });
    expect(classify(pod, clusterView({ pods: [pod] }), planRequest()).args).toMatchObject({ person: "ann", product: "JupyterHub" });
  });
});

describe("the first rule that matches decides", () => {
  const decided = (rules: PlanRequest["rules"], view: GivenView = {}) => {
    const pod = podView({ name: "a", namespace: "shop", labels: { app: "db", tier: "data" } });
    const { action, code, args, wave } = classify(pod, clusterView({ ...view, pods: [pod] }), planRequest({ rules: rules ?? [] }));
    return { is: `${action}/${code}`, rule: args["rule"], wave };
  };

  test("by labels of the pod, by its namespace, and by both together", () => {
    const rules: PlanRequest["rules"] = [
      { action: "stay", pods: { matchLabels: { app: "web" } } },
      { action: "stay", namespaces: { names: ["web"] } },
      { action: "stay", pods: { matchLabels: { app: "db" } }, namespaces: { names: ["web"] } },
      {
        action: "wait",
        pods: { matchExpressions: [{ key: "tier", operator: "Exists" }] },
        namespaces: { names: ["other", "shop"] },
        wave: 3,
      },
      { action: "ask" },
    ];
    expect(decided(rules)).toEqual({ is: "wait/rule-wait", rule: 4, wave: 3 });
  });

  test("an empty selector matches every pod; one that is not valid none", () => {
    expect(decided([{ action: "wait", pods: all }]).is).toBe("wait/rule-wait");
    expect(decided([{ action: "wait", pods: { matchExpressions: [{ key: "x", operator: "In" }] } }]).is).toBe("evict/managed");
  });

  test("by labels of the namespace, where they are known", () => {
    const rules: PlanRequest["rules"] = [{ action: "wait", namespaces: { selector: { matchLabels: { env: "prod" } } } }];
    expect(decided(rules, { namespaces: { shop: { env: "prod" } } }).is).toBe("wait/rule-wait");
    expect(decided(rules, { namespaces: { shop: { env: "test" } } }).is).toBe("evict/managed");
    expect(decided(rules).is).toBe("evict/managed");
    expect(decided([{ action: "wait", namespaces: { selector: all } }]).is).toBe("evict/managed");
  });

  test("the rule's wave is the pod's, whatever else decides", () => {
    expect(decided([{ action: "evict", wave: -2 }]).wave).toBe(-2);
    expect(decided([{ action: "evict" }]).wave).toBeUndefined();
  });
});
