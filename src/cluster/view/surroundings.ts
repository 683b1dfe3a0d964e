import type { LabelSelector } from "../../kube/budget.ts";
import type { StringMap } from "../../kube/object.ts";
import type { Verb } from "../../kube/verb.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";

/**
 * What stands around the nodes that are drained, read beside the work: nobody waits for it, and it is no part of a plan's identity. A list is
 * empty where nothing was found and where nothing was read (yet); `unread` tells what could not be.
 */
export interface Surroundings {
  /** Who we are, and whom we speak to. Absent as long as nobody has asked. */
  readonly self?: Self;
  /** How far the server's clock is ahead of ours. */
  readonly clockOffset?: Millis;
  /** Services that name an address of one of the nodes. */
  readonly services: readonly ServiceAddresses[];
  /** Members of etcd, one a node; undefined where none of the nodes is of the control plane, or it is not read yet. */
  readonly etcd?: EtcdMembers;
  /** Nodes that kured holds to reboot them. */
  readonly rebootLocks: readonly RebootLock[];
  readonly leases: readonly NodeLease[];
  readonly machines: readonly MachineView[];
  readonly healthChecks: readonly HealthCheckView[];
  readonly unread: readonly Unread[];
}

export interface Self {
  readonly user: string;
  /** Name of the machine that this runs on. */
  readonly host: string;
  /** The URL of the API server, as the kubeconfig has it. */
  readonly server: string;
}

/** Addresses of nodes to which clients of this Service are sent from outside. */
export interface ServiceAddresses {
  readonly namespace: string;
  readonly name: string;
  readonly addresses: readonly { readonly address: string; readonly from: "status.loadBalancer.ingress" | "spec.externalIPs" }[];
}

export interface EtcdMembers {
  /** By what they are known: k3s' and RKE2's label, the static pods of kubeadm, or not at all. */
  readonly by: "role" | "pods" | "nothing";
  readonly members: readonly { readonly node: string; readonly ready: boolean }[];
}

export interface RebootLock {
  readonly node: string;
  /** kured's DaemonSet. */
  readonly namespace: string;
  readonly name: string;
  readonly since?: Instant;
}

/** The Lease by which medik8s' operators agree who may work on a node. */
export interface NodeLease {
  readonly node: string;
  readonly namespace: string;
  readonly name: string;
  readonly holder: string;
  readonly since?: Instant;
  /** Until when it counts if it is not renewed. */
  readonly until: Instant;
}

/** The Machine of a node, of Cluster API or of OpenShift. */
export interface MachineView {
  readonly node: string;
  readonly group: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: StringMap;
  readonly deletionTimestamp?: Instant;
  /** Nothing remediates it. */
  readonly exempt: boolean;
}

/** A MachineHealthCheck or a NodeHealthCheck. */
export interface HealthCheckView {
  readonly kind: "MachineHealthCheck" | "NodeHealthCheck";
  readonly group: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
  /** Of Cluster API: only machines of this cluster. */
  readonly cluster?: string;
  /** Of machines, or of nodes. */
  readonly selector: LabelSelector;
  readonly paused: boolean;
  /** It acts when a node has not been Ready for so long; absent: it does not look at that. */
  readonly reactsAfter?: Millis;
}

/** Something optional that could not be read. */
export interface Unread {
  readonly verb: Verb;
  /** "services", "leases.coordination.k8s.io". */
  readonly resource: string;
  /** What the server said; absent where it was denied. */
  readonly message?: string;
}

export const nothingAround: Surroundings = { services: [], rebootLocks: [], leases: [], machines: [], healthChecks: [], unread: [] };
