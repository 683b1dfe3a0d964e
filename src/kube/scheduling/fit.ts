import { type Taint, unschedulableTaint } from "../node.ts";
import { toleratedBy } from "../toleration.ts";
import type { Demand, Unjudged } from "./demand.ts";
import { portsConflict } from "./host-ports.ts";
import type { Load, Sum } from "./load.ts";
import { type Neighbours, neighboursOf } from "./neighbours.ts";
import { matchesNode } from "./node-affinity.ts";
import type { Occupancy } from "./occupancy.ts";
import { podTermsOf } from "./pod-terms.ts";
import type { SchedulingNode } from "./scheduling-node.ts";
import { spreadOver } from "./spread.ts";
import { untoleratedTaint } from "./taints.ts";
import type { Refusal, Verdict } from "./verdict.ts";
import { type Volumes, type VolumeWishes, volumeWishesOf } from "./volumes.ts";

const fits: Verdict = { kind: "fits" };

/** One pod against many nodes, as things stand: what concerns all nodes together is worked out once. */
export class Fit {
  readonly #demand: Demand;
  readonly #occupancy: Occupancy;
  readonly #wishes: VolumeWishes;
  readonly #neighbours: Neighbours;
  readonly #spread: (node: SchedulingNode) => Refusal | undefined;
  readonly #unjudged: readonly Unjudged[];

  /** `nodes`: all of the cluster, also those that take no pods; they are domains all the same. */
  constructor(demand: Demand, nodes: ReadonlyMap<string, SchedulingNode>, occupancy: Occupancy, volumes: Volumes) {
    this.#demand = demand;
    this.#occupancy = occupancy;
    this.#wishes = volumeWishesOf(demand, volumes);
    this.#neighbours = neighboursOf(demand, nodes, occupancy);
    this.#spread = spreadOver(demand, nodes.values(), occupancy);
    const terms: readonly Unjudged[] = podTermsOf(demand).isPartlyUnjudged ? ["labels of namespaces"] : [];
    this.#unjudged = [...demand.unjudged, ...terms];
  }

  /** The scheduler's filters in its order: the first that refuses is told, too few resources are told together. */
  on(node: SchedulingNode): Verdict {
    const why = refusalsOf(this.#demand, node, this.#occupancy.load(node.name));
    if (why.length > 0) return { kind: "refused", why };
    return this.#besideOwn(node);
  }

  /** Would it fit if all pods of a lower priority were pushed out? Only for what more room can mend. */
  wouldPreempt(node: SchedulingNode): boolean {
    const { preempts, priority } = this.#demand;
    if (!preempts || standingRefusal(this.#demand, node, this.#occupancy.load(node.name)) !== undefined) return false;
    const left = this.#occupancy.load(node.name).without(priority);
    return missing(this.#demand, node, left).length === 0 && this.#besideOwn(node).kind === "fits";
  }

  #besideOwn(node: SchedulingNode): Verdict {
    const refusal = this.#wishes.refusal(node) ?? this.#spread(node) ?? this.#neighbours.refusal(node);
    if (refusal !== undefined) return { kind: "refused", why: [refusal] };
    const around: readonly Unjudged[] = this.#neighbours.isUnjudged(node) ? ["labels of namespaces"] : [];
    const unjudged = new Set([...this.#unjudged, ...this.#wishes.unjudged(node), ...around]);
    return unjudged.size === 0 ? fits : { kind: "unknown", why: [...unjudged] };
  }
}

/** What of the node itself and of those on it is in the way; empty where nothing is. */
export function refusalsOf(demand: Demand, node: SchedulingNode, load: Load): readonly Refusal[] {
  const standing = standingRefusal(demand, node, load);
  return standing === undefined ? missing(demand, node, load) : [standing];
}

const cordon: Taint = { key: unschedulableTaint, effect: "NoSchedule" };

function standingRefusal(demand: Demand, node: SchedulingNode, { ports }: Load): Refusal | undefined {
  if (node.unschedulable && !toleratedBy(cordon, demand.tolerations)) return "cordoned";
  const taint = untoleratedTaint(demand.tolerations, node.taints);
  if (taint !== undefined) return `taint ${taintText(taint)}`;
  if (!matchesNode(demand.nodeSelector, demand.nodeAffinity, node)) return "node affinity";
  return demand.hostPorts.some((wanted) => ports.some((taken) => portsConflict(wanted, taken))) ? "host port" : undefined;
}

/** Where nothing is asked of a resource, it does not matter that it is overdrawn (scheduler noderesources, fitsRequest). */
function missing({ requests }: Demand, { allocatable }: SchedulingNode, { pods, used }: Sum): readonly Refusal[] {
  const found: Refusal[] = pods + 1 > (allocatable.get("pods") ?? 0) ? ["too many pods"] : [];
  for (const [resource, asked] of requests) {
    if (asked > 0 && asked > (allocatable.get(resource) ?? 0) - (used.get(resource) ?? 0)) found.push(`insufficient ${resource}`);
  }
  return found;
}

function taintText({ key, value = "", effect }: Taint): string {
  return `${key}${value === "" ? "" : `=${value}`}:${effect}`;
}
