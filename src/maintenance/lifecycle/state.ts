import type { Hook, Phase } from "../../api/maintenance.ts";
import type { Reach } from "../../execution/progress.ts";
import type { ObjectRef } from "../../kube/object.ts";
import type { Consent } from "../../plan/consent.ts";
import type { Args } from "../../plan/step.ts";
import type { Instant } from "../../runtime/clock.ts";

/** Phases that are a place of their own; Blocked, Paused and Failed stand before one of them. */
export type BasePhase = Exclude<Phase, Overlay>;
export type Overlay = "Blocked" | "Paused" | "Failed";

/**
 * Where a maintenance is and what must be remembered of it: exactly what the object's status stores (`stored.ts`), so that a process that has
 * forgotten everything goes on from it. Instants are the server's, in whole seconds: a status can say no more.
 */
export interface LifecycleState {
  readonly phase: Phase;
  /** Of Blocked, Paused and Failed, always: where it goes on. */
  readonly from?: BasePhase;
  /** Since when it is in this phase; undefined where nothing was ever written. */
  readonly since?: Instant;
  /** The machine when it was taken out. Present: it was held at least once by us, as this Node. */
  readonly machine?: RememberedMachine;
  /** Who had cordoned the node before us, as far as is known: that cordon stays in the end. */
  readonly cordonedBy?: string;
  /** Since when this way out is under way: `timeout` counts from it. Set anew when the node is to be emptied again. */
  readonly wayOutSince?: Instant;
  /** When the node was first held. */
  readonly startedAt?: Instant;
  readonly drainedAt?: Instant;
  /** When the machine was seen off, or booted anew, while it was waited for. */
  readonly offSeenAt?: Instant;
  /** Since when the checks before the return are waited for: their timeout counts from it. */
  readonly checksSince?: Instant;
  /** When all that the way back waited for had come about: from then on the node is put back, whatever the checks say later. */
  readonly letGoAt?: Instant;
  readonly finishedAt?: Instant;
  /** Of Finished: how it ended. */
  readonly ended?: Ending;
  /** The last retryRequest that was carried out. */
  readonly retried?: Instant;
  /** Since when somebody else holds the lease that was ours. */
  readonly leaseLostSince?: Instant;
  /** What others undid of our hold, within the last ten minutes, oldest first; the last one has no end while it lasts. */
  readonly drifts: readonly Drift[];
}

/** "returned": checked. "cancelled", "deleted": put back at once, unchecked. "kept-out": left cordoned on purpose, by deletion. */
export type Ending = "returned" | "cancelled" | "deleted" | "kept-out";

export interface RememberedMachine {
  /** Of the Node; undefined after it was replaced and until the new one is held. */
  readonly uid?: string;
  readonly bootID?: string;
  readonly allocatable?: Readonly<Record<string, string>>;
}

export interface Drift {
  readonly at: Instant;
  readonly endedAt?: Instant;
}

/** What is true now, in the words of the machine; `sense.ts` says when each is, and in which order they count. */
export interface Events {
  /** The nodes have not been read yet. */
  readonly "node-unknown": object;
  /** A person asks to try again at once. */
  readonly retried: { readonly request: Instant };
  /** On the way back: nothing of ours is left on the node, and the lease is not ours. */
  readonly restored: { readonly ending: Ending };
  readonly deleted: object;
  readonly cancelled: object;
  /** A NodeMaintenance whose node is not registered: that is its failure. */
  readonly "node-not-found": object;
  /** A Maintenance whose node is not registered: it waits for it. */
  readonly "node-missing": object;
  /** A Node of this name with another uid than the one that was held. */
  readonly "machine-replaced": { readonly uid: string };
  /** Somebody else holds the lease that was ours, for longer than is waited. */
  readonly "lease-given-up": { readonly holder: string | undefined; readonly attempts: number };
  readonly paused: object;
  readonly resumed: object;
  readonly "timed-out": { readonly what: "way-out" | "checks"; readonly since: Instant };
  /** Nothing of what makes a maintenance fail is true. */
  readonly mended: object;
  /** Nothing is touched before our finalizer is on the object: its deletion must wait for the undoing. */
  readonly "finalizer-awaited": object;
  /** The checks pass, and a person is to say that the node may come back. */
  readonly "release-awaited": object;
  readonly "wanted-in": object;
  readonly "wanted-out": object;
  readonly "drift-given-up": { readonly gone: readonly string[]; readonly by: string | undefined };
  /** The node must not be touched until a person has acted. */
  readonly refused: { readonly refusals: readonly Refusal[] };
  /** Never ours yet, and held by another. */
  readonly "lease-foreign": { readonly holder: string; readonly until: Instant | undefined };
  /** It was ours, is another's now, and may come back. */
  readonly "lease-lost": { readonly holder: string | undefined; readonly attempts: number };
  readonly "lease-failed": { readonly message: string };
  readonly "lease-awaited": object;
  readonly drift: { readonly gone: readonly string[]; readonly by: string | undefined };
  /** Nobody has looked at the node's pods yet. */
  readonly "look-awaited": object;
  /** The hold was not written yet. */
  readonly "hold-awaited": object;
  /** All that is asked before the node is touched has been answered. */
  readonly cleared: object;
  readonly "hooks-open": { readonly hook: Hook; readonly open: readonly (readonly [string, string])[] };
  readonly "cordon-only": object;
  readonly "hooks-clear": { readonly hook: Hook };
  /** All that is left waits for a person. */
  readonly stuck: object;
  /** Nothing of what a maintenance is blocked by is true. */
  readonly unstuck: object;
  /** Pods that are to go are on the node. */
  readonly moving: object;
  /** None is left; the proof is still to come. */
  readonly settling: object;
  /** The verdict is given. */
  readonly emptied: object;
  /** Nobody is to switch the machine off. */
  readonly "power-kept": object;
  readonly "power-on": object;
  readonly "switched-off": object;
  /** It was off or booted anew, and its kubelet reports. */
  readonly "back-on": object;
  readonly "checks-pending": { readonly pending: readonly string[] };
  readonly "checks-failed": { readonly failed: readonly { readonly name: string; readonly message: string }[] };
  /** Nothing stands in the way back. */
  readonly "way-open": object;
}
export type EventType = keyof Events;
export type LifecycleEvent = { readonly [T in EventType]: { readonly type: T } & Events[T] }[EventType];

/** Why the node must not be touched: the code's owner has the words. */
export interface Refusal {
  readonly code: string;
  readonly args: Args;
  /** What it is about, where that is not the node. */
  readonly object?: ObjectRef;
  /** The consents of a person that end it. */
  readonly consents?: readonly Consent[];
}

/**
 * What the driver sees to while this is the state. They are wishes, not orders: each may be carried out any number of times, and what is no
 * longer among them is no longer to be done.
 */
export type Duty =
  | { readonly do: "add-finalizer" }
  /** Get the lease, renew it, and take it again when it was lost and is free. */
  | { readonly do: "keep-lease" }
  /** See that our holder is in the record and that what it asks for is on the node; in one patch. */
  | { readonly do: "hold"; readonly wish: HoldWish }
  /** Empty the node as far as `reach`, by a plan for this generation. Another `retry` than before: back-offs end now. */
  | { readonly do: "evacuate"; readonly reach: Reach; readonly generation: number; readonly retry: Instant | undefined }
  /** See that no further pod is asked to go. What was accepted runs to its end. */
  | { readonly do: "stop-evicting" }
  | { readonly do: "run-return-checks" }
  /** Take our holder out of the record. "restore": what is ours goes from the node with the last holder. "keep-out": the cordon stays. */
  | { readonly do: "release"; readonly how: "restore" | "keep-out" }
  | { readonly do: "release-lease" }
  | { readonly do: "drop-finalizer" }
  /** Its time after the end has passed. */
  | { readonly do: "delete-object" };

/** What our holder asks of the node beside its cordon. */
export interface HoldWish {
  /** The taints `medik8s.io/drain` and `node.kubernetes.io/unschedulable`, as the Node Maintenance Operator sets them. */
  readonly medik8sTaints: boolean;
  /** The label by which remediation leaves the node alone. */
  readonly excludeFromRemediation: boolean;
  readonly keepFromAutoscalers: boolean;
}

/** Told once, as an Event of the cluster, after the status that belongs to it was accepted. */
export interface Notice {
  readonly reason: string;
  readonly type: "Normal" | "Warning";
  /** Which sentence it is (`phrases.ts`). */
  readonly code: string;
  readonly message: string;
  /** On which object: the maintenance, or its node. */
  readonly on: "object" | "node";
  /** The same for the same cause, whoever tells it: a process that dies in between tells it again under this name. */
  readonly key: string;
}

/** Where it came from, by what, to where. */
export interface Move {
  readonly from: LifecycleState;
  readonly by: LifecycleEvent;
  readonly to: LifecycleState;
}

export interface Advanced {
  readonly state: LifecycleState;
  /** What keeps it in this state: the event that decided, if one did. */
  readonly because: LifecycleEvent | undefined;
  readonly duties: readonly Duty[];
  readonly notices: readonly Notice[];
  /** By our own clock: when to look again even if nothing is seen to change. */
  readonly wakeAt: Instant | undefined;
}

const overlays: ReadonlySet<Phase> = new Set<Overlay>(["Blocked", "Paused", "Failed"]);

export function isOverlay(phase: Phase): phase is Overlay {
  return overlays.has(phase);
}

/** Where it is, or goes on. */
export function baseOf({ phase, from }: Pick<LifecycleState, "phase" | "from">): BasePhase {
  return isOverlay(phase) ? (from ?? "Pending") : phase;
}
