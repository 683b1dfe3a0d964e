import type { Hook } from "../../api/maintenance.ts";
import type { NodeView } from "../../cluster/view/cluster-view.ts";
import type { NodeProgress } from "../../execution/progress.ts";
import type { Finding } from "../../plan/finding.ts";
import type { Refusal } from "../../plan/judge.ts";
import type { Args } from "../../plan/step.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";
import type { LifecycleState } from "./state.ts";

/** Everything that is seen in one moment. No part of it is remembered by the machine but what `previous` says. */
export interface Facts {
  readonly object: ObjectFacts;
  /** "missing": no Node of this name is registered. "unknown": the nodes have not been read yet; nothing is concluded from that. */
  readonly node: NodeView | "missing" | "unknown";
  /** Of the Node's status; undefined while it is missing or unknown. */
  readonly machine: MachineFacts | undefined;
  readonly hold: HoldFacts;
  readonly lease: LeaseFacts;
  /** undefined: nothing looks at the node's pods (yet), in this process. */
  readonly drain: DrainFacts | undefined;
  /** undefined: the checks have not been run yet, in this process. */
  readonly checks: ReturnChecks | undefined;
  /** Who else holds the node out, in words that name them: "Maintenance/os-patch", "jane on laptop". */
  readonly others: readonly string[];
  /** Our own clock, for `wakeAt`. */
  readonly now: Instant;
  /** The server's clock: stamps in objects are compared with it, and made of it. */
  readonly serverNow: Instant;
  /** As `stored.ts` reads it from the object's status; undefined where nothing was ever written. */
  readonly previous: LifecycleState | undefined;
}

/** Which kind of object it is: what is said, and a few rules, differ. */
export type Face = "drydock" | "medik8s";

/** The object, as far as it decides. Defaults are filled in; a NodeMaintenance has those of its kind (`medik8sWishes`). */
export interface ObjectFacts {
  readonly face: Face;
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  readonly nodeName: string;
  /** What of it cannot be understood, for whoever wrote it: nothing is begun until that is mended. */
  readonly invalid?: string | undefined;
  readonly createdAt: Instant;
  readonly deletedAt: Instant | undefined;
  /** Is our finalizer on it? */
  readonly isFinalizerOurs: boolean;
  /** Who is waited for at each point (`openHooks`): [name, owner]. */
  readonly hooks: Readonly<Record<Hook, readonly (readonly [string, string])[]>>;
  readonly desired: "Out" | "In";
  readonly paused: boolean;
  readonly cancelled: boolean;
  /** spec.retryRequest; undefined where nobody ever asked. */
  readonly retryRequest: Instant | undefined;
  /** Mode CordonOnly: the node is never emptied. */
  readonly cordonOnly: boolean;
  readonly powerOff: "None" | "Manual";
  readonly holdUntilReleased: boolean;
  /** As given; what is done follows from it and the hold (`onDeletion`). */
  readonly onDelete: "Restore" | "KeepOut" | undefined;
  readonly timeout: Millis | undefined;
  readonly checksTimeout: Millis | undefined;
  readonly ttlAfterFinished: Millis | undefined;
  readonly keepFromAutoscalers: boolean;
}

/** What tells one boot and one machine from another. */
export interface MachineFacts {
  readonly bootID: string | undefined;
  readonly allocatable: Readonly<Record<string, string>> | undefined;
}

/** How we hold the node. */
export type HoldFacts =
  /** Our holder is in no record that is in force on this node, and nothing of what we did is left to be undone. */
  | { readonly kind: "none" }
  /**
   * Our holder is in the record, and all that it asks for is on the node. `before`: the machine when the first holder came, as the record has it.
   * `foreignCordon`: it was cordoned before us, by this one.
   */
  | { readonly kind: "held"; readonly before?: MachineFacts; readonly foreignCordon?: string }
  /**
   * Our holder is in the record, and something of what it asked for is gone: what, and who did it where that is known. `times`: when it was put
   * back lately, as the record has it. Absent: never.
   */
  | { readonly kind: "drifted"; readonly gone: readonly string[]; readonly by?: string; readonly times?: readonly Instant[] }
  /** It cannot be written as long as nobody mends that; the code is one of the executor's. A request that failed by chance is not told. */
  | { readonly kind: "refused"; readonly code: string; readonly args: Args };

/** The node's lease. */
export type LeaseFacts =
  /** Ours, and not expired as far as is known, even if the last renewal failed. */
  | { readonly kind: "held" }
  | { readonly kind: "foreign"; readonly holder: string; readonly until: Instant | undefined }
  /** The request failed: nothing is known of who holds it. */
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "none" }
  /** It has not been read yet, in this process. */
  | { readonly kind: "unknown" };

export interface DrainFacts {
  /** Of the object, when the plan that this follows was made. A verdict on an older wish is none. */
  readonly generation: number;
  /** undefined: looked at, and nothing begun (reach "nowhere"). */
  readonly progress: NodeProgress | undefined;
  /** All pods on the node, those that stay among them; undefined where they were not counted. */
  readonly podsOnNode?: number;
  readonly findings: readonly Finding[];
  /** What forbids to touch the node until a person has acted: findings (`fatal`, or without the consent that it takes), and consents. */
  readonly refusals: readonly Refusal[];
  /** When the node will probably be empty. */
  readonly eta?: Instant;
}

/** What the checks before the return found; every one that does not pass is named. */
export interface ReturnChecks {
  readonly failed: readonly FailedCheck[];
  /** Checks that have no answer yet, by name. */
  readonly pending: readonly string[];
}

export interface FailedCheck {
  /** "Ready", "Rebooted", "DaemonSets", "Allocatable", or the name of an expression. */
  readonly name: string;
  readonly message: string;
}
