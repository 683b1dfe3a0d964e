import type { BudgetView, ClusterView, PodView } from "../../cluster/view/cluster-view.ts";
import type { LabelSelector, LabelSelectorRequirement } from "../../kube/budget.ts";
import { changedBudget, type SpecChange } from "../../kube/budget-change.ts";
import type { FixReason, Proposal } from "../../plan/fix.ts";
import type { Plan } from "../../plan/plan.ts";
import { podOfStep, podRef } from "../../plan/refs.ts";
import type { Step } from "../../plan/step.ts";
import { decidesByPolicy, policyOf } from "./budgets.ts";

/** Of budgets that only take long, so many are looked at: the slowest. */
const mostPaces = 8;

/** Changes of budgets that would let this plan go on, or go on faster. What each is worth is for whoever composes the plan again. */
export function proposeFixes(plan: Plan, view: ClusterView): readonly Proposal[] {
  const steps = plan.nodes.flatMap((node) => node.steps);
  return [...neverAllowing(steps, view), ...notReady(steps, view), ...twice(steps, view), ...paces(plan, steps, view)];
}

function neverAllowing(steps: readonly Step[], view: ClusterView): readonly Proposal[] {
  return byBudget(
    steps.filter(({ action, reason }) => action === "ask" && reason.code === "budget-never-allows"),
    view,
  ).map(({ budget, pods }) => propose("never-allows", budget, oneMore(budget, pods), pods));
}

/** One fewer than there are; where there is but one, or a share is asked for, one may be away. */
function oneMore({ object, status }: BudgetView, pods: readonly PodView[]): SpecChange {
  const { minAvailable } = object.spec;
  const fewer = Math.max(0, status.expectedPods - 1);
  // A pod without a controller has no scale, of which a share or maxUnavailable could be counted (disruption controller).
  const isCounted = pods.every(({ controller }) => controller !== undefined);
  if (typeof minAvailable === "number" && (fewer > 0 || !isCounted)) return { minAvailable: fewer };
  return { ...(minAvailable === undefined ? {} : { minAvailable: null }), maxUnavailable: 1 };
}

function notReady(steps: readonly Step[], view: ClusterView): readonly Proposal[] {
  return byBudget(steps, view).flatMap(({ budget, pods }): Proposal[] => {
    const waiting = pods.filter((pod) => decidesByPolicy(budget, pod));
    if (waiting.length === 0 || policyOf(budget) === "AlwaysAllow") return [];
    return [propose("not-ready-waits", budget, { unhealthyPodEvictionPolicy: "AlwaysAllow" }, waiting)];
  });
}

/** The wider of two budgets leaves out what the narrower selects beyond it: then each pod is under one of them. */
function twice(steps: readonly Step[], view: ClusterView): readonly Proposal[] {
  const found = new Map<string, Proposal>();
  for (const step of steps) {
    if (step.action !== "ask" || step.reason.code !== "two-budgets" || step.budgets.length !== 2) continue;
    const [a, b] = step.budgets.map((ref) => view.budgets(ref.namespace ?? "").find(({ uid }) => uid === ref.uid));
    if (a === undefined || b === undefined) continue;
    const [wide, narrow] = a.status.expectedPods >= b.status.expectedPods ? [a, b] : [b, a];
    const without = leavingOut(wide, narrow) ?? leavingOut(narrow, wide);
    if (without === undefined) continue;
    const key = `${without.from.uid} ${without.other.uid}`;
    const known = found.get(key);
    const pods = [...(known?.pods ?? []), podOfStep(step)];
    const change = { selector: { matchExpressions: without.expressions } };
    found.set(key, {
      reason: "two-budgets",
      budget: without.from.object,
      change,
      changed: changedBudget(without.from.object, change),
      pods,
      other: without.other.name,
    });
  }
  return [...found.values()];
}

function leavingOut(
  from: BudgetView,
  other: BudgetView,
): { readonly from: BudgetView; readonly other: BudgetView; readonly expressions: readonly LabelSelectorRequirement[] } | undefined {
  const own = from.object.spec.selector;
  const beyond = requirementBeyond(other.object.spec.selector, own);
  if (own === null || own === undefined || beyond === undefined) return undefined;
  const [key, value] = beyond;
  return { from, other, expressions: [...(own.matchExpressions ?? []), { key, operator: "NotIn", values: [value] }] };
}

/** The one label that `narrow` asks for and `wide` does not. With more than one, leaving out one of them would leave pods without any budget. */
function requirementBeyond(
  narrow: LabelSelector | null | undefined,
  wide: LabelSelector | null | undefined,
): readonly [string, string] | undefined {
  if (narrow === null || narrow === undefined || wide === null || wide === undefined || (narrow.matchExpressions ?? []).length > 0)
    return undefined;
  const more = Object.entries(narrow.matchLabels ?? {}).filter(([key, value]) => wide.matchLabels?.[key] !== value);
  return more.length === 1 ? more[0] : undefined;
}

/** Twice as many at once, but never more than half of the workload. */
function paces(plan: Plan, steps: readonly Step[], view: ClusterView): readonly Proposal[] {
  const going = byBudget(
    steps.filter(({ action }) => action === "evict"),
    view,
  );
  const slowest = plan.budgets.toSorted((a, b) => b.predicted.likely - a.predicted.likely).slice(0, mostPaces);
  return slowest.flatMap(({ uid }): Proposal[] => {
    const found = going.find(({ budget }) => budget.uid === uid);
    if (found === undefined || found.pods.length < 2) return [];
    const { expectedPods, desiredHealthy } = found.budget.status;
    const now = expectedPods - desiredHealthy;
    const more = Math.min(2 * now, Math.floor(expectedPods / 2));
    return now < 1 || more <= now ? [] : [propose("sets-the-pace", found.budget, allowing(more, found.budget), found.pods)];
  });
}

/** In the form that the budget has: a share stays a share. */
function allowing(away: number, { object, status }: BudgetView): SpecChange {
  const { minAvailable, maxUnavailable } = object.spec;
  const share = (count: number): string => `${Math.floor((100 * count) / status.expectedPods)}%`;
  if (maxUnavailable !== undefined) return { maxUnavailable: typeof maxUnavailable === "number" ? away : share(away) };
  const needed = status.expectedPods - away;
  return { minAvailable: typeof minAvailable === "number" ? needed : share(needed) };
}

function propose(reason: FixReason, { object }: BudgetView, change: SpecChange, pods: readonly PodView[]): Proposal {
  return { reason, budget: object, change, changed: changedBudget(object, change), pods: pods.map(podRef) };
}

/** Pods that still run, by the one budget that they are under. */
function byBudget(
  steps: readonly Step[],
  view: ClusterView,
): readonly { readonly budget: BudgetView; readonly pods: readonly PodView[] }[] {
  const groups = new Map<string, { readonly budget: BudgetView; readonly pods: PodView[] }>();
  for (const { subject, budgets } of steps) {
    const [ref] = budgets;
    const pod = view.pod(subject.uid);
    if (ref === undefined || budgets.length > 1 || pod === undefined || pod.deletionTimestamp !== undefined) continue;
    const known = groups.get(ref.uid);
    const budget = known?.budget ?? view.budgets(ref.namespace ?? "").find(({ uid }) => uid === ref.uid);
    if (budget === undefined) continue;
    if (known === undefined) groups.set(ref.uid, { budget, pods: [pod] });
    else known.pods.push(pod);
  }
  return [...groups.values()];
}
