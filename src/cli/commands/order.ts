import type { Command } from "./command.ts";

const group = "TAKE OUT AND BRING BACK";
const flags = ["no-wait", "output", "quiet", "selector", "timeout"] as const;
const shared = {
  group,
  usage: "NODE… | maintenance/NAME…",
  flags,
  meanings: {
    "no-wait": "Write the wish and end, without waiting for the operator's answer.",
    timeout: "Wait at most so long for the operator's answer (30s, 5m); what was asked for goes on. 0: for ever.",
  },
  outputs: ["json", "yaml", "name"],
  arguments: "nodes",
} as const satisfies Partial<Command>;

/** TAKE OUT AND BRING BACK: one wish, written into the Maintenance of a node. */
export const orderCommands: readonly Command[] = [
  {
    ...shared,
    name: "cancel",
    summary: "Stop taking a node out and undo what was done so far",
    about: [
      "No pod is asked to go any more, and what was changed on the node is undone, without checks. It cannot be taken back. Pods that have left stay where they are. The checked way back is `return`.",
    ],
    examples: [{ what: "Leave it after all", line: "{p} cancel worker-3" }],
  },
  {
    ...shared,
    name: "pause",
    summary: "Start nothing new on a node; running work finishes",
    about: ["Nothing new is started: pods that were asked to go still go, and the node stays out as it is. `resume` goes on."],
    examples: [{ what: "Not during the release", line: "{p} pause worker-3" }],
  },
  {
    ...shared,
    name: "resume",
    summary: "Go on after a pause",
    about: ["Goes on where it was paused. Timeouts have run meanwhile."],
    examples: [{ what: "Go on", line: "{p} resume worker-3" }],
  },
  {
    ...shared,
    name: "retry",
    summary: "Try blocked pods again now",
    about: ["Back-offs end, what is blocked is tried again at once, and what has failed goes on; its time is counted anew."],
    examples: [{ what: "The webhook is mended", line: "{p} retry worker-3" }],
  },
  {
    ...shared,
    name: "approve",
    summary: "Give the consent that a node is waiting for",
    about: [
      "Adds consents to the Maintenance of a node; it goes on at once. Without --allow it shows what the node waits for, and asks. Nothing else stands for a consent: where nobody can be asked, the exit code is 2 and the line to paste names it.",
    ],
    examples: [
      { what: "What does it wait for? Asks before it agrees", line: "{p} approve worker-3" },
      { what: "Agree by name", line: "{p} approve worker-3 --allow=unmanaged" },
    ],
    flags: ["allow", ...flags],
    meanings: { ...shared.meanings, allow: "What you agree to. May be given several times." },
  },
];
