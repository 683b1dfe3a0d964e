import type { FlagName } from "../flags.ts";
import type { Command } from "./command.ts";

const drainWishes = [
  "allow",
  "chunk-size",
  "deadline",
  "dry-run",
  "grace-period",
  "honor",
  "mode",
  "order",
  "output",
  "parallel",
  "quiet",
  "rules",
  "selector",
  "taint",
  "taint-after",
  "timeout",
  "volume-detach-timeout",
  "yes",
] as const satisfies readonly FlagName[];

/** TAKE OUT AND BRING BACK: wishes that the operator carries out, and that work without one. */
export const maintainCommands: readonly Command[] = [
  {
    name: "maintain",
    group: "TAKE OUT AND BRING BACK",
    summary: "Take nodes out of service and keep them out until 'return'",
    usage: "NODE…",
    about: [
      "Where the operator works, makes a Maintenance for each node and follows it until the node is empty: the operator goes on without this command, keeps the node out and empties it again if something arrives. Ctrl-C ends the following only. Without an operator the same is done here, in the foreground, and the record is kept on the node.",
      "DaemonSet pods stay. Pods without a controller and emptyDir data go with a warning, and what can never go does not stop the rest: --allow=unmanaged,emptydir,partial goes without saying.",
      "Exit codes: 0 the nodes are empty, 2 or 6 what is left waits for a person, 3 not in time (--timeout), 4 wrong usage, configuration or name, 5 denied, 6 partly done, 130 interrupted.",
    ],
    examples: [
      { what: "Take a node out, and say why", line: '{p} maintain worker-3 --reason="kernel update" --ticket=OPS-1234' },
      { what: "A pool, two nodes at a time, an hour for each", line: "{p} maintain -l pool=blue --parallel=2 --timeout=1h" },
      { what: "For a repository: the object, and nothing else", line: "{p} maintain worker-3 --dry-run=client -o yaml > worker-3.yaml" },
    ],
    flags: [...drainWishes, "hold-until-released", "no-wait", "on-delete", "power-off", "reason", "ticket"],
    meanings: {
      "dry-run": "client: print what would be done; with -o yaml, the objects. server: also ask the server, without changing anything.",
      parallel: "Take up to N nodes out at the same time. With --no-wait all are begun at once.",
      timeout: "How long the way out of a node may take (5m, 1h30m) before it counts as failed; it stays out. 0: for ever.",
    },
    outputs: ["json", "yaml", "name"],
    arguments: "nodes",
  },
  {
    name: "return",
    group: "TAKE OUT AND BRING BACK",
    summary: "Check nodes, put back exactly what was changed, release a hold",
    usage: "NODE…",
    about: [
      "Where the operator works, tells it that the nodes are wanted in, and follows: it checks them (Ready, DaemonSets up, resources as before, checks of the object's own), waits where a person is to release them (--release), and puts back exactly what was changed. Checks that fail are named, and waited for.",
      "Without an operator the checks are made here, once, and a node that fails one is left as it is. Then the node is put back by its record: what is going to be done is shown, and you are asked.",
      "--direct puts nodes back by their records without checks, whether an operator works or not. What an object holds the operator would take out again: end that first.",
    ],
    examples: [
      { what: "Bring a node back", line: "{p} return worker-3" },
      { what: "Let it into service after its checks have passed", line: "{p} return worker-3 --release" },
      { what: "Without checks and without asking", line: "{p} return worker-3 --direct -y" },
    ],
    flags: ["direct", "dry-run", "no-wait", "output", "quiet", "release", "selector", "timeout", "yes"],
    meanings: {
      "dry-run":
        "client: show what would be put back by the record. server: also ask the server, without changing anything. Needs --direct, or no operator.",
      timeout: "Follow at most so long (5m, 1h30m); the way back goes on. 0: for ever.",
    },
    outputs: ["json", "yaml", "name"],
    arguments: "nodes",
  },
];
