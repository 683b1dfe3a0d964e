import type { Code } from "./crafts.ts";
import { decisionCodeKinds } from "./decision-code-kinds.ts";
import { nodeCodeKinds } from "./node-code-kinds.ts";
import { taintCodeKinds } from "./taint-code-kinds.ts";

/** Where a code appears: as a pod's reason, as a finding of the plan, as what something waits for, as the end of a node, as a proof. */
export type Appearance = "decision" | "change" | "fatal finding" | "warning" | "blocker" | "failure" | "proof" | "unproven" | "condition";

/**
 * Who can end it: "cluster", by itself and with time; "person", never by itself; "either" where the cluster may, and a person can hurry it or
 * must where the cluster does not.
 */
export type Ender = "cluster" | "person" | "either";

export type CodeKind =
  | { readonly appears: readonly Appearance[]; readonly ends?: never }
  | {
      readonly appears: readonly Appearance[];
      /** What ends it, in words that go on from "Ends:". `Backticks` around what one would type. */
      readonly ends: string;
      readonly by: Ender;
      /** A page of docs/ that says more. */
      readonly page?: { readonly file: string; readonly title: string };
    };

const rulesPage = { file: "rules.md", title: "Rules" };
const room = { file: "room.md", title: "Room elsewhere" };
const record = { file: "records.md", title: "The record on the node" };

/** A code that is added without a line here does not compile: the documentation and `explain` are made from this. */
export const codeKinds: Readonly<Record<Code, CodeKind>> = {
  ...decisionCodeKinds,
  // changes of the node
  "take-out-of-scheduling": { appears: ["change"] },
  "prove-empty": { appears: ["change"] },
  "prove-detached": { appears: ["change"] },
  // warnings
  "node-not-ready": { appears: ["warning"], ends: "when the node's kubelet reports again. The drain goes on all the same.", by: "either" },
  "not-watched": {
    appears: ["warning"],
    ends: "when the verb `watch` is allowed. The drain works without it, up to 5 seconds slower at each step.",
    by: "person",
  },
  "budgets-unread": {
    appears: ["warning"],
    ends: "when `list` and `watch` on budgets are allowed. The drain works without them.",
    by: "person",
  },
  "unschedulable-taint-missing": {
    appears: ["warning"],
    ends: "when the controller-manager sets the taint. The drain goes on all the same.",
    by: "cluster",
  },
  "local-volume": {
    appears: ["warning"],
    ends: "when the node is back, or when a person moves the data. The drain goes on all the same.",
    by: "person",
  },
  "volumes-unread": { appears: ["warning"], ends: "when the permission is given. The drain works without it.", by: "person" },
  "no-room": {
    appears: ["warning"],
    ends: "when there is room: a node more, one that is back in service, or pods that ask for less. The drain goes on all the same, unless `--require-room` is given.",
    by: "either",
    page: room,
  },
  "room-unknown": {
    appears: ["warning"],
    ends: "when the replacement has a node. The drain goes on all the same, unless `--require-room` is given.",
    by: "either",
    page: room,
  },
  "room-not-checked": {
    appears: ["warning"],
    ends: "when the permission is given, or the server answers. The drain goes on all the same, unless `--require-room` is given.",
    by: "person",
    page: room,
  },
  "mark-invalid": { appears: ["warning"], ends: "when the value is one that its tool understands, or the mark is removed.", by: "person" },
  "may-come-back": {
    appears: ["warning"],
    ends: "when the workload no longer tolerates the taint of a cordon. The drain goes on all the same.",
    by: "person",
  },
  "unhealthy-pod-policy": {
    appears: ["warning"],
    ends: "when enough pods of the workload are Ready, or the budget's policy is `AlwaysAllow`.",
    by: "either",
  },
  "host-path": {
    appears: ["warning"],
    ends: "when the workload no longer mounts a directory of its node. The drain goes on all the same.",
    by: "person",
  },
  "budget-sync-failed": {
    appears: ["warning"],
    ends: "when the disruption controller can count the budget: most often after a person has given it an integer `minAvailable`.",
    by: "person",
  },
  "budget-unobserved": { appears: ["warning"], ends: "by itself, when the disruption controller has counted.", by: "cluster" },
  "namespaces-unread": {
    appears: ["warning"],
    ends: "when `list` and `watch` on namespaces are allowed, or the rule names its namespaces.",
    by: "person",
    page: rulesPage,
  },
  ...nodeCodeKinds,
  ...taintCodeKinds,
  deadline: {
    appears: ["warning"],
    ends: "by the consent `--allow=budget-violation`: without it nothing begins.",
    by: "person",
  },
  "grace-exceeds-deadline": { appears: ["warning"], ends: "with a longer `--deadline`. The drain goes on all the same.", by: "person" },
  "deadline-unrecorded": { appears: ["warning"], ends: "when the node can be written. The drain goes on all the same.", by: "either" },
  // blockers of drain
  "awaiting-completion": { appears: ["blocker"], ends: "when the pod has ended by itself.", by: "cluster" },
  "awaiting-session-end": {
    appears: ["blocker"],
    ends: "when whoever works in the pod ends the session, or its product does.",
    by: "either",
  },
  "awaiting-its-time": { appears: ["blocker"], ends: "by itself, at the time that is named.", by: "cluster" },
  "awaiting-somebody": { appears: ["blocker"], ends: "by a person, who deletes the pod or removes the rule or the mark.", by: "person" },
  "budget-in-doubt": { appears: ["blocker"], ends: "by itself, after 30 seconds at the latest.", by: "cluster" },
  "awaiting-unschedulable-taint": { appears: ["blocker"], ends: "by itself, after 5 seconds at the latest.", by: "cluster" },
  terminating: { appears: ["blocker"], ends: "by itself, when the kubelet has ended the pod.", by: "cluster" },
  "terminating-too-long": { appears: ["blocker"], ends: "when the kubelet reports the pod's end; look at the pod's events.", by: "either" },
  finalizers: { appears: ["blocker"], ends: "when the controllers that set the finalizers remove them.", by: "either" },
  "kubelet-silent": {
    appears: ["blocker"],
    ends: "when the node is Ready again, or when a person has fenced the machine and removed its pods.",
    by: "either",
  },
  "arrival-quiet": { appears: ["blocker"], ends: "by itself, 5 seconds after the cordon or after the last arrival.", by: "cluster" },
  "cordon-unconfirmed": { appears: ["blocker"], ends: "by itself, when the watch shows the cordon.", by: "cluster" },
  "cordon-lifted": { appears: ["blocker"], ends: "by a person: find who lifts the cordon, then start the drain again.", by: "person" },
  "volumes-attached": {
    appears: ["blocker"],
    ends: "by itself, when the driver has detached the volumes; after `--volume-detach-timeout` the drain goes on without.",
    by: "cluster",
  },
  "volumes-unknown": {
    appears: ["blocker"],
    ends: "by itself, when the attachments have been read; after `--volume-detach-timeout` the drain goes on without.",
    by: "cluster",
  },
  // blockers of the executor
  "budget-exhausted": {
    appears: ["blocker"],
    ends: "by itself, when the budget's status allows a disruption again: most often when a replacement is Ready.",
    by: "either",
  },
  "budget-recount": { appears: ["blocker"], ends: "by itself, when the disruption controller has counted.", by: "cluster" },
  "budget-behind": {
    appears: ["blocker"],
    ends: "by itself, when the disruption controller has processed the budget's newest spec.",
    by: "cluster",
  },
  "budget-broken": {
    appears: ["blocker"],
    ends: "when the budget can be counted again: see its condition `DisruptionAllowed`.",
    by: "person",
  },
  "budget-in-flight": { appears: ["blocker"], ends: "by itself, with the answer to the request that is under way.", by: "cluster" },
  "budget-unread": { appears: ["blocker"], ends: "by itself, when the server accepts; asked every 5 seconds.", by: "cluster" },
  throttled: { appears: ["blocker"], ends: "by itself, after the time that the server named.", by: "cluster" },
  "webhook-denied": {
    appears: ["blocker"],
    ends: "when the webhook allows it; asked again after 5 seconds, then with growing pauses up to a minute.",
    by: "either",
  },
  "namespace-terminating": { appears: ["blocker"], ends: "by itself, when the namespace is gone.", by: "cluster" },
  denied: { appears: ["blocker", "failure"], ends: "when a person grants the permission.", by: "person" },
  rejected: {
    appears: ["blocker"],
    ends: "for an answer 429 by itself, when whoever answered allows it; for other answers by a person.",
    by: "either",
  },
  "server-error": { appears: ["blocker"], ends: "by itself, when the server recovers.", by: "cluster" },
  "no-answer": { appears: ["blocker"], ends: "by itself, when the server can be reached again.", by: "cluster" },
  "awaiting-watch": { appears: ["blocker"], ends: "by itself, when the watch shows it.", by: "cluster" },
  "view-stale": { appears: ["blocker"], ends: "by itself, when the connection is back.", by: "cluster" },
  "earlier-wave": { appears: ["blocker"], ends: "by itself, when what goes before it is gone.", by: "cluster" },
  "consent-missing": { appears: ["blocker"], ends: "by a person: start the drain again with the flag that is named.", by: "person" },
  contested: { appears: ["fatal finding"], ends: "with a version of Drydock in which this is mended.", by: "person" },
  // ends of a node
  "cordon-failed": {
    appears: ["blocker", "failure"],
    ends: "with the server's next answer, where that may differ; else by a person.",
    by: "either",
  },
  "record-unreadable": {
    appears: ["fatal finding", "failure"],
    ends: "by a person, who reads the annotation `drydock.dev/held` of the node.",
    by: "person",
    page: record,
  },
  "record-too-large": {
    appears: ["failure"],
    ends: "by a person, who reads the annotation `drydock.dev/held` of the node.",
    by: "person",
    page: record,
  },
  "node-deleted": { appears: ["failure"], ends: "with the drain: the exit code is 0, and the verdict `unproven`.", by: "cluster" },
  // conditions of check power-off
  "off-out-of-scheduling": { appears: ["condition"] },
  "off-kubelet": { appears: ["condition"] },
  "off-empty": { appears: ["condition"] },
  "off-quiet": { appears: ["condition"] },
  "off-departures": { appears: ["condition"] },
  "off-volumes": { appears: ["condition"] },
  "off-virtual-machines": { appears: ["condition"] },
  "off-role": { appears: ["condition"] },
  // proofs
  "pod-ended": { appears: ["proof"] },
  "pod-gone-unconfirmed": { appears: ["unproven"] },
  "pod-left-running": { appears: ["proof"] },
  "node-cordoned": { appears: ["proof"] },
  "node-empty": { appears: ["proof"] },
  "node-empty-unconfirmed": { appears: ["unproven"] },
  "volumes-detached": { appears: ["proof"] },
  "volumes-left-attached": { appears: ["unproven"] },
  "volumes-unchecked": { appears: ["unproven"] },
};
