import { expect, test } from "vitest";
import type { OwnerReference } from "./object.ts";
import { scaleOfOwner } from "./scale-of-owner.ts";
import type { ScaledWorkload, ScaleReading, ScaleSource } from "./scale-of-owner.ts";

const owner = (kind: string, name: string, uid: string, apiVersion = "apps/v1"): OwnerReference => ({
  apiVersion,
  kind,
  name,
  uid,
  controller: true,
});

const workloads: Readonly<Record<string, ScaledWorkload>> = {
  "Deployment/web": { uid: "d1", replicas: 5 },
  "ReplicaSet/web-new": { uid: "r1", replicas: 4, controller: owner("Deployment", "web", "d1") },
  "ReplicaSet/web-old": { uid: "r2", replicas: 1, controller: owner("Deployment", "web", "d1") },
  "ReplicaSet/orphan": { uid: "r3", replicas: 2, controller: owner("Deployment", "web", "an older one") },
  "ReplicaSet/plain": { uid: "r4", replicas: 3 },
  "ReplicaSet/canary": { uid: "r5", replicas: 6, controller: owner("Rollout", "canary", "x", "argoproj.io/v1alpha1") },
  "ReplicaSet/odd": { uid: "r6", replicas: 7, controller: owner("Deployment", "web", "d1", "example.com/v1") },
  "StatefulSet/db": { uid: "s1", replicas: 3 },
  "ReplicationController/old": { uid: "c1", replicas: 2 },
};

const source: ScaleSource = {
  workload: (kind, namespace, name) => (namespace === "shop" ? workloads[`${kind}/${name}`] : undefined),
  scale: ({ kind, name, uid }): ScaleReading => {
    if (kind === "Job") return { kind: "failed", message: "jobs.batch does not implement the scale subresource" };
    return name === "orphan" ? { kind: "scale", uid, replicas: 2 } : { kind: "absent" };
  },
};

test.each<[string, OwnerReference, ScaleReading]>([
  ["a ReplicaSet counts as its Deployment", owner("ReplicaSet", "web-new", "r1"), { kind: "scale", uid: "d1", replicas: 5 }],
  ["so does an older one", owner("ReplicaSet", "web-old", "r2"), { kind: "scale", uid: "d1", replicas: 5 }],
  ["without its Deployment, by its own scale", owner("ReplicaSet", "orphan", "r3"), { kind: "scale", uid: "r3", replicas: 2 }],
  ["a ReplicaSet by itself", owner("ReplicaSet", "plain", "r4"), { kind: "scale", uid: "r4", replicas: 3 }],
  ["the ReplicaSet of a foreign kind counts by itself", owner("ReplicaSet", "canary", "r5"), { kind: "scale", uid: "r5", replicas: 6 }],
  ["under a Deployment of another group it is asked for its scale", owner("ReplicaSet", "odd", "r6"), { kind: "absent" }],
  ["another ReplicaSet of that name", owner("ReplicaSet", "plain", "gone"), { kind: "absent" }],
  ["a StatefulSet", owner("StatefulSet", "db", "s1"), { kind: "scale", uid: "s1", replicas: 3 }],
  ["a StatefulSet of another group", owner("StatefulSet", "db", "s1", "apps.kruise.io/v1beta1"), { kind: "absent" }],
  ["a ReplicationController", owner("ReplicationController", "old", "c1", "v1"), { kind: "scale", uid: "c1", replicas: 2 }],
  [
    "a Job has no scale",
    owner("Job", "import", "j1", "batch/v1"),
    { kind: "failed", message: "jobs.batch does not implement the scale subresource" },
  ],
])("%s", (_name, reference, expected) => {
  expect(scaleOfOwner(reference, "shop", source)).toEqual(expected);
});
