import type { StringMap } from "../../kube/object.ts";

/** A read that worked, or the words of why it did not. */
export type Known<T> = { readonly known: T } | { readonly unknown: string };

/** What the decisions need to know of the cluster; `gather.ts` reads it, nothing else in this folder talks to a server. */
export interface AdmissionFacts {
  /** The node that the object names; `known: undefined`: there is none of that name. */
  readonly node: Known<NodeFact | undefined>;
  /** Every object of each kind, whatever its phase. A kind that is not served has none. */
  readonly maintenances: Known<readonly HolderFact[]>;
  readonly nodeMaintenances: Known<readonly HolderFact[]>;
  readonly quorum: QuorumFacts;
}

export interface NodeFact {
  readonly name: string;
  readonly labels: StringMap;
  readonly ready: boolean;
  /** Unschedulable, and not by chance: somebody holds it out (the annotation `drydock.dev/held`, or the taint of medik8s). */
  readonly heldOut: boolean;
}

/** An object that holds a node out, or will. */
export interface HolderFact {
  readonly name: string;
  readonly nodeName: string;
  readonly phase?: string;
  readonly deleting: boolean;
  readonly uid?: string;
  /** RFC 3339, whole seconds. */
  readonly createdAt?: string;
}

export type QuorumFacts =
  /** The group config.openshift.io is served: its etcd operator keeps a budget over guard pods. */
  | { readonly kind: "openshift"; readonly budgets: Known<readonly EtcdBudget[]> }
  /** Anywhere else: what the API shows of the control plane's members. */
  | { readonly kind: "evidence"; readonly nodes: Known<readonly NodeFact[]>; readonly etcdPods: Known<readonly EtcdPod[]> }
  /** Which of the two could not be found out. */
  | { readonly kind: "unknown"; readonly why: string };

/** A budget in the namespace openshift-etcd, with the pods that its selector matches on the node in question. */
export interface EtcdBudget {
  readonly name: string;
  readonly disruptionsAllowed: number;
  readonly guards: Known<readonly EtcdPod[]>;
}

export interface EtcdPod {
  readonly name: string;
  readonly nodeName: string;
  /** Status of the condition Ready; undefined where the pod has none yet. */
  readonly ready: "True" | "False" | "Unknown" | undefined;
}
