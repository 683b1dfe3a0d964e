import type { Demand } from "./demand.ts";
import { valueOf } from "./node-affinity.ts";
import type { Occupancy, PerNode } from "./occupancy.ts";
import { podTermsOf } from "./pod-terms.ts";
import type { SchedulingNode } from "./scheduling-node.ts";
import type { Refusal } from "./verdict.ts";

type Nodes = ReadonlyMap<string, SchedulingNode>;

/** Values of one topology key. */
type Domains = ReadonlySet<string>;

export interface Neighbours {
  refusal(node: SchedulingNode): Refusal | undefined;
  /** Whether somebody there wants none of these near depends on labels of namespaces. */
  isUnjudged(node: SchedulingNode): boolean;
}

/** Required affinity to pods and against them, of the pod and of those that are there (scheduler interpodaffinity). */
export function neighboursOf(demand: Demand, nodes: Nodes, occupancy: Occupancy): Neighbours {
  const { affinity, antiAffinity } = podTermsOf(demand);
  const unwanted = new Map<string, Set<string>>();
  const perhaps = new Map<string, Set<string>>();
  for (const { topologyKey, match, nodes: where } of occupancy.opposing(demand)) {
    const into = match === "yes" ? unwanted : perhaps;
    into.set(topologyKey, new Set([...(into.get(topologyKey) ?? []), ...domainsOf(topologyKey, where, nodes)]));
  }
  const avoided = antiAffinity.map((term) => ({
    key: term.topologyKey,
    domains: domainsOf(term.topologyKey, occupancy.counts(term), nodes),
  }));
  const sought = affinity?.topologyKeys.map((key) => ({ key, domains: domainsOf(key, occupancy.counts(affinity), nodes) })) ?? [];
  // The first of a series that wants to be near itself may go anywhere that has the labels.
  const isFirst = affinity?.selectsItself === true && sought.every(({ domains }) => domains.size === 0);
  return {
    refusal: (node) => {
      const near = ({ key, domains }: { readonly key: string; readonly domains: Domains }): boolean =>
        domains.has(valueOf(node.labels, key) ?? "") && valueOf(node.labels, key) !== undefined;
      if (sought.some(({ key }) => valueOf(node.labels, key) === undefined)) return "pod affinity";
      if (!isFirst && !sought.every(near)) return "pod affinity";
      if (avoided.some(near)) return "pod anti-affinity";
      if ([...unwanted].some(([key, domains]) => near({ key, domains }))) return "existing pods' anti-affinity";
      return undefined;
    },
    isUnjudged: (node) => [...perhaps].some(([key, domains]) => domains.has(valueOf(node.labels, key) ?? "")),
  };
}

function domainsOf(key: string, where: PerNode, nodes: Nodes): Domains {
  const domains = new Set<string>();
  for (const name of where.keys()) {
    const labels = nodes.get(name)?.labels;
    const value = labels === undefined ? undefined : valueOf(labels, key);
    if (value !== undefined) domains.add(value);
  }
  return domains;
}
