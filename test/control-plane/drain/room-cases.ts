import type { Random } from "../../../src/runtime/random.ts";
import type { NodeChoice } from "../fixture/nodes.ts";
import type { PodChoice } from "../fixture/pod-template.ts";

export interface BoundPod {
  readonly name: string;
  readonly on: string;
  readonly pods: PodChoice;
}

/** Three nodes, pods on them, and one that asks for a place on one of them. */
export interface RoomCase {
  readonly name: string;
  readonly nodes: readonly NodeChoice[];
  readonly tenants: readonly BoundPod[];
  readonly question: PodChoice;
  /** The zone that its volume can be used in. */
  readonly volumeZone?: string;
}

const caseLabel = "drydock.test/case";
export const claimName = "data";

/** Of each feature that a scheduler's filter reads some, at random; cases do not touch each other, whatever they ask for. */
export function roomCase(index: number, random: Random): RoomCase {
  const name = `fit-${index}`;
  const maybe = (share: number): boolean => random.next() < share;
  const one = <T>(...choices: readonly [T, ...T[]]): T => choices[Math.floor(random.next() * choices.length)] ?? choices[0];
  const zones = [`a-${index}`, `b-${index}`] as const;
  const selector = (): object => ({ labelSelector: { matchLabels: { kind: one("x", "y") } } });
  const topologyKey = (): string => one("zone", "kubernetes.io/hostname");
  const port = { name: "main", ports: [{ containerPort: 80, hostPort: 8080 }] };
  const container = (cpu: string, more: object = {}): object => ({
    image: "registry.example/test:1",
    resources: { requests: { cpu } },
    ...more,
  });
  const averse = (): object => ({
    podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ ...selector(), topologyKey: topologyKey() }] },
  });
  const nodes = [1, 2, 3].map(
    (number): NodeChoice => ({
      name: `${name}-${number}`,
      cpu: one("1", "2", "4"),
      ...(maybe(0.15) ? { pods: 2 } : {}),
      labels: { [caseLabel]: name, ...(maybe(0.9) ? { zone: one(...zones) } : {}) },
      ...(maybe(0.2) ? { taints: [{ key: "dedicated", value: "test", effect: "NoSchedule" }] } : {}),
      ...(maybe(0.1) ? { unschedulable: true } : {}),
    }),
  );
  const tenants = nodes.flatMap(({ name: on }) =>
    Array.from({ length: Math.floor(random.next() * 3) }, (_, number): BoundPod => {
      const main = maybe(0.2) ? port : { name: "main" };
      const spec = { containers: [container(one("0", "500m", "1"), main)], ...(maybe(0.2) ? { affinity: averse() } : {}) };
      return { name: `${on}-${number}`, on, pods: { labels: { kind: one("x", "y") }, spec } };
    }),
  );
  const affinity = {
    ...(maybe(0.2)
      ? { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ ...selector(), topologyKey: topologyKey() }] } }
      : {}),
    ...(maybe(0.2) ? averse() : {}),
    ...(maybe(0.2)
      ? {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator: one("In", "NotIn"), values: [zones[0]] }] }],
            },
          },
        }
      : {}),
  };
  const spread = { ...selector(), topologyKey: topologyKey(), maxSkew: one(1, 2), whenUnsatisfiable: "DoNotSchedule" };
  const isZoned = maybe(0.15);
  const spec = {
    nodeSelector: { [caseLabel]: name },
    containers: [container(one("0", "500m", "1", "2"), maybe(0.2) ? port : { name: "main" })],
    ...(maybe(0.3)
      ? { initContainers: [container(one("500m", "2"), { name: "init", ...(maybe(0.5) ? { restartPolicy: "Always" } : {}) })] }
      : {}),
    ...(maybe(0.5) ? { tolerations: [{ key: "dedicated", operator: "Exists" }] } : {}),
    ...(maybe(0.3) ? { topologySpreadConstraints: [{ ...spread, ...(maybe(0.3) ? { nodeTaintsPolicy: "Honor" } : {}) }] } : {}),
    ...(isZoned ? { volumes: [{ name: "data", persistentVolumeClaim: { claimName } }] } : {}),
    affinity,
  };
  return { name, nodes, tenants, question: { labels: { kind: one("x", "y") }, spec }, ...(isZoned ? { volumeZone: zones[0] } : {}) };
}
