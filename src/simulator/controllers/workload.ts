import type { KubeObject, ObjectMeta, OwnerReference } from "../../kube/object.ts";
import { isPodFinished, type Pod, type PodSpec } from "../../kube/pod.ts";
import { pods, type Resource } from "../../kube/resource.ts";
import { newObject } from "../server/creation.ts";
import { deleteObject } from "../server/deletion.ts";
import { type Actor, noteOf } from "./actor.ts";

/** The fields of a ReplicaSet, StatefulSet, Deployment or DaemonSet that the controllers here act on. */
export interface Workload extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly podManagementPolicy?: string;
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly template: { readonly metadata?: Partial<ObjectMeta>; readonly spec: PodSpec };
  };
}

export function find(actor: Actor, r: Resource, key: string): Workload | undefined {
  const [namespace = "", name = ""] = key.split("/");
  const found = actor.world.store.find(r, { namespace, name });
  return found === undefined || found.metadata.deletionTimestamp !== undefined ? undefined : (found as Workload);
}

/** A pod that counts for its controller: neither on its way out nor at its end (IsPodActive). */
export function isActive({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && !isPodFinished(status?.phase);
}

export function ownerReference({ apiVersion = "", kind = "", metadata }: KubeObject): OwnerReference {
  const { name, uid } = metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** A new pod of the workload's template. `meta` has a name, or a generateName. */
export function podBody(owner: Workload, meta: Partial<ObjectMeta>, spec: Partial<PodSpec> = {}): object {
  const { template } = owner.spec;
  return {
    metadata: {
      ...template.metadata,
      ...meta,
      labels: { ...template.metadata?.labels, ...meta.labels },
      ownerReferences: [ownerReference(owner)],
    },
    spec: { ...template.spec, ...spec },
  };
}

export function createPod(actor: Actor, owner: Workload, meta: Partial<ObjectMeta>, spec?: Partial<PodSpec>): void {
  const { world, name } = actor;
  const kind = world.kinds.of(pods);
  const pod = newObject(world, kind, podBody(owner, meta, spec), owner.metadata.namespace, { name, manager: "kube-controller-manager" });
  world.store.put(pods, pod, noteOf(actor, "create"));
}

export function deletePod(actor: Actor, pod: Pod, grace?: number): void {
  deleteObject(actor.world, pods, pod, grace, noteOf(actor, "delete"));
}
