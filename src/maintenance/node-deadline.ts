import type { ClusterView, NodeView } from "../cluster/view/cluster-view.ts";
import { isInForce } from "../cluster/view/held-record.ts";
import { type Holder, type HolderDeadline, isSameHolder } from "../cluster/view/holder.ts";
import type { NodeDeadline } from "../execution/progress.ts";
import { formatTime, parseTime } from "../kube/time.ts";
import type { Millis } from "../runtime/clock.ts";

/**
 * A node's deadline, from its first eviction on. Where the record on the node says that the same user has set the same one, and it was
 * neither kept nor ended since, an earlier process of this command was killed: its deadline stands.
 */
export function deadlineFor(node: NodeView | undefined, holder: Holder, after: Millis, view: ClusterView): NodeDeadline {
  const recorded = node === undefined ? undefined : recordedAt(node, holder, after);
  // A stamp of the server's clock, as ours shows it.
  if (recorded !== undefined) return { at: recorded - view.serverNow + view.asOf, resumed: true };
  return { at: view.asOf + after, resumed: false };
}

function recordedAt(node: NodeView, holder: Holder, after: Millis): number | undefined {
  const { held } = node;
  if (held === undefined || held === "unreadable" || !isInForce(held, node)) return undefined;
  const { deadline } = held.holders.find((other) => isSameHolder(other, holder)) ?? {};
  return deadline === undefined || deadline.seconds !== after / 1000 ? undefined : parseTime(deadline.at);
}

/** As it stands in the record: never earlier than it is. */
export function recordOf({ at }: NodeDeadline, after: Millis, { asOf, serverNow }: ClusterView): HolderDeadline {
  return { at: formatTime(Math.ceil((at + serverNow - asOf) / 1000) * 1000), seconds: after / 1000 };
}
