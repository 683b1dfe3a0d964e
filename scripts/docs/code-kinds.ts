import type { Code } from "../../src/maintenance/crafts.ts";

/** Where a code appears: as a pod's reason, as a finding of the plan, as what something waits for, as the end of a node, as a proof. */
export type Appearance = "decision" | "change" | "fatal finding" | "warning" | "blocker" | "failure" | "proof" | "unproven";

export interface CodeKind {
  readonly appears: readonly Appearance[];
  /** For blockers, failures and findings: what ends it, in words that go on from "Ends:". */
  readonly ends?: string;
}

/** A code that is added without a line here does not compile. */
export const codeKinds: Readonly<Record<Code, CodeKind>> = {
  // decisions of drain
  managed: { appears: ["decision"] },
  finished: { appears: ["decision"] },
  "local-storage": { appears: ["decision"] },
  unmanaged: { appears: ["decision"] },
  "daemonset-managed": { appears: ["decision"] },
  "daemonset-orphaned": { appears: ["decision"] },
  "static-pod": { appears: ["decision"] },
  "comes-back": { appears: ["decision", "warning"], ends: "when its controller no longer lets its pods onto the node." },
  "already-terminating": { appears: ["decision"] },
  "skipped-terminating": { appears: ["decision"] },
  "two-budgets": {
    appears: ["decision", "fatal finding", "blocker"],
    ends: "when a person changes the selector of one of the budgets. It stops the whole drain before anything is touched, unless `--allow=partial` is given.",
  },
  "budget-never-allows": {
    appears: ["decision", "fatal finding", "blocker"],
    ends: "when a person scales the workload up or relaxes the budget. It stops the whole drain before anything is touched, unless `--allow=partial` is given. Under way it is believed only after 30 seconds: a StatefulSet's pod between two lives looks the same for a moment.",
  },
  // changes of the node
  "take-out-of-scheduling": { appears: ["change"] },
  "prove-empty": { appears: ["change"] },
  // warnings
  "node-not-ready": { appears: ["warning"], ends: "when the node's kubelet reports again. The drain goes on all the same." },
  "not-watched": {
    appears: ["warning"],
    ends: "when the verb `watch` is allowed. The drain works without it, up to 5 seconds slower at each step.",
  },
  "budgets-unread": { appears: ["warning"], ends: "when `list` and `watch` on budgets are allowed. The drain works without them." },
  "unschedulable-taint-missing": {
    appears: ["warning"],
    ends: "when the controller-manager sets the taint. The drain goes on all the same.",
  },
  // blockers of drain
  "awaiting-unschedulable-taint": { appears: ["blocker"], ends: "by itself, after 5 seconds at the latest." },
  terminating: { appears: ["blocker"], ends: "by itself, when the kubelet has ended the pod." },
  "terminating-too-long": { appears: ["blocker"], ends: "when the kubelet reports the pod's end; look at the pod's events." },
  finalizers: { appears: ["blocker"], ends: "when the controllers that set the finalizers remove them." },
  "kubelet-silent": {
    appears: ["blocker"],
    ends: "when the node is Ready again, or when a person has fenced the machine and removed its pods.",
  },
  "arrival-quiet": { appears: ["blocker"], ends: "by itself, 5 seconds after the cordon or after the last arrival." },
  "cordon-unconfirmed": { appears: ["blocker"], ends: "by itself, when the watch shows the cordon." },
  "cordon-lifted": { appears: ["blocker"], ends: "by a person: find who lifts the cordon, then start the drain again." },
  // blockers of the executor
  "budget-exhausted": {
    appears: ["blocker"],
    ends: "by itself, when the budget's status allows a disruption again: most often when a replacement is Ready.",
  },
  "budget-recount": { appears: ["blocker"], ends: "by itself, when the disruption controller has counted." },
  "budget-behind": { appears: ["blocker"], ends: "by itself, when the disruption controller has processed the budget's newest spec." },
  "budget-broken": { appears: ["blocker"], ends: "when the budget can be counted again: see its condition `DisruptionAllowed`." },
  "budget-in-flight": { appears: ["blocker"], ends: "by itself, with the answer to the request that is under way." },
  "budget-unread": { appears: ["blocker"], ends: "by itself, when the server accepts; asked every 5 seconds." },
  throttled: { appears: ["blocker"], ends: "by itself, after the time that the server named." },
  "webhook-denied": {
    appears: ["blocker"],
    ends: "when the webhook allows it; asked again after 5 seconds, then with growing pauses up to a minute.",
  },
  "namespace-terminating": { appears: ["blocker"], ends: "by itself, when the namespace is gone." },
  denied: { appears: ["blocker", "failure"], ends: "when a person grants the permission." },
  rejected: {
    appears: ["blocker"],
    ends: "for an answer 429 by itself, when whoever answered allows it; for other answers by a person.",
  },
  "server-error": { appears: ["blocker"], ends: "by itself, when the server recovers." },
  "no-answer": { appears: ["blocker"], ends: "by itself, when the server can be reached again." },
  "awaiting-watch": { appears: ["blocker"], ends: "by itself, when the watch shows it." },
  "view-stale": { appears: ["blocker"], ends: "by itself, when the connection is back." },
  "consent-missing": { appears: ["blocker"], ends: "by a person: start the drain again with the flag that is named." },
  contested: { appears: ["fatal finding"], ends: "with a version of Drydock in which this is mended." },
  // ends of a node
  "cordon-failed": { appears: ["blocker", "failure"], ends: "with the server's next answer, where that may differ; else by a person." },
  "record-unreadable": { appears: ["fatal finding", "failure"], ends: "by a person: see [the record on the node](records.md)." },
  "record-too-large": { appears: ["failure"], ends: "by a person: see [the record on the node](records.md)." },
  "node-deleted": { appears: ["failure"], ends: "with the drain: the exit code is 0, and the verdict `unproven`." },
  // proofs
  "pod-ended": { appears: ["proof"] },
  "pod-gone-unconfirmed": { appears: ["unproven"] },
  "pod-left-running": { appears: ["proof"] },
  "node-cordoned": { appears: ["proof"] },
  "node-empty": { appears: ["proof"] },
  "node-empty-unconfirmed": { appears: ["unproven"] },
};
