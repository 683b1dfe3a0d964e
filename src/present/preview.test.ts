import { describe, expect, test } from "vitest";
import type { Refusal } from "../maintenance/outcome.ts";
import { textOf } from "./line.ts";
import { previewDocument } from "./preview-document.ts";
import { previewText } from "./preview-text.ts";
import { apiBudget, cordonStep, daemonStep, planOf, podStep, voice } from "./testing/plans.ts";

const budgetRef = { kind: "PodDisruptionBudget", namespace: "web", name: "api", uid: "uid-budget-api" };
const cache = podStep("cache-0", {
  consents: ["emptydir"],
  reason: {
    code: "local-storage",
    args: { volumes: ["tmp"] },
    evidence: [{ object: { kind: "Pod", namespace: "web", name: "cache-0" }, field: "spec.volumes", value: "emptyDir tmp" }],
  },
});
const stuck = podStep("db-0", {
  action: "ask",
  claim: "veto",
  reason: { code: "two-budgets", args: { budgets: ["db", "all"] }, evidence: [] },
});
const steps = [
  cordonStep(),
  podStep("api-2", { budgets: [budgetRef] }),
  podStep("api-1", { budgets: [budgetRef] }),
  cache,
  daemonStep("proxy-x"),
];
const plan = planOf(steps, {
  budgets: [apiBudget],
  findings: [{ code: "node-not-ready", severity: "warning", objects: [{ kind: "Node", name: "worker-1" }], args: { node: "worker-1" } }],
});
const missing: readonly Refusal[] = [
  { kind: "consent", step: cache, missing: ["emptydir"] },
  { kind: "consent", step: daemonStep("proxy-x"), missing: ["daemonsets"] },
];
const command = "drydock drain worker-1 --ignore-daemonsets --delete-emptydir-data";

const text = (...args: Parameters<typeof previewText> extends [...infer A, unknown] ? A : never): readonly string[] =>
  previewText(...args, voice).map(textOf);

describe("the preview for a person", () => {
  test("says where nobody can tell when the last pod goes", () => {
    const plan = planOf([podStep("api")]);
    const never = { low: 0, likely: Number.POSITIVE_INFINITY, high: Number.POSITIVE_INFINITY };
    const nodes = plan.nodes.map((node) => ({ ...node, predicted: never }));
    expect(text({ ...plan, nodes }, [], { wide: false, command, left: [] })[0]).toBe("worker-1: 1 pod would go, no end in sight");
  });

  test("shows the waves where there is more than one, infrastructure as the last", () => {
    const steps = [podStep("api", { wave: -1 }), podStep("dns", { wave: 2_000_000_000 }), daemonStep("proxy-x")];
    const rows = text(planOf(steps), [], { wide: false, command, left: [] });
    expect(rows.slice(1, 5).map((row) => row.split(/ +/).slice(1, 5))).toEqual([
      ["NAMESPACE", "POD", "WHAT", "WAVE"],
      ["web", "api", "evict", "-1"],
      ["web", "dns", "evict", "last"],
      ["kube-system", "proxy-x", "stay", "-"],
    ]);
  });

  test("every pod with what becomes of it and why; budgets, warnings, consents, and the line to paste at the end", () => {
    expect(text(plan, missing, { wide: false, command })).toEqual([
      "worker-1: 3 pods would go in about 30s (20s–1m), 1 would stay",
      "  NAMESPACE    POD      WHAT   NEEDS                   TIME  WHY",
      "  web          api-1    evict  -                       2s    ReplicaSet/api replaces it elsewhere",
      "  web          api-2    evict  -                       2s    ReplicaSet/api replaces it elsewhere",
      "  web          cache-0  evict  --delete-emptydir-data  2s    loses its emptyDir data (tmp)",
      "  kube-system  proxy-x  stay   --ignore-daemonsets     -     DaemonSet/proxy keeps one on every node",
      "",
      "Budgets that set the pace",
      "  BUDGET   PODS HERE  MAY GO NOW  HEALTHY  NEEDS  TIME",
      "  web/api  2          1           3 of 3   2      about 30s (20s–1m)",
      "",
      "Worth knowing",
      "  warning  node worker-1 is not Ready: its kubelet may not confirm that pods have ended",
      "           → if the machine is dead, fence it (power it off) before its pods are taken for ended",
      "",
      "Needs your consent",
      "  missing  cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): kube-system/proxy-x",
      "  missing  cannot delete Pods with local storage (use --delete-emptydir-data to override): web/cache-0",
      "",
      "To do exactly this, run:  (plan c0ffee)",
      "  drydock drain worker-1 --ignore-daemonsets --delete-emptydir-data",
    ]);
  });

  test("what can never go is first, and the line to paste moves the rest", () => {
    const finding = {
      code: "two-budgets",
      severity: "fatal",
      objects: [{ kind: "Pod", namespace: "web", name: "db-0" }],
      args: stuck.reason.args,
    } as const;
    const lines = text(planOf([podStep("api-1"), stuck], { findings: [finding] }), [{ kind: "finding", finding }], {
      wide: false,
      command: "drydock drain worker-1 --allow=partial",
    });
    expect(lines[0]).toBe("worker-1: 1 pod would go in about 30s (20s–1m), 1 cannot go");
    expect(lines[2]).toMatch(/^ {2}web +db-0 +ask /);
    expect(lines.slice(-6)).toEqual([
      "Stands in the way",
      "  blocked  web/db-0: is selected by db, all: the server evicts no pod that two budgets select",
      "           → change the selector of one of them, or agree to leave the pod behind with --allow=partial",
      "",
      "To move all that can go and keep the rest, run:  (plan c0ffee)",
      "  drydock drain worker-1 --allow=partial",
    ]);
  });

  test("what --allow=partial would leave is told beforehand, with its cause", () => {
    const left = [
      { step: stuck, missing: [] },
      { step: cache, missing: ["emptydir"] as const },
    ];
    const lines = text(planOf([cache, stuck]), [], { wide: false, command: "drydock drain worker-1 --allow=partial", left });
    expect(lines.slice(-6)).toEqual([
      "Would be left behind  (--allow=partial)",
      "  left     web/db-0: is selected by db, all: the server evicts no pod that two budgets select",
      "  left     web/cache-0: cannot delete Pods with local storage (use --delete-emptydir-data to override)",
      "",
      "To do exactly this, run:  (plan c0ffee)",
      "  drydock drain worker-1 --allow=partial",
    ]);
    expect(previewDocument(planOf([cache, stuck]), [], { command: "", left }, voice)).toMatchObject({
      left: [
        { object: "pod web/db-0", code: "two-budgets" },
        { object: "pod web/cache-0", code: "consent-missing" },
      ],
    });
  });

  test("on a narrow terminal no column is cut", () => {
    const lines = text(plan, missing, { wide: false, command, cells: 60 });
    expect(lines.slice(1, 4)).toEqual([
      "  NAMESPACE    POD      WHAT   NEEDS                   TIME",
      "  web          api-1    evict  -                       2s",
      "      ReplicaSet/api replaces it elsewhere",
    ]);
  });

  test("-o wide adds uid and evidence", () => {
    expect(text(planOf([cache]), [], { wide: true, command })[2]).toMatch(/ uid-web-cache-0 +spec\.volumes=emptyDir tmp +loses/);
  });

  test("of several nodes the whole is told too", () => {
    const lines = text(planOf([podStep("a"), podStep("b", { node: "worker-2" })]), [], { wide: false, command });
    expect(lines).toContain("all 2 nodes: drained in about 30s (20s–1m)");
    expect(text(planOf([podStep("a")]), [], { wide: false, command }).join("\n")).not.toContain("all ");
  });

  test("a node without pods is one line", () => {
    expect(text(planOf([cordonStep()]), [], { wide: false, command: "drydock drain worker-1" })).toEqual([
      "worker-1: 0 pods would go",
      "",
      "To do exactly this, run:  (plan c0ffee)",
      "  drydock drain worker-1",
    ]);
  });
});

describe("the preview for a program", () => {
  const document = previewDocument(plan, missing, { command, left: [] }, voice) as Record<string, unknown>;

  test("names its version, the plan's hash and the line that carries it out", () => {
    expect(document).toMatchObject({ apiVersion: "drydock.dev/v1alpha1", kind: "Preview", hash: "c0ffee", command });
  });

  test("each pod with action, reason, evidence, hint and predicted seconds", () => {
    expect(document).toMatchObject({
      nodes: [
        {
          node: "worker-1",
          predicted: { low: 20, likely: 30, high: 60 },
          pods: [
            { name: "api-2", action: "evict", wave: 0, budgets: ["api"], predicted: { low: 1, likely: 2, high: 32 } },
            { name: "api-1" },
            {
              namespace: "web",
              name: "cache-0",
              uid: "uid-web-cache-0",
              consents: ["emptydir"],
              reason: {
                code: "local-storage",
                message: "loses its emptyDir data (tmp)",
                evidence: [{ object: "pod web/cache-0", field: "spec.volumes", value: "emptyDir tmp" }],
                hint: "agree with --delete-emptydir-data, or look at what is in it first: drydock preview",
              },
            },
            { name: "proxy-x", action: "stay", predicted: null },
          ],
          changes: [{ stage: "cordon", action: "change", subject: "node worker-1" }],
        },
      ],
      budgets: [{ name: "api", disruptionsAllowed: 1, pods: 2 }],
      findings: [{ code: "node-not-ready", severity: "warning", objects: ["node worker-1"] }],
      missing: [
        { object: "pod web/cache-0", consents: ["emptydir"] },
        { object: "pod kube-system/proxy-x", consents: ["daemonsets"] },
      ],
    });
  });

  test("has no infinity in it, which JSON would turn into null unsaid", () => {
    const never = { ...podStep("a"), predicted: { low: 1, likely: Number.POSITIVE_INFINITY, high: Number.POSITIVE_INFINITY } };
    expect(JSON.stringify(previewDocument(planOf([never]), [], { command: "", left: [] }, voice))).toContain(
      '"predicted":{"low":0,"likely":null,"high":null}',
    );
  });
});
