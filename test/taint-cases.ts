import type { Taint } from "../src/kube/node.ts";
import type { Toleration } from "../src/kube/pod.ts";

/**
 * What the taint eviction controller does with one pod on one node, case by case, as data: the same table is run on the embedded cluster and
 * on a real control plane.
 */
export interface TaintCase {
  readonly name: string;
  readonly tolerations: readonly Toleration[];
  /** What is written as the node's taints, and when, in seconds from the first write. */
  readonly writes: readonly { readonly at: number; readonly taints: readonly Taint[] }[];
  /** A budget selects the pod and allows none to go. */
  readonly budget?: true;
  /** The pod has come to its end before. */
  readonly finished?: true;
  /** When the pod is marked to go, in seconds from the first write. */
  readonly ends: number | "never";
}

const drain: Taint = { key: "runai", value: "drain", effect: "NoExecute" };
const other: Taint = { key: "other", effect: "NoExecute" };
const now = (...taints: readonly Taint[]) => [{ at: 0, taints }];
const forTime = (tolerationSeconds: number, key = "runai"): Toleration => ({
  key,
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds,
});

export const taintCases: readonly TaintCase[] = [
  { name: "no toleration", tolerations: [], writes: now(drain), ends: 0 },
  { name: "no toleration, under a budget that allows none", tolerations: [], writes: now(drain), budget: true, ends: 0 },
  { name: "no toleration, finished", tolerations: [], writes: now(drain), finished: true, ends: 0 },
  { name: "everything tolerated", tolerations: [{ operator: "Exists" }], writes: now(drain), ends: "never" },
  { name: "the value tolerated", tolerations: [{ key: "runai", operator: "Equal", value: "drain" }], writes: now(drain), ends: "never" },
  { name: "another value tolerated", tolerations: [{ key: "runai", operator: "Equal", value: "upgrade" }], writes: now(drain), ends: 0 },
  {
    name: "another effect tolerated",
    tolerations: [{ key: "runai", operator: "Exists", effect: "NoSchedule" }],
    writes: now(drain),
    ends: 0,
  },
  { name: "tolerated for a time", tolerations: [forTime(2)], writes: now(drain), ends: 2 },
  { name: "tolerated for no time", tolerations: [forTime(0)], writes: now(drain), ends: 0 },
  { name: "of two that match the first counts: the shorter", tolerations: [forTime(1), forTime(3, "")], writes: now(drain), ends: 1 },
  { name: "of two that match the first counts: the longer", tolerations: [forTime(3), forTime(1, "")], writes: now(drain), ends: 3 },
  {
    name: "of two that match the first counts: the endless",
    tolerations: [{ operator: "Exists" }, forTime(1)],
    writes: now(drain),
    ends: "never",
  },
  { name: "two taints, the shorter time", tolerations: [forTime(3), forTime(1, "other")], writes: now(drain, other), ends: 1 },
  { name: "two taints, one not tolerated", tolerations: [forTime(3)], writes: now(drain, other), ends: 0 },
  {
    name: "a taint of another effect",
    tolerations: [],
    writes: now({ key: "runai", value: "drain", effect: "NoSchedule" }),
    ends: "never",
  },
  {
    name: "taken off in time",
    tolerations: [forTime(3)],
    writes: [
      { at: 0, taints: [drain] },
      { at: 1, taints: [] },
    ],
    ends: "never",
  },
  {
    name: "taken off in time and set again: the time begins anew",
    tolerations: [forTime(3)],
    writes: [
      { at: 0, taints: [drain] },
      { at: 1, taints: [] },
      { at: 2, taints: [drain] },
    ],
    ends: 5,
  },
  {
    name: "a second taint that is tolerated for less does not hasten what is scheduled",
    tolerations: [forTime(4), forTime(1, "other")],
    writes: [
      { at: 0, taints: [drain] },
      { at: 1, taints: [drain, other] },
    ],
    ends: 4,
  },
  {
    name: "a second taint that is not tolerated ends it at once",
    tolerations: [forTime(4)],
    writes: [
      { at: 0, taints: [drain] },
      { at: 1, taints: [drain, other] },
    ],
    ends: 1,
  },
];
