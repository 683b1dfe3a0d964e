import type { Command } from "./command.ts";

export const historyCommands: readonly Command[] = [
  {
    name: "history",
    group: "WATCH AND PROVE",
    summary: "List past maintenances: who, why, ticket, what was forced",
    usage: "[NODE…]",
    about: [
      "Lists the maintenances that are over, the newest first: when the node went out and came back, how that ended, who asked, why, and what was agreed to beyond the defaults. It reads their objects: one that was deleted is not remembered, nor is what a command did without an object.",
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
