import type { LabelSelector } from "../kube/budget.ts";
import type { Millis } from "../runtime/clock.ts";
import type { Action } from "./step.ts";

/** How a node is emptied (design: Evict by the eviction API; Taint by a NoExecute taint, past budgets; CordonOnly not at all). */
export type Mode = (typeof modes)[number];

export const modes = ["Evict", "Taint", "EvictThenTaint", "CordonOnly"] as const;

/** A taint as it is asked for. */
export interface TaintWish {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** Marks that other tools read on pods; `--honor` makes a drain obey them too. They are shown either way. */
export type Mark = "cluster-api" | "karpenter" | "autoscaler";

export const marks: readonly Mark[] = ["cluster-api", "karpenter", "autoscaler"];

/** The first rule that matches a pod decides; where none does, the drain's own rules do. */
export interface Rule {
  /** Both must match; an absent one matches everything. */
  readonly pods?: LabelSelector;
  readonly namespaces?: NamespaceChoice;
  readonly action: Extract<Action, "evict" | "delete" | "wait" | "stay" | "ask">;
  /** Lower waves leave first; absent: the wave that the pod would have without the rule. */
  readonly wave?: number;
}

/** By name, or by labels of the Namespace object (where those may not be read, such a rule matches nothing and a finding says so). */
export type NamespaceChoice = { readonly names: readonly string[] } | { readonly selector: LabelSelector };

/**
 * What is asked for, as far as it decides what happens to whom. Consents are not in it: they decide only whether the act may begin.
 * Two requests that are equal, on the same view, give the same plan and the same hash.
 */
export interface PlanRequest {
  readonly nodes: readonly string[];
  readonly mode: Mode;
  /** Of modes Taint and EvictThenTaint; absent: `runai=drain:NoExecute`. */
  readonly taint?: TaintWish;
  /** EvictThenTaint: the taint comes so long after the first eviction. */
  readonly taintAfter?: Millis;
  readonly rules?: readonly Rule[];
  /** Waves by ascending priority of the pods, beside those of rules; absent: one wave, infrastructure after it. */
  readonly order?: "priority";
  readonly honor?: readonly Mark[];
  /** Karpenter's way: pods are deleted ahead of this (from the first eviction on), each so early that its grace period fits. */
  readonly deadline?: Millis;
  /** How long volumes are waited for after the last pod; absent: two minutes. 0 does not wait. */
  readonly volumeDetachTimeout?: Millis;
  /** kubectl's `--pod-selector`: other pods are not looked at at all. */
  readonly podSelector?: string;
  /** kubectl's `--disable-eviction`: plain deletion, past budgets. */
  readonly disableEviction: boolean;
  /** kubectl's `--grace-period`; absent: each pod's own. 0 deletes from the API at once. */
  readonly grace?: Millis;
  /** kubectl's `--skip-wait-for-delete-timeout`: pods whose deletionTimestamp is older than this are not waited for. */
  readonly skipDeletedAfter?: Millis;
  /** The pod in which whoever asks runs. It is left to another replica, as nobody ends the wait for its own end. */
  readonly own?: OwnPod;
}

/** The pod of an operator that leads. `isAlone`: no other replica could take over now. */
export interface OwnPod {
  readonly namespace: string;
  readonly name: string;
  readonly isAlone: boolean;
}

/** Do rules of this request rest on labels of namespaces? */
export function readsNamespaces({ rules = [] }: Pick<PlanRequest, "rules">): boolean {
  return rules.some(({ namespaces }) => namespaces !== undefined && "selector" in namespaces);
}
