import type { FlagName } from "../flags.ts";

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

/** Of everything that plans a drain. */
export const drainFlags = [
  ...kubectlDrainFlags,
  "allow",
  "deadline",
  "honor",
  "mode",
  "on-failure",
  "order",
  "output",
  "parallel",
  "quiet",
  "require-room",
  "rules",
  "show-kubectl",
  "taint",
  "taint-after",
  "volume-detach-timeout",
  "yes",
] as const satisfies readonly FlagName[];
export const cordonFlags = ["dry-run", "selector", "output", "quiet", "yes"] as const satisfies readonly FlagName[];
export const taintFlags = [
  "all",
  "delete-emptydir-data",
  "dry-run",
  "field-manager",
  "force",
  "overwrite",
  "selector",
  "validate",
  "allow",
  "output",
  "quiet",
  "yes",
] as const satisfies readonly FlagName[];
