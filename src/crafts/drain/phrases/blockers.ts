import { word } from "../../../plan/args.ts";
import { none, phrase, type Phrases } from "../../../plan/phrase.ts";
import type { DecisionCode, DrainBlockerCode, PatienceCode } from "../codes.ts";

/** What something waits for. Sentences go on from the object's name: "pod web/a: …". */
export const blockerPhrases: Phrases<Exclude<DrainBlockerCode, DecisionCode | PatienceCode>> = {
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
};
