import type { ClusterView } from "../cluster/view/cluster-view.ts";
import { allowable, type Consent } from "../plan/consent.ts";
import type { PodRef } from "../plan/refs.ts";
import type { Step } from "../plan/step.ts";
import type { Instant } from "../runtime/clock.ts";

/**
 * By what a pod went beside an eviction that anybody may ask for: a consent of a person, a deletion ahead of a deadline, or the cluster's own
 * because of a taint. Budgets held nothing up with "budget-violation", "deadline" and "taint".
 */
export type Force = "deadline" | "taint" | Exclude<Consent, "daemonsets" | "partial">;

export interface ByForce {
  readonly pod: PodRef;
  /** When the server had taken the request, or the cluster's own was seen. */
  readonly at: Instant;
  readonly by: readonly Force[];
}

/** The consents that a step makes use of when its pod goes. */
export function forcesOf({ consents }: Pick<Step, "consents">): readonly Force[] {
  return allowable.filter(
    (consent): consent is Exclude<Force, "deadline" | "taint"> => consent !== "partial" && consents.includes(consent),
  );
}

/** Written by the taint eviction controller on what it deletes. */
const taintManager = "DeletionByTaintManager";

/** Of a pod that is gone, which nobody may have seen on its way: was that the taint asked for? */
export function wentByTaint({ byTaint, action, subject }: Step, view: ClusterView): boolean {
  if (byTaint === undefined) return false;
  const gone = view.gone(subject.uid);
  // In mode Taint nothing else of ours ends it.
  return gone === undefined ? action === "delete" : gone.pod.disruptedBy === taintManager;
}

/** Which pods of which node went by force, as far as this process has seen. */
export class ForceLog {
  readonly #nodes = new Map<string, Map<string, ByForce>>();

  note(node: string, pod: PodRef, by: readonly Force[], at: Instant): void {
    if (by.length === 0) return;
    const pods = this.#nodes.get(node) ?? new Map<string, ByForce>();
    this.#nodes.set(node, pods);
    const before = pods.get(pod.uid);
    pods.set(pod.uid, { pod, at: before?.at ?? at, by: [...new Set([...(before?.by ?? []), ...by])] });
  }

  of(node: string): readonly ByForce[] {
    return [...(this.#nodes.get(node)?.values() ?? [])];
  }
}
