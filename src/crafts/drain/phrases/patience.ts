import { word } from "../../../plan/args.ts";
import { none, phrase, type Phrases } from "../../../plan/phrase.ts";
import type { Args } from "../../../plan/step.ts";
import type { PatienceCode } from "../codes.ts";

/** On whose word the pod is not touched. */
const because = (a: Args): string => {
  if (a["rule"] !== undefined) return ` (rule ${word(a, "rule")})`;
  switch (a["reason"]) {
    case "drain-wait-completed":
      return " (label cluster.x-k8s.io/drain)";
    case "do-not-disrupt":
      return " (annotation karpenter.sh/do-not-disrupt)";
    case "not-safe-to-evict":
      return " (annotation cluster-autoscaler.kubernetes.io/safe-to-evict)";
    default:
      return "";
  }
};

/** What a pod that is not touched yet waits for. Sentences go on from the object's name: "pod web/a: …". */
export const patiencePhrases: Phrases<PatienceCode> = {
  "awaiting-completion": phrase(
    (a) => `is left to end by itself${because(a)}`,
    () => "limit the wait with --timeout; to end it now, delete the pod or remove the mark",
    "A rule or a mark says to wait for the pod's end, and its containers are not started again (restartPolicy OnFailure or Never), so it will end: Succeeded or Failed.",
  ),
  "awaiting-session-end": phrase(
    (a) =>
      `waits until ${a["person"] === undefined ? "the session" : `${word(a, "person")}'s session`} ends (${word(a, "product")} ${word(a, "kind")} ${word(a, "session")})${because(a)}`,
    (a) => `ask ${a["person"] === undefined ? "whose it is" : word(a, "person")} to end it; limit the wait with --timeout`,
    "A rule or a mark says to wait for the session: whoever works in it ends it, or its product does when it idles.",
  ),
  "awaiting-its-time": phrase(
    (a) => (a["until"] === undefined ? "has not started: its time begins then" : `is not touched before ${word(a, "until")}`) + because(a),
    none,
    "The annotation karpenter.sh/do-not-disrupt has a duration, counted from the pod's start. When it has passed the pod is evicted.",
  ),
  "awaiting-somebody": phrase(
    (a) => `runs until somebody ends it${because(a)}: it is always started again`,
    () => "delete it, or remove the rule or mark that says to wait; or take that for its answer and go on without it",
    "A rule or a mark says to wait for the pod's end, and its containers are always started again (restartPolicy Always), so nothing the cluster does by itself ends it. The drain moves the rest, and ends as blocked when only such pods are left.",
  ),
  "budget-in-doubt": phrase(
    (a) =>
      `the budget ${word(a, "budget")} needs ${word(a, "needs")} of ${word(a, "of")} pods healthy; waiting up to ${word(a, "seconds")} s in case a pod is just being made anew`,
    none,
    "The budget counts the pods there are. A StatefulSet's pod between two lives is missing from the count, and the budget then looks as if it could never allow one; that is believed after 30 seconds, or at once where the owner's scale could be read.",
  ),
};
