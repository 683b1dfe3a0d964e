import { word } from "../../plan/args.ts";
import { none, type Phrase, phrase, type Phrases } from "../../plan/phrase.ts";
import type { Args } from "../../plan/step.ts";
import type { PowerOffCode } from "./codes.ts";

type Sentence = (a: Args) => string;

/** One sentence for each way in which the condition can stand; `holds` is among the arguments. */
function standing(yes: Sentence, no: Sentence, unknown: Sentence, nothing: Sentence = unknown): Phrase["text"] {
  const sentences: Readonly<Record<string, Sentence>> = { yes, no, unknown, none: nothing };
  return (a) => sentences[word(a, "holds")]?.(a) ?? word(a, "holds");
}

/** Sentences stand alone, behind the answer. */
export const powerOffPhrases: Phrases<PowerOffCode> = {
  "off-out-of-scheduling": phrase(
    standing(
      (a) => `out of scheduling: ${word(a, "how")}`,
      () => "in scheduling: new pods may come at any moment",
      () => "not known whether it is out of scheduling",
    ),
    (a, { program }) => (a["holds"] === "no" ? `${program} drain ${word(a, "node")}` : ""),
    "The node must be cordoned, or carry a taint that keeps new pods away.",
  ),
  "off-kubelet": phrase(
    standing(
      (a) => `kubelet: Ready since ${word(a, "since")}`,
      (a) => `kubelet: ${word(a, "since")}`,
      (a) =>
        a["since"] === undefined
          ? "kubelet: not Ready, so nobody can tell what still runs there"
          : `kubelet: Ready only since ${word(a, "since")}, after the node was taken out: what ended before that was confirmed by nobody`,
    ),
    (a) =>
      a["holds"] === "unknown" && a["since"] === undefined
        ? "see why it does not report; a machine that is dead must be fenced before its pods start elsewhere"
        : "",
    "Only the kubelet knows what runs on its machine. It must be Ready, and must have been since the node was taken out, or the drain must have been proven since.",
  ),
  "off-empty": phrase(
    standing(
      (a) =>
        a["staying"] === 0
          ? "empty: no pod is on it"
          : `empty: no pod is left that a drain would move; ${word(a, "staying")} of the node itself ${a["staying"] === 1 ? "stays" : "stay"} (DaemonSets, static pods)`,
      (a) => `not empty: ${word(a, "left")} left: ${word(a, "pods")}`,
      () => "not known whether it is empty: its pods are not seen as they are now",
    ),
    (a, { program }) =>
      a["holds"] === "no" ? `${program} drain ${word(a, "node")}, or what keeps them: ${program} status ${word(a, "node")}` : "",
    "No pod may be left that a drain would move, terminating ones among them. The decisions are those of preview and drain. Pods of DaemonSets and static pods end with the machine.",
  ),
  "off-quiet": phrase(
    standing(
      (a) => `quiet: nothing arrived for ${word(a, "seconds")} s`,
      (a) => `not quiet: ${word(a, "pods")} arrived`,
      () => "quiet: not watched, because the answer is clear without it",
    ),
    none,
    "A scheduler that had chosen the node before it was taken out can still bind a pod to it for a moment: the check watches for 5 seconds, as a drain does.",
  ),
  "off-departures": phrase(
    standing(
      (a) =>
        a["proven"] === undefined
          ? "departures: nothing is unconfirmed of what left while it was watched"
          : `departures: a drain proved the end of all that it moved (${word(a, "proven")})`,
      (a) => word(a, "why"),
      (a) => `departures: ${word(a, "why")}`,
    ),
    (a, { program }) =>
      a["holds"] === "unknown" && a["unwatched"] === true ? `let a drain prove it: ${program} drain ${word(a, "node")}` : "",
    "A pod whose object is gone may still run if its kubelet never confirmed the end. A drain that was proven writes so into its record on the node.",
  ),
  "off-volumes": phrase(
    standing(
      () => "volumes: none is attached but those of pods that stay",
      (a) => `volumes: still attached: ${word(a, "volumes")}`,
      (a) => `volumes: not checked: ${word(a, "why")}`,
    ),
    (a, { program }) =>
      a["holds"] === "no"
        ? "wait until the driver has detached them; a volume that is torn off may lose writes"
        : a["denied"] === true
          ? `the role that allows it: ${program} check cluster --print-role`
          : "",
    "Volumes of pods that moved must be detached: as long as a VolumeAttachment names this node, they may be mounted there.",
  ),
  "off-virtual-machines": phrase(
    standing(
      () => "virtual machines: none runs on it",
      (a) => `virtual machines: on it, or on their way to it: ${word(a, "machines")}`,
      (a) => `virtual machines: not checked: ${word(a, "why")}`,
      () => "virtual machines: this cluster has none (no such kind)",
    ),
    (a) => (a["holds"] === "no" ? "migrate them or shut them down first" : ""),
    "A VirtualMachineInstance runs on the node, or migrates to it, as long as its status says so; its pod alone does not tell.",
  ),
  "off-role": phrase(
    standing(
      () => "role: nothing is known that only this node does",
      (a) => `role: ${word(a, "what")}`,
      (a) => `role: not checked: ${word(a, "why")}`,
    ),
    none,
    "The last Ready node of a role, and a member without which the control plane has no quorum, should not be switched off.",
  ),
};
