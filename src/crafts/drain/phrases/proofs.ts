import { word } from "../../../plan/args.ts";
import { none, phrase, type Phrases } from "../../../plan/phrase.ts";
import type { DrainProofCode, NodeStepCode } from "../codes.ts";

/** What of a pod's end was not seen. */
const unseen: Readonly<Record<string, string>> = {
  departure: "not watched",
  containers: "containers were not seen to end",
  kubelet: "the node was not Ready",
};

/** What was shown, and the changes of a node. Sentences go on from the object's name: "pod web/a: …". */
export const proofPhrases: Phrases<DrainProofCode | NodeStepCode> = {
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
      const volumes = a["volumes"];
      const unchecked = a["unchecked"];
      const parts = [
        ...(typeof pods === "object" && pods.length > 0 ? [`the end of ${pods.join(", ")} was not confirmed by the kubelet`] : []),
        ...(a["unwatched"] === true ? ["an earlier drain had begun, and what went then was not watched"] : []),
        ...(typeof volumes === "object" && volumes.length > 0 ? [`volumes not detached: ${volumes.join(", ")}`] : []),
        ...(typeof unchecked === "object" && unchecked.length > 0 ? [`volumes not checked: those of ${unchecked.join(", ")}`] : []),
      ];
      return `node ${word(a, "node")} is empty, not all of it proven: ${parts.join("; ")}`;
    },
    none,
    "No pod of the plan is left, but for some of them the kubelet was not seen to confirm the end, or volumes are still attached to the node.",
  ),
};
