import type { NodeView } from "../../cluster/view/cluster-view.ts";
import { taintEntry } from "../../cluster/view/held-entry.ts";
import { isInForce } from "../../cluster/view/held-record.ts";
import { drainTaint, objectWish } from "../../plan/wish.ts";

/**
 * Is the node still out as the Node Maintenance Operator leaves it: by its taint, and no record of ours? That one writes down nowhere what it
 * did, and in the end undoes all of it.
 */
export function isOutByPredecessor(node: NodeView): boolean {
  const { held, taints } = node;
  if (held === "unreadable" || !taints.some((taint) => taintEntry(taint) === taintEntry(drainTaint))) return false;
  return held === undefined || !isInForce(held, node) || !held.added.includes(taintEntry(drainTaint));
}

/** What that operator asks of a node, and no more: what is taken over only to be undone. */
export const predecessorsWish = objectWish({ medik8sTaints: true, excludeFromRemediation: true, keepFromAutoscalers: false });
