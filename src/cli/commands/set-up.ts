import { parts } from "../demo/script.ts";
import type { Command } from "./command.ts";

/** SET UP. */
export const setUpCommands: readonly Command[] = [
  {
    name: "demo",
    group: "SET UP",
    summary: "Start a simulated cluster to try everything",
    usage: "[commands|objects|shell]",
    about: [
      "Runs a small simulated cluster in this process and takes its nodes out and back. No cluster is needed and none is touched.",
      ...parts.map(({ name, about }) => `demo ${name}: ${about}`),
    ],
    examples: [
      { what: "See all of it, in a bit more than a minute", line: "{p} demo" },
      { what: "See how the operator keeps a node out", line: "{p} demo objects" },
      { what: "Type yourself: drain, maintain, return, kubectl get maintenances", line: "{p} demo shell" },
    ],
    flags: [],
    arguments: "acts",
  },
  {
    name: "explain",
    group: "SET UP",
    summary: "Explain a blocker, reason or finding code",
    usage: "[CODE]",
    about: [
      "Says what a code means, where it appears, how it ends and who can end it. Without a code, all of them in a table. No cluster is asked.",
    ],
    examples: [
      { what: "Why does it wait?", line: "{p} explain budget-exhausted" },
      { what: "All codes, for a program", line: "{p} explain -o json" },
    ],
    flags: ["output"],
    outputs: ["json", "yaml", "name"],
    arguments: "codes",
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
