/** Decisions that follow somebody's wish: a person's session, a rule, a mark of another tool. */
export type WishCode =
  | "session"
  | "gpu-reservation"
  | "rule-stay"
  | "rule-wait"
  | "rule-ask"
  | "drain-skip"
  | "drain-wait-completed"
  | "do-not-disrupt"
  | "not-safe-to-evict";

/** What a taint does with a pod, or will do. */
export type TaintDecisionCode = "tolerates-taint" | "tolerates-for" | "daemonset-untolerating" | "infrastructure-untolerating";

/** What is said of the taint itself: a step, findings, what it waits for, and its proof. */
export type TaintCode =
  | "set-taint"
  | "taint-breaks-budget"
  | "taint-conflict"
  | "taint-later"
  | "tolerating-may-return"
  | "taint-unconfirmed"
  | "taint-lifted"
  | "awaiting-taint"
  | "awaiting-taint-eviction"
  | "taint-eviction-slow"
  | "taint-eviction-off"
  | "node-tainted";

/** What a pod that is not touched yet waits for. */
export type PatienceCode = "awaiting-completion" | "awaiting-session-end" | "awaiting-its-time" | "awaiting-somebody" | "budget-in-doubt";

/** What should be known of pods, budgets and rules before anything begins. */
export type NoteCode =
  | "mark-invalid"
  | "may-come-back"
  | "unhealthy-pod-policy"
  | "host-path"
  | "budget-sync-failed"
  | "budget-unobserved"
  | "namespaces-unread";

/** Why a pod's decision is what it is. */
export type DecisionCode =
  | WishCode
  | TaintDecisionCode
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
  | "budget-never-allows"
  | "own-operator";

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

/** What is said of a deadline. */
export type DeadlineCode = "deadline" | "grace-exceeds-deadline" | "deadline-unrecorded";

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
  | NoteCode
  | Exclude<WishCode, "session" | "gpu-reservation" | "rule-stay" | "rule-wait">
  | "two-budgets"
  | "budget-never-allows"
  | "comes-back"
  | "node-not-ready"
  | "not-watched"
  | "budgets-unread"
  | "unschedulable-taint-missing";

export type DrainBlockerCode =
  | PatienceCode
  | "rule-ask"
  | "not-safe-to-evict"
  | "two-budgets"
  | "budget-never-allows"
  | "own-operator"
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

export type DrainCode =
  | DecisionCode
  | TaintCode
  | NodeStepCode
  | NodeFindingCode
  | VolumeCode
  | DeadlineCode
  | DrainFindingCode
  | DrainBlockerCode
  | DrainProofCode;
