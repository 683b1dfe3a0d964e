import { describe, expect, test } from "vitest";
import { isPodFinished } from "../../src/kube/pod.ts";
import type { Consent } from "../../src/plan/consent.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import { everyFault } from "../../src/simulator/faults.ts";
import { randomCluster } from "../../src/simulator/random-cluster.ts";
import { DrainWorld, statesOf } from "../support/drain-world.ts";
import { brokenBy, isToGo, provenInVain } from "../support/invariants.ts";

const consents: readonly Consent[] = ["unmanaged", "emptydir", "daemonsets"];
const faultsEndAfter = 120_000;

/** A drain of the first nodes of a random cluster. From its plan on calls and watches fail; after two minutes all is well again. */
async function faultRun(seed: string, rate: number) {
  const random = seededRandom(seed);
  const sketch = randomCluster(random.fork("sketch"), { endsAlone: true });
  const drained = sketch.nodes.slice(0, 1 + Math.floor(random.next() * 2)).map((node) => node.name);
  const world = new DrainWorld(sketch, { seed, faults: { rates: everyFault(rate), endAfter: faultsEndAfter } });
  world.cluster.control.faults.turn(false);
  world.onEvent = (event) => {
    if (event.kind === "planned") world.cluster.control.faults.turn(true);
  };
  const parallel = 1 + Math.floor(random.next() * 2);
  const outcome = await world.until(world.begin({ nodes: drained, allow: new Set(consents), parallel }), "patient");
  return { world, drained, outcome };
}

const seeds = (from: number, count: number) => Array.from({ length: count }, (_, i) => `faults/${from + i}`);

describe.each([
  { rate: 0.02, runs: seeds(0, 60) },
  { rate: 0.1, runs: seeds(1_000, 60) },
  { rate: 0.16, runs: seeds(2_000, 60) },
])("with $rate of all calls failing in each way", ({ rate, runs }) => {
  test.each(runs)("%s: nothing is broken, and the drain ends once faults do", async (seed) => {
    const { world, drained, outcome } = await faultRun(seed, rate);
    expect(brokenBy(world.cluster.record, drained)).toEqual([]);
    const states = statesOf(outcome).map((state) => state.split(" ")[1]);
    expect(states.filter((state) => state !== "drained" && state !== "unproven")).toEqual([]);
    for (const node of drained) {
      // A finished pod runs no more: one that the server refused to take away again and again is not waited for.
      const left = world.cluster.control.podsOn(node).filter((pod) => isToGo(pod) && !isPodFinished(pod.status?.phase ?? "Pending"));
      expect(left.map((pod) => pod.metadata.name)).toEqual([]);
    }
  });
});

test("a verdict of 'drained' is never given while a container of the plan may run", async () => {
  for (const seed of seeds(3_000, 20)) {
    const { world } = await faultRun(seed, 0.1);
    expect(provenInVain(world.cluster.record, world.events)).toEqual([]);
  }
});
