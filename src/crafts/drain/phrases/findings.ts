import { word } from "../../../plan/args.ts";
import { phrase, type Phrases } from "../../../plan/phrase.ts";
import type { DecisionCode, DrainFindingCode, NoteCode } from "../codes.ts";

/** What is true of the nodes and the view. Sentences go on from the object's name: "pod web/a: …". */
export const findingPhrases: Phrases<Exclude<DrainFindingCode, DecisionCode | NoteCode>> = {
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
};
