import type { ClusterView } from "../../cluster/view/cluster-view.ts";
import { type Mover, moverOf, type RoomView, type WaitingPod } from "../../cluster/view/room-view.ts";
import { isPodFinished } from "../../kube/pod.ts";
import { type Place, Room } from "../../kube/scheduling/room.ts";
import type { NodePlan } from "../../plan/plan.ts";
import { compareText } from "../../runtime/text-order.ts";

/** The pods that leave by this plan and are replaced elsewhere. Those that nobody replaces need no room, nor those that stay. */
export function moversOf(plans: readonly NodePlan[], view: ClusterView): readonly Mover[] {
  return plans.flatMap(({ steps }) =>
    steps.flatMap((step): Mover[] => {
      if (step.stage !== "evacuate" || (step.action !== "evict" && step.action !== "delete")) return [];
      const pod = view.pod(step.subject.uid);
      // A DaemonSet puts its pods on every node, and none for another.
      if (pod === undefined || isPodFinished(pod.phase) || pod.controller?.kind === "DaemonSet") return [];
      const mover = moverOf(pod);
      return mover === undefined ? [] : [mover];
    }),
  );
}

/** One that needs a place, and the one that was found. */
export interface Placed {
  readonly pod: Mover | WaitingPod;
  /** The node it leaves; absent for one that is on none yet. */
  readonly from?: string;
  readonly place: Place;
}

/**
 * Gives each mover a place in turn, the weightiest first: one step for each of them, so that whoever calls can let others run in between.
 * Of those that are going or gone already, one for each whose replacement has not been made; and one for each that waits for a node.
 */
export function* placesFor(movers: readonly Mover[], leaving: ReadonlySet<string>, survey: RoomView): Generator<Placed, void, undefined> {
  const { nodes, volumes, found, waiting } = survey;
  const occupancy = survey.occupancy.fork();
  const open: (Mover | WaitingPod)[] = [...waiting];
  const replaced = new Map(survey.replaced);
  for (const mover of movers) {
    const seen = found.get(mover.uid);
    if (seen !== undefined) occupancy.remove({ node: mover.node, terminating: seen.terminating, demand: mover.demand });
    const made = replaced.get(mover.controller.uid) ?? 0;
    if (seen?.terminating === false || made === 0) open.push(mover);
    else replaced.set(mover.controller.uid, made - 1);
  }
  const room = new Room({ nodes, occupancy, volumes, leaving });
  for (const pod of open.toSorted(byWeight)) {
    const from = "node" in pod ? { from: pod.node } : {};
    yield { pod, ...from, place: room.place(pod.demand, "node" in pod ? pod.node : "") };
  }
}

/** As the scheduler's queue: priority first. Then the larger, which is harder to place. */
function byWeight(a: Mover | WaitingPod, b: Mover | WaitingPod): number {
  const amount = (pod: Mover | WaitingPod, resource: string): number => pod.demand.requests.get(resource) ?? 0;
  return (
    b.demand.priority - a.demand.priority ||
    amount(b, "cpu") - amount(a, "cpu") ||
    amount(b, "memory") - amount(a, "memory") ||
    compareText(podName(a), podName(b))
  );
}

export function podName({ namespace, name }: Mover | WaitingPod): string {
  return `${namespace}/${name}`;
}
