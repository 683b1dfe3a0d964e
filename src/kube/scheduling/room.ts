import type { Demand, Unjudged } from "./demand.ts";
import { Fit } from "./fit.ts";
import type { Occupancy, Tenant } from "./occupancy.ts";
import type { SchedulingNode } from "./scheduling-node.ts";
import type { Refusal } from "./verdict.ts";
import { type Volumes, volumeWishesOf } from "./volumes.ts";

/** Why a node is not even considered. */
export type Closed = "drained too" | "cordoned" | "not ready";

export type Reason = Refusal | Closed;

/** Whether there is a place for one more pod beside all that were placed before it. */
export type Place =
  | { readonly kind: "fits"; readonly node: string }
  | {
      readonly kind: "no-room";
      /** How many nodes were looked at. */
      readonly of: number;
      /** How many of them refuse for which reason. */
      readonly reasons: ReadonlyMap<Reason, number>;
      /** It would have had a place, had it been the first. */
      readonly isCrowdedOut: boolean;
      /** There is a place where it could push out pods of a lower priority. */
      readonly preempts: boolean;
    }
  | { readonly kind: "unknown"; readonly why: readonly Unjudged[] };

export interface RoomOptions {
  /** All nodes of the cluster. */
  readonly nodes: ReadonlyMap<string, SchedulingNode>;
  /** All pods that stay where they are. It is not changed. */
  readonly occupancy: Occupancy;
  readonly volumes: Volumes;
  /** Nodes that are emptied: they offer no room. */
  readonly leaving: ReadonlySet<string>;
}

/**
 * Free room, taken up pod by pod. First fit by most free room: it shows that room exists and does not foretell where the scheduler, which
 * scores and draws lots, will put a pod.
 */
export class Room {
  readonly #options: RoomOptions;
  readonly #taken: Occupancy;
  readonly #open: readonly SchedulingNode[];
  readonly #attached = new Map<string, number>();
  readonly #volumes: Volumes;

  constructor(options: RoomOptions) {
    const { nodes, occupancy, volumes } = options;
    this.#options = options;
    this.#taken = occupancy.fork();
    this.#open = [...nodes.values()]
      .filter((node) => this.#closed(node) === undefined)
      .map((node) => ({ node, free: freeShare(node, occupancy) }))
      .sort((a, b) => b.free - a.free)
      .map(({ node }) => node);
    this.#volumes = {
      claim: volumes.claim,
      attachable: (node, driver) => {
        const free = volumes.attachable(node, driver);
        return typeof free === "number" ? free - (this.#attached.get(`${node} ${driver}`) ?? 0) : free;
      },
    };
  }

  /** Where the pod that now is on node `from` could go; that place is taken from then on. */
  place(demand: Demand, from: string): Place {
    const { nodes } = this.#options;
    const fit = new Fit(demand, nodes, this.#taken, this.#volumes);
    const unknown = new Set<Unjudged>();
    for (const node of this.#open) {
      const verdict = fit.on(node);
      if (verdict.kind === "fits") {
        this.#take({ node: node.name, terminating: false, demand });
        return { kind: "fits", node: node.name };
      }
      if (verdict.kind === "unknown") for (const why of verdict.why) unknown.add(why);
    }
    return unknown.size > 0 ? { kind: "unknown", why: [...unknown] } : this.#noRoom(demand, from, fit);
  }

  #noRoom(demand: Demand, from: string, fit: Fit): Place {
    const { nodes, occupancy } = this.#options;
    const others = [...nodes.values()].filter(({ name }) => name !== from);
    const reasons = new Map<Reason, number>();
    for (const node of others) {
      const closed = this.#closed(node);
      const verdict = closed === undefined ? fit.on(node) : undefined;
      const why = closed !== undefined ? [closed] : verdict?.kind === "refused" ? verdict.why : [];
      for (const reason of why) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    const first = new Fit(demand, nodes, occupancy, this.#options.volumes);
    return {
      kind: "no-room",
      of: others.length,
      reasons,
      isCrowdedOut: this.#open.some((node) => first.on(node).kind === "fits"),
      preempts: this.#open.some((node) => fit.wouldPreempt(node)),
    };
  }

  #take(tenant: Tenant): void {
    this.#taken.add(tenant);
    for (const [driver, count] of volumeWishesOf(tenant.demand, this.#volumes).drivers) {
      const key = `${tenant.node} ${driver}`;
      this.#attached.set(key, (this.#attached.get(key) ?? 0) + count);
    }
  }

  #closed({ name, unschedulable, ready }: SchedulingNode): Closed | undefined {
    if (this.#options.leaving.has(name)) return "drained too";
    if (unschedulable) return "cordoned";
    return ready ? undefined : "not ready";
  }
}

/** Of cpu and memory the scarcer, as a share of what the node can give. */
function freeShare({ name, allocatable }: SchedulingNode, occupancy: Occupancy): number {
  const { used } = occupancy.load(name);
  const share = (resource: string): number => {
    const all = allocatable.get(resource) ?? 0;
    return all === 0 ? 0 : 1 - (used.get(resource) ?? 0) / all;
  };
  return Math.min(share("cpu"), share("memory"));
}
