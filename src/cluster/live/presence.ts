import type { Taint } from "../../kube/node.ts";
import { formatTaint } from "../../kube/taint-spec.ts";
import type { Instant } from "../../runtime/clock.ts";
import { isBeingEmptied } from "../view/held-record.ts";
import type { Arrival, LastSeen, NodeView, PodView } from "../view/cluster-view.ts";

/** What only watching can know: who came, who went and how it was last seen, and since when a node is out of scheduling. */
export interface Presence {
  podChanged(before: PodView | undefined, after: PodView | undefined, nodeReady: boolean, isFirstSight: boolean, at: Instant): void;
  /** `arePodsSeen`: the pods of this node are being watched already. */
  nodeChanged(before: NodeView | undefined, after: NodeView | undefined, arePodsSeen: boolean, at: Instant): void;
  arrivals(node: string): readonly Arrival[];
  gone(uid: string): LastSeen | undefined;
  goneFrom(node: string): readonly LastSeen[];
  cordonAcknowledged(node: string): Instant | undefined;
  taintAcknowledged(node: string, taint: Taint): Instant | undefined;
  evictedBefore(node: string): boolean;
}

export function createPresence(): Presence {
  const arrivals = new Map<string, Arrival[]>();
  const marks = new Map<string, DeletionMark>();
  const gone = new Map<string, LastSeen>();
  const goneFrom = new Map<string, LastSeen[]>();
  const cordoned = new Map<string, Instant>();
  const tainted = new Map<string, ReadonlyMap<string, Instant>>();
  const nodesSeen = new Set<string>();
  const evictedBefore = new Set<string>();
  return {
    podChanged: (before, after, nodeReady, isFirstSight, at) => {
      if (before === undefined && after !== undefined && !isFirstSight) append(arrivals, after.node, { pod: after, at });
      if (after?.deletionTimestamp !== undefined && !marks.has(after.uid)) marks.set(after.uid, markOf(after));
      if (before !== undefined && after === undefined) {
        const last: LastSeen = { pod: { ...before, ...marks.get(before.uid) }, nodeReady, at };
        marks.delete(before.uid);
        gone.set(before.uid, last);
        append(goneFrom, before.node, last);
      }
    },
    nodeChanged: (before, after, arePodsSeen, at) => {
      const name = (after ?? before)?.name;
      if (name === undefined) return;
      const isNews = arePodsSeen && nodesSeen.has(name);
      nodesSeen.add(name);
      // No clock is asked: the holder's may be another machine's.
      if (!isNews && after !== undefined && isBeingEmptied(after.held, after)) evictedBefore.add(name);
      if (after?.unschedulable !== true) cordoned.delete(name);
      else if (!cordoned.has(name)) cordoned.set(name, at);
      const since = tainted.get(name);
      tainted.set(name, new Map((after?.taints ?? []).map(formatTaint).map((taint) => [taint, since?.get(taint) ?? at])));
    },
    arrivals: (node) => arrivals.get(node) ?? [],
    gone: (uid) => gone.get(uid),
    goneFrom: (node) => goneFrom.get(node) ?? [],
    cordonAcknowledged: (node) => cordoned.get(node),
    taintAcknowledged: (node, taint) => tainted.get(node)?.get(formatTaint(taint)),
    evictedBefore: (node) => evictedBefore.has(node),
  };
}

/**
 * The deletion as it was asked for. The kubelet's own delete, which takes the object away, shortens the grace to 0 and moves the
 * deletionTimestamp to that moment (measured on 1.36.3): by it, nobody could tell when a pod was asked to end.
 */
type DeletionMark = Pick<PodView, "deletionTimestamp" | "deletionGraceSeconds">;

function markOf({ deletionTimestamp, deletionGraceSeconds }: PodView): DeletionMark {
  return {
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(deletionGraceSeconds === undefined ? {} : { deletionGraceSeconds }),
  };
}

function append<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
