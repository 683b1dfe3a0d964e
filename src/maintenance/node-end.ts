import type { ClusterView } from "../cluster/view/cluster-view.ts";
import { isCordonOurs, ourTaints } from "../cluster/view/held-record.ts";
import { formatTaint, isExactTaint } from "../kube/taint-spec.ts";
import type { NodeProgress } from "../execution/progress.ts";
import type { Proof } from "../plan/finding.ts";
import { podOfStep } from "../plan/refs.ts";
import type { PlanRequest } from "../plan/request.ts";
import { taintOf } from "../plan/taint.ts";
import type { NodeOutcome, NodeState } from "./outcome.ts";

export interface NodeEnd {
  readonly outcome: NodeOutcome;
  readonly proofs: readonly Proof[];
}

export interface NodeSituation {
  readonly node: string;
  /** Of the machine that the plan is about: another of the same name is not touched. */
  readonly uid: string;
  readonly progress: NodeProgress | undefined;
  readonly request: Pick<PlanRequest, "mode" | "taint">;
  readonly view: ClusterView;
  readonly isTimedOut: boolean;
  /** No request is under way. */
  readonly isIdle: boolean;
  readonly isInterrupted?: boolean;
}

/** Has this node's way out ended, and how? undefined: it goes on. */
export function endOf(at: NodeSituation): NodeEnd | undefined {
  const { node, progress, view } = at;
  if (view.node(node)?.uid !== at.uid) return ended(at, "unproven", { code: "node-deleted", args: { node } });
  const verdict = progress?.verdict;
  if (progress !== undefined && verdict !== undefined) {
    const proven = verdict.proven && progress.gone.every((proof) => proof.proven);
    return ended(at, proven ? "drained" : "unproven");
  }
  if (at.request.mode === "CordonOnly" && progress?.isCordoned === true) return ended(at, "cordoned");
  if (at.isTimedOut) return ended(at, "timed-out");
  if (at.isInterrupted === true) return ended(at, progress?.isTouched === true ? "interrupted" : "untouched");
  if (progress?.isStuck === true && at.isIdle) {
    const [blocker] = progress.blockers;
    // A node that could not be taken out of scheduling has failed; one whose pods wait for a person is blocked.
    if (!progress.isCordoned && blocker !== undefined) return ended(at, "failed", { code: blocker.code, args: blocker.args });
    return ended(at, "blocked");
  }
  return undefined;
}

function ended(
  { node, uid, progress, view, request }: NodeSituation,
  state: NodeState,
  error?: NonNullable<NodeOutcome["error"]>,
): NodeEnd {
  const left = (progress?.left ?? []).map(podOfStep);
  const verdict = progress?.verdict;
  return {
    outcome: {
      node,
      state,
      cordoned: cordonedBy(node, uid, view),
      ...taintedBy(node, uid, request, view, progress),
      moved: progress?.gone.length ?? 0,
      left,
      blockers: progress?.blockers ?? [],
      ...(verdict === undefined ? {} : attachedBy(verdict)),
      ...((progress?.forced.length ?? 0) === 0 ? {} : { forced: progress?.forced ?? [] }),
      ...(error === undefined ? {} : { error }),
    },
    proofs: [...(progress?.gone ?? []), ...(progress?.shown ?? []), ...(verdict === undefined ? [] : [verdict])],
  };
}

/** What the verdict had to leave attached. */
function attachedBy({ args }: Proof): Pick<NodeOutcome, "attached"> {
  const { volumes } = args;
  return typeof volumes === "object" && volumes.length > 0 ? { attached: volumes } : {};
}

/** Is the taint asked for on the node, as last seen, and whose doing is that? */
function taintedBy(
  name: string,
  uid: string,
  request: NodeSituation["request"],
  view: ClusterView,
  progress: NodeProgress | undefined,
): Pick<NodeOutcome, "taint"> {
  const taint = taintOf(request);
  const node = view.node(name);
  if (taint === undefined || node?.uid !== uid) return {};
  if (progress?.isTaintUnseen === true) return { taint: { text: formatTaint(taint), by: "us" } };
  if (!node.taints.some((other) => isExactTaint(other, taint))) return {};
  const isOurs = ourTaints(node.held, node).some((other) => isExactTaint(other, taint));
  return { taint: { text: formatTaint(taint), by: isOurs ? "us" : "others" } };
}

/** Is the node out of scheduling, as last seen, and whose doing is that? */
export function cordonedBy(name: string, uid: string, view: ClusterView): NodeOutcome["cordoned"] {
  const node = view.node(name);
  if (node?.uid !== uid) return "unknown";
  if (!node.unschedulable) return "no";
  return isCordonOurs(node.held, node) ? "by-us" : "by-others";
}
