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
  "no-room": { node: "worker-1", pods: ["shop/db-0"], of: 11, why: ["7 insufficient cpu", "4 taint dedicated=gpu:NoSchedule"] },
  "room-unknown": { node: "worker-1", pods: ["shop/db-0"], why: ["scheduler kai-scheduler"] },
  "tolerates-for": { taint: "runai=drain:NoExecute", seconds: 300 },
  "daemonset-untolerating": { owner: "node-exporter", taint: "runai=drain:NoExecute" },
  "infrastructure-untolerating": { owner: "nvidia-device-plugin", taint: "runai=drain:NoExecute", service: "devices" },
  "taint-breaks-budget": { pods: 3, left: 1, needs: 3, short: 2, later: false },
  "taint-later": { seconds: 600 },
  "awaiting-taint": { reason: "budget-never-allows" },
  "taint-eviction-slow": { seconds: 10 },
  "taint-eviction-off": { seconds: 10 },
  "taint-present": { names: ["runai"] },
  "taint-absent": { names: ["runai:NoExecute"] },
  "room-not-checked": { resource: "nodes", denied: true },
  "last-of-role": { node: "cp-1", roles: ["node-role.kubernetes.io/control-plane"], unfit: ["cp-2 (not Ready)"] },
  "quorum-at-risk": { nodes: ["cp-1"], members: 3, ready: 2, left: 1, needs: 2 },
  "quorum-not-visible": { nodes: ["cp-1"] },
  "address-in-service": {
    node: "worker-1",
    addresses: ["10.0.0.11"],
    services: ["ingress/nginx"],
    fields: ["status.loadBalancer.ingress"],
  },
  "kubeconfig-server": { node: "cp-1", server: "https://10.0.0.1:6443" },
  "clock-skew": { seconds: 40, ahead: true },
  "reboot-lock": { node: "worker-1", daemonset: "kube-system/kured", since: "2026-01-05T09:00:00Z" },
  "upgrade-plan": { node: "worker-1", plans: ["k3s-agent"], pods: ["system-upgrade/apply-k3s-agent-on-worker-1-x7k2p"] },
  "machine-config": { node: "worker-1", state: "Working", current: "rendered-worker-1f2e", desired: "rendered-worker-9c0d" },
  "machine-deleting": { node: "worker-1", machine: "machines.cluster.x-k8s.io shop/shop-md-0-x7k2p", since: "2026-01-05T09:00:00Z" },
  "node-lease": {
    node: "worker-1",
    holder: "node-maintenance",
    lease: "medik8s-leases/node-worker-1",
    since: "2026-01-05T09:00:00Z",
    until: "2026-01-05T10:00:00Z",
  },
  "health-check": {
    node: "worker-1",
    kind: "MachineHealthCheck",
    check: "openshift-machine-api/workers",
    resource: "machinehealthchecks.machine.openshift.io",
    seconds: 300,
  },
  "held-by-others": { node: "worker-1", user: "anna", host: "laptop-7", since: "2026-01-05T09:00:00Z", evicts: true },
  "not-checked": { verb: "list", resource: "services", message: undefined },
  "node-empty-unconfirmed": { node: "worker-1", unconfirmed: ["shop/db-0"], unwatched: false, volumes: [] },
};

export function sampleArgs(code: Code): Args {
  return { ...samples, ...(codeKinds[code].appears[0] === "condition" ? conditionSamples : {}), ...ownSamples[code] };
}
const conditionSamples: Args = {
  holds: "yes",
  how: "cordoned by jane since 2026-01-05T09:00:00Z",
  since: "2026-01-03T06:12:00Z",
  staying: 3,
  proven: "2026-01-05T09:04:00Z",
};

