import { type FlagName, globalFlags } from "./flags.ts";

export type CommandName = "preview" | "drain" | "cordon" | "uncordon" | "demo" | "completion" | "version";

export const commandGroups = ["SEE WHAT WOULD HAPPEN", "KUBECTL'S OWN WORDS (same flags, same defaults)", "SET UP"] as const;

export interface Command {
  readonly name: CommandName;
  readonly group: (typeof commandGroups)[number];
  readonly summary: string;
  /** What follows the name in the usage line. */
  readonly usage: string;
  /** Paragraphs of its help. */
  readonly about: readonly string[];
  /** `{p}` stands for the program as it was called. */
  readonly examples: readonly { readonly what: string; readonly line: string }[];
  /** Its own flags; the global ones are accepted by all. */
  readonly flags: readonly FlagName[];
  /** Formats that `-o` takes. */
  readonly outputs?: readonly string[];
  readonly arguments: "nodes" | "shell" | "none";
}

const kubectlDrainFlags = [
  "chunk-size",
  "delete-emptydir-data",
  "disable-eviction",
  "dry-run",
  "force",
  "grace-period",
  "ignore-daemonsets",
  "pod-selector",
  "selector",
  "skip-wait-for-delete-timeout",
  "timeout",
] as const satisfies readonly FlagName[];

const drainFlags = [...kubectlDrainFlags, "allow", "mode", "output", "parallel", "quiet", "yes"] as const satisfies readonly FlagName[];
const cordonFlags = ["dry-run", "selector", "output", "quiet", "yes"] as const satisfies readonly FlagName[];

export const commands: readonly Command[] = [
  {
    name: "preview",
    group: "SEE WHAT WOULD HAPPEN",
    summary: "Show what would happen to every pod; changes nothing",
    usage: "NODE…",
    about: [
      "Shows for every pod on the nodes what a drain would do with it and why, which budgets set the pace, how long it would take, and what would stop it. It needs no flags and ends with the exact line to paste.",
      "It is made by the same planner as the drain itself: the plan's hash at the end is the same for both as long as nothing changes in the cluster, whatever was consented to.",
      "Exit code 2 says that something stands in the way that no consent removes.",
    ],
    examples: [
      { what: "What would happen to the pods of worker-3?", line: "{p} preview worker-3" },
      { what: "All nodes of a pool, as a document", line: "{p} preview -l pool=blue -o json" },
    ],
    flags: drainFlags,
    outputs: ["wide", "json", "yaml", "ndjson", "name"],
    arguments: "nodes",
  },
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
    outputs: ["json", "yaml", "ndjson", "name"],
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
    name: "demo",
    group: "SET UP",
    summary: "Start a simulated cluster to try everything",
    usage: "",
    about: [
      "Runs a small simulated cluster in this process and takes one of its nodes out and back, in about half a minute. No cluster is needed and none is touched.",
    ],
    examples: [{ what: "See it", line: "{p} demo" }],
    flags: [],
    arguments: "none",
  },
  {
    name: "completion",
    group: "SET UP",
    summary: "Print the shell completion script",
    usage: "bash|zsh|fish|powershell",
    about: [
      "Prints a script for your shell. For `kubectl drydock` and `oc drydock`, completion works where an executable `kubectl_complete-drydock` is on the PATH; the package brings one.",
    ],
    examples: [
      { what: "bash, for this session", line: "source <({p} completion bash)" },
      { what: "zsh, for this session", line: "source <({p} completion zsh)" },
      { what: "fish, for good", line: "{p} completion fish > ~/.config/fish/completions/drydock.fish" },
    ],
    flags: [],
    arguments: "shell",
  },
  {
    name: "version",
    group: "SET UP",
    summary: "Print client and server versions",
    usage: "",
    about: ["Prints the versions of this program and of the API server."],
    examples: [{ what: "Without asking the server", line: "{p} version --client" }],
    flags: ["client", "output"],
    outputs: ["json", "yaml"],
    arguments: "none",
  },
];

export function commandNamed(name: string): Command | undefined {
  return commands.find((command) => command.name === name);
}

/** Every flag that the command accepts, its own first. */
export function acceptedFlags(command: Command): readonly FlagName[] {
  return [...command.flags, ...globalFlags];
}
