import type { FlagName } from "../flags.ts";

export type CommandName =
  | "preview"
  | "status"
  | "pods"
  | "why"
  | "check"
  | "drain"
  | "maintain"
  | "return"
  | "wait"
  | "history"
  | "cancel"
  | "pause"
  | "resume"
  | "retry"
  | "approve"
  | "cordon"
  | "uncordon"
  | "taint"
  | "demo"
  | "operator"
  | "install"
  | "uninstall"
  | "adopt"
  | "support-bundle"
  | "explain"
  | "completion"
  | "version";

export const commandGroups = [
  "SEE WHAT WOULD HAPPEN",
  "TAKE OUT AND BRING BACK",
  "WATCH AND PROVE",
  "KUBECTL'S OWN WORDS (same flags, same defaults)",
  "SET UP",
] as const;

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
  /** What some of its flags, the global ones too, mean here, where that differs from what they mean elsewhere. */
  readonly meanings?: Readonly<Partial<Record<FlagName, string>>>;
  /** Formats that `-o` takes. */
  readonly outputs?: readonly string[];
  readonly arguments: "nodes" | "codes" | "shell" | "question" | "predecessor" | "acts" | "none";
}
