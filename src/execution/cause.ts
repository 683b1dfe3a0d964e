import type { ClusterView } from "../cluster/view/cluster-view.ts";
import type { ObjectRef } from "../kube/object.ts";
import { compareResourceVersions } from "../kube/resource-version.ts";
import { budgetRef } from "../plan/refs.ts";
import type { Step } from "../plan/step.ts";
import { InvariantError } from "../runtime/errors.ts";

/** The object that changed a decision. */
export interface Cause {
  readonly object: ObjectRef;
  /** As last seen; "" for one that was deleted, of which no newer version is known. */
  readonly resourceVersion: string;
  /** "covers": a budget over the pod that was not over it before; "left": one that is no more over it, and still there. */
  readonly how: "changed" | "deleted" | "covers" | "left";
}

/**
 * What made this other decision of a step: a budget that was deleted, else the newest of the pod and the budgets that either decision rests
 * on. (Of a deleted budget no version is left to compare; that it is gone is reason enough.)
 */
export function causeOf(from: Step | undefined, to: Step | undefined, view: ClusterView): Cause {
  const subject = (to ?? from)?.subject;
  if (subject === undefined) throw new InvariantError("a change from nothing to nothing");
  const [before, after] = [from?.budgets ?? [], to?.budgets ?? []].map((budgets) => new Set(budgets.map(({ uid }) => uid)));
  const present = view.budgets(subject.namespace ?? "");
  const [deleted] = (from?.budgets ?? []).filter(({ uid }) => !present.some((budget) => budget.uid === uid));
  if (deleted !== undefined) return { object: deleted, resourceVersion: "", how: "deleted" };
  const pod = view.pod(subject.uid);
  const own: Cause = {
    object: subject,
    resourceVersion: pod?.resourceVersion ?? view.node((to ?? from)?.node ?? "")?.resourceVersion ?? "",
    how: "changed",
  };
  const causes = present.flatMap((budget): readonly Cause[] => {
    const [was, is] = [before?.has(budget.uid) ?? false, after?.has(budget.uid) ?? false];
    if (!was && !is) return [];
    // Of a pod that was not known before no budget is new.
    const how = was === is || from === undefined ? "changed" : is ? "covers" : "left";
    return [{ object: budgetRef(budget), resourceVersion: budget.resourceVersion, how }];
  });
  return causes.reduce((newest, cause) => (isNewer(cause.resourceVersion, newest.resourceVersion) ? cause : newest), own);
}

/** Versions of two resources: ordered only where one store numbers both, as the API server's does. */
function isNewer(a: string, b: string): boolean {
  return compareResourceVersions(a, b) === 1;
}
