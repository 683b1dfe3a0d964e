import type { Command } from "./command.ts";

/** SET UP. */
export const setUpCommands: readonly Command[] = [
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
