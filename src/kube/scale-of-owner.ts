import type { OwnerReference } from "./object.ts";

/** What is known of an owner's scale. `failed`: the count of the budget fails with these words. */
export type ScaleReading =
  | { readonly kind: "scale"; readonly uid: string; readonly replicas: number }
  | { readonly kind: "absent" }
  | { readonly kind: "failed"; readonly message: string };

/** A workload that the disruption controller reads from its own caches. */
export interface ScaledWorkload {
  readonly uid: string;
  readonly replicas: number;
  /** Its own managing owner. */
  readonly controller?: OwnerReference;
}

export interface ScaleSource {
  workload(
    kind: "ReplicationController" | "ReplicaSet" | "Deployment" | "StatefulSet",
    namespace: string,
    name: string,
  ): ScaledWorkload | undefined;
  /** The `scale` subresource of any other owner; `failed` where the kind is unknown or has none. */
  scale(owner: OwnerReference, namespace: string): ScaleReading;
}

const withReplicaSets: readonly string[] = ["apps", "extensions"];

/**
 * The scale that counts for pods of this owner, as the disruption controller looks for it: a ReplicaSet of a Deployment counts as the Deployment,
 * ReplicaSet, StatefulSet and ReplicationController by themselves, everything else by its `scale` subresource. An owner of the same name with
 * another uid does not count. A ReplicaSet whose Deployment is gone still counts by its own `scale`.
 */
export function scaleOfOwner(owner: OwnerReference, namespace: string, source: ScaleSource): ScaleReading {
  return fromCaches(owner, namespace, source) ?? source.scale(owner, namespace);
}

function fromCaches(owner: OwnerReference, namespace: string, source: ScaleSource): ScaleReading | undefined {
  const group = groupOf(owner);
  if (owner.kind === "ReplicationController" && group === "") return own("ReplicationController");
  if (owner.kind === "StatefulSet" && group === "apps") return own("StatefulSet");
  if (owner.kind !== "ReplicaSet" || !withReplicaSets.includes(group)) return undefined;
  const parent = source.workload("ReplicaSet", namespace, owner.name)?.controller;
  if (parent?.kind !== "Deployment") return own("ReplicaSet");
  const replicaSet = own("ReplicaSet");
  if (replicaSet === undefined || !withReplicaSets.includes(groupOf(parent))) return undefined;
  return reading(source.workload("Deployment", namespace, parent.name), parent.uid);

  function own(kind: "ReplicationController" | "ReplicaSet" | "StatefulSet"): ScaleReading | undefined {
    return reading(source.workload(kind, namespace, owner.name), owner.uid);
  }
}

function reading(workload: ScaledWorkload | undefined, uid: string): ScaleReading | undefined {
  return workload?.uid === uid ? { kind: "scale", uid, replicas: workload.replicas } : undefined;
}

function groupOf({ apiVersion }: OwnerReference): string {
  const slash = apiVersion.indexOf("/");
  return slash === -1 ? "" : apiVersion.slice(0, slash);
}
