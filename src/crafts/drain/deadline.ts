import type { ClusterView, NodeView, PodView } from "../../cluster/view/cluster-view.ts";
import { isPodFinished } from "../../kube/pod.ts";
import type { Advance, StepMemory } from "../../plan/craft.ts";
import type { Finding } from "../../plan/finding.ts";
import { nodeRef, podOfStep, podRef } from "../../plan/refs.ts";
import type { PlanRequest } from "../../plan/request.ts";
import type { Action, Step } from "../../plan/step.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";
import type { DrainCode } from "./codes.ts";

/** Karpenter's floor: a grace of 0 would take the object away while its process runs. */
const leastGrace: Millis = 1_000;
/** A deletion that was accepted and has not been seen for this long is asked for again. */
const effectPatience: Millis = 30_000;
/** Within this time an accepted eviction shows in the view. */
const watchPatience: Millis = 2_000;
/** The server's stamps have whole seconds. */
const stampPrecision: Millis = 1_000;

/** What holds a pod that a deadline goes past, as an eviction may not. */
const budgetCodes: ReadonlySet<string> = new Set(["two-budgets", "budget-never-allows"]);

/**
 * Does a deadline delete this pod: everything that the drain moves or waits for, and what only budgets keep? Whatever stays is left, and so
 * is what a person, a rule or a mark asked to be left to a person.
 */
export function isBoundByDeadline({ action, code }: { readonly action: Action; readonly code: string }): boolean {
  return action === "evict" || action === "delete" || action === "wait" || (action === "ask" && budgetCodes.has(code));
}

/**
 * Until its time comes a pod goes its usual way (`dueAt` says when that ends). From then on it is deleted, past budgets and waves, with
 * what is left until the deadline as its grace, a second at least. A pod that somebody else deleted with a longer grace is given less.
 */
export function underDeadline(
  step: Step<DrainCode>,
  pod: PodView,
  view: ClusterView,
  memory: StepMemory,
  request: PlanRequest,
  usual: () => Advance<DrainCode>,
): Advance<DrainCode> {
  const { deadlineAt } = memory;
  const bound = { action: step.action, code: step.reason.code };
  if (deadlineAt === undefined || !isBoundByDeadline(bound) || isPodFinished(pod.phase)) return usual();
  const dueAt = deadlineAt - graceOf(pod, request);
  if (view.asOf < dueAt) {
    const advance = usual();
    return advance.kind === "done" ? advance : { ...advance, dueAt };
  }
  const grace = pod.deletionTimestamp === undefined ? remaining(deadlineAt, pod, view, request) : shortened(deadlineAt, pod, view);
  if (grace === undefined) return usual();
  const { acceptedAt, deletedAt } = memory;
  // Its eviction was accepted a moment ago: the watch will show it.
  if (acceptedAt !== undefined && pod.deletionTimestamp === undefined && view.asOf - acceptedAt < watchPatience)
    return { kind: "wait", blockers: [], wakeAt: acceptedAt + watchPatience };
  if (deletedAt !== undefined && view.asOf - deletedAt < effectPatience)
    return { kind: "wait", blockers: [], wakeAt: deletedAt + effectPatience };
  return { kind: "act", commands: [{ kind: "delete", pod: podOfStep(step), node: step.node, grace, aheadOf: deadlineAt }] };
}

function graceOf(pod: PodView, { grace }: PlanRequest): Millis {
  const marked = pod.deletionGraceSeconds;
  return Math.max(leastGrace, marked !== undefined ? marked * 1000 : (grace ?? pod.terminationGraceSeconds * 1000));
}

/** Whole seconds, and never more than it would be given anyway. */
function remaining(deadlineAt: Instant, pod: PodView, { asOf }: ClusterView, request: PlanRequest): Millis {
  return Math.min(graceOf(pod, request), Math.max(leastGrace, Math.round((deadlineAt - asOf) / 1000) * 1000));
}

/** The grace, counted from its deletion as the server counts it, with which it ends at the deadline; undefined where it does so anyway. */
function shortened(deadlineAt: Instant, pod: PodView, { asOf, serverNow }: ClusterView): Millis | undefined {
  const { deletionTimestamp, deletionGraceSeconds = 0 } = pod;
  if (deletionTimestamp === undefined) return undefined;
  const endsAt = deletionTimestamp - serverNow + asOf;
  if (endsAt <= deadlineAt + stampPrecision) return undefined;
  const seconds = Math.max(1, Math.floor((deadlineAt - endsAt) / 1000) + deletionGraceSeconds);
  return seconds < deletionGraceSeconds ? seconds * 1000 : undefined;
}

interface Decided {
  readonly pod: PodView;
  readonly decision: { readonly action: Action; readonly code: string };
}

/** What a deadline means for this node: an agreement to it, and the pods whose own grace is longer. */
export function deadlineFindings(node: NodeView, decided: readonly Decided[], request: PlanRequest): readonly Finding<DrainCode>[] {
  const { deadline } = request;
  if (deadline === undefined) return [];
  const seconds = deadline / 1000;
  const bound = decided.filter(({ pod, decision }) => isBoundByDeadline(decision) && !isPodFinished(pod.phase));
  return [
    {
      code: "deadline",
      severity: "warning",
      objects: [nodeRef(node)],
      args: { node: node.name, seconds },
      consent: "budget-violation",
    },
    ...bound.flatMap(({ pod }): Finding<DrainCode>[] => {
      const grace = graceOf(pod, request);
      if (grace <= deadline) return [];
      const args = { pod: `${pod.namespace}/${pod.name}`, grace: grace / 1000, seconds };
      return [{ code: "grace-exceeds-deadline", severity: "warning", objects: [podRef(pod)], args }];
    }),
  ];
}

/** What no waiting would end, a deadline ends: it is no reason to refuse the drain any more. */
export function softenedByDeadline(findings: readonly Finding<DrainCode>[], { deadline }: PlanRequest): readonly Finding<DrainCode>[] {
  if (deadline === undefined) return findings;
  return findings.map((finding) => (budgetCodes.has(finding.code) ? { ...finding, severity: "warning" } : finding));
}
