import type { Instant } from "../../runtime/clock.ts";
import type { Arrival, LastSeen, NodeView, PodView } from "../view/cluster-view.ts";

/** What only watching can know: who came, who went and how it was last seen, and since when a node is out of scheduling. */
export interface Presence {
  podChanged(before: PodView | undefined, after: PodView | undefined, nodeReady: boolean, isFirstSight: boolean, at: Instant): void;
  nodeChanged(before: NodeView | undefined, after: NodeView | undefined, at: Instant): void;
  arrivals(node: string): readonly Arrival[];
  gone(uid: string): LastSeen | undefined;
  goneFrom(node: string): readonly LastSeen[];
  cordonAcknowledged(node: string): Instant | undefined;
}

export function createPresence(): Presence {
  const arrivals = new Map<string, Arrival[]>();
  const gone = new Map<string, LastSeen>();
  const goneFrom = new Map<string, LastSeen[]>();
  const cordoned = new Map<string, Instant>();
  return {
    podChanged: (before, after, nodeReady, isFirstSight, at) => {
      if (before === undefined && after !== undefined && !isFirstSight) append(arrivals, after.node, { pod: after, at });
      if (before !== undefined && after === undefined) {
        const last: LastSeen = { pod: before, nodeReady, at };
        gone.set(before.uid, last);
        append(goneFrom, before.node, last);
      }
    },
    nodeChanged: (before, after, at) => {
      const name = (after ?? before)?.name;
      if (name === undefined) return;
      if (after?.unschedulable !== true) cordoned.delete(name);
      else if (!cordoned.has(name)) cordoned.set(name, at);
    },
    arrivals: (node) => arrivals.get(node) ?? [],
    gone: (uid) => gone.get(uid),
    goneFrom: (node) => goneFrom.get(node) ?? [],
    cordonAcknowledged: (node) => cordoned.get(node),
  };
}

function append<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
