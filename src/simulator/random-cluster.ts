import type { BudgetSpec, LabelSelector } from "../kube/budget.ts";
import type { Random } from "../runtime/random.ts";
import type { BarePodSketch, BudgetSketch, ClusterSketch, NodeSketch, PodSketch, WorkloadSketch } from "./sketch.ts";

/** How large; the rest is drawn. */
export interface ClusterSize {
  readonly nodes: number;
  /** Workloads besides the DaemonSets. */
  readonly workloads: number;
  /** Pods without a controller. */
  readonly barePods: number;
}

export const smallCluster: ClusterSize = { nodes: 4, workloads: 5, barePods: 4 };

/**
 * A cluster such as nobody would plan but everybody has: workloads of all kinds and paces, budgets by number and by percentage, with empty,
 * absent and expression selectors, two over the same pods, pods that nobody manages, are finished, hang or are just going, static pods.
 * The same for the same stream.
 */
export function randomCluster(random: Random, size: ClusterSize = smallCluster): ClusterSketch {
  const dice = diceOf(random);
  const nodes: NodeSketch[] = Array.from({ length: size.nodes }, (_, index) => ({
    name: `node-${index + 1}`,
    labels: { pool: dice.pick(["a", "b"]) },
    ...(dice.chance(0.1) && index > 1 ? { taints: [{ key: "dedicated", value: "gpu", effect: "NoSchedule" }] } : {}),
    ...(dice.chance(0.08) && index > 1 ? { unschedulable: true } : {}),
    ...(dice.chance(0.2) ? { cpu: "2" } : {}),
  }));
  const namespaces = ["shop", "bank"];
  const workloads: WorkloadSketch[] = [{ kind: "DaemonSet", namespace: "kube-system", name: "agent", pod: drawnPod(dice) }];
  for (let index = 0; index < size.workloads; index += 1) {
    const name = `app-${index}`;
    workloads.push({
      kind: dice.pick(["Deployment", "Deployment", "ReplicaSet", "StatefulSet"]),
      namespace: dice.pick(namespaces),
      name,
      replicas: dice.pick([1, 1, 2, 3, 3, 5, 8]),
      pod: { ...drawnPod(dice), labels: { app: name, tier: dice.pick(["front", "back"]) } },
    });
  }
  const pods = Array.from({ length: size.barePods }, (_, index) =>
    drawnBarePod(dice, `bare-${index}`, dice.pick(namespaces), dice.pick(nodes).name),
  );
  return { nodes, workloads, pods, budgets: drawnBudgets(dice, workloads) };
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

function drawnPod(dice: Dice): PodSketch {
  return {
    ready: 100 * dice.between(1, 80),
    gone: dice.chance(0.04) ? "hang" : 100 * dice.between(1, 60),
    grace: dice.pick([30, 30, 10, 2, 60]),
    cpu: dice.pick(["50m", "100m", "250m", "500m"]),
    ...(dice.chance(0.15) ? { emptyDir: true } : {}),
    ...(dice.chance(0.1) ? { nodeSelector: { pool: "a" } } : {}),
    ...(dice.chance(0.1) ? { tolerations: [{ key: "dedicated", operator: "Exists" }] } : {}),
    ...(dice.chance(0.05) ? { annotations: { "karpenter.sh/do-not-disrupt": "true" } } : {}),
  };
}

function drawnBarePod(dice: Dice, name: string, namespace: string, on: string): BarePodSketch {
  const usual: BarePodSketch = { ...drawnPod(dice), name, namespace, on, labels: { app: name, tier: dice.pick(["front", "back"]) } };
  const kind = dice.between(0, 7);
  if (kind === 0) return { ...usual, phase: "Succeeded" };
  if (kind === 1) return { ...usual, phase: "Failed" };
  if (kind === 2) return { ...usual, terminating: true };
  if (kind === 3) return { ...usual, namespace: "kube-system", mirror: true };
  if (kind === 4) return { ...usual, unready: true };
  if (kind === 5) return { ...usual, finalizers: ["example.com/hold"] };
  return usual;
}

function drawnBudgets(dice: Dice, workloads: readonly WorkloadSketch[]): readonly BudgetSketch[] {
  const budgets: BudgetSketch[] = [];
  for (const { namespace, name, kind } of workloads) {
    if (kind === "DaemonSet" || dice.chance(0.35)) continue;
    const selector = drawnSelector(dice, name);
    budgets.push({ namespace, name, spec: { ...drawnBound(dice), ...(selector === undefined ? {} : { selector }) } });
    if (dice.chance(0.1)) {
      budgets.push({ namespace, name: `${name}-too`, spec: { minAvailable: 1, selector: { matchLabels: { app: name } } } });
    }
  }
  if (dice.chance(0.1)) budgets.push({ namespace: "bank", name: "everything", spec: { maxUnavailable: "50%", selector: {} } });
  return budgets;
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
  const policy: BudgetSpec = dice.chance(0.3) ? { unhealthyPodEvictionPolicy: dice.pick(["AlwaysAllow", "IfHealthyBudget"]) } : {};
  if (dice.chance(0.6)) return { ...policy, maxUnavailable: dice.pick([1, 1, 1, 2, "25%", "50%", 0]) };
  return { ...policy, minAvailable: dice.pick([1, 1, 2, "50%", "80%", 0]) };
}
