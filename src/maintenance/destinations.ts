import { askedAt } from "../cluster/view/asked-at.ts";
import type { ClusterView, PodView } from "../cluster/view/cluster-view.ts";
import type { PeerView } from "../cluster/view/peer-view.ts";
import { workloadOf } from "../cluster/view/workload/workload-of.ts";
import { isPodFinished } from "../kube/pod.ts";
import { type PodRef, podRef } from "../plan/refs.ts";
import { compareText } from "../runtime/text-order.ts";
import type { Destination, Replacement, Whereabouts } from "./destination.ts";

/** Stamps have whole seconds: a replacement may bear one that seems older than the request. */
const rounding = 1_000;

/**
 * Where each workload went, from what is watched. A StatefulSet's pod comes back by its name; of others the first pod that their controller
 * made since the request took the place. What was not seen is said to be unknown, never guessed.
 *
 * @param moved pods that have left, as last seen
 * @param nodes those that are drained: a pod may have come back to one of them
 */
export function destinationsOf(moved: readonly PodView[], view: ClusterView, nodes: readonly string[]): readonly Destination[] {
  // A DaemonSet's pod has gone because of a taint: it belongs to its node, and is made anew there.
  const elsewhere = moved.filter(({ controller }) => controller?.kind !== "DaemonSet");
  const groups = Map.groupBy(elsewhere, (pod) => {
    const { kind, name } = workloadOf(pod);
    return `${pod.namespace}/${kind}/${name}`;
  });
  return [...groups]
    .toSorted(([a], [b]) => compareText(a, b))
    .flatMap(([, pods]): Destination[] => {
      const [first] = pods;
      if (first === undefined) return [];
      const { kind, name } = workloadOf(first);
      const byController = Map.groupBy(pods, ({ controller }) => controller?.uid ?? "");
      return [
        { namespace: first.namespace, kind, name, pods: [...byController.values()].flatMap((some) => replacements(some, view, nodes)) },
      ];
    });
}

function replacements(moved: readonly PodView[], view: ClusterView, nodes: readonly string[]): readonly Replacement[] {
  const { uid, kind } = moved[0]?.controller ?? {};
  if (uid === undefined) return moved.map((pod) => ({ moved: podRef(pod), where: { kind: "not-replaced", why: "no-controller" } }));
  const peers = view.peers(uid);
  const candidates = [
    ...(peers === "unknown" ? [] : peers),
    ...nodes.flatMap((node) => view.podsOn(node).flatMap((pod) => asPeer(pod, uid))),
  ]
    .filter(({ deletionTimestamp, phase }) => deletionTimestamp === undefined && !isPodFinished(phase))
    .toSorted((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0) || compareText(a.name, b.name));
  const taken = new Set<string>();
  return moved
    .toSorted((a, b) => (askedAt(a) ?? 0) - (askedAt(b) ?? 0))
    .map((pod): Replacement => {
      const asked = (askedAt(pod) ?? Number.POSITIVE_INFINITY) - rounding;
      const found = candidates.find(
        (peer) =>
          !taken.has(peer.uid) &&
          peer.uid !== pod.uid &&
          (kind === "StatefulSet" ? peer.name === pod.name : (peer.createdAt ?? 0) >= asked),
      );
      if (found === undefined)
        return { moved: podRef(pod), where: { kind: "unknown", why: peers === "unknown" ? "not-watched" : "not-seen" } };
      taken.add(found.uid);
      return { moved: podRef(pod), by: refOf(found), where: whereabouts(found) };
    });
}

function asPeer(pod: PodView, controller: string): readonly PeerView[] {
  return pod.controller?.uid === controller ? [{ ...pod, controller }] : [];
}

function refOf({ namespace, name, uid }: PeerView): PodRef {
  return { namespace, name, uid };
}

function whereabouts({ node, ready, phase, createdAt, scheduledAt, unscheduled }: PeerView): Whereabouts {
  if (node === undefined) {
    const { message = "" } = unscheduled ?? {};
    return { kind: "pending", ...(createdAt === undefined ? {} : { since: createdAt }), ...(message === "" ? {} : { message }) };
  }
  if (ready && phase === "Running") return { kind: "running", node };
  const since = scheduledAt ?? createdAt;
  return { kind: "starting", node, ...(since === undefined ? {} : { since }) };
}
