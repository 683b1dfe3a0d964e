import type { BudgetSpec } from "../kube/budget.ts";
import type { ClusterSketch, WorkloadSketch } from "./sketch.ts";

/** A cluster to try things on. */
export interface Demo {
  readonly sketch: ClusterSketch;
  /** Drains in some 16 s: nothing on it needs a consent. */
  readonly easyNode: string;
  /** Has the one replica whose budget can never allow a disruption. */
  readonly blockedNode: string;
  /** Has a pod with an emptyDir volume and one that no controller would replace. */
  readonly guardedNode: string;
}

export interface DemoSize {
  /** At least 4; default 6. */
  readonly nodes?: number;
  /** Replicas of the web application, of which three are on the easy node; default 6. */
  readonly web?: number;
}

function budget(name: string, spec: BudgetSpec): ClusterSketch["budgets"][number] {
  return { namespace: "shop", name, spec: { selector: { matchLabels: { app: name } }, ...spec } };
}

/**
 * A small shop: a web front whose budget lets one pod go at a time, a database of three, workers without a budget, a log agent on every node,
 * a licence server that exists once, a cache on local disk. The pace of a drain of the easy node is the web front's: three pods, each
 * replaced within 7 s, and 2 s for the last one to end.
 */
export function demoCluster({ nodes = 6, web = 6 }: DemoSize = {}): Demo {
  const names = Array.from({ length: Math.max(4, nodes) }, (_, index) => `worker-${index + 1}`);
  const [easy = "", blocked = "", guarded = "", fourth = ""] = names;
  const rest = names.slice(3);
  const spread = (count: number): string[] => Array.from({ length: count }, (_, index) => rest[index % rest.length] ?? fourth);
  const workloads: readonly WorkloadSketch[] = [
    { kind: "DaemonSet", namespace: "kube-system", name: "log-agent", pod: { ready: 2_000, gone: 1_000 } },
    {
      kind: "Deployment",
      namespace: "shop",
      name: "web",
      replicas: Math.max(3, web),
      pod: { ready: 7_000, gone: 2_000, cpu: "500m", memory: "256Mi" },
      on: [easy, easy, easy, ...spread(Math.max(0, web - 3))],
    },
    {
      kind: "StatefulSet",
      namespace: "shop",
      name: "db",
      replicas: 3,
      pod: { ready: 4_000, gone: 3_000, cpu: "1", memory: "1Gi" },
      on: [blocked, easy, fourth],
    },
    {
      kind: "Deployment",
      namespace: "shop",
      name: "worker",
      replicas: 6,
      pod: { ready: 1_000, gone: 6_000, cpu: "250m" },
      on: [easy, easy, blocked, ...spread(3)],
    },
    { kind: "Deployment", namespace: "shop", name: "licence", pod: { ready: 3_000, gone: 1_000 }, on: [blocked] },
    { kind: "Deployment", namespace: "shop", name: "cache", pod: { ready: 2_000, gone: 1_000, emptyDir: true }, on: [guarded] },
  ];
  return {
    sketch: {
      nodes: names.map((name, index) => ({ name, labels: { "topology.kubernetes.io/zone": `zone-${"abc".charAt(index % 3)}` } })),
      workloads,
      budgets: [budget("web", { maxUnavailable: 1 }), budget("db", { maxUnavailable: 1 }), budget("licence", { minAvailable: 1 })],
      pods: [{ namespace: "shop", name: "debug-shell", on: guarded, gone: 1_000 }],
    },
    easyNode: easy,
    blockedNode: blocked,
    guardedNode: guarded,
  };
}
