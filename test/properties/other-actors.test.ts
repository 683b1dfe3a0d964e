import { describe, expect, test } from "vitest";
import { budgets, namespaces, nodes, pods } from "../../src/kube/resource.ts";
import type { Consent } from "../../src/plan/consent.ts";
import { type Random, seededRandom } from "../../src/runtime/random.ts";
import { randomCluster } from "../../src/simulator/random-cluster.ts";
import { DrainWorld, statesOf } from "../support/drain-world.ts";
import { brokenBy, isToGo, provenInVain } from "../support/invariants.ts";

const consents: readonly Consent[] = ["unmanaged", "emptydir", "daemonsets", "partial"];
const somebody = "somebody";

/** What others do to a cluster while a node of it is drained. */
function meddle(world: DrainWorld, drained: readonly string[], random: Random): void {
  const { control } = world.cluster;
  const upTo = (most: number): number => Math.floor(random.next() * (most + 1));
  const node = drained[upTo(drained.length - 1)] ?? "";
  if (control.find(nodes, { name: node }) === undefined) return;
  const standing = control.podsOn(node).filter(isToGo);
  const pod = standing[upTo(standing.length - 1)];
  const at = pod === undefined ? undefined : { namespace: pod.metadata.namespace ?? "", name: pod.metadata.name };
  const setUnschedulable = (value: boolean): void => {
    control.edit(nodes, { name: node }, { kind: "merge", body: { spec: { unschedulable: value } } }, {}, somebody);
  };
  const deeds: readonly (() => void)[] = [
    () => setUnschedulable(false),
    () => setUnschedulable(true),
    () =>
      control.edit(
        nodes,
        { name: node },
        { kind: "merge", body: { metadata: { labels: { seen: String(world.clock.now()) } } } },
        {},
        somebody,
      ),
    () => control.compact(),
    () => {
      if (at !== undefined) control.remove(pods, at, {}, somebody);
    },
    () => {
      if (at !== undefined) control.remove(pods, at, { gracePeriodSeconds: 0 }, somebody);
    },
    () => {
      for (const { metadata } of control.all(budgets).slice(0, 1))
        control.remove(budgets, { namespace: metadata.namespace ?? "", name: metadata.name }, {}, somebody);
    },
    () =>
      control.create(
        budgets,
        {
          apiVersion: "policy/v1",
          kind: "PodDisruptionBudget",
          metadata: { name: `all-${upTo(9_999)}` },
          spec: { selector: {}, maxUnavailable: upTo(1) },
        },
        { namespace: "shop" },
        somebody,
      ),
    () => control.addWorkload({ kind: "ReplicaSet", namespace: "shop", name: `late-${upTo(9_999)}`, replicas: 1, on: [node] }),
    () => control.addPod({ namespace: "shop", name: `late-${upTo(9_999)}`, on: node }),
    () => control.killNode(node),
    () => control.reviveNode(node),
    () => {
      if (random.next() < 0.3) control.deleteNode(node, somebody);
    },
  ];
  deeds[upTo(deeds.length - 1)]?.();
}

async function run(seed: string) {
  const random = seededRandom(seed);
  const sketch = randomCluster(random.fork("sketch"), { endsAlone: random.next() < 0.5 });
  const drained = sketch.nodes.slice(0, 1 + Math.floor(random.next() * 2)).map((node) => node.name);
  const world = new DrainWorld(sketch, { seed });
  if (world.cluster.control.find(namespaces, { name: "shop" }) === undefined) world.cluster.control.addNamespace("shop");
  const work = world.begin({ nodes: drained, allow: new Set(consents), parallel: 2, timeout: 600_000 });
  const meddler = random.fork("somebody");
  for (let i = Math.floor(random.next() * 8); i >= 0; i -= 1) {
    await world.elapse(1 + Math.floor(meddler.next() ** 2 * 8_000));
    meddle(world, drained, meddler);
  }
  return { world, drained, outcome: await world.until(work, "patient") };
}

describe("while others change the cluster", () => {
  test.each(Array.from({ length: 200 }, (_, i) => `others/${i}`))(
    "%s: a drain ends, breaks nothing and claims nothing that was not",
    async (seed) => {
      const { world, drained, outcome } = await run(seed);
      expect(brokenBy(world.cluster.record, drained)).toEqual([]);
      expect(provenInVain(world.cluster.record, world.events)).toEqual([]);
      if (outcome.kind === "no-such-node") return;
      for (const [i, state] of statesOf(outcome).entries()) {
        if (!state.endsWith(" drained")) continue;
        const node = drained[i] ?? "";
        const at = world.events.findLast((event) => event.kind === "drained" && event.node === node)?.at ?? 0;
        // A pod that came in the instants that a watch needs to tell is not counted.
        const left = world.cluster.record.entries.filter(
          ({ kind, before, after, at: then }) =>
            kind === "Pod" &&
            before === undefined &&
            then < at - 1_000 &&
            after !== undefined &&
            isOn(after, node) &&
            isStanding(world, after, at),
        );
        expect(left.map((entry) => entry.name)).toEqual([]);
      }
    },
  );
});

type Any = NonNullable<DrainWorld["cluster"]["record"]["entries"][number]["after"]>;

function isOn(pod: Any, node: string): boolean {
  return isToGo(pod as Parameters<typeof isToGo>[0]) && (pod as { spec?: { nodeName?: string } }).spec?.nodeName === node;
}

function isStanding(world: DrainWorld, pod: Any, at: number): boolean {
  return !world.cluster.record.entries.some((entry) => entry.uid === pod.metadata.uid && entry.after === undefined && entry.at <= at);
}
