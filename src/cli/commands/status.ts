import type { Command } from "./command.ts";

/** WATCH AND PROVE: how nodes stand, and what is on them. */
export const statusCommands: readonly Command[] = [
  {
    name: "status",
    group: "WATCH AND PROVE",
    summary: "List nodes out, moving, blocked or held; -w to follow",
    usage: "[NODE…]",
    about: [
      "Lists the nodes that are cordoned, held by Drydock or under a taint that takes them out: who holds each and since when, how many pods a drain would still move, and what stands in their way. Named or selected nodes are listed in any state. Reads the API only: it works whoever drains, with or without Drydock.",
      "With -w it goes on until it is stopped: a table that is drawn anew on a terminal, a line for each change elsewhere.",
      "With --undo-script it prints plain kubectl lines that take back what Drydock changed, for a day on which Drydock is not at hand.",
    ],
    examples: [
      { what: "Which nodes are out, and what do they wait for?", line: "{p} status" },
      { what: "Follow it", line: "{p} status -w" },
      { what: "How to bring the nodes back without Drydock", line: "{p} status --undo-script > undo.sh" },
    ],
    flags: ["chunk-size", "output", "selector", "undo-script", "watch"],
    outputs: ["wide", "json", "yaml", "ndjson", "name"],
    arguments: "nodes",
  },
  {
    name: "pods",
    group: "WATCH AND PROVE",
    summary: "List what is on nodes, whose it is and what becomes of it",
    usage: "NODE…",
    about: [
      "Lists every pod of the nodes with the workload and, where the pod tells, the person it belongs to, how it is, and what a drain would do with it and why. The decisions are those of preview and drain.",
    ],
    examples: [
      { what: "What is on worker-3?", line: "{p} pods worker-3" },
      { what: "With budgets, volumes and evidence", line: "{p} pods worker-3 -o wide" },
      { what: "For a program", line: "{p} pods -l pool=blue -o ndjson" },
    ],
    flags: ["chunk-size", "honor", "order", "output", "pod-selector", "rules", "selector"],
    outputs: ["wide", "json", "yaml", "ndjson", "name"],
    arguments: "nodes",
  },
];
