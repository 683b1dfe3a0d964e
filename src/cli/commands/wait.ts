import type { Command } from "./command.ts";

export const waitCommands: readonly Command[] = [
  {
    name: "wait",
    group: "WATCH AND PROVE",
    summary: "Block until --for=empty|power-off-safe|ready|in-service",
    usage: "NODE… --for=WHAT",
    about: [
      "Ends when it is true of every node that is named, and changes nothing. It watches: nothing is asked again and again. It does not matter who takes the node out, or with what.",
      "Exit codes: 0 true of all, 3 not in time (--timeout), 4 wrong usage or name, 5 denied, 130 stopped.",
    ],
    examples: [
      {
        what: "Switch the machine off when that is safe",
        line: "{p} wait worker-3 --for=power-off-safe --timeout=1h && ipmitool power off",
      },
      { what: "Until it is back", line: "{p} wait worker-3 --for=in-service" },
    ],
    flags: ["chunk-size", "for", "output", "quiet", "selector", "timeout"],
    meanings: { timeout: "Wait at most so long (30s, 1h30m); 0 for ever." },
    outputs: ["json", "yaml", "name"],
    arguments: "nodes",
  },
];
