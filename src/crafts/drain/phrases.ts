import { word } from "../../plan/args.ts";
import type { Phrase, Phrases } from "../../plan/craft.ts";
import type { DrainCode } from "./codes.ts";

const none = (): string => "";

function phrase(text: Phrase["text"], hint: Phrase["hint"], explain: string): Phrase {
  return { text, hint, explain };
}

/** What of a pod's end was not seen. */
const unseen: Readonly<Record<string, string>> = {
  departure: "not watched",
  containers: "containers were not seen to end",
  kubelet: "the node was not Ready",
};

/** The words of every code of this craft. Sentences go on from the object's name: "pod web/a: …". */
export const drainPhrases: Phrases<DrainCode> = {
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
    (a) => `came back to node ${word(a, "node")} in spite of the cordon, and is left there: the next one would come back too`,
    () => "keep its controller off the node first (its tolerations or spec.nodeName let it in), then drain again",
    "A pod of the same controller was moved from here, and this one came in its place after the cordon: it tolerates the unschedulable taint, or names its node itself. It is not evicted again and again.",
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
    () => "change the selector of one of them, or agree to leave the pod behind with --allow=partial",
    "More than one PodDisruptionBudget selects the pod. The eviction API answers 500 to every attempt until a selector is changed (kubernetes#75957).",
  ),
  "budget-never-allows": phrase(
    (a) =>
      a["of"] === 0
        ? `the budget ${word(a, "budget")} can never allow one to go`
        : `the budget ${word(a, "budget")} needs ${word(a, "needs")} of ${word(a, "of")} pods healthy: it can never allow one to go`,
    () => "scale the workload up, relax the budget, or agree to leave the pod behind with --allow=partial",
    "At its present scale the budget needs all of its pods. No waiting opens it: the workload must have one more replica, or the budget must need one fewer.",
  ),
  "take-out-of-scheduling": phrase(
    (a) => `node ${word(a, "node")} takes no new pods`,
    none,
    "spec.unschedulable is set, with a record of who asked, in one write.",
  ),
  "prove-empty": phrase(
    (a) => `node ${word(a, "node")} is shown to be empty`,
    none,
    "No pod of the plan is left and none has arrived for 5 seconds.",
  ),
  "node-not-ready": phrase(
    (a) => `node ${word(a, "node")} is not Ready: its kubelet may not confirm that pods have ended`,
    () => "if the machine is dead, fence it (power it off) before its pods are taken for ended",
    "The node's Ready condition is not True. A deletion is only carried out by the node's kubelet.",
  ),
  "not-watched": phrase(
    (a) => `${word(a, "resource")} may not be watched: read every 5 s instead`,
    (a) => `allow the verb watch on ${word(a, "resource")}`,
    "Without watch a change is seen up to 5 seconds late.",
  ),
  "budgets-unread": phrase(
    (a) => `not checked: may not list ${word(a, "resource")}`,
    (a) => `allow the verbs list and watch on ${word(a, "resource")}; until then the server's refusals are all that is known of budgets`,
    "Budgets are honoured by the server all the same; they just cannot be named or foreseen.",
  ),
  "unschedulable-taint-missing": phrase(
    (a) => `node ${word(a, "node")} has not got the taint node.kubernetes.io/unschedulable 5 s after the cordon`,
    () => "pods of other schedulers may come back to it: see whether the controller-manager runs",
    "The node lifecycle controller turns spec.unschedulable into a taint. Schedulers of other makes may read only the taint.",
  ),
  "awaiting-unschedulable-taint": phrase(
    (a) => `waits for the unschedulable taint, which its scheduler ${word(a, "scheduler")} may need to see`,
    none,
    "Pods of other schedulers are evicted once the node carries the taint, or after 5 seconds without it.",
  ),
  terminating: phrase(
    (a) => `is ending (grace period ${word(a, "grace")} s)`,
    none,
    "The pod is marked for deletion; its containers have been asked to stop.",
  ),
  "terminating-too-long": phrase(
    (a) => `should have ended by itself after ${word(a, "grace")} s and has not`,
    () =>
      "see the pod's events and the kubelet's log; a volume that does not unmount or a process in uninterruptible sleep are the usual causes",
    "The grace period passed more than 30 seconds ago and the kubelet has not reported the pod's end.",
  ),
  finalizers: phrase(
    (a) => `is kept by the finalizer ${word(a, "finalizers")}`,
    () => "the controller that set the finalizer must remove it; see whether it runs",
    "The object stays until every finalizer has been removed by its owner.",
  ),
  "kubelet-silent": phrase(
    (a) => `node ${word(a, "node")} does not answer, so nobody can confirm that the pod has ended`,
    () => "fence first: power the machine off, and only then remove its pods",
    "The node is not Ready. Its containers may still run and write to their volumes, whatever the API says.",
  ),
  "arrival-quiet": phrase(
    (a) => `is empty; waiting ${word(a, "seconds")} s in case a pod was bound to it before the cordon`,
    none,
    "A scheduler that had chosen this node before the cordon can still bind a pod to it for a moment.",
  ),
  "cordon-unconfirmed": phrase(
    () => "the cordon has been accepted and is not visible yet",
    none,
    "The server's answer was yes; the watch has not shown the new state.",
  ),
  "cordon-lifted": phrase(
    (a) => `somebody keeps lifting the cordon of node ${word(a, "node")}`,
    () => "find out who (the node's managedFields name the writer of spec.unschedulable)",
    "The cordon was set again three times and lifted each time; it is taken as somebody's wish now.",
  ),
  "pod-ended": phrase(
    () => "ended: all containers terminated, on a Ready node",
    none,
    "The last state seen before the object went had every container terminated, reported by a Ready node.",
  ),
  "pod-gone-unconfirmed": phrase(
    (a) => `is gone, unproven: ${unseen[word(a, "unseen")] ?? "its end was not seen"}`,
    none,
    "The object is gone, but its kubelet was not seen to confirm the end (a forced deletion, a dead node, or a gap in watching).",
  ),
  "pod-left-running": phrase(() => "stays on the node", none, "The plan leaves this pod where it is."),
  "node-cordoned": phrase((a) => `node ${word(a, "node")} is unschedulable`, none, "Read from the API after the write."),
  "node-empty": phrase(
    (a) => `node ${word(a, "node")} is empty of all that was to move, and nothing arrived for ${word(a, "quiet")} s`,
    none,
    "Read from the API: no pod of the plan is left, each was seen to end, and none arrived.",
  ),
  "node-empty-unconfirmed": phrase(
    (a) => {
      const pods = a["unconfirmed"];
      const parts = [
        ...(typeof pods === "object" && pods.length > 0 ? [`the end of ${pods.join(", ")} was not confirmed by the kubelet`] : []),
        ...(a["unwatched"] === true ? ["an earlier drain had begun, and what went then was not watched"] : []),
      ];
      return `node ${word(a, "node")} is empty, not all of it proven: ${parts.join("; ")}`;
    },
    none,
    "No pod of the plan is left, but for some of them the kubelet was not seen to confirm the end.",
  ),
};
