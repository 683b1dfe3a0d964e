import type { BudgetView, ClusterView, PodView } from "../../cluster/view/cluster-view.ts";
import { disruptionAllowed } from "../../kube/budget-status.ts";
import { formatTime, parseTime } from "../../kube/time.ts";
import type { Blocker } from "../../plan/finding.ts";
import { budgetRef, nodeRef, podRef } from "../../plan/refs.ts";
import type { Evidence, Step } from "../../plan/step.ts";
import type { Instant } from "../../runtime/clock.ts";
import type { Hold } from "./work.ts";

/** Blockers that a budget of the step is the cause of. */
const ofBudgets: ReadonlySet<string> = new Set([
  "budget-exhausted",
  "budget-recount",
  "budget-behind",
  "budget-broken",
  "budget-in-flight",
  "budget-never-allows",
  "two-budgets",
]);
/** Blockers of a pod that is marked and has not gone. */
const ofEnding: ReadonlySet<string> = new Set(["terminating", "terminating-too-long", "finalizers", "kubelet-silent"]);

/** A blocker with what was read of it: since when the API says it lasts, and the fields that say so. */
export function holdOf(blocker: Blocker, step: Step, view: ClusterView): Hold {
  const pod = view.pod(step.subject.uid);
  const since = sinceOf(blocker, step, pod, view);
  return { blocker, evidence: evidenceOf(blocker, step, pod, view), ...(since === undefined ? {} : { since }) };
}

/** The budgets that hold the step by this blocker. */
export function budgetsBehind({ code }: Blocker, step: Step, view: ClusterView): readonly BudgetView[] {
  if (!ofBudgets.has(code)) return [];
  return step.budgets.flatMap((ref) => view.budgets(ref.namespace ?? "").filter(({ uid }) => uid === ref.uid));
}

/** Stamps of the server, turned to our clock. */
function sinceOf(blocker: Blocker, step: Step, pod: PodView | undefined, view: ClusterView): Instant | undefined {
  const offset = view.serverNow - view.asOf;
  if (ofEnding.has(blocker.code) && pod?.deletionTimestamp !== undefined)
    return pod.deletionTimestamp - (pod.deletionGraceSeconds ?? 0) * 1000 - offset;
  // Of two budgets nothing says since when they overlap.
  if (blocker.code === "two-budgets") return undefined;
  const stamps = budgetsBehind(blocker, step, view).flatMap(({ status }) => {
    const condition = disruptionAllowed(status);
    const at = condition?.status === "False" ? parseTime(condition.lastTransitionTime) : undefined;
    return at === undefined ? [] : [at - offset];
  });
  return stamps.length === 0 ? undefined : Math.min(...stamps);
}

function evidenceOf(blocker: Blocker, step: Step, pod: PodView | undefined, view: ClusterView): readonly Evidence[] {
  const behind = budgetsBehind(blocker, step, view);
  if (behind.length > 0) return behind.flatMap(budgetEvidence);
  if (!ofEnding.has(blocker.code) || pod?.deletionTimestamp === undefined) return step.reason.evidence;
  const object = podRef(pod);
  const node = view.node(pod.node);
  return [
    { object, field: "metadata.deletionTimestamp", value: formatTime(pod.deletionTimestamp) },
    ...(pod.finalizers.length === 0 ? [] : [{ object, field: "metadata.finalizers", value: pod.finalizers.join(", ") }]),
    { object, field: "status.containerStatuses[*].state", value: pod.containersEnded ? "terminated" : "not terminated" },
    ...(node === undefined ? [] : [{ object: nodeRef(node), field: "status.conditions[Ready]", value: node.ready ? "True" : "not True" }]),
  ];
}

/** What the budget's own object says, as it was read. */
export function budgetEvidence(budget: BudgetView): readonly Evidence[] {
  const object = budgetRef(budget);
  const { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } = budget.status;
  const condition = disruptionAllowed(budget.status);
  return [
    { object, field: "status.disruptionsAllowed", value: String(disruptionsAllowed) },
    { object, field: "status.currentHealthy", value: String(currentHealthy) },
    { object, field: "status.desiredHealthy", value: String(desiredHealthy) },
    { object, field: "status.expectedPods", value: String(expectedPods) },
    ...(condition?.status === "False" && condition.message !== undefined && condition.message !== ""
      ? [{ object, field: "status.conditions[DisruptionAllowed].message", value: condition.message }]
      : []),
  ];
}
