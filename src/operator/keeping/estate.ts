import type { KubeApi } from "../../client/kube-api.ts";
import type { Fleet } from "../../cluster/live/fleet.ts";
import type { HolderKind } from "../../cluster/view/holder.ts";
import type { NodeView } from "../../cluster/view/cluster-view.ts";
import type { SharedAccounts } from "../../execution/executor.ts";
import type { ExecutionEvent } from "../../execution/event.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { LeaseFacts, ReturnChecks } from "../../maintenance/lifecycle/facts.ts";
import type { Notice } from "../../maintenance/lifecycle/state.ts";
import type { Clock, Instant } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import type { DomainObserver } from "../serving/observers.ts";
import type { OwnPodKeeper } from "../own-pod.ts";
import type { Told } from "./tell-notice.ts";
import type { Logger } from "../serving/logger.ts";

/** What all keepers of one operator share. */
export interface Estate {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly fleet: Fleet;
  readonly accounts: SharedAccounts;
  readonly leases: NodeLeases;
  readonly checks: ReturnCheckers;
  readonly log: Logger;
  readonly metrics: DomainObserver;
  /** Where this process runs, for records and events. */
  readonly host: string;
  /** The pod in which this process runs, where it runs in one. */
  readonly ownPod?: Pick<OwnPodKeeper, "wishFor" | "heed" | "forget" | "nodeIsEmptied">;
  /** The server's clock, as far as it is known. */
  serverNow(): Instant;
  /** What admission would say of it now; undefined: nothing is against it. */
  admit(kind: HolderKind, object: KubeObject, signal: AbortSignal): Promise<string | undefined>;
  /** Look at this object again soon. */
  wake(key: string): void;
  /** An answer of the server came for this node: whoever shares its accounts may go on. */
  answered(key: string): void;
  /** Tells an Event of the cluster; never waits, never fails. */
  tell(notice: Notice, told: Told): void;
  /** What happened on a node while it was emptied. */
  observe(key: string, event: ExecutionEvent): void;
}

/** medik8s' leases on nodes, one for all objects that hold a node. */
export interface NodeLeases {
  factsOf(node: string, key: string): LeaseFacts;
  /** Get it and keep it, until `release` or the end of the process. */
  keep(node: NodeView, key: string): void;
  /** There is no such Node now. */
  nodeMissing(node: string): void;
  /**
   * This object needs it no more; the last one gives it up.
   *
   * @param isShared other objects hold the node, whether this process has seen to their lease yet or not
   * @returns whether that changed anything
   */
  release(node: string, key: string, isShared: boolean): Promise<boolean>;
  forget(key: string): void;
}

/** What must hold before a node is put back. */
export interface ReturnCheckers {
  /**
   * Begins to look, if it does not yet.
   *
   * @returns whether there are answers now that were not there before
   */
  begin(key: string, node: string, object: KubeObject): boolean;
  /** undefined: nobody has begun. */
  resultsOf(key: string): ReturnChecks | undefined;
  forget(key: string): void;
}
