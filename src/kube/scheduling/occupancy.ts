import { CopyOnWrite } from "./copy-on-write.ts";
import type { Demand } from "./demand.ts";
import { type Load, NodeLoad } from "./load.ts";
import { type LabelledPod, type Match, termSelects } from "./pod-match.ts";
import { type Counted, countedOf } from "./pod-terms.ts";
import type { PodAffinityTerm } from "./wire.ts";

/** A pod that holds a place on a node. */
export interface Tenant {
  readonly node: string;
  /** It is marked for deletion. */
  readonly terminating: boolean;
  readonly demand: Demand;
}

/** Where pods stand that want none of these near them. */
export interface Opposition {
  readonly topologyKey: string;
  readonly match: Exclude<Match, "no">;
  readonly nodes: PerNode;
}

/** How many on which node; nodes without any are left out. */
export type PerNode = ReadonlyMap<string, number>;

interface Opponents {
  readonly term: PodAffinityTerm;
  readonly namespace: string;
  readonly nodes: Map<string, number>;
}

const noLoad: Load = new NodeLoad();
const nowhere: PerNode = new Map();

/**
 * Who takes what of which node: sums and counts, never the pods themselves. Only what the given demands will ask for is counted, so that of
 * twenty thousand pods a few numbers per node remain.
 */
export class Occupancy {
  readonly #counted: readonly Counted[];
  /** Whom the anti-affinity of others may concern, one of each kind. */
  readonly #kinds: readonly LabelledPod[];
  readonly #loads: CopyOnWrite<NodeLoad>;
  readonly #counts: CopyOnWrite<Map<string, number>>;
  readonly #opponents: CopyOnWrite<Opponents>;
  /** Terms that concern none of the demands. */
  readonly #passedOver: Set<string>;

  private constructor(
    counted: readonly Counted[],
    kinds: readonly LabelledPod[],
    loads: CopyOnWrite<NodeLoad>,
    counts: CopyOnWrite<Map<string, number>>,
    opponents: CopyOnWrite<Opponents>,
    passedOver: Set<string>,
  ) {
    this.#counted = counted;
    this.#kinds = kinds;
    this.#loads = loads;
    this.#counts = counts;
    this.#opponents = opponents;
    this.#passedOver = passedOver;
  }

  /** For questions about these demands, and no others. */
  static for(demands: Iterable<Demand>): Occupancy {
    const counted = new Map<string, Counted>();
    const kinds = new Map<string, LabelledPod>();
    for (const demand of demands) {
      for (const one of countedOf(demand)) counted.set(one.key, one);
      const { namespace, labels } = demand;
      kinds.set(JSON.stringify([namespace, labels]), { namespace, labels });
    }
    return new Occupancy(
      [...counted.values()],
      [...kinds.values()],
      new CopyOnWrite((load: NodeLoad) => load.copy()),
      new CopyOnWrite((counts: Map<string, number>) => new Map(counts)),
      new CopyOnWrite((one: Opponents) => ({ ...one, nodes: new Map(one.nodes) })),
      new Set(),
    );
  }

  /** A copy; what is changed of one of the two does not change the other. */
  fork(): Occupancy {
    const [loads, counts, opponents] = [this.#loads.fork(), this.#counts.fork(), this.#opponents.fork()];
    return new Occupancy(this.#counted, this.#kinds, loads, counts, opponents, this.#passedOver);
  }

  add(tenant: Tenant): void {
    this.#count(tenant, 1);
  }

  /** As if it had never been added. */
  remove(tenant: Tenant): void {
    this.#count(tenant, -1);
  }

  load(node: string): Load {
    return this.#loads.get(node) ?? noLoad;
  }

  counts({ key }: Counted): PerNode {
    return this.#counts.get(key) ?? nowhere;
  }

  opposing(demand: Demand): readonly Opposition[] {
    return [...this.#opponents.values()].flatMap(({ term, namespace, nodes }): Opposition[] => {
      const match = nodes.size === 0 ? "no" : termSelects(term, namespace, demand);
      return match === "no" ? [] : [{ topologyKey: term.topologyKey, match, nodes }];
    });
  }

  #count({ node, terminating, demand }: Tenant, times: 1 | -1): void {
    this.#loads.change(node, () => new NodeLoad()).count(demand, times);
    for (const counted of this.#counted) {
      if (!counted.counts(demand, terminating)) continue;
      plus(
        this.#counts.change(counted.key, () => new Map()),
        node,
        times,
      );
    }
    for (const term of demand.podAntiAffinity) {
      const { namespace } = demand;
      const key = `${namespace} ${JSON.stringify(term)}`;
      if (this.#passedOver.has(key)) continue;
      if (this.#kinds.every((kind) => termSelects(term, namespace, kind) === "no")) this.#passedOver.add(key);
      else plus(this.#opponents.change(key, () => ({ term, namespace, nodes: new Map() })).nodes, node, times);
    }
  }
}

function plus(counts: Map<string, number>, node: string, times: 1 | -1): void {
  const count = (counts.get(node) ?? 0) + times;
  if (count > 0) counts.set(node, count);
  else counts.delete(node);
}
