import type { ControlPlane } from "../../test/control-plane/fixture/control-plane.ts";
import type { PodChoice } from "../../test/control-plane/fixture/pod-template.ts";
import { type Scenario, scenarios } from "./scenarios.ts";

/** An evening whose length is to be foretold. */
export type Evening = Pick<Scenario, "name" | "says" | "nodes" | "pods" | "flags" | "build">;

interface Workload {
  readonly name: string;
  readonly kind?: "Deployment" | "StatefulSet";
  readonly replicas: number;
  readonly on: readonly string[];
  readonly budget?: { readonly maxUnavailable?: number | string; readonly minAvailable?: number | string };
  readonly pods: PodChoice;
}

async function workload(plane: ControlPlane, run: string, { name: app, kind, replicas, on, budget, pods }: Workload): Promise<void> {
  const name = `${run}-${app}`;
  if (budget !== undefined) await plane.createBudget({ name, ...budget });
  const spec = { name, replicas, on, pods: { ...pods, labels: { bench: run } } };
  if (kind === "StatefulSet") await plane.createStatefulSet({ ...spec, spec: { podManagementPolicy: "Parallel" } });
  else await plane.createDeployment(spec);
}

const sleeping = (seconds: number): object => ({
  containers: [{ name: "main", image: "registry.example/test:1", lifecycle: { preStop: { sleep: { seconds } } } }],
});

/** A Job whose pods run on until they are told to go. */
async function job(plane: ControlPlane, run: string, node: string, pods: number): Promise<void> {
  const template = {
    metadata: { labels: { bench: run }, annotations: { "drydock.test/gone": "2s" } },
    spec: { restartPolicy: "Never", nodeName: node, containers: [{ name: "main", image: "registry.example/test:1" }] },
  };
  const body = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: `${run}-job` },
    spec: { parallelism: pods, completions: pods, template },
  };
  await plane.call("POST", "/apis/batch/v1/namespaces/default/jobs", body);
}

const others: readonly Evening[] = [
  {
    name: "statefulset",
    says: "3 pods of a StatefulSet under a budget of 1, Ready after 4 s, gone after 2 s",
    nodes: 1,
    pods: 3,
    flags: [],
    build: (plane, on, run) =>
      workload(plane, run, {
        name: "db",
        kind: "StatefulSet",
        replicas: 3,
        on,
        budget: { maxUnavailable: 1 },
        pods: { ready: 4, gone: 2 },
      }),
  },
  {
    name: "slow",
    says: "4 pods under a budget of 1, Ready after 12 s, gone after 3 s",
    nodes: 1,
    pods: 4,
    flags: [],
    build: (plane, on, run) =>
      workload(plane, run, { name: "slow", replicas: 4, on, budget: { maxUnavailable: 1 }, pods: { ready: 12, gone: 3 } }),
  },
  {
    name: "graces",
    says: "9 pods with 5, 10 and 30 s of grace, gone after 1, 4 and 6 s, no budget",
    nodes: 1,
    pods: 9,
    flags: [],
    build: async (plane, on, run) => {
      for (const [grace, gone] of [
        [5, 1],
        [10, 4],
        [30, 6],
      ] as const)
        await workload(plane, run, { name: `of-${grace}`, replicas: 3, on, pods: { grace, gone } });
    },
  },
  {
    name: "two-sizes",
    says: "6 pods under a budget of 1 (Ready after 4 s) beside 12 under one of 4 (Ready after 2 s), gone after 1 s",
    nodes: 1,
    pods: 18,
    flags: [],
    build: async (plane, on, run) => {
      await workload(plane, run, { name: "narrow", replicas: 6, on, budget: { maxUnavailable: 1 }, pods: { ready: 4, gone: 1 } });
      await workload(plane, run, { name: "wide", replicas: 12, on, budget: { maxUnavailable: 4 }, pods: { ready: 2, gone: 1 } });
    },
  },
  {
    name: "percent",
    says: "12 pods of which 75 % are to stay, Ready after 5 s, gone after 2 s",
    nodes: 1,
    pods: 12,
    flags: [],
    build: (plane, on, run) =>
      workload(plane, run, { name: "share", replicas: 12, on, budget: { minAvailable: "75%" }, pods: { ready: 5, gone: 2 } }),
  },
  {
    name: "jobs",
    says: "6 pods of a Job beside 3 of an app under a budget of 1, Ready after 3 s, gone after 2 s",
    nodes: 1,
    pods: 9,
    flags: [],
    build: async (plane, on, run) => {
      await job(plane, run, on[0] ?? "", 6);
      await workload(plane, run, { name: "web", replicas: 3, on, budget: { maxUnavailable: 1 }, pods: { ready: 3, gone: 2 } });
    },
  },
  {
    name: "small",
    says: "15 apps of 2 pods each under a budget of 1, Ready after 5 s, gone after 1 s",
    nodes: 1,
    pods: 30,
    flags: [],
    build: async (plane, on, run) => {
      for (let i = 0; i < 15; i += 1)
        await workload(plane, run, { name: `app-${i}`, replicas: 2, on, budget: { maxUnavailable: 1 }, pods: { ready: 5, gone: 1 } });
    },
  },
  {
    name: "hooks",
    says: "5 pods whose preStop hook sleeps 6 s, gone after 7 s, no budget",
    nodes: 1,
    pods: 5,
    flags: [],
    build: (plane, on, run) => workload(plane, run, { name: "hook", replicas: 5, on, pods: { gone: 7, spec: sleeping(6) } }),
  },
  {
    name: "shared",
    says: "2 nodes × 5 pods under one budget of 2, Ready after 4 s, gone after 2 s, --parallel 2",
    nodes: 2,
    pods: 10,
    flags: ["--parallel=2"],
    build: (plane, on, run) =>
      workload(plane, run, { name: "both", replicas: 10, on, budget: { maxUnavailable: 2 }, pods: { ready: 4, gone: 2 } }),
  },
  {
    name: "in-turn",
    says: "2 nodes × 3 pods of a StatefulSet under a budget of 1, Ready after 2 s, gone after 3 s, one node after another",
    nodes: 2,
    pods: 6,
    flags: [],
    build: (plane, on, run) =>
      workload(plane, run, {
        name: "kv",
        kind: "StatefulSet",
        replicas: 6,
        on,
        budget: { maxUnavailable: 1 },
        pods: { ready: 2, gone: 3 },
      }),
  },
];

const ofBench: readonly string[] = ["pdb1", "apps", "pct", "dense", "three"];

/** The longest first: where several run at a time, the last to begin is then the shortest. */
export const evenings: readonly Evening[] = [...scenarios.filter(({ name }) => ofBench.includes(name)), ...others];
