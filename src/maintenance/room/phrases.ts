import { word } from "../../plan/args.ts";
import { phrase, type Phrases } from "../../plan/phrase.ts";
import type { Args } from "../../plan/step.ts";

/** Whether the pods that leave find room elsewhere. */
export type RoomCode = "no-room" | "room-unknown" | "room-not-checked";

/** Named before "… (n more)". */
const named = 3;

/** The words of its findings. */
export const roomPhrases: Phrases<RoomCode> = {
  "no-room": phrase(
    (a) => {
      const beside = a["crowded"] === true ? " beside the pods that go with it" : "";
      const pushing = a["preempts"] === true ? "; pods of a lower priority would be pushed out for it" : "";
      if (a["of"] === 0) return `no room elsewhere for ${podsIn(a)}: there is no other node`;
      return `no room elsewhere for ${podsIn(a)}${beside}: 0/${word(a, "of")} other nodes: ${word(a, "why")}${pushing}`;
    },
    () => "add or uncordon a node, or change what the pod asks for; if you go on, its replacement stays Pending until there is room",
    "The pods that leave were placed one after another on the free room of all other nodes, by the scheduler's own filters, and for these none was left. Nodes that are drained in the same command, cordoned or not Ready offer no room. The numbers say how many nodes refuse for which reason. A warning; --require-room makes it a refusal.",
  ),
  "room-unknown": phrase(
    (a) => `whether there is room elsewhere for ${podsIn(a)} is not known: it depends on ${word(a, "why")}`,
    () => "ask whoever decides that, or see where its replacement goes",
    "No node refuses the pod for a reason that can be worked out here, and yet its placement rests on something that is not read: another scheduler, a claim of Dynamic Resource Allocation, a volume that is made anew, labels of namespaces. Unknown is not taken for room.",
  ),
  "room-not-checked": phrase(
    (a) =>
      `not checked: whether the pods find room elsewhere (${word(a, "resource")} ${a["denied"] === true ? "may not be listed" : "could not be read"})`,
    (a) => (a["denied"] === true ? `allow the verb list on ${word(a, "resource")}` : "try again with preview"),
    "Room is worked out from all nodes and pods of the cluster. The drain itself does not need it.",
  ),
};

function podsIn(args: Args): string {
  const pods = args["pods"];
  if (typeof pods !== "object" || pods.length <= named) return word(args, "pods");
  return `${pods.slice(0, named).join(", ")}, … (${pods.length - named} more)`;
}
