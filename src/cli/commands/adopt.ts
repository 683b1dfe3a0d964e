import type { Command } from "./command.ts";

/** SET UP: from another operator to ours, and back. */
export const adoptCommands: readonly Command[] = [
  {
    name: "adopt",
    group: "SET UP",
    summary: "Take over from the Node Maintenance Operator, or go back",
    usage: "nmo",
    about: [
      "Shows what there is of medik8s' Node Maintenance Operator, every NodeMaintenance with its node as it stands and what Drydock makes of it, and the steps from one operator to the other as lines to paste. The kind and the objects stay all along.",
      "It changes nothing. With -y, and only where that operator is a plain Deployment and a pod of Drydock's is Ready, it scales that Deployment to 0; where OLM has installed it, the steps are yours to take.",
      "Drydock leaves NodeMaintenances alone as long as the other operator's leader lease is fresh, so both may run side by side until then.",
    ],
    examples: [
      { what: "What would happen?", line: "{p} adopt nmo" },
      { what: "The same for a program", line: "{p} adopt nmo -o json" },
      { what: "The way back", line: "{p} adopt nmo --back" },
    ],
    flags: ["back", "dry-run", "output", "yes"],
    meanings: {
      "dry-run": "Change nothing, with -y neither. So it is without -y in any case.",
      yes: "Scale the other operator's Deployment to 0, where OLM does not look after it.",
    },
    outputs: ["json", "yaml"],
    arguments: "predecessor",
  },
];
