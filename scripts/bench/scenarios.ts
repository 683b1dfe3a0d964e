import type { ControlPlane } from "../../test/control-plane/fixture/control-plane.ts";

/** One kind of evening: what stands on the nodes, and what physics allows. */
export interface Scenario {
  readonly name: string;
  readonly says: string;
  /** How many nodes are drained. */
  readonly nodes: number;
  /** Pods that leave. */
  readonly pods: number;
  /** Seconds: (⌈N/a⌉−1)·R + G with `a` evictions allowed at once; G without a budget. */
  readonly bound: number;
  /** What the time until empty may be, as a multiple of the bound. */
  readonly target: number;
  /** Drydock's own flags beside kubectl's. */
  readonly flags: readonly string[];
  /** kubectl cannot drain nodes side by side: no peer. */
  readonly peer: boolean;
  /** Its pods have volumes, which the verdict waits for. */
  readonly volumes?: true;
  /** Puts the workloads of run `run` on these nodes; every one of them carries the label `bench=<run>`. */
  build(plane: ControlPlane, nodes: readonly string[], run: string): Promise<void>;
}

interface App {
  readonly name?: string;
  readonly count: number;
  readonly replicas: number;
  readonly ready: number;
  readonly gone: number;
  readonly budget?: number | string;
}

async function apps(
  plane: ControlPlane,
  nodes: readonly string[],
  run: string,
  { name: app = "app", count, replicas, ready, gone, budget }: App,
): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const name = `${run}-${app}-${i}`;
    if (budget !== undefined) await plane.createBudget({ name, maxUnavailable: budget });
    await plane.createReplicaSet({ name, replicas, on: nodes, pods: { ready, gone, labels: { bench: run } } });
  }
}

/** Seconds that the driver takes for each volume, one after the other of these. */
const detachTimes = [0.5, 4, 8];

/** One ReplicaSet of one pod for each volume: a claim cannot be shared. */
async function withVolumes(plane: ControlPlane, nodes: readonly string[], run: string, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const name = `${run}-${i}`;
    await plane.createVolume({ claim: name, detach: detachTimes[i % detachTimes.length] ?? 0 });
    await plane.createReplicaSet({ name, replicas: 1, on: nodes, pods: { gone: 2, claims: [name], labels: { bench: run } } });
  }
  await plane.waitFor("volumeattachments", {}, (all) => all.filter(({ status }) => status?.attached === true).length === count);
}

export const scenarios: readonly Scenario[] = [
  {
    name: "pdb1",
    says: "10 pods, one budget of 1, Ready after 3 s, gone after 2 s",
    nodes: 1,
    pods: 10,
    bound: 29,
    target: 1.05,
    flags: [],
    peer: true,
    build: (plane, nodes, run) => apps(plane, nodes, run, { count: 1, replicas: 10, ready: 3, gone: 2, budget: 1 }),
  },
  {
    name: "apps",
    says: "6 budgets of 1 × 5 pods, Ready after 2 s, gone after 1 s",
    nodes: 1,
    pods: 30,
    bound: 9,
    target: 1.1,
    flags: [],
    peer: true,
    build: (plane, nodes, run) => apps(plane, nodes, run, { count: 6, replicas: 5, ready: 2, gone: 1, budget: 1 }),
  },
  {
    name: "pct",
    says: "40 pods, one budget of 25 %, Ready after 3 s, gone after 2 s",
    nodes: 1,
    pods: 40,
    bound: 11,
    target: 1.15,
    flags: [],
    peer: true,
    build: (plane, nodes, run) => apps(plane, nodes, run, { count: 1, replicas: 40, ready: 3, gone: 2, budget: "25%" }),
  },
  {
    name: "dense",
    says: "110 pods, no budget, gone after 2 s",
    nodes: 1,
    pods: 110,
    bound: 2,
    target: 1.75,
    flags: [],
    peer: true,
    build: (plane, nodes, run) => apps(plane, nodes, run, { count: 1, replicas: 110, ready: 0, gone: 2 }),
  },
  {
    name: "three",
    says: "3 nodes × 4 pods under one budget of 1, Ready after 3 s, gone after 2 s, one node after another",
    nodes: 3,
    pods: 12,
    bound: 35,
    target: 1.08,
    flags: [],
    peer: true,
    build: (plane, nodes, run) => apps(plane, nodes, run, { count: 1, replicas: 12, ready: 3, gone: 2, budget: 1 }),
  },
  {
    name: "three-own",
    says: "3 nodes × 4 pods, each node under a budget of its own, --parallel 3",
    nodes: 3,
    pods: 12,
    // The slowest node by itself: 3 further rounds of 3 s, and 2 s.
    bound: 11,
    target: 1.1,
    flags: ["--parallel=3"],
    peer: false,
    build: async (plane, nodes, run) => {
      for (const [i, node] of nodes.entries())
        await apps(plane, [node], run, { name: `of-${i}`, count: 1, replicas: 4, ready: 3, gone: 2, budget: 1 });
    },
  },
  {
    name: "volumes",
    says: "6 pods with a volume each, gone after 2 s, detached after 0.5, 4 and 8 s",
    nodes: 1,
    pods: 6,
    bound: 2,
    target: 1.75,
    flags: [],
    peer: true,
    volumes: true,
    build: (plane, nodes, run) => withVolumes(plane, nodes, run, 6),
  },
];
