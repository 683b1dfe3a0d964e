import type { Instant } from "../../runtime/clock.ts";
import type { OwnerReference, StringMap } from "../../kube/object.ts";
import type { Budget, BudgetStatus } from "../../kube/budget.ts";
import type { PodPhase, Toleration } from "../../kube/pod.ts";
import type { Taint } from "../../kube/node.ts";
import type { Demand } from "../../kube/scheduling/demand.ts";
import type { HeldRecord } from "./held-record.ts";
import type { OtherNodes } from "./other-nodes.ts";
import type { Surroundings } from "./surroundings.ts";
import type { VolumesView } from "./volume-view.ts";
import type { PeerView } from "./peer-view.ts";

/** A pod, projected to what decisions need. Times are instants of the server's clock. */
export interface PodView {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  readonly node: string;
  readonly labels: StringMap;
  /** Only those that some decision reads (view/annotations.ts). */
  readonly annotations: StringMap;
  readonly controller?: OwnerReference;
  readonly phase: PodPhase;
  readonly ready: boolean;
  /** Its containers are not started again for ever (restartPolicy OnFailure or Never): it can end by itself. */
  readonly runsToCompletion: boolean;
  readonly mirror: boolean;
  /** Names of its emptyDir volumes (memory-backed ones too, as kubectl counts them). */
  readonly emptyDirs: readonly string[];
  /** Paths of this node that it mounts. */
  readonly hostPaths: readonly string[];
  /** Names of the PersistentVolumeClaims it uses, generic ephemeral volumes' among them. */
  readonly claims: readonly string[];
  readonly tolerations: readonly Toleration[];
  readonly schedulerName: string;
  /** What a scheduler reads of it: whether its replacement finds room elsewhere rests on this. */
  readonly demand: Demand;
  /** As admission wrote it from the priority class; 0 where there is none. */
  readonly priority: number;
  readonly finalizers: readonly string[];
  readonly createdAt?: Instant;
  /** When the kubelet first took it up (`status.startTime`). */
  readonly startedAt?: Instant;
  readonly scheduledAt?: Instant;
  readonly readyAt?: Instant;
  readonly deletionTimestamp?: Instant;
  /** Seconds, as the server set them when it marked the pod. */
  readonly deletionGraceSeconds?: number;
  readonly terminationGraceSeconds: number;
  /** Seconds that its containers sleep before they are told to end, the longest of them: as far as a preStop hook says so itself. */
  readonly preStopSeconds?: number;
  /** Who ended it, in the words of its condition DisruptionTarget: "EvictionByEvictionAPI", "DeletionByTaintManager". */
  readonly disruptedBy?: string;
  /** Every container that ever started has ended (or none did): nothing of it runs, if the kubelet can be believed. */
  readonly containersEnded: boolean;
}

export interface NodeView {
  readonly uid: string;
  readonly name: string;
  readonly resourceVersion: string;
  readonly labels: StringMap;
  /** Only those that some decision reads (view/annotations.ts). */
  readonly annotations: StringMap;
  /** IP addresses and host names, as the kubelet or the cloud wrote them. */
  readonly addresses: readonly string[];
  readonly unschedulable: boolean;
  readonly taints: readonly Taint[];
  readonly ready: boolean;
  /** Since when it is Ready without a break, by the server's clock; absent where it is not, or where that is not told. */
  readonly readySince?: Instant;
  /** The record of who holds the node out (`drydock.dev/held`); "unreadable" where the annotation is no such record. */
  readonly held?: HeldRecord | "unreadable";
  /** Who last set `spec.unschedulable` and when, from managedFields; absent where it cannot be told. */
  readonly cordonedBy?: FieldWriter;
  /**
   * Who last wrote what the record names, from managedFields: by "spec.taints" (which is one field) and by the entry's key, "label:KEY" or
   * "annotation:KEY". Nobody owns a field that is gone, so who took one away cannot be told.
   */
  readonly writers?: Readonly<Record<string, FieldWriter>>;
  /** Of the last start of its kernel, as the kubelet reports it: another one after a reboot. */
  readonly bootID?: string;
  readonly allocatable?: StringMap;
}

/** Of an entry of managedFields. `at`: RFC 3339. */
export interface FieldWriter {
  readonly manager: string;
  readonly at?: string;
}

export interface BudgetView {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  readonly generation: number;
  /** The object itself, less what no decision reads: what the server decides by is decided by here (kube/eviction-decision.ts). */
  readonly object: Budget;
  readonly status: BudgetStatus;
  /** KubeVirt (≤ 1.5) makes a budget per virtual machine; such a one is never fatal. */
  readonly ownedByVmi: boolean;
}

/** The last that was seen of a pod that is gone. */
export interface LastSeen {
  readonly pod: PodView;
  readonly nodeReady: boolean;
  readonly at: Instant;
}

/** A resource that could not be watched or read, and what is done instead. */
export interface Blind {
  readonly resource: string;
  readonly verb: "list" | "watch";
  /** "polled": listed every 5 s instead of watched; "unread": not known at all. */
  readonly instead: "polled" | "unread";
}

/** A pod that came to a node while we watched it. */
export interface Arrival {
  readonly pod: PodView;
  readonly at: Instant;
}

/** What the cluster looks like to us at one moment. Immutable to its reader. */
export interface ClusterView {
  /** Our own clock, never going back: what we wait for ourselves is measured with it. */
  readonly asOf: Instant;
  /** The server's clock now, as far as known: stamps written by the server are compared with this only. */
  readonly serverNow: Instant;
  node(name: string): NodeView | undefined;
  /** Are the pods of this node known as they are now (their watch is open, or they are listed regularly)? */
  fresh(node: string): boolean;
  podsOn(node: string): readonly PodView[];
  pod(uid: string): PodView | undefined;
  budgets(namespace: string): readonly BudgetView[];
  /**
   * Pods of this controller on nodes that are not drained, or on none yet. "unknown": not watched (yet). Read without waiting for it: no
   * decision may rest on it.
   */
  peers(controllerUid: string): readonly PeerView[] | "unknown";
  /** Of the Namespace object, read only where a rule needs it; "unknown" where it was not, or may not be read. */
  namespaceLabels(namespace: string): StringMap | "unknown";
  /** How many pods this controller wants, as read when a budget's count was in doubt; undefined where nobody asked or may. */
  scale(controllerUid: string): number | undefined;
  /** Nodes that are not drained: could one of them stand in? Read with the view. */
  readonly others: OtherNodes;
  /** What stands around the nodes. Read without waiting for it: no decision may rest on it. */
  readonly surroundings: Surroundings;
  /** Does this owner exist? "unknown" where it was not or may not be read. */
  owner(uid: string): "exists" | "missing" | "unknown";
  /** Since when this node has been seen unschedulable without a break; undefined while it is schedulable. */
  cordonAcknowledged(node: string): Instant | undefined;
  /** Since when this node has been seen with this very taint without a break; undefined while it has not got it. */
  taintAcknowledged(node: string, taint: Taint): Instant | undefined;
  /** Pods that came to this node while we watched, gone again or not (those found there at first sight did not arrive). */
  arrivals(node: string): readonly Arrival[];
  /** Watched from its presence to its absence by this process. */
  gone(uid: string): LastSeen | undefined;
  /** All that went from this node while we watched. */
  goneFrom(node: string): readonly LastSeen[];
  /** Was somebody evicting pods from this node already when we began to watch it? Then some may have gone unseen. */
  evictedBefore(node: string): boolean;
  readonly blind: readonly Blind[];
  /** Read beside the work: it may be unknown at any time, and no decision may rest on it. */
  readonly volumes: VolumesView;
}
