import type { Fleet } from "../cluster/live/fleet.ts";
import { type SourceOptions, Sources } from "../cluster/live/sources.ts";
import { projectPod } from "../cluster/view/project.ts";
import { escapeFieldValue } from "../kube/field-selector.ts";
import { pods } from "../kube/resource.ts";
import type { SessionOrder } from "../maintenance/session-contract.ts";
import type { OwnPod } from "../plan/request.ts";
import { readOnce } from "./read-once.ts";
import { Replicas } from "./replicas.ts";
import type { Logger } from "./serving/logger.ts";

/** The pod in which this process runs. */
export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

export interface OwnPodOptions {
  readonly pod: PodName;
  readonly watching: SourceOptions;
  readonly fleet: Fleet;
  readonly log: Logger;
  /** Ends the leadership of this process in favour of a pod. Absent: it leads alone and for ever. */
  readonly handOver?: (to: string) => void;
  /** Who could take over, or whether anybody could, is other than it was. */
  readonly changed: (node: string) => void;
}

/**
 * What is to be known of the pod in which this process runs, when nodes are emptied. An operator cannot see its own eviction through: it would
 * end in the middle of it, and on a cluster with a single node never start again (Mellanox maintenance-operator #64). So it leaves its own pod,
 * and hands over to a replica that is Ready on a node in service; that one finds the pod on the node, and evicts it as any other.
 */
export class OwnPodKeeper implements AsyncDisposable {
  readonly #o: OwnPodOptions;
  readonly #first: Sources;
  /** Who wants the pods of our own node to go: the other replicas are watched while anybody does. */
  readonly #wanting = new Set<string>();
  readonly #closing = new Set<Promise<void>>();
  #node: string | undefined;
  #replicas: Replicas | undefined;
  #isHandedOver = false;

  constructor(o: OwnPodOptions) {
    this.#o = o;
    this.#first = new Sources(o.watching, () => {});
  }

  /** Finds out where this process runs: a pod never changes its node. Nothing may be planned before. */
  async begin(): Promise<void> {
    const { pod, log } = this.#o;
    const own = { namespace: pod.namespace, fieldSelector: `metadata.name=${escapeFieldValue(pod.name)}` };
    const source = this.#first.add(pods, own, projectPod, {});
    await readOnce(source, log);
    this.#node = source.store.byName(pod.namespace, pod.name)?.value.node;
    if (this.#node === undefined) log.warn("its own pod is not there: no pod is spared as such", { pod: `${pod.namespace}/${pod.name}` });
    await this.#first[Symbol.asyncDispose]();
  }

  /** For a plan of this node; undefined where our pod is on another. Until the other replicas are known nobody need act for it to go. */
  wishFor(node: string): OwnPod | undefined {
    if (node !== this.#node) return undefined;
    return { ...this.#o.pod, isAlone: this.#replicas?.isAlone ?? false };
  }

  /** Whether an object wants this node's pods to go, now or soon. */
  heed(key: string, node: string, isWantedOut: boolean): void {
    if (node !== this.#node || this.#wanting.has(key) === isWantedOut) return;
    if (!isWantedOut) return this.forget(key);
    this.#wanting.add(key);
    const { pod, watching, fleet, log, changed, handOver } = this.#o;
    this.#replicas ??= new Replicas({
      namespace: pod.namespace,
      ownNode: node,
      watching,
      fleet,
      log,
      canFollow: handOver !== undefined,
      changed: () => changed(node),
    });
  }

  /** An object wants nothing any more. */
  forget(key: string): void {
    this.#wanting.delete(key);
    if (this.#wanting.size > 0 || this.#replicas === undefined) return;
    const closing = this.#replicas[Symbol.asyncDispose]();
    this.#replicas = undefined;
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
  }

  /** This node's pods are to go now: where it is our own, whoever can take over is given the lead. */
  nodeIsEmptied(node: string): void {
    const to = node === this.#node ? this.#replicas?.successor() : undefined;
    if (to === undefined || this.#isHandedOver) return;
    this.#isHandedOver = true;
    this.#o.log.info("hands over: its own node is to be emptied", { node, to: to.name, on: to.node });
    this.#o.handOver?.(to.name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const key of [...this.#wanting]) this.forget(key);
    await Promise.all([...this.#closing, this.#first[Symbol.asyncDispose]()]);
  }
}

/** What an object asks for, but for the pod of who carries it out. */
export function sparing(own: OwnPod | undefined, order: SessionOrder): SessionOrder {
  if (own === undefined) return order;
  return { ...order, key: `${order.key}/${own.isAlone}`, request: { ...order.request, own } };
}
