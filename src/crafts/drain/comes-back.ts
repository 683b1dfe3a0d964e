import type { ClusterView, PodView } from "../../cluster/view/cluster-view.ts";
import { unschedulableTaint } from "../../kube/node.ts";
import { toleratedBy } from "../../kube/toleration.ts";
import type { Millis } from "../../runtime/clock.ts";

/** Bindings made before the cordon land within this time; who comes later did not ask whether the node takes pods. */
const boundBefore: Millis = 5_000;

/**
 * Has the controller of this pod brought one back to the node, in spite of the cordon, after another of its pods went? Then it will bring
 * the next one too (they tolerate the taint, or name the node themselves), and evicting one after the other would never end. kubectl does
 * not meet it: it lists once.
 */
export function comesBack(pod: PodView, view: ClusterView): boolean {
  const cordoned = view.cordonAcknowledged(pod.node);
  const { controller } = pod;
  if (cordoned === undefined || controller === undefined) return false;
  const arrival = view.arrivals(pod.node).find((other) => other.pod.uid === pod.uid);
  if (arrival === undefined || arrival.at <= cordoned) return false;
  // A ReplicaSet makes the next pod as soon as the former is marked; a StatefulSet when it is gone.
  const leaving = view.podsOn(pod.node).filter((other) => other.deletionTimestamp !== undefined);
  const left = [...leaving, ...view.goneFrom(pod.node).map((last) => last.pod)];
  if (!left.some((other) => other.uid !== pod.uid && other.controller?.uid === controller.uid)) return false;
  return arrival.at - cordoned > boundBefore || toleratedBy({ key: unschedulableTaint, effect: "NoSchedule" }, pod.tolerations);
}
