import type { BudgetView, ClusterView, PodView } from "../../cluster/view/cluster-view.ts";
import { workloadOf } from "../../cluster/view/workload/workload-of.ts";
import { isObserved } from "../../kube/budget-status.ts";
import type { Taint } from "../../kube/node.ts";
import { isPodFinished } from "../../kube/pod.ts";
import { matchesLabelSelector } from "../../kube/selector.ts";
import type { Consent } from "../../plan/consent.ts";
import { budgetRef } from "../../plan/refs.ts";
import type { OwnPod, PlanRequest } from "../../plan/request.ts";
import type { Evidence } from "../../plan/step.ts";
import { taintOf } from "../../plan/taint.ts";
import { oncePer } from "../../runtime/once-per.ts";
import { compareText } from "../../runtime/text-order.ts";
import { neverAllows, policyEvidence } from "./budgets.ts";
import { comesBack } from "./comes-back.ts";
import { consentsOf, isReservation, signsOf } from "./consents.ts";
import { type Decision, leave, seen } from "./decision.ts";
import { fieldOf, marksOn } from "./wishes/marks.ts";
import { obeying } from "./wishes/obedience.ts";
import { type ChosenRule, ruleFor } from "./wishes/rules.ts";
import { decideByTaint, followedByTaint } from "./taint/decision.ts";
import { deletionSeen, mirrorSeen, selectorSeen } from "./seen.ts";

/**
 * kubectl's filters in kubectl's order (kubectl pkg/drain/filters.go), but nothing is forgotten on the way: where kubectl keeps
 * the last filter's word only, a decision here keeps every consent that the pod needs. Then the first rule that matches decides, and
 * where none does, the marks that are to be obeyed. Marks are shown with every decision, obeyed or not.
 */
export function classify(pod: PodView, view: ClusterView, request: PlanRequest): Decision {
  const chosen = ruleFor(pod, view, request);
  const taint = taintOf(request);
  const decided =
    taint === undefined
      ? evicted(pod, chosen, view, request)
      : tainted(pod, taint, view, request, () => evicted(pod, chosen, view, request));
  const marks = marksOn(pod);
  const unseen = marks
    .map((mark) => seen(pod, fieldOf(mark), mark.value))
    .filter(({ field }) => !decided.evidence.some((one) => one.field === field));
  const evidence = unseen.length === 0 ? {} : { evidence: [...decided.evidence, ...unseen] };
  return { ...decided, ...evidence, ...(chosen?.rule.wave === undefined ? {} : { wave: chosen.rule.wave }) };
}

function evicted(pod: PodView, chosen: ChosenRule | undefined, view: ClusterView, request: PlanRequest): Decision {
  return leftAlone(pod, chosen, view, request) ?? onItsWay(pod, request) ?? decide(pod, chosen, view, request);
}

/** A taint takes no notice of rules and marks. */
function tainted(pod: PodView, taint: Taint, view: ClusterView, request: PlanRequest, eviction: () => Decision): Decision {
  if (request.mode !== "Taint") return followedByTaint(eviction(), pod, taint, view);
  return skippedTerminating(pod, view, request) ?? decideByTaint(pod, taint, view);
}

function leftAlone(pod: PodView, chosen: ChosenRule | undefined, view: ClusterView, request: PlanRequest): Decision | undefined {
  if (chosen?.rule.action === "stay") return leave("stay", "rule-stay", [ruleEvidence(pod, chosen)], { rule: chosen.number });
  const skipped = skippedTerminating(pod, view, request);
  if (skipped !== undefined) return skipped;
  if (pod.controller?.kind === "DaemonSet" && !isPodFinished(pod.phase) && view.owner(pod.controller.uid) !== "missing") {
    const evidence = [seen(pod, "metadata.ownerReferences", `DaemonSet/${pod.controller.name}`)];
    return { ...leave("stay", "daemonset-managed", evidence, { owner: pod.controller.name }), consents: ["daemonsets"] };
  }
  if (pod.mirror) return leave("stay", "static-pod", [mirrorSeen(pod)]);
  if (pod.deletionTimestamp === undefined && !isPodFinished(pod.phase) && comesBack(pod, view)) {
    return leave("stay", "comes-back", [seen(pod, "spec.nodeName", pod.node)], { node: pod.node });
  }
  return undefined;
}

/** Ended, or told to end: no rule and no mark changes that. */
function onItsWay(pod: PodView, request: PlanRequest): Decision | undefined {
  if (pod.deletionTimestamp !== undefined && !shortensGrace(pod, request)) return leave("wait", "already-terminating", [deletionSeen(pod)]);
  // The server ignores budgets for finished pods, and nothing of them is lost that their end did not lose already.
  if (!isPodFinished(pod.phase)) return undefined;
  const action = request.disableEviction ? "delete" : "evict";
  const evidence = [seen(pod, "status.phase", pod.phase)];
  return { action, code: "finished", args: { phase: pod.phase }, evidence, consents: [], budgets: [] };
}

function decide(pod: PodView, chosen: ChosenRule | undefined, view: ClusterView, request: PlanRequest): Decision {
  if (pod.namespace === request.own?.namespace && pod.name === request.own.name) return ownOperator(pod, request.own);
  if (chosen !== undefined) return byRule(pod, chosen, view, request);
  const workload = workloadOf(pod);
  if (isReservation(workload)) return leave("stay", "gpu-reservation", signsOf(pod, workload), { product: workload.product });
  const decided = moved(pod, view, request.disableEviction);
  return obeying(decided, pod, marksOn(pod), request.honor ?? [], view) ?? decided;
}

/** Whatever a rule says: nobody is left to end what it would begin. */
function ownOperator(pod: PodView, { namespace, isAlone }: OwnPod): Decision {
  const evidence = [seen(pod, "metadata.name", pod.name)];
  return leave("wait", "own-operator", evidence, { alone: isAlone, namespace });
}

/** A rule says what is done; whether that may be done, the consents still say. */
function byRule(pod: PodView, chosen: ChosenRule, view: ClusterView, request: PlanRequest): Decision {
  const { rule, number } = chosen;
  const evidence = ruleEvidence(pod, chosen);
  if (rule.action === "wait") return leave("wait", "rule-wait", [evidence], { rule: number });
  if (rule.action === "ask") return leave("ask", "rule-ask", [evidence], { rule: number });
  const decided = moved(pod, view, request.disableEviction || rule.action === "delete");
  return { ...decided, evidence: [...decided.evidence, evidence] };
}

function ruleEvidence(pod: PodView, { rule, number }: ChosenRule): Evidence {
  return seen(pod, "--rules", `rule ${number}: ${rule.action}`);
}

function moved(pod: PodView, view: ClusterView, pastBudgets: boolean): Decision {
  const { consents, code, args, evidence } = consentsOf(pod);
  const covering = budgetsOf(pod, view);
  const budgets = pastBudgets ? [] : covering;
  const overridden: readonly Consent[] = pastBudgets && covering.length > 0 ? ["budget-violation"] : [];
  const decided: Decision = {
    action: pastBudgets ? "delete" : "evict",
    code,
    args,
    evidence: overridden.length === 0 ? evidence : [...evidence, ...covering.map(selectorSeen)],
    consents: [...consents, ...overridden],
    budgets,
  };
  // Pending and terminating pods are deleted straight away by the eviction subresource, whatever the budgets say.
  if (pod.phase === "Pending" || pod.deletionTimestamp !== undefined) return decided;
  if (budgets.length > 1) {
    const names = budgets.map((budget) => budget.name);
    return {
      ...decided,
      action: "ask",
      code: "two-budgets",
      args: { ...args, budgets: names },
      evidence: [...budgets.map(selectorSeen), ...evidence],
    };
  }
  const [budget] = budgets;
  if (budget === undefined) return decided;
  if (!neverAllows(budget, pod, view)) return { ...decided, evidence: [...evidence, ...policyEvidence(budget, pod)] };
  const { expectedPods } = budget.status;
  // Of a spec that has not been counted yet the status knows nothing but how many pods there are; only one that needs them all gets here.
  const desiredHealthy = isObserved(budget.object) ? budget.status.desiredHealthy : expectedPods;
  const why = { budget: budget.name, needs: desiredHealthy, of: expectedPods };
  const statusEvidence = [
    { object: budgetRef(budget), field: "status.desiredHealthy", value: String(desiredHealthy) },
    { object: budgetRef(budget), field: "status.expectedPods", value: String(expectedPods) },
  ];
  return { ...decided, action: "ask", code: "budget-never-allows", args: { ...args, ...why }, evidence: [...statusEvidence, ...evidence] };
}

/** A shorter grace than the one that runs is a request of its own: the server takes it (a later delete may only shorten). */
export function shortensGrace(pod: PodView, request: PlanRequest): boolean {
  return request.grace !== undefined && request.grace / 1000 < (pod.deletionGraceSeconds ?? 0);
}

/** kubectl's `--skip-wait-for-delete-timeout`; deletionTimestamp is the request's time plus the grace period, so the real wait is both. */
function skippedTerminating(pod: PodView, view: ClusterView, request: PlanRequest): Decision | undefined {
  if (request.skipDeletedAfter === undefined || pod.deletionTimestamp === undefined) return undefined;
  if (view.serverNow - pod.deletionTimestamp <= request.skipDeletedAfter) return undefined;
  return leave("stay", "skipped-terminating", [deletionSeen(pod)]);
}

/** By name: the order in which a watch brought them is no part of a decision. */
export function budgetsOf(pod: PodView, view: ClusterView): readonly BudgetView[] {
  return coverage(view.budgets(pod.namespace))(pod);
}

const coverage = oncePer((budgets: readonly BudgetView[]) =>
  oncePer((pod: PodView): readonly BudgetView[] =>
    budgets
      .filter((budget) => matchesLabelSelector(budget.object.spec.selector, pod.labels))
      .toSorted((a, b) => compareText(a.name, b.name)),
  ),
);
