import type { Command } from "./command.ts";
import { cordonFlags, drainFlags, taintFlags } from "./flag-sets.ts";

/** KUBECTL'S OWN WORDS: same flags, same defaults. */
export const kubectlCommands: readonly Command[] = [
  {
    name: "drain",
    group: "KUBECTL'S OWN WORDS (same flags, same defaults)",
    summary: "Empty nodes now",
    usage: "NODE…",
    about: [
      "Marks the nodes unschedulable and moves their pods away. Disruption budgets are respected; each next pod goes as soon as its budget allows it. Prints the same lines on stdout as kubectl drain, and its progress on stderr.",
      "Refuses, before anything is touched, what kubectl refuses: DaemonSet pods without --ignore-daemonsets, emptyDir volumes without --delete-emptydir-data, pods without a controller without --force; and what could never end: a pod under two budgets, or under a budget that can never allow it.",
      "Exit codes: 0 done, 1 unexpected or no server, 2 blocked for good or consent missing, 3 timed out, 4 wrong usage, configuration or name, 5 denied, 6 partly done, 130 interrupted.",
    ],
    examples: [
      { what: "Empty a node; its DaemonSet pods stay", line: "{p} drain worker-3 --ignore-daemonsets" },
      {
        what: "A whole pool, two nodes at a time, an hour for each",
        line: "{p} drain -l pool=blue --ignore-daemonsets --parallel=2 --timeout=1h",
      },
      { what: "Move all that can go, keep what cannot, and exit with 6", line: "{p} drain worker-3 --ignore-daemonsets --allow=partial" },
      { what: "Follow it with a program", line: "{p} drain worker-3 --ignore-daemonsets -o ndjson" },
    ],
    flags: drainFlags,
    outputs: ["wide", "json", "yaml", "ndjson", "name"],
    arguments: "nodes",
  },
  {
    name: "cordon",
    group: "KUBECTL'S OWN WORDS (same flags, same defaults)",
    summary: "Mark nodes unschedulable",
    usage: "NODE…",
    about: ["Marks the nodes unschedulable: no new pods come, those that run stay. Who did it and when is written on the node."],
    examples: [{ what: "No new pods for worker-3", line: "{p} cordon worker-3" }],
    flags: cordonFlags,
    outputs: ["json", "yaml", "ndjson", "name"],
    arguments: "nodes",
  },
  {
    name: "uncordon",
    group: "KUBECTL'S OWN WORDS (same flags, same defaults)",
    summary: "Mark nodes schedulable, whoever cordoned them",
    usage: "NODE…",
    about: ["Marks the nodes schedulable again, whoever cordoned them, and says whose cordon was lifted."],
    examples: [{ what: "Take worker-3 back into service", line: "{p} uncordon worker-3" }],
    flags: cordonFlags,
    outputs: ["json", "yaml", "ndjson", "name"],
    arguments: "nodes",
  },
  {
    name: "taint",
    group: "KUBECTL'S OWN WORDS (same flags, same defaults)",
    summary: "Add or remove a taint after showing what it evicts",
    usage: "nodes NODE… KEY[=VALUE]:EFFECT… | KEY[:EFFECT]-…",
    about: [
      "Changes taints of nodes, as kubectl taint does; a taint that somebody else changes at the same moment is never lost. Removing one never touches another.",
      "A taint of the effect NoExecute deletes pods. So first is shown which pods go, which stay because they tolerate it, and which budgets that breaks. On a terminal you are asked; without one, and with -y, the consents must be given by name (--allow), or nothing is changed and the exit code is 2. Who set it is written on the node.",
      "The effects NoSchedule and PreferNoSchedule touch no pod that runs, and need no consent.",
    ],
    examples: [
      { what: "Take a Run:ai node out for maintenance, as Run:ai documents it", line: "{p} taint nodes worker-3 runai=drain:NoExecute" },
      { what: "And back: this taint goes, and nothing else", line: "{p} taint nodes worker-3 runai=drain:NoExecute-" },
      { what: "Only show what it would evict", line: "{p} taint nodes worker-3 runai=drain:NoExecute --dry-run=server" },
    ],
    flags: taintFlags,
    outputs: ["json", "yaml", "ndjson", "name"],
    arguments: "nodes",
  },
];
