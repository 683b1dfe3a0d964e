import type { Fleet } from "../cluster/live/fleet.ts";
import type { Source, Sources } from "../cluster/live/sources.ts";
import type { NodeView, PodView } from "../cluster/view/cluster-view.ts";
import { projectPod } from "../cluster/view/project.ts";
import { pods } from "../kube/resource.ts";
import type { SessionOrder } from "../maintenance/session-contract.ts";
import type { OwnPod } from "../plan/request.ts";
import { podLabels } from "./manifests/manifest.ts";
import type { Logger } from "./serving/logger.ts";

/** The pod in which this process runs. */
export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

/** What is to be known of the pod in which this process runs, when nodes are emptied. */
export interface OwnPodKeeper extends AsyncDisposable {
  readonly source: Source<PodView>;
  /** For a plan of any node. */
  readonly wish: OwnPod;
  /** This node's pods are to go now: where it is our own, whoever can take over is given the lead. */
  nodeIsEmptied(node: string): void;
}

export interface OwnPodOptions {
  readonly pod: PodName;
  readonly watches: Sources;
  readonly fleet: Fleet;
  readonly log: Logger;
  /** Ends the leadership of this process in favour of a pod. Absent: it leads alone and for ever. */
  readonly handOver?: (to: string) => void;
  /** Who could take over, or whether anybody could, is other than it was. */
  readonly changed: (node: string) => void;
}

/**
 * An operator cannot see its own eviction through: it would end in the middle of it, and on a cluster with a single node never start again
 * (Mellanox maintenance-operator #64). So it leaves its own pod, and hands over to a replica that is Ready on a node in service; that one
 * finds the pod on the node, and evicts it as any other.
 */
export function keepOwnPod({ pod, watches, fleet, log, handOver, changed }: OwnPodOptions): OwnPodKeeper {
  const labelSelector = Object.entries(podLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const source = watches.add(pods, { namespace: pod.namespace, labelSelector }, projectPod, {});
  const own = (): PodView | undefined => source.store.byName(pod.namespace, pod.name)?.value;
  const successor = (): PodView | undefined => {
    if (handOver === undefined) return undefined;
    const node = own()?.node;
    const others = [...source.store.items()].map(({ value }) => value);
    return others.find((other) => other.node !== node && canLead(other, fleet.nodes.store.byName(undefined, other.node)?.value));
  };
  let isAlone = true;
  let isHandedOver = false;
  const look = (): void => {
    const was = isAlone;
    isAlone = successor() === undefined;
    const node = own()?.node;
    if (was !== isAlone && node !== undefined && node !== "") changed(node);
  };
  const listening = [source.store.onChange(look), fleet.nodes.store.onChange(look)];
  return {
    source,
    get wish() {
      return { ...pod, isAlone };
    },
    nodeIsEmptied: (node) => {
      const to = own()?.node === node ? successor() : undefined;
      if (to === undefined || isHandedOver) return;
      isHandedOver = true;
      log.info("hands over: its own node is to be emptied", { node, to: to.name, on: to.node });
      handOver?.(to.name);
    },
    [Symbol.asyncDispose]: async () => {
      for (const one of listening) one[Symbol.dispose]();
      await Promise.resolve();
    },
  };
}

/** What an object asks for, but for the pod of who carries it out. */
export function sparing(own: OwnPod | undefined, order: SessionOrder): SessionOrder {
  if (own === undefined) return order;
  return { ...order, key: `${order.key}/${own.isAlone}`, request: { ...order.request, own } };
}

/** A node that somebody holds out may be emptied next: whoever leads there would hand over again. */
function canLead(pod: PodView, node: NodeView | undefined): boolean {
  if (node === undefined || node.unschedulable || node.held !== undefined || !node.ready) return false;
  return pod.ready && pod.deletionTimestamp === undefined;
}
