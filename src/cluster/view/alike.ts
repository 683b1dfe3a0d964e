import type { StringMap } from "../../kube/object.ts";
import type { Demand } from "../../kube/scheduling/demand.ts";
import type { PodView } from "./cluster-view.ts";

/** Different values that are remembered of each sort; when there are more, all are forgotten, and those to come are shared anew. */
const remembered = 20_000;

/**
 * Thousands of pods are made from few templates, and each comes off the wire with labels, tolerations and a demand of its own, which are most of
 * what its view takes. The function that this gives returns the same pod with parts that are one for all pods in which they are alike.
 */
export function sharingParts(most: number = remembered): (pod: PodView) => PodView {
  const texts = new Known<string>(most);
  const parts = new Known<unknown>(most);
  const demands = new WeakMap<StringMap, Demand>();
  const text = (value: string): string => texts.one(value, value);
  // Of what comes as JSON.
  const part = <P extends object>(value: P): P => parts.one(JSON.stringify(value), value) as P;
  const demandOf = (demand: Demand, labels: StringMap): Demand => {
    const { requests, tolerations, hostPorts, podAffinity, podAntiAffinity, spread, claims, unjudged, nodeSelector, nodeAffinity } = demand;
    const shared: Demand = {
      ...demand,
      namespace: text(demand.namespace),
      labels,
      requests: requests.size === 0 ? requests : (parts.one(`requests ${[...requests].join()}`, requests) as Demand["requests"]),
      tolerations: part(tolerations),
      hostPorts: part(hostPorts),
      podAffinity: part(podAffinity),
      podAntiAffinity: part(podAntiAffinity),
      spread: part(spread),
      claims: part(claims),
      unjudged: part(unjudged),
      ...(nodeSelector === undefined ? {} : { nodeSelector: part(nodeSelector) }),
      ...(nodeAffinity === undefined ? {} : { nodeAffinity: part(nodeAffinity) }),
    };
    const known = demands.get(labels);
    if (known !== undefined && hasSameMembers(known, shared)) return known;
    demands.set(labels, shared);
    return shared;
  };
  return (pod) => {
    const labels = part(pod.labels);
    const { controller } = pod;
    return {
      ...pod,
      namespace: text(pod.namespace),
      node: text(pod.node),
      labels,
      annotations: part(pod.annotations),
      ...(controller === undefined ? {} : { controller: part(controller) }),
      emptyDirs: part(pod.emptyDirs),
      hostPaths: part(pod.hostPaths),
      claims: part(pod.claims),
      tolerations: part(pod.tolerations),
      schedulerName: text(pod.schedulerName),
      demand: demandOf(pod.demand, labels),
      finalizers: part(pod.finalizers),
    };
  };
}

class Known<V> {
  readonly #most: number;
  readonly #values = new Map<string, V>();

  constructor(most: number) {
    this.#most = most;
  }

  one(key: string, value: V): V {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    if (this.#values.size >= this.#most) this.#values.clear();
    this.#values.set(key, value);
    return value;
  }
}

function hasSameMembers(one: object, other: object): boolean {
  const members = Object.entries(one);
  return members.length === Object.keys(other).length && members.every(([key, value]) => (other as Record<string, unknown>)[key] === value);
}
