import type { KubeApi } from "../../client/kube-api.ts";
import type { Source } from "../../cluster/live/sources.ts";
import type { NodeView } from "../../cluster/view/cluster-view.ts";
import type { Lease } from "../../kube/lease.ts";
import type { LeaseFacts } from "../../maintenance/lifecycle/facts.ts";
import type { KeptNodeLease, NodeLeaseStatus } from "../../maintenance/node-lease/contract.ts";
import { judgeLease, keepNodeLease, nodeLeaseName, releaseNodeLease } from "../../maintenance/node-lease/node-lease.ts";
import type { Clock, Instant } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import { unreachable } from "../../runtime/errors.ts";
import type { NodeLeases } from "./estate.ts";

export interface NodeLeaseDeskOptions {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly namespace: string;
  readonly holder: string;
  /** Leases of that namespace, as watched. */
  readonly watched: Source<Lease>;
  readonly serverNow: () => Instant;
  readonly nodeChanged: (node: string) => void;
}

interface Kept {
  /** Of the Node that the Lease belongs to. */
  readonly uid: string;
  readonly lease: KeptNodeLease;
  /** Objects that need it, by key. */
  readonly users: Set<string>;
}

/** One lease a node, whatever holds it: our objects are one holder to everybody else. */
export class NodeLeaseDesk implements NodeLeases, AsyncDisposable {
  readonly #o: NodeLeaseDeskOptions;
  readonly #kept = new Map<string, Kept>();
  /** Objects that need none any more, by key, whoever else does. */
  readonly #left = new Set<string>();

  constructor(o: NodeLeaseDeskOptions) {
    this.#o = o;
  }

  factsOf(node: string, key: string): LeaseFacts {
    if (this.#left.has(key)) return { kind: "none" };
    const kept = this.#kept.get(node);
    if (kept !== undefined) return kept.users.has(key) ? factsOf(kept.lease.status) : { kind: "none" };
    const { watched, namespace, holder, serverNow } = this.#o;
    const lease = watched.store.byName(namespace, nodeLeaseName(node))?.value;
    if (lease === undefined) return { kind: "none" };
    const judged = judgeLease(lease, { holder, now: serverNow() });
    if (judged.kind === "foreign") return { kind: "foreign", holder: judged.holder, until: judged.until };
    // Of an earlier process of ours: as long as nobody has released it, it is ours.
    return judged.kind === "ours" ? { kind: "held" } : { kind: "none" };
  }

  keep(node: NodeView, key: string): void {
    this.#left.delete(key);
    const known = this.#kept.get(node.name);
    if (known?.uid === node.uid) {
      known.users.add(key);
      return;
    }
    // Another machine of that name: a Lease that names the old one as its owner would go with it.
    if (known !== undefined) void known.lease[Symbol.asyncDispose]();
    const { api, clock, random, signal, namespace, holder, nodeChanged } = this.#o;
    const lease = keepNodeLease({ name: node.name, uid: node.uid }, { namespace, holder }, { api, clock, random, signal });
    lease.onChange(() => nodeChanged(node.name));
    this.#kept.set(node.name, { uid: node.uid, lease, users: new Set([...(known?.users ?? []), key]) });
  }

  /** The garbage collector takes what belongs to a Node that is gone as often as it is made: nothing is made of it until it registers. */
  nodeMissing(node: string): void {
    const kept = this.#kept.get(node);
    this.#kept.delete(node);
    void kept?.lease[Symbol.asyncDispose]();
  }

  async release(node: string, key: string, isShared: boolean): Promise<boolean> {
    const kept = this.#kept.get(node);
    this.#left.add(key);
    kept?.users.delete(key);
    if (isShared || (kept !== undefined && kept.users.size > 0)) return true;
    this.#kept.delete(node);
    const { api, clock, signal, namespace, holder } = this.#o;
    const released = await (kept === undefined
      ? releaseNodeLease(node, { namespace, holder }, { api, clock, signal })
      : kept.lease.release());
    if (released.kind === "failed") throw released.error;
    return true;
  }

  /** Somebody wrote the Lease of this node: is it still ours? */
  leaseChanged(node: string): void {
    this.#kept.get(node)?.lease.nudge();
  }

  forget(key: string): void {
    this.#left.delete(key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#kept.values()].map(({ lease }) => lease[Symbol.asyncDispose]()));
  }
}

function factsOf(status: NodeLeaseStatus): LeaseFacts {
  switch (status.kind) {
    case "asking":
      return { kind: "unknown" };
    case "held":
      return { kind: "held" };
    case "foreign":
      return { kind: "foreign", holder: status.holder, until: status.until };
    case "failed":
      return status.until === undefined ? { kind: "failed", message: status.error.message } : { kind: "held" };
    case "lapsed":
      return { kind: "failed", message: status.error.message };
    default:
      return unreachable(status);
  }
}
