import type { ClusterView, NodeView } from "../../../cluster/view/cluster-view.ts";
import type { Taint } from "../../../kube/node.ts";
import { formatTaint, isExactTaint, isSameTaint } from "../../../kube/taint-spec.ts";
import type { Consent } from "../../../plan/consent.ts";
import type { Finding } from "../../../plan/finding.ts";
import { nodeRef, podRef } from "../../../plan/refs.ts";
import type { PlanRequest } from "../../../plan/request.ts";
import type { Step } from "../../../plan/step.ts";
import { taintOf } from "../../../plan/taint.ts";
import type { DrainCode } from "../codes.ts";
import type { Decided } from "../order.ts";
import { carries } from "./advance.ts";
import { breachesOf, breachFindings, withBreaches } from "./budgets.ts";
import { taintsSeen } from "../seen.ts";

/** The decisions about the pods of one node. */
export interface NodeDecided {
  readonly node: NodeView;
  readonly decided: readonly Decided[];
}

export interface TaintPlan {
  readonly fleet: readonly NodeDecided[];
  readonly findings: readonly Finding<DrainCode>[];
}

/** What a taint adds to the plan, where one is asked for: consents for the budgets that it breaks, and what must be known beforehand. */
export function planTaints(fleet: readonly NodeDecided[], view: ClusterView, request: PlanRequest): TaintPlan {
  const taint = taintOf(request);
  if (taint === undefined) return { fleet, findings: [] };
  // Where the taint is already, what it breaks is broken, and nobody is asked any more.
  const untainted = fleet.filter(({ node }) => !carries(node, taint));
  const breaches = breachesOf(
    untainted.flatMap(({ decided }) => decided),
    view,
  );
  return {
    fleet: fleet.map(({ node, decided }) => ({ node, decided: withBreaches(decided, breaches) })),
    findings: [
      ...breachFindings(breaches, request),
      ...fleet.flatMap(({ node, decided }) => [
        ...conflictFindings(node, taint),
        ...laterFindings(node, decided, taint, request),
        ...returnFindings(node, decided, taint, request),
      ]),
    ],
  };
}

/**
 * The step that takes the node out of scheduling in a mode with a taint. It needs the consents of all that the taint would delete: a pod that
 * comes between the plan and the write is not deleted without the consent that it needs.
 */
export function underTaint(step: Step<DrainCode>, { node, decided }: NodeDecided, request: PlanRequest): Step<DrainCode> {
  const taint = taintOf(request);
  if (taint === undefined) return step;
  const consents = [
    ...new Set<Consent>(decided.flatMap(({ decision }) => (decision.byTaint === undefined ? [] : decision.consents))),
  ].toSorted();
  if (request.mode === "EvictThenTaint") return { ...step, consents };
  const evidence = [taintsSeen(node)];
  return { ...step, consents, reason: { code: "set-taint", args: { node: node.name, taint: formatTaint(taint) }, evidence } };
}

/** One key and effect can stand on a node only once: another value is somebody else's, and is not overwritten. */
function conflictFindings(node: NodeView, taint: Taint): readonly Finding<DrainCode>[] {
  const other = node.taints.find((candidate) => isSameTaint(candidate, taint) && !isExactTaint(candidate, taint));
  if (other === undefined) return [];
  const args = { node: node.name, taint: formatTaint(taint), other: formatTaint(other) };
  return [{ code: "taint-conflict", severity: "fatal", objects: [nodeRef(node)], args }];
}

/** Without a cordon a scheduler may put a replacement that tolerates the taint for a time onto the same node again, and so for ever. */
function returnFindings(node: NodeView, decided: readonly Decided[], taint: Taint, { mode }: PlanRequest): readonly Finding<DrainCode>[] {
  if (mode !== "Taint" || node.unschedulable) return [];
  const may = decided.filter(
    ({ pod, decision }) => (decision.byTaint ?? 0) > 0 && pod.controller !== undefined && pod.controller.kind !== "DaemonSet",
  );
  if (may.length === 0) return [];
  const args = { node: node.name, taint: formatTaint(taint), pods: may.map(({ pod }) => `${pod.namespace}/${pod.name}`).toSorted() };
  return [{ code: "tolerating-may-return", severity: "warning", objects: [nodeRef(node), ...may.map(({ pod }) => podRef(pod))], args }];
}

/** Announced beforehand: what happens if the evictions have not emptied the node by then. */
function laterFindings(node: NodeView, decided: readonly Decided[], taint: Taint, request: PlanRequest): readonly Finding<DrainCode>[] {
  if (request.mode !== "EvictThenTaint") return [];
  const pods = decided.filter(({ decision }) => decision.byTaint !== undefined && decision.action !== "stay").length;
  const args = { node: node.name, taint: formatTaint(taint), seconds: (request.taintAfter ?? 0) / 1000, pods };
  return [{ code: "taint-later", severity: "warning", objects: [nodeRef(node)], args }];
}
