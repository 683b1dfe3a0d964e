import type { ClusterView, LastSeen, PodView } from "../../../cluster/view/cluster-view.ts";
import { askedAt } from "../../../cluster/view/asked-at.ts";
import type { Range } from "../../../plan/step.ts";
import { restOf } from "../../../plan/range.ts";
import type { Millis } from "../../../runtime/clock.ts";

/** What a kubelet takes at least and likely to end a container that ends when it is told to. */
const soonest: Millis = 300;
const usual: Millis = 2_000;
/** What the kubelet takes beyond the grace period: it kills, reports, and only then deletes the object. */
const aftermath: Millis = 2_000;
/** For how long a pod that is past its own deadline may hang on, as far as anybody can tell. */
const overdue: Range = { low: 0, likely: 2_000, high: 120_000 };

/** How long pods of each controller took to end on these nodes, as far as we have watched it. */
export type SeenEnds = ReadonlyMap<string, readonly Millis[]>;

export function seenEnds(view: ClusterView, nodes: readonly string[]): SeenEnds {
  const ends = new Map<string, Millis[]>();
  for (const last of nodes.flatMap((node) => view.goneFrom(node))) {
    const took = endOf(last, view);
    const owner = last.pod.controller?.uid;
    if (took === undefined || owner === undefined) continue;
    const known = ends.get(owner);
    if (known === undefined) ends.set(owner, [took]);
    else known.push(took);
  }
  return ends;
}

function endOf({ pod, at }: LastSeen, view: ClusterView): Millis | undefined {
  const asked = askedAt(pod);
  // Half of what the server's whole seconds have cut off.
  return asked === undefined ? undefined : Math.max(0, at + (view.serverNow - view.asOf) - asked - 500);
}

/**
 * From the request until the pod is gone (G). Where pods of the same workload were seen ending, as they did; else its preStop hook's own
 * sleep and two seconds, and its grace period at the most. Of a pod that terminates already, what is left.
 */
export function terminationTime(pod: PodView, view: ClusterView, grace: Millis | undefined, seen: SeenEnds = new Map()): Range {
  const asked = askedAt(pod);
  const allowed = asked === undefined ? (grace ?? pod.terminationGraceSeconds * 1000) : (pod.deletionTimestamp ?? 0) - asked;
  const whole = wholeTime(pod, allowed, seen);
  if (asked === undefined) return whole;
  if (view.serverNow > (pod.deletionTimestamp ?? 0) + aftermath) return overdue;
  return restOf(whole, view.serverNow - asked);
}

function wholeTime(pod: PodView, allowed: Millis, seen: SeenEnds): Range {
  const latest = allowed + aftermath;
  const known = seen.get(pod.controller?.uid ?? "") ?? [];
  if (known.length > 0 && allowed > 0) {
    const capped = known.map((took) => Math.min(took, latest));
    const likely = capped.reduce((sum, took) => sum + took, 0) / capped.length;
    return {
      low: Math.max(0, Math.min(...capped) * 0.8 - 500),
      likely,
      high: Math.min(latest, Math.max(...capped) * 1.5 + 1_000),
    };
  }
  // Nothing of it runs on a node yet.
  const [first, common] = pod.phase === "Pending" ? [0, soonest] : [soonest, usual];
  const hook = (pod.preStopSeconds ?? 0) * 1000;
  return { low: Math.min(hook + first, allowed), likely: Math.min(hook + common, allowed), high: latest };
}
