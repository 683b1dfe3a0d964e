import type { Command } from "./command.ts";

export const historyCommands: readonly Command[] = [
  {
    name: "history",
    group: "WATCH AND PROVE",
    summary: "List past maintenances: who, why, ticket, what was forced",
    usage: "[NODE…]",
    about: [
      "Lists the maintenances that are over, the newest first: when the node went out and came back, how that ended, who asked, why, and what was forced: pods that went by a consent, past budgets, ahead of a deadline or because of a taint. Where nodes are named it says which.",
      "It reads their objects, and for drains without an object the records of nodes that are still out: what was deleted, or brought back without an object, is not remembered.",
    ],
    examples: [
      { what: "What was done to this node?", line: "{p} history worker-3" },
      { what: "For an audit", line: "{p} history -o json > history.json" },
    ],
    flags: ["output"],
    outputs: ["json", "yaml", "name"],
    arguments: "nodes",
  },
];
