import type { ExecutionEvent } from "../../execution/event.ts";
import type { PodRef } from "../../plan/refs.ts";
import { phrases } from "../../maintenance/crafts.ts";
import type { NodeOutcome } from "../../maintenance/outcome.ts";
import type { Blocker, Finding, Proof } from "../../plan/finding.ts";
import type { BudgetUse, Plan } from "../../plan/plan.ts";
import type { Range, Step } from "../../plan/step.ts";
import type { Voice } from "../speak.ts";

/** The real words of every code, as "drydock" says them. */
export const voice: Voice = { phrases, speaker: { program: "drydock" } };

/** 2026-01-05T09:00:00Z: where the events of these tests begin. */
export const start = 1_767_603_600_000;

export function podRef(name: string, namespace = "web"): PodRef {
  return { namespace, name, uid: `uid-${namespace}-${name}` };
}

/** Evicts `web/NAME` of `worker-1`, for the reason "managed", unless told otherwise. */
export function podStep(name: string, change: Partial<Step> & { readonly namespace?: string } = {}): Step {
  const { namespace = "web", ...rest } = change;
  const ref = podRef(name, namespace);
  return {
    id: `drain/evacuate/${ref.uid}`,
    craft: "drain",
    node: "worker-1",
    stage: "evacuate",
    subject: { kind: "Pod", ...ref },
    action: "evict",
    claim: "default",
    wave: 0,
    rank: 1,
    after: [],
    budgets: [],
    consents: [],
    reason: { code: "managed", args: { owner: "ReplicaSet/api" }, evidence: [] },
    predicted: { low: 1_000, likely: 2_000, high: 32_000 },
    ...rest,
  };
}

export function daemonStep(name: string): Step {
  const { predicted: _, ...step } = podStep(name, { namespace: "kube-system", action: "stay", consents: ["daemonsets"] });
  return { ...step, reason: { code: "daemonset-managed", args: { owner: "proxy" }, evidence: [] } };
}

export function cordonStep(node = "worker-1"): Step {
  const { predicted: _, ...step } = podStep("x", { stage: "cordon", action: "change", node, id: `drain/cordon/uid-${node}` });
  return {
    ...step,
    subject: { kind: "Node", name: node, uid: `uid-${node}` },
    reason: { code: "take-out-of-scheduling", args: { node }, evidence: [] },
  };
}

const aMinute: Range = { low: 20_000, likely: 30_000, high: 60_000 };

export function planOf(
  steps: readonly Step[],
  change: { readonly budgets?: readonly BudgetUse[]; readonly findings?: readonly Finding[] } = {},
): Plan {
  const nodes = [...new Set(steps.map((step) => step.node))];
  return {
    asOf: start,
    request: { nodes, mode: "Evict", disableEviction: false },
    nodes: nodes.map((node) => ({ node, steps: steps.filter((step) => step.node === node), predicted: aMinute })),
    budgets: change.budgets ?? [],
    findings: change.findings ?? [],
    predicted: aMinute,
    hash: "c0ffee",
  };
}

export const apiBudget: BudgetUse = {
  namespace: "web",
  name: "api",
  uid: "uid-budget-api",
  disruptionsAllowed: 1,
  currentHealthy: 3,
  desiredHealthy: 2,
  expectedPods: 3,
  pods: 2,
  predicted: aMinute,
};

export function blockerOf(step: Step, code: string, args: Blocker["args"], endsBy: Blocker["endsBy"] = "cluster", since = start): Blocker {
  return { code, node: step.node, object: step.subject, step: step.id, args, since, endsBy };
}

/** Waits for the budget `api`. */
export function atBudget(step: Step, since = start): Blocker {
  return blockerOf(step, "budget-exhausted", { budget: "api", needs: 2, has: 2 }, "cluster", since);
}

export function proofOf(step: Step, proven = true): Proof {
  return {
    code: proven ? "pod-ended" : "pod-gone-unconfirmed",
    subject: step.subject,
    args: proven ? {} : { why: "not watched" },
    at: start,
    evidence: [],
    proven,
  };
}

/** The events of a drain of `worker-1` with these steps: cordoned, every pod asked for, marked and gone, drained. */
export function drainEvents(plan: Plan, dryRun = false): readonly ExecutionEvent[] {
  const at = start;
  const steps = plan.nodes.flatMap((node) => node.steps).filter((step) => step.action === "evict" || step.action === "delete");
  const about = (step: Step) => ({ at, node: step.node, pod: podRef(step.subject.name, step.subject.namespace), action: step.action });
  return [
    { at, kind: "planned", plan },
    ...plan.nodes.map(({ node }): ExecutionEvent => ({ at, kind: "cordoned", node, already: false, foreign: false, dryRun })),
    ...steps.map((step): ExecutionEvent => ({ kind: "started", dryRun, ...about(step) })),
    ...(dryRun
      ? []
      : steps.flatMap((step): ExecutionEvent[] => [
          { kind: "accepted", ...about(step) },
          { kind: "gone", proof: proofOf(step), ...about(step) },
        ])),
    ...plan.nodes.map(({ node }): ExecutionEvent => ({ at, kind: "drained", node, proofs: [], proven: !dryRun, dryRun })),
  ];
}

export function nodeOutcome(state: NodeOutcome["state"], change: Partial<NodeOutcome> = {}): NodeOutcome {
  return { node: "worker-1", state, cordoned: "by-us", moved: 2, left: [], blockers: [], ...change };
}
