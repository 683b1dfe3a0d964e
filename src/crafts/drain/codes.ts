/** Why a pod's decision is what it is. */
export type DecisionCode =
  | "managed"
  | "finished"
  | "local-storage"
  | "unmanaged"
  | "daemonset-managed"
  | "daemonset-orphaned"
  | "static-pod"
  | "comes-back"
  | "already-terminating"
  | "skipped-terminating"
  | "two-budgets"
  | "budget-never-allows";

/** What should be known of the nodes themselves, beside the decisions about their pods. */
export type NodeFindingCode =
  | "last-of-role"
  | "quorum-at-risk"
  | "quorum-not-visible"
  | "address-in-service"
  | "kubeconfig-server"
  | "clock-skew"
  | "reboot-lock"
  | "upgrade-plan"
  | "machine-config"
  | "machine-deleting"
  | "node-lease"
  | "health-check"
  | "held-by-others"
  | "not-checked";

export type NodeStepCode = "take-out-of-scheduling" | "prove-empty";

/** What is said of volumes: a step, findings, what it waits for, and proofs. */
export type VolumeCode =
  | "prove-detached"
  | "local-volume"
  | "volumes-unread"
  | "volumes-attached"
  | "volumes-unknown"
  | "volumes-detached"
  | "volumes-left-attached"
  | "volumes-unchecked";

export type DrainFindingCode =
  | "two-budgets"
  | "budget-never-allows"
  | "comes-back"
  | "node-not-ready"
  | "not-watched"
  | "budgets-unread"
  | "unschedulable-taint-missing";

export type DrainBlockerCode =
  | "two-budgets"
  | "budget-never-allows"
  | "awaiting-unschedulable-taint"
  | "terminating"
  | "terminating-too-long"
  | "finalizers"
  | "kubelet-silent"
  | "arrival-quiet"
  | "cordon-unconfirmed"
  | "cordon-lifted";

export type DrainProofCode =
  | "pod-ended"
  | "pod-gone-unconfirmed"
  | "pod-left-running"
  | "node-cordoned"
  | "node-empty"
  | "node-empty-unconfirmed";

export type DrainCode = DecisionCode | NodeStepCode | NodeFindingCode | VolumeCode | DrainFindingCode | DrainBlockerCode | DrainProofCode;
