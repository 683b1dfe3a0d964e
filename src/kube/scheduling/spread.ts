import type { Demand } from "./demand.ts";
import { matchesNode, valueOf } from "./node-affinity.ts";
import type { Occupancy } from "./occupancy.ts";
import { type CountedSpread, podTermsOf } from "./pod-terms.ts";
import type { SchedulingNode } from "./scheduling-node.ts";
import { untoleratedTaint } from "./taints.ts";
import type { Refusal } from "./verdict.ts";

interface Domains {
  readonly spread: CountedSpread;
  readonly counts: ReadonlyMap<string, number>;
  readonly fewest: number;
}

/**
 * Topology spread that refuses nodes (DoNotSchedule), as things stand: says of a node whether the pod would make the spread too uneven.
 * Every node that the pod's own affinity allows is a domain, also one that takes no pods now: that is how an emptied node holds up a spread.
 */
export function spreadOver(
  demand: Demand,
  nodes: Iterable<SchedulingNode>,
  occupancy: Occupancy,
): (node: SchedulingNode) => Refusal | undefined {
  const { spread } = podTermsOf(demand);
  if (spread.length === 0) return () => undefined;
  const keys = spread.map(({ constraint }) => constraint.topologyKey);
  const having = [...nodes].filter(({ labels }) => keys.every((key) => valueOf(labels, key) !== undefined));
  const all = spread.map((one) => domainsOf(one, demand, having, occupancy));
  return (node) => {
    for (const { spread: one, counts, fewest } of all) {
      const value = valueOf(node.labels, one.constraint.topologyKey);
      if (value === undefined) return "topology label missing";
      const skew = (counts.get(value) ?? 0) + (one.selectsItself ? 1 : 0) - fewest;
      if (skew > one.constraint.maxSkew) return "topology spread";
    }
    return undefined;
  };
}

function domainsOf(spread: CountedSpread, demand: Demand, nodes: readonly SchedulingNode[], occupancy: Occupancy): Domains {
  const { topologyKey, minDomains = 1 } = spread.constraint;
  const found = occupancy.counts(spread);
  const counts = new Map<string, number>();
  for (const node of nodes) {
    if (!isCounted(node, spread, demand)) continue;
    const value = valueOf(node.labels, topologyKey) ?? "";
    counts.set(value, (counts.get(value) ?? 0) + (found.get(node.name) ?? 0));
  }
  const fewest = counts.size < minDomains ? 0 : Math.min(...counts.values());
  return { spread, counts, fewest };
}

function isCounted(node: SchedulingNode, { constraint }: CountedSpread, demand: Demand): boolean {
  const { nodeAffinityPolicy = "Honor", nodeTaintsPolicy = "Ignore" } = constraint;
  if (nodeAffinityPolicy === "Honor" && !matchesNode(demand.nodeSelector, demand.nodeAffinity, node)) return false;
  return nodeTaintsPolicy === "Ignore" || untoleratedTaint(demand.tolerations, node.taints) === undefined;
}
