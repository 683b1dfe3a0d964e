import type { Taint } from "./node.ts";
import type { Toleration } from "./pod.ts";
import { tolerates } from "./toleration.ts";

/** What the taint eviction controller does with a pod on a node that carries NoExecute taints. */
export type TaintVerdict =
  /** Every taint is tolerated without a limit, by these (none where there is no taint). */
  | { readonly kind: "stays"; readonly by: readonly Toleration[] }
  /** Deleted, plainly and past all budgets, so many seconds after the taint was seen; 0: at once. */
  | { readonly kind: "goes"; readonly afterSeconds: number; readonly by: readonly Toleration[] };

const atOnce: TaintVerdict = { kind: "goes", afterSeconds: 0, by: [] };

/**
 * The controller's own decision (pkg/controller/tainteviction: processPodOnNode, getMinTolerationTime, and GetMatchingTolerations): for each
 * taint the FIRST toleration of the pod that matches it counts, a later one for less or more time does not; of those that count, the shortest
 * time. Taints of other effects are passed over. Phase, owner and budgets of the pod are never asked.
 */
export function decideTaintEviction(taints: readonly Taint[], tolerations: readonly Toleration[]): TaintVerdict {
  const by: Toleration[] = [];
  for (const taint of taints) {
    if (taint.effect !== "NoExecute") continue;
    const first = tolerations.find((toleration) => tolerates(toleration, taint));
    if (first === undefined) return atOnce;
    by.push(first);
  }
  const limits = by.flatMap(({ tolerationSeconds }) => (tolerationSeconds === undefined ? [] : [Math.max(0, tolerationSeconds)]));
  return limits.length === 0 ? { kind: "stays", by } : { kind: "goes", afterSeconds: Math.min(...limits), by };
}
