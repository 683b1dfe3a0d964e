import type { ClusterSketch } from "./sketch.ts";

/** The node that the demo takes out and brings back. */
export const demoNode = "worker-1";

/**
 * Small enough for one screen, and one of each: a shop under a budget that sets the pace, a cache that keeps files on the node, a database whose
 * budget can never allow its only pod to go, and a DaemonSet.
 */
export const demoCluster: ClusterSketch = {
  nodes: ["control-plane-1", demoNode, "worker-2", "worker-3"].map((name) => ({ name })),
  workloads: [
    { kind: "Deployment", namespace: "shop", name: "web", replicas: 5, pod: { ready: 2_500, gone: 2_000 }, on: repeated(demoNode, 4) },
    { kind: "Deployment", namespace: "shop", name: "cache", replicas: 2, pod: { gone: 1_500, emptyDir: true }, on: [demoNode, "worker-2"] },
    { kind: "Deployment", namespace: "shop", name: "db", replicas: 1, pod: { ready: 2_000, gone: 3_000 }, on: [demoNode] },
    { kind: "DaemonSet", namespace: "kube-system", name: "node-exporter" },
  ],
  budgets: [
    { namespace: "shop", name: "web", spec: { maxUnavailable: 1, selector: { matchLabels: { app: "web" } } } },
    { namespace: "shop", name: "db", spec: { minAvailable: 1, selector: { matchLabels: { app: "db" } } } },
  ],
  pods: [],
};

function repeated(name: string, times: number): readonly string[] {
  return Array.from({ length: times }, () => name);
}
