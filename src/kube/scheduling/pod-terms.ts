import { matchesLabelSelector } from "../selector.ts";
import type { StringMap } from "../object.ts";
import type { Demand } from "./demand.ts";
import { valueOf } from "./node-affinity.ts";
import { isJudgeable, type LabelledPod, termSelects } from "./pod-match.ts";
import type { PodAffinityTerm, TopologySpreadConstraint } from "./wire.ts";

/** A set of pods that some demand needs counted per node. Demands with equal keys share the count. */
export interface Counted {
  readonly key: string;
  /** `terminating`: it is marked for deletion. */
  counts(pod: LabelledPod, terminating: boolean): boolean;
}

export interface CountedTerm extends Counted {
  readonly topologyKey: string;
}

export interface CountedSpread extends Counted {
  readonly constraint: TopologySpreadConstraint;
  /** Does the pod itself belong to those that are spread? */
  readonly selectsItself: boolean;
}

/** A demand's wishes about other pods, ready to be counted. */
export interface PodTerms {
  /** Pods that meet ALL terms of its affinity (scheduler interpodaffinity, updateWithAffinityTerms). */
  readonly affinity?: Counted & { readonly topologyKeys: readonly string[]; readonly selectsItself: boolean };
  readonly antiAffinity: readonly CountedTerm[];
  readonly spread: readonly CountedSpread[];
  /** Some term depends on labels of namespaces. */
  readonly isPartlyUnjudged: boolean;
}

const known = new WeakMap<Demand, PodTerms>();

export function podTermsOf(demand: Demand): PodTerms {
  let terms = known.get(demand);
  if (terms === undefined) {
    terms = readTerms(demand);
    known.set(demand, terms);
  }
  return terms;
}

export function countedOf(demand: Demand): readonly Counted[] {
  const { affinity, antiAffinity, spread } = podTermsOf(demand);
  return [...(affinity === undefined ? [] : [affinity]), ...antiAffinity, ...spread];
}

function readTerms(demand: Demand): PodTerms {
  const { namespace, podAffinity, podAntiAffinity } = demand;
  const judged = podAffinity.every(isJudgeable) && podAntiAffinity.every(isJudgeable);
  const selects = (terms: readonly PodAffinityTerm[], pod: LabelledPod): boolean =>
    terms.every((term) => termSelects(term, namespace, pod) === "yes");
  const affinity =
    podAffinity.length === 0 || !podAffinity.every(isJudgeable)
      ? {}
      : {
          affinity: {
            key: `affinity ${namespace} ${JSON.stringify(podAffinity)}`,
            counts: (pod: LabelledPod) => selects(podAffinity, pod),
            topologyKeys: podAffinity.map(({ topologyKey }) => topologyKey),
            selectsItself: selects(podAffinity, demand),
          },
        };
  return {
    ...affinity,
    antiAffinity: podAntiAffinity.filter(isJudgeable).map((term) => ({
      key: `anti-affinity ${namespace} ${JSON.stringify(term)}`,
      topologyKey: term.topologyKey,
      counts: (pod) => selects([term], pod),
    })),
    spread: demand.spread.map((constraint) => countedSpread(constraint, demand)),
    isPartlyUnjudged: !judged,
  };
}

function countedSpread(constraint: TopologySpreadConstraint, { namespace, labels }: Demand): CountedSpread {
  const { labelSelector, matchLabelKeys = [] } = constraint;
  const own = matchLabelKeys.flatMap((key) => {
    const value = valueOf(labels, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  const selects = (others: StringMap): boolean =>
    matchesLabelSelector(labelSelector, others) && own.every(([key, value]) => valueOf(others, key) === value);
  // An empty selector counts nobody, though it selects the pod itself (scheduler podtopologyspread, countPodsMatchSelector).
  const { matchLabels = {}, matchExpressions = [] } = labelSelector ?? {};
  const isEmpty = Object.keys(matchLabels).length + matchExpressions.length + own.length === 0;
  return {
    key: `spread ${namespace} ${JSON.stringify([labelSelector, own])}`,
    constraint,
    counts: (pod, terminating) => !isEmpty && !terminating && pod.namespace === namespace && selects(pod.labels),
    selectsItself: selects(labels),
  };
}
