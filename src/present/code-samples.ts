import type { Code } from "../maintenance/crafts.ts";
import type { Args } from "../plan/step.ts";

/** Values as they might be, for the sentence that a code shows where there is no case at hand. */
const samples: Args = {
  owner: "ReplicaSet/web-5d8c9f7b6",
  phase: "Succeeded",
  volumes: ["scratch"],
  budget: "web",
  budgets: ["web", "all"],
  needs: 4,
  of: 4,
  has: 4,
  node: "worker-1",
  resource: "poddisruptionbudgets.policy",
  scheduler: "gpu-scheduler",
  grace: 30,
  finalizers: ["example.com/backup"],
  seconds: 5,
  quiet: 5,
  unseen: "containers",
  unconfirmed: ["shop/db-0"],
  unwatched: false,
  webhook: "guard.example.com",
  message: "not during business hours",
  namespace: "shop",
  http: 422,
  consents: ["unmanaged"],
  crafts: ["drain", "virtual-machines"],
};

/** Where a code means something else by the same name. */
const ownSamples: Readonly<Partial<Record<Code, Args>>> = {
  "daemonset-managed": { owner: "node-exporter" },
  "daemonset-orphaned": { owner: "DaemonSet/node-exporter" },
  "local-volume": { claim: "data-db-0", volume: "local-pv-7f3", node: "worker-1", kind: "local" },
  "volumes-unread": { resource: "volumeattachments.storage.k8s.io" },
  "volumes-attached": { volumes: ["pvc-41ac (claim shop/data-db-0)"] },
  "volumes-left-attached": { node: "worker-1", volumes: ["pvc-41ac (claim shop/data-db-0)"], why: "timeout", seconds: 120 },
  "volumes-unchecked": { node: "worker-1", claims: ["shop/data-db-0"] },
  "node-empty-unconfirmed": { node: "worker-1", unconfirmed: ["shop/db-0"], unwatched: false, volumes: [] },
};

export function sampleArgs(code: Code): Args {
  return { ...samples, ...ownSamples[code] };
}
