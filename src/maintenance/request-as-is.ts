import type { NodeView } from "../cluster/view/cluster-view.ts";
import { holdOf } from "../cluster/view/node-hold.ts";
import type { Taint } from "../kube/node.ts";
import { formatTaint } from "../kube/taint-spec.ts";
import type { PlanRequest } from "../plan/request.ts";

const byEviction = { mode: "Evict", disableEviction: false } as const;

/**
 * What these nodes' way out would be asked as, from what is on them: by the taint where a NoExecute one takes a node out that is not
 * cordoned (what tolerates it stays), else by eviction. Nodes of one way share a request, and so the arithmetic of their budgets.
 */
export function requestsAsIs(nodes: readonly NodeView[]): readonly PlanRequest[] {
  const groups = new Map<string, { readonly taint: Taint | undefined; readonly names: string[] }>();
  for (const node of nodes) {
    const taint = node.unschedulable ? undefined : holdOf(node)?.taints.find(({ effect }) => effect === "NoExecute");
    const key = taint === undefined ? "" : formatTaint(taint);
    const group = groups.get(key) ?? { taint, names: [] };
    group.names.push(node.name);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ taint, names }) =>
    taint === undefined ? { ...byEviction, nodes: names } : { ...byEviction, nodes: names, mode: "Taint", taint },
  );
}
