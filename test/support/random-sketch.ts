import type { Random } from "../../src/runtime/random.ts";
import type { BarePodSketch, BudgetSketch, ClusterSketch, PodSketch, WorkloadSketch } from "../../src/simulator/sketch.ts";

/** How a random cluster is drawn. `endsAlone`: nothing in it needs a person, so that a drain with all consents ends. */
export interface SketchTaste {
  readonly endsAlone: boolean;
}

/** A small cluster with something of everything: kinds of workload, budgets of every sort, bare, static, finished and hanging pods. */
export function randomSketch(random: Random, { endsAlone }: SketchTaste): ClusterSketch {
  const upTo = (most: number): number => Math.floor(random.next() * (most + 1));
  const chance = (share: number): boolean => random.next() < share;
  const pick = <T>(first: T, ...more: readonly T[]): T => [first, ...more][upTo(more.length)] ?? first;

  const names = ["n", "m", "o", "p"].slice(0, 2 + upTo(2));
  const spares = ["spare-1", "spare-2"];
  const pod = (): PodSketch => ({
    ready: pick(500, 1_000, 3_000),
    gone: !endsAlone && chance(0.1) ? "hang" : pick(100, 1_000, 4_000),
    grace: pick(5, 30),
    ...(chance(0.2) ? { emptyDir: true } : {}),
  });
  const workloads = Array.from({ length: 1 + upTo(4) }, (_, i): WorkloadSketch => {
    const kind = pick<WorkloadSketch["kind"]>("Deployment", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet");
    const replicas = 1 + upTo(4);
    return {
      kind,
      namespace: pick("web", "db"),
      name: `w${i}`,
      ...(kind === "DaemonSet" ? {} : { replicas, on: Array.from({ length: replicas }, () => pick(...(names as [string, ...string[]]))) }),
      pod: pod(),
    };
  });
  const budgets = workloads
    .filter(({ kind }) => kind !== "DaemonSet")
    .flatMap(({ namespace, name, replicas = 1 }): BudgetSketch[] => {
      const selector = { matchLabels: { app: name } };
      const never = { namespace, name, spec: { selector, maxUnavailable: 0 } };
      const sound: BudgetSketch[] = [
        { namespace, name, spec: { selector, maxUnavailable: pick<number | string>(1, 2, "50%") } },
        ...(replicas > 1 ? [{ namespace, name, spec: { selector, minAvailable: replicas - 1 } }] : []),
        { namespace, name, spec: { selector, maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" } },
      ];
      const draw = random.next();
      if (draw < 0.3) return [];
      if (draw < 0.4 && !endsAlone) return [never];
      const one = sound[upTo(sound.length - 1)] ?? never;
      return draw < 0.5 && !endsAlone ? [one, { ...one, name: `${name}-2` }] : [one];
    });
  const pods = Array.from(
    { length: upTo(4) },
    (_, i): BarePodSketch => ({
      ...pod(),
      namespace: "web",
      name: `bare-${i}`,
      on: pick(...(names as [string, ...string[]])),
      ...pick<Partial<BarePodSketch>>(
        {},
        { mirror: true },
        { phase: "Succeeded" },
        { phase: "Failed" },
        { unready: true },
        { terminating: true },
      ),
    }),
  );
  const nodes = [...names.map((name) => ({ name, ...(chance(0.15) ? { unschedulable: true } : {}) })), ...spares.map((name) => ({ name }))];
  return { nodes, workloads, budgets, pods };
}
