import type { ClusterView } from "../cluster/view/cluster-view.ts";
import type { Composition } from "../plan/compose.ts";
import type { Step, StepId } from "../plan/step.ts";
import { type Cause, causeOf } from "./cause.ts";
import type { StepState } from "./step-state.ts";

export type StepChange =
  /** The subject is no longer on the node. */
  | { readonly kind: "gone"; readonly step: Step }
  /** The cluster has begun to delete it because of the taint asked for. */
  | { readonly kind: "marked"; readonly step: Step }
  /** Another decision than before, a new one, or none any more, and the object (with its version) that caused it. */
  | { readonly kind: "replanned"; readonly from: Step | undefined; readonly to: Step | undefined; readonly cause: Cause };

export interface Replan {
  /** The steps to go on with. */
  readonly steps: ReadonlyMap<StepId, Step>;
  readonly changes: readonly StepChange[];
}

/**
 * Compares a fresh plan with the steps that are being carried out. What a step of ours brought about itself (its pod terminates now)
 * is no change of plan; everything else is named, so that preview and act never differ without a word.
 */
export function replan(
  current: ReadonlyMap<StepId, Step>,
  plan: Composition,
  view: ClusterView,
  state: (id: StepId) => StepState | undefined,
  isForced: (id: StepId) => boolean = () => false,
): Replan {
  const steps = new Map<StepId, Step>();
  const changes: StepChange[] = [];
  for (const step of plan.nodes.flatMap((node) => node.steps)) {
    const before = current.get(step.id);
    if (before !== undefined && step.action === "wait" && isTaintsDoing(before, view)) {
      const marked: Step = { ...before, action: "delete" };
      steps.set(step.id, marked);
      changes.push({ kind: "marked", step: marked });
      continue;
    }
    // Whatever was to become of it: we have deleted it ahead of a deadline, and said so.
    if (before !== undefined && step.action === "wait" && isForced(step.id)) {
      steps.set(step.id, { ...before, action: "delete" });
      continue;
    }
    if (before !== undefined && step.action === "wait" && isOurDoing(before, state(step.id))) {
      steps.set(step.id, before);
      continue;
    }
    if (before !== undefined && step.action === "wait" && state(step.id)?.acceptedAt !== undefined) {
      // The decision changed while our request was under way; the server took it all the same, so it is we who made the pod go.
      const ours: Step = { ...step, action: "evict" };
      steps.set(step.id, ours);
      changes.push({ kind: "replanned", from: before, to: ours, cause: causeOf(before, ours, view) });
      continue;
    }
    steps.set(step.id, step);
    if (before === undefined || !isSameDecision(before, step)) {
      changes.push({ kind: "replanned", from: before, to: step, cause: causeOf(before, step, view) });
    }
  }
  for (const [id, step] of current) {
    if (steps.has(id)) continue;
    const isPod = step.stage === "evacuate";
    if (isPod && view.pod(step.subject.uid)?.node === step.node)
      changes.push({ kind: "replanned", from: step, to: undefined, cause: causeOf(step, undefined, view) });
    else if (isPod) changes.push({ kind: "gone", step });
  }
  return { steps, changes };
}

/** In mode Taint nothing else ends it; where a taint follows evictions, the controller's mark tells. */
function isTaintsDoing({ byTaint, action, subject }: Step, view: ClusterView): boolean {
  return byTaint !== undefined && (action === "delete" || view.pod(subject.uid)?.disruptedBy === "DeletionByTaintManager");
}

function isOurDoing(before: Step, state: StepState | undefined): boolean {
  return (before.action === "evict" || before.action === "delete") && state !== undefined && state.attempts > 0;
}

/** The same parts as the plan's hash covers (plan/compose.ts, stepIdentity), compared without making text of them. */
function isSameDecision(a: Step, b: Step): boolean {
  return (
    a.action === b.action &&
    a.wave === b.wave &&
    a.reason.code === b.reason.code &&
    (a.byTaint !== undefined || hasSameConsents(a, b)) &&
    a.budgets.length === b.budgets.length &&
    a.budgets.every((budget, i) => budget.uid === b.budgets[i]?.uid) &&
    (a.reason.args === b.reason.args || JSON.stringify(a.reason.args) === JSON.stringify(b.reason.args))
  );
}

/** Which budgets a taint breaks follows their counts from moment to moment; what it does with the pod is the same. */
function hasSameConsents(a: Step, b: Step): boolean {
  return a.consents.length === b.consents.length && a.consents.every((consent, i) => consent === b.consents[i]);
}
