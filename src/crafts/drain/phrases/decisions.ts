import { word } from "../../../plan/args.ts";
import { none, orLeave, phrase, type Phrases } from "../../../plan/phrase.ts";
import type { DecisionCode, TaintDecisionCode, WishCode } from "../codes.ts";

/** Why a pod goes, stays, or cannot go. Sentences go on from the object's name: "pod web/a: …". */
export const decisionPhrases: Phrases<Exclude<DecisionCode, WishCode | TaintDecisionCode>> = {
  managed: phrase(
    (a) => `${word(a, "owner")} replaces it elsewhere`,
    none,
    "The pod has a controller that creates a replacement as soon as the pod is marked for deletion (a StatefulSet: as soon as it is gone).",
  ),
  finished: phrase(
    (a) => `has finished (${word(a, "phase")}); nothing of it runs`,
    none,
    "The pod's phase is Succeeded or Failed. Its object is removed; budgets do not count it.",
  ),
  "local-storage": phrase(
    (a) => `loses its emptyDir data (${word(a, "volumes")})`,
    (_, say) => `agree with --delete-emptydir-data, or look at what is in it first: ${say.program} preview`,
    "The pod has emptyDir volumes. Their content lives on this node and is deleted with the pod.",
  ),
  unmanaged: phrase(
    () => "has no controller: nothing starts it again",
    () => "agree with --force, or start it elsewhere first",
    "No controller owns the pod. Once it is gone nothing will bring it back.",
  ),
  "daemonset-managed": phrase(
    (a) => `DaemonSet/${word(a, "owner")} keeps one on every node`,
    () => "leave it running with --ignore-daemonsets",
    "DaemonSet pods tolerate a cordon and would come straight back, so they stay on the node.",
  ),
  "daemonset-orphaned": phrase(
    (a) => `names ${word(a, "owner")} as its owner, which does not exist: nothing starts it again`,
    () => "agree with --force",
    "The DaemonSet that made the pod was deleted without its pods.",
  ),
  "static-pod": phrase(
    () => "is a static pod: the kubelet runs it from a file on the node",
    none,
    "The API shows a mirror of a pod that the kubelet runs by itself. Deleting the mirror ends nothing.",
  ),
  "comes-back": phrase(
    (a) => {
      const barrier = a["taint"] === undefined ? "the cordon" : `the taint ${word(a, "taint")}, which it tolerates for a time`;
      return `came back to node ${word(a, "node")} in spite of ${barrier}, and is left there: the next one would come back too`;
    },
    (a, say) =>
      a["taint"] === undefined
        ? "keep its controller off the node first (its tolerations or spec.nodeName let it in), then drain again"
        : `cordon the node as well: ${say.program} cordon ${word(a, "node")}`,
    "A pod of the same controller was moved from here, and this one came in its place after the cordon: it tolerates the unschedulable taint, or names its node itself. It is not evicted again and again. Under a NoExecute taint without a cordon it is a pod that tolerates the taint for a time: the scheduler may put the next one there too.",
  ),
  "already-terminating": phrase(
    () => "is being deleted already",
    none,
    "Somebody has deleted or evicted the pod; it is waited for, nothing is asked of the server.",
  ),
  "skipped-terminating": phrase(
    () => "has been terminating for longer than --skip-wait-for-delete-timeout: not waited for",
    none,
    "The pod's deletionTimestamp (the time of the deletion plus its grace period) is older than you asked to wait for.",
  ),
  "two-budgets": phrase(
    (a) => `is selected by ${word(a, "budgets")}: the server evicts no pod that two budgets select`,
    (_, say) => orLeave("change the selector of one of them", say),
    "More than one PodDisruptionBudget selects the pod. The eviction API answers 500 to every attempt until a selector is changed (kubernetes#75957).",
  ),
  "budget-never-allows": phrase(
    (a) =>
      a["of"] === 0
        ? `the budget ${word(a, "budget")} can never allow one to go`
        : `the budget ${word(a, "budget")} needs ${word(a, "needs")} of ${word(a, "of")} pods healthy: it can never allow one to go`,
    (_, say) => orLeave("scale the workload up or relax the budget", say),
    "At its present scale the budget needs all of its pods. No waiting opens it: the workload must have one more replica, or the budget must need one fewer.",
  ),
  "own-operator": phrase(
    (a) =>
      a["alone"] === true
        ? "runs the operator that empties this node, and no other replica of it is Ready on a node that stays"
        : "runs the operator that empties this node: it hands over to another replica, which then evicts the pod",
    (a) =>
      a["alone"] === true
        ? `give the operator's Deployment in namespace ${word(a, "namespace")} two replicas, or delete the pod: it starts again on another node`
        : "",
    "An operator that evicts its own pod leaves the node half emptied, with nobody to go on. So the pod stays until another replica is Ready on a node that is in service; the operator then hands leadership over, and that replica evicts the pod. All other pods leave meanwhile.",
  ),
};
