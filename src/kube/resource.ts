import type { KubeEvent } from "./event.ts";
import type { KubeObject } from "./object.ts";
import type { Lease } from "./lease.ts";
import type { Node } from "./node.ts";
import type { Pod } from "./pod.ts";
import type { Service } from "./service.ts";
import type { Budget } from "./budget.ts";
import type { CsiNode } from "./scheduling/csi-node.ts";
import type { PersistentVolume, VolumeAttachment } from "./volume.ts";

/** Where a kind is served. `T` is what its objects look like on the wire (a phantom: it exists for the compiler only). */
export interface Resource<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly __object?: T;
}

function resource<T extends KubeObject>(group: string, version: string, plural: string, kind: string, namespaced: boolean): Resource<T> {
  return { group, version, plural, kind, namespaced };
}

export const nodes = resource<Node>("", "v1", "nodes", "Node", false);
export const pods = resource<Pod>("", "v1", "pods", "Pod", true);
export const namespaces = resource<KubeObject>("", "v1", "namespaces", "Namespace", false);
export const budgets = resource<Budget>("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true);
export const services = resource<Service>("", "v1", "services", "Service", true);
export const events = resource<KubeEvent>("", "v1", "events", "Event", true);
export const leases = resource<Lease>("coordination.k8s.io", "v1", "leases", "Lease", true);
export const deployments = resource<KubeObject>("apps", "v1", "deployments", "Deployment", true);
export const replicaSets = resource<KubeObject>("apps", "v1", "replicasets", "ReplicaSet", true);
export const statefulSets = resource<KubeObject>("apps", "v1", "statefulsets", "StatefulSet", true);
export const jobs = resource<KubeObject>("batch", "v1", "jobs", "Job", true);
export const daemonSets = resource<KubeObject>("apps", "v1", "daemonsets", "DaemonSet", true);
export const persistentVolumes = resource<PersistentVolume>("", "v1", "persistentvolumes", "PersistentVolume", false);
export const volumeAttachments = resource<VolumeAttachment>("storage.k8s.io", "v1", "volumeattachments", "VolumeAttachment", false);
export const csiNodes = resource<CsiNode>("storage.k8s.io", "v1", "csinodes", "CSINode", false);
export const selfSubjectReviews = resource<KubeObject>("authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview", false);
export const selfSubjectAccessReviews = resource<KubeObject>(
  "authorization.k8s.io",
  "v1",
  "selfsubjectaccessreviews",
  "SelfSubjectAccessReview",
  false,
);

/** `v1`, `apps/v1`: the value of `apiVersion` in objects of this resource. */
export function apiVersionOf(r: Resource): string {
  return r.group === "" ? r.version : `${r.group}/${r.version}`;
}

/** `poddisruptionbudgets.policy`, as error messages and RBAC name it. */
export function qualifiedName(r: Resource): string {
  return r.group === "" ? r.plural : `${r.plural}.${r.group}`;
}
