import type { Command } from "./command.ts";
import { drainFlags } from "./flag-sets.ts";

/** SEE WHAT WOULD HAPPEN. */
export const seeCommands: readonly Command[] = [
  {
    name: "preview",
    group: "SEE WHAT WOULD HAPPEN",
    summary: "Show what would happen to every pod; changes nothing",
    usage: "NODE…",
    about: [
      "Shows for every pod on the nodes what a drain would do with it and why, which budgets set the pace, how long it would take, and what would stop it. It needs no flags and ends with the exact line to paste.",
      "It is made by the same planner as the drain itself: the plan's hash at the end is the same for both as long as nothing changes in the cluster, whatever was consented to.",
      "Says for each pod that leaves whether another node has room for it, by the scheduler's own filters, and what of that is not known.",
      "With --rank it compares nodes instead: which to drain first, with the least disturbance, and why.",
      "Exit code 2 says that something stands in the way that no consent removes.",
    ],
    examples: [
      { what: "What would happen to the pods of worker-3?", line: "{p} preview worker-3" },
      { what: "All nodes of a pool, as a document", line: "{p} preview -l pool=blue -o json" },
      { what: "Which budgets to change for a faster drain, and how", line: "{p} preview worker-3 --fixes -" },
      { what: "Which node of a pool to drain first", line: "{p} preview --rank -l pool=blue" },
    ],
    flags: [...drainFlags, "fixes", "rank"],
    outputs: ["wide", "json", "yaml", "ndjson", "name"],
    arguments: "nodes",
  },
];
