import type { BudgetSpec, LabelSelector } from "../kube/budget.ts";
import type { Random } from "../runtime/random.ts";
import type { BarePodSketch, BudgetSketch, ClusterSketch, NodeSketch, PodSketch, WorkloadSketch } from "./sketch.ts";

/** How the cluster is drawn. */
export interface ClusterTaste {
  /** Nothing in it needs a person, so that a drain of the first two nodes with all consents ends. */
  readonly endsAlone?: boolean;
}

/**
 * A small cluster such as nobody would plan but everybody has: workloads of all kinds and paces, budgets by number and by percentage, with
 * empty, absent and expression selectors, two over the same pods, pods that nobody manages, are finished, hang or are just going, static
 * pods. The same for the same stream.
 */
export function randomCluster(random: Random, { endsAlone = false }: ClusterTaste = {}): ClusterSketch {
  const dice = diceOf(random);
  const names = Array.from({ length: dice.between(3, 5) }, (_, index) => `node-${index + 1}`);
  const nodes = names.map((name, index): NodeSketch => drawnNode(dice, name, index > 1 && !(endsAlone && index === names.length - 1)));
  const namespaces = ["shop", "bank"];
  const workloads: WorkloadSketch[] = [{ kind: "DaemonSet", namespace: "kube-system", name: "agent", pod: drawnPod(dice, endsAlone) }];
  for (let index = dice.between(1, 5); index > 0; index -= 1) {
    const name = `app-${index}`;
    const replicas = dice.pick([1, 1, 2, 3, 3, 5, 8]);
    workloads.push({
      kind: dice.pick(["Deployment", "Deployment", "ReplicaSet", "StatefulSet"]),
      namespace: dice.pick(namespaces),
      name,
      replicas,
      pod: { ...drawnPod(dice, endsAlone), labels: { app: name, tier: dice.pick(["front", "back"]) } },
      // Left to the scheduler, or more of it on the nodes that the tests drain.
      ...(dice.chance(0.4) ? { on: Array.from({ length: replicas }, () => dice.pick(names.slice(0, 2))) } : {}),
    });
  }
  const pods = Array.from({ length: dice.between(0, 4) }, (_, index) =>
    drawnBarePod(dice, `bare-${index}`, dice.pick(namespaces), dice.pick(names), endsAlone),
  );
  return { nodes, workloads, pods, budgets: workloads.flatMap((workload) => drawnBudgets(dice, workload, endsAlone)) };
}

interface Dice {
  chance(share: number): boolean;
  pick<T>(from: readonly [T, ...T[]] | readonly T[]): T;
  /** A whole number, both ends included. */
  between(from: number, to: number): number;
}

function diceOf(random: Random): Dice {
  const between = (from: number, to: number): number => from + Math.floor(random.next() * (to - from + 1));
  return {
    chance: (share) => random.next() < share,
    between,
    pick: <T>(from: readonly T[]): T => from[between(0, from.length - 1)] as T,
  };
}

function drawnNode(dice: Dice, name: string, mayRefuse: boolean): NodeSketch {
  return {
    name,
    labels: { pool: dice.pick(["a", "b"]) },
    ...(mayRefuse && dice.chance(0.1) ? { taints: [{ key: "dedicated", value: "gpu", effect: "NoSchedule" }] } : {}),
    ...(mayRefuse && dice.chance(0.08) ? { unschedulable: true } : {}),
    ...(mayRefuse && dice.chance(0.2) ? { cpu: "2" } : {}),
  };
}

function drawnPod(dice: Dice, endsAlone: boolean): PodSketch {
  return {
    ready: 100 * dice.between(1, 80),
    gone: !endsAlone && dice.chance(0.04) ? "hang" : 100 * dice.between(1, 60),
    grace: dice.pick([30, 30, 10, 2, 60]),
    cpu: dice.pick(endsAlone ? ["50m", "100m"] : ["50m", "100m", "250m", "500m"]),
    ...(dice.chance(0.15) ? { emptyDir: true } : {}),
    ...(!endsAlone && dice.chance(0.1) ? { nodeSelector: { pool: "a" } } : {}),
    ...(dice.chance(0.1) ? { tolerations: [{ key: "dedicated", operator: "Exists" }] } : {}),
    ...(dice.chance(0.05) ? { annotations: { "karpenter.sh/do-not-disrupt": "true" } } : {}),
  };
}

function drawnBarePod(dice: Dice, name: string, namespace: string, on: string, endsAlone: boolean): BarePodSketch {
  const labels = { app: name, tier: dice.pick(["front", "back"]) };
  const usual: BarePodSketch = { ...drawnPod(dice, endsAlone), name, namespace, on, labels };
  const kind = dice.between(0, 7);
  if (kind === 0) return { ...usual, phase: "Succeeded" };
  if (kind === 1) return { ...usual, phase: "Failed" };
  if (kind === 2) return { ...usual, terminating: true };
  if (kind === 3) return { ...usual, namespace: "kube-system", mirror: true };
  if (kind === 4) return { ...usual, unready: true };
  if (kind === 5 && !endsAlone) return { ...usual, finalizers: ["example.com/hold"] };
  return usual;
}

/** None, one, or (where a person may be needed) two over the same pods, or one over all pods of the namespace. */
function drawnBudgets(dice: Dice, { namespace, name, kind, replicas = 1 }: WorkloadSketch, endsAlone: boolean): readonly BudgetSketch[] {
  if (kind === "DaemonSet" || dice.chance(0.35)) return [];
  const selector = drawnSelector(dice, name);
  const bound = endsAlone ? boundThatAllows(dice, replicas) : drawnBound(dice);
  const first = { namespace, name, spec: { ...bound, ...(selector === undefined ? {} : { selector }) } };
  if (endsAlone) return [first];
  return [
    first,
    ...(dice.chance(0.1) ? [{ namespace, name: `${name}-too`, spec: { minAvailable: 1, selector: { matchLabels: { app: name } } } }] : []),
    ...(dice.chance(0.05) ? [{ namespace, name: `${name}-all`, spec: { maxUnavailable: "50%", selector: {} } }] : []),
  ];
}

function drawnSelector(dice: Dice, app: string): LabelSelector | null | undefined {
  const kind = dice.between(0, 19);
  if (kind === 0) return null;
  if (kind === 1) return undefined;
  if (kind < 5) return { matchExpressions: [{ key: "app", operator: "In", values: [app, "nobody"] }] };
  if (kind === 5) return { matchLabels: { app }, matchExpressions: [{ key: "absent", operator: "DoesNotExist" }] };
  return { matchLabels: { app } };
}

function drawnBound(dice: Dice): BudgetSpec {
  const policy = drawnPolicy(dice);
  if (dice.chance(0.6)) return { ...policy, maxUnavailable: dice.pick([1, 1, 1, 2, "25%", "50%", 0]) };
  return { ...policy, minAvailable: dice.pick([1, 1, 2, "50%", "80%", 0]) };
}

/** With all its pods healthy, at least one of them may go. */
function boundThatAllows(dice: Dice, replicas: number): BudgetSpec {
  const policy = drawnPolicy(dice);
  if (dice.chance(0.6)) return { ...policy, maxUnavailable: dice.pick([1, 1, 1, 2, "25%", "50%"]) };
  return { ...policy, minAvailable: dice.pick([0, replicas - 1]) };
}

function drawnPolicy(dice: Dice): BudgetSpec {
  return dice.chance(0.3) ? { unhealthyPodEvictionPolicy: dice.pick(["AlwaysAllow", "IfHealthyBudget"]) } : {};
}
