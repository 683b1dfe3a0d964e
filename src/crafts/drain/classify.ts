import type { ClusterView, BudgetView, PodView } from "../../cluster/view/cluster-view.ts";
import { isObserved } from "../../kube/budget-status.ts";
import { matchesLabelSelector } from "../../kube/selector.ts";
import { isPodFinished } from "../../kube/pod.ts";
import type { Consent } from "../../plan/consent.ts";
import type { PlanRequest } from "../../plan/request.ts";
import type { Action, Args, Evidence } from "../../plan/step.ts";
import { budgetRef, podRef } from "../../plan/refs.ts";
import { neverAllows } from "./budgets.ts";
import type { DecisionCode } from "./codes.ts";
import { comesBack } from "./comes-back.ts";
import { compareText } from "../../runtime/text-order.ts";

/** What happens to one pod, and why. */
export interface Decision {
  readonly action: Action;
  readonly code: DecisionCode;
  readonly args: Args;
  readonly evidence: readonly Evidence[];
  readonly consents: readonly Consent[];
  readonly budgets: readonly BudgetView[];
}

/**
 * kubectl's filters in kubectl's order (kubectl pkg/drain/filters.go), but nothing is forgotten on the way: where kubectl keeps
 * the last filter's word only, a decision here keeps every consent that the pod needs.
 */
export function classify(pod: PodView, view: ClusterView, request: PlanRequest): Decision {
  return leftAlone(pod, view, request) ?? moved(pod, view, request);
}

function leftAlone(pod: PodView, view: ClusterView, request: PlanRequest): Decision | undefined {
  if (isSkippedTerminating(pod, view, request))
    return stay("skipped-terminating", [seen(pod, "metadata.deletionTimestamp", "older than asked to wait for")]);
  if (pod.controller?.kind === "DaemonSet" && !isPodFinished(pod.phase) && view.owner(pod.controller.uid) !== "missing") {
    const evidence = [seen(pod, "metadata.ownerReferences", `DaemonSet/${pod.controller.name}`)];
    return { ...stay("daemonset-managed", evidence, { owner: pod.controller.name }), consents: ["daemonsets"] };
  }
  if (pod.mirror) return stay("static-pod", [seen(pod, 'metadata.annotations["kubernetes.io/config.mirror"]', "set")]);
  if (pod.deletionTimestamp === undefined && !isPodFinished(pod.phase) && comesBack(pod, view)) {
    return stay("comes-back", [seen(pod, "spec.nodeName", pod.node)], { node: pod.node });
  }
  return undefined;
}

function moved(pod: PodView, view: ClusterView, request: PlanRequest): Decision {
  const base = { action: request.disableEviction ? "delete" : "evict", args: {}, consents: [], budgets: [] } as const;
  if (pod.deletionTimestamp !== undefined && !shortensGrace(pod, request)) {
    return { ...base, action: "wait", code: "already-terminating", evidence: [seen(pod, "metadata.deletionTimestamp", "set")] };
  }
  // The server ignores budgets for finished pods, and nothing of them is lost that their end did not lose already.
  if (isPodFinished(pod.phase))
    return { ...base, code: "finished", args: { phase: pod.phase }, evidence: [seen(pod, "status.phase", pod.phase)] };

  const { consents, code, args, evidence } = consentsOf(pod);
  const budgets = request.disableEviction ? [] : budgetsOf(pod, view);
  const overridden: readonly Consent[] = request.disableEviction && budgetsOf(pod, view).length > 0 ? ["budget-violation"] : [];
  const decided = { ...base, code, args, evidence, consents: [...consents, ...overridden], budgets };
  // Pending and terminating pods are deleted straight away by the eviction subresource, whatever the budgets say.
  if (pod.phase === "Pending" || pod.deletionTimestamp !== undefined) return decided;
  if (budgets.length > 1) {
    const names = budgets.map((budget) => budget.name);
    return { ...decided, action: "ask", code: "two-budgets", args: { ...args, budgets: names }, evidence: budgets.map(selects) };
  }
  const [budget] = budgets;
  if (budget !== undefined && neverAllows(budget, pod)) {
    const { expectedPods } = budget.status;
    // Of a spec that has not been counted yet the status knows nothing but how many pods there are; only one that needs them all gets here.
    const desiredHealthy = isObserved(budget.object) ? budget.status.desiredHealthy : expectedPods;
    const why = { budget: budget.name, needs: desiredHealthy, of: expectedPods };
    const statusEvidence = [
      { object: budgetRef(budget), field: "status.desiredHealthy", value: String(desiredHealthy) },
      { object: budgetRef(budget), field: "status.expectedPods", value: String(expectedPods) },
    ];
    return { ...decided, action: "ask", code: "budget-never-allows", args: { ...args, ...why }, evidence: statusEvidence };
  }
  return decided;
}

/** Which consents a running pod needs to go, and the weightiest of them as the reason. */
function consentsOf(pod: PodView): Pick<Decision, "consents" | "code" | "args" | "evidence"> {
  const consents: Consent[] = [];
  const evidence: Evidence[] = [];
  let code: DecisionCode = "managed";
  let args: Args = { owner: pod.controller === undefined ? undefined : `${pod.controller.kind}/${pod.controller.name}` };
  if (pod.emptyDirs.length > 0) {
    consents.push("emptydir");
    evidence.push(seen(pod, "spec.volumes", `emptyDir ${pod.emptyDirs.join(", ")}`));
    code = "local-storage";
    args = { ...args, volumes: pod.emptyDirs };
  }
  if (pod.controller === undefined) {
    consents.push("unmanaged");
    evidence.push(seen(pod, "metadata.ownerReferences", "no controller"));
    code = "unmanaged";
  } else if (pod.controller.kind === "DaemonSet") {
    consents.push("unmanaged");
    evidence.push(seen(pod, "metadata.ownerReferences", `DaemonSet/${pod.controller.name} does not exist`));
    code = "daemonset-orphaned";
  } else if (evidence.length === 0) {
    evidence.push(seen(pod, "metadata.ownerReferences", `${pod.controller.kind}/${pod.controller.name}`));
  }
  return { consents, code, args, evidence };
}

/** A shorter grace than the one that runs is a request of its own: the server takes it (a later delete may only shorten). */
export function shortensGrace(pod: PodView, request: PlanRequest): boolean {
  return request.grace !== undefined && request.grace / 1000 < (pod.deletionGraceSeconds ?? 0);
}

/** kubectl's `--skip-wait-for-delete-timeout`; deletionTimestamp is the request's time plus the grace period, so the real wait is both. */
function isSkippedTerminating(pod: PodView, view: ClusterView, request: PlanRequest): boolean {
  if (request.skipDeletedAfter === undefined || pod.deletionTimestamp === undefined) return false;
  return view.serverNow - pod.deletionTimestamp > request.skipDeletedAfter;
}

/** By name: the order in which a watch brought them is no part of a decision. */
function budgetsOf(pod: PodView, view: ClusterView): readonly BudgetView[] {
  return view
    .budgets(pod.namespace)
    .filter((budget) => matchesLabelSelector(budget.object.spec.selector, pod.labels))
    .toSorted((a, b) => compareText(a.name, b.name));
}

function stay(code: DecisionCode, evidence: readonly Evidence[], args: Args = {}): Decision {
  return { action: "stay", code, args, evidence, consents: [], budgets: [] };
}

function seen(pod: PodView, field: string, value: string): Evidence {
  return { object: podRef(pod), field, value };
}

function selects(budget: BudgetView): Evidence {
  return { object: budgetRef(budget), field: "spec.selector", value: "matches" };
}
