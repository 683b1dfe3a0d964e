import type { Command } from "./command.ts";

/** WATCH AND PROVE: why. */
export const whyCommands: readonly Command[] = [
  {
    name: "why",
    group: "WATCH AND PROVE",
    summary: "Say what a node or pod waits for, and who can end it",
    usage: "NODE | pod/NAMESPACE/NAME | NAMESPACE/NAME",
    about: [
      "Says what keeps the pods of a node, or one pod, from going: since when, which fields of the API say so, and every legal way out with the line to type. It asks what a drain's next step would ask and starts nothing, whether a drain is running, has ended, or was never begun. Where nothing is found, the server is asked by a dry-run eviction, once for each pod: only it knows its admission webhooks.",
      "Consents count as given where their flags are, as for drain. Exit code 0 says that nothing holds it, 2 that something does.",
    ],
    examples: [
      { what: "What does worker-3 wait for?", line: "{p} why worker-3" },
      { what: "And this pod?", line: "{p} why shop/db-0" },
      { what: "As a document", line: "{p} why pod/shop/db-0 -o json" },
    ],
    flags: [
      "chunk-size",
      "delete-emptydir-data",
      "disable-eviction",
      "force",
      "grace-period",
      "honor",
      "ignore-daemonsets",
      "allow",
      "order",
      "output",
      "rules",
    ],
    outputs: ["json", "yaml"],
    arguments: "nodes",
  },
];
