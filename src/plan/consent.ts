/**
 * What a person can agree to. `--allow` takes these names, but for "daemonsets", which only kubectl's `--ignore-daemonsets` gives
 * (leaving pods running on the node is harmless to them, so it is no consent of ours).
 */
export type Consent =
  | "unmanaged"
  | "emptydir"
  | "vm-shutdown"
  | "interactive"
  | "budget-violation"
  | "infrastructure"
  | "last-of-role"
  | "partial"
  | "daemonsets";

export const allowable: readonly Consent[] = [
  "unmanaged",
  "emptydir",
  "vm-shutdown",
  "interactive",
  "budget-violation",
  "infrastructure",
  "last-of-role",
  "partial",
];
