import type { ClusterView, PodView } from "../../cluster/view/cluster-view.ts";
import { type Taint, unschedulableTaint } from "../../kube/node.ts";
import { toleratedBy } from "../../kube/toleration.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";

/** Bindings made before the cordon land within this time; who comes later did not ask whether the node takes pods. */
const boundBefore: Millis = 5_000;

/** What is to keep pods off a node: a cordon, or the taint by which it is emptied. */
interface Barrier {
  readonly since: Instant | undefined;
  readonly taint: Taint;
}

/** As `comesBack`, where a taint and no cordon is to keep pods off: who tolerates it for a time only may be scheduled there all the same. */
export function comesBackTo(pod: PodView, view: ClusterView, taint: Taint): boolean {
  return isBack(pod, view, { since: view.taintAcknowledged(pod.node, taint), taint });
}

/**
 * Has the controller of this pod brought one back to the node, in spite of the cordon, after another of its pods went? Then it will bring
 * the next one too (they tolerate the taint, or name the node themselves), and evicting one after the other would never end. kubectl does
 * not meet it: it lists once.
 */
export function comesBack(pod: PodView, view: ClusterView): boolean {
  return isBack(pod, view, { since: view.cordonAcknowledged(pod.node), taint: { key: unschedulableTaint, effect: "NoSchedule" } });
}

function isBack(pod: PodView, view: ClusterView, { since, taint }: Barrier): boolean {
  const { controller } = pod;
  if (since === undefined || controller === undefined) return false;
  const arrival = view.arrivals(pod.node).find((other) => other.pod.uid === pod.uid);
  if (arrival === undefined || arrival.at <= since) return false;
  // A ReplicaSet makes the next pod as soon as the former is marked; a StatefulSet when it is gone.
  const leaving = view.podsOn(pod.node).filter((other) => other.deletionTimestamp !== undefined);
  const left = [...leaving, ...view.goneFrom(pod.node).map((last) => last.pod)];
  if (!left.some((other) => other.uid !== pod.uid && other.controller?.uid === controller.uid)) return false;
  return arrival.at - since > boundBefore || toleratedBy(taint, pod.tolerations);
}
