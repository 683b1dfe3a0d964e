import { describe, expect, test } from "vitest";
import { heldAnnotation } from "../../src/cluster/view/held-record.ts";
import type { Node, Taint } from "../../src/kube/node.ts";
import { nodes } from "../../src/kube/resource.ts";
import { taintNodes } from "../../src/maintenance/taint.ts";
import type { Consent } from "../../src/plan/consent.ts";
import { type Random, seededRandom } from "../../src/runtime/random.ts";
import { randomCluster } from "../../src/simulator/random-cluster.ts";
import { drainOptions, DrainWorld, statesOf } from "../support/drain-world.ts";
import { killableDrain } from "../support/killable-drain.ts";
import { us } from "../support/invariants.ts";

const consents: readonly Consent[] = ["unmanaged", "emptydir", "daemonsets", "budget-violation", "infrastructure"];
const seeds = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}/${i}`);
const isOurs = ({ key, value, effect }: Taint): boolean => key === "runai" && value === "drain" && effect === "NoExecute";
const foreignOf = (node: Node | undefined): readonly Taint[] => (node?.spec?.taints ?? []).filter((taint) => !isOurs(taint));

function worldOf(seed: string) {
  const random = seededRandom(seed);
  const sketch = randomCluster(random.fork("sketch"), { endsAlone: true });
  const [node = ""] = sketch.nodes.map(({ name }) => name);
  const request = random.next() < 0.6 ? { mode: "Taint" as const } : { mode: "EvictThenTaint" as const, taintAfter: 4_000 };
  return {
    world: new DrainWorld(sketch, { seed }),
    node,
    random,
    options: drainOptions({ nodes: [node], request, allow: new Set(consents) }),
  };
}

type Run = ReturnType<typeof worldOf>;

/** Somebody adds and removes taints of his own, by whole lists as he last read them: as kubectl does, but never ours. */
function meddle({ world, node }: Run, random: Random): void {
  const { control } = world.cluster;
  const before = control.find(nodes, { name: node })?.spec?.taints ?? [];
  const mine = before.filter(({ key }) => key.startsWith("mine-"));
  const after =
    mine.length > 0 && random.next() < 0.4
      ? before.filter((taint) => taint !== mine[0])
      : [...before, { key: `mine-${Math.floor(random.next() * 1e6)}`, effect: "PreferNoSchedule" }];
  control.edit(nodes, { name: node }, { kind: "merge", body: { spec: { taints: after.map((taint) => ({ ...taint })) } } }, {}, "somebody");
}

/** Writes of ours that touched a taint which is not ours. */
function foreignTouched({ world }: Run): readonly string[] {
  return world.cluster.record.entries.flatMap(({ kind, by, before, after, name }) => {
    if (kind !== "Node" || by !== us) return [];
    const [was, is] = [foreignOf(before as Node | undefined), foreignOf(after as Node | undefined)];
    return JSON.stringify(was) === JSON.stringify(is) ? [] : [`${name}: ${JSON.stringify(was)} became ${JSON.stringify(is)}`];
  });
}

/** Pods still on the node that do not tolerate the taint, static ones aside. */
function leftOn({ world, node }: Run): readonly string[] {
  return world.cluster.control
    .podsOn(node)
    .filter(({ metadata }) => metadata.annotations?.["kubernetes.io/config.mirror"] === undefined)
    .filter(
      ({ spec }) => !(spec.tolerations ?? []).some(({ key, operator }) => operator === "Exists" && (key === undefined || key === "runai")),
    )
    .map(({ metadata }) => metadata.name);
}

describe("a drain by a taint, killed again and again while somebody else changes taints", () => {
  test.each(seeds("taints", 100))("%s: ends, touches no taint but its own, and leaves nothing that the taint moves", async (seed) => {
    const run = worldOf(seed);
    const { world, node } = run;
    const random = run.random.fork("lives");
    for (let lives = Math.floor(random.next() * 5); lives > 0; lives -= 1) {
      const process = killableDrain(run.world, run.options);
      await world.elapse(1 + Math.floor(random.next() ** 2 * 3_000));
      meddle(run, random);
      await world.elapse(1 + Math.floor(random.next() ** 2 * 2_000));
      await process.kill();
    }
    const work = killableDrain(run.world, run.options).work;
    world.clock.timer(1 + Math.floor(random.next() * 400), () => meddle(run, random));
    const outcome = await world.until(work);
    expect(statesOf(outcome).every((state) => /drained|unproven/.test(state))).toBe(true);
    expect(foreignTouched(run)).toEqual([]);
    const isTainted = world.cluster.control.find(nodes, { name: node })?.spec?.taints?.some(isOurs) === true;
    if (run.options.request.mode === "Taint") expect(isTainted).toBe(true);
    if (isTainted) expect(leftOn(run)).toEqual([]);
  });
});

test.each(seeds("there and back", 60))("%s: taint and untaint leave the node as it was, whatever stood on it", async (seed) => {
  const run = worldOf(seed);
  const { world, node, random } = run;
  const at = (): Node | undefined => world.cluster.control.find(nodes, { name: node });
  for (let i = Math.floor(random.next() * 3); i > 0; i -= 1) meddle(run, random);
  await world.elapse(1_000);
  const before = at();
  const taint: Taint = { key: "runai", value: "drain", effect: "NoExecute" };
  const options = { choice: { names: [node] }, overwrite: false, allow: new Set(consents), dryRun: "none", show: () => {} } as const;
  await world.until(taintNodes(world.surroundings(), { ...options, changes: { add: [taint], remove: [] } }));
  expect(foreignOf(at())).toEqual(foreignOf(before));
  expect(at()?.metadata.annotations?.[heldAnnotation]).toContain("runai=drain:NoExecute");
  await world.until(
    taintNodes(world.surroundings(), { ...options, changes: { add: [], remove: [{ key: "runai", effect: "NoExecute" }] } }),
  );
  // An empty list, or an empty map, and none are the same to the API server.
  expect({ ...at()?.spec, taints: at()?.spec?.taints ?? [] }).toEqual({ ...before?.spec, taints: before?.spec?.taints ?? [] });
  expect(at()?.metadata.annotations ?? {}).toEqual(before?.metadata.annotations ?? {});
});
