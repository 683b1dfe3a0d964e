import { describe, expect, test } from "vitest";
import type { Consent } from "../../src/plan/consent.ts";
import { pods } from "../../src/kube/resource.ts";
import { type Random, seededRandom } from "../../src/runtime/random.ts";
import { randomCluster } from "../../src/simulator/random-cluster.ts";
import { drainOptions, DrainWorld, statesOf } from "../support/drain-world.ts";
import { killableDrain } from "../support/killable-drain.ts";
import { brokenBy, isToGo, provenInVain, us } from "../support/invariants.ts";

const consents: readonly Consent[] = ["unmanaged", "emptydir", "daemonsets"];
const seeds = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}/${i}`);

function worldOf(seed: string) {
  const random = seededRandom(seed);
  const sketch = randomCluster(random.fork("sketch"), { endsAlone: true });
  const nodes = sketch.nodes.slice(0, 1 + Math.floor(random.next() * 2)).map((node) => node.name);
  const options = drainOptions({ nodes, allow: new Set(consents), parallel: 1 + Math.floor(random.next() * 2) });
  return { world: new DrainWorld(sketch, { seed }), nodes, options, random };
}

type Run = ReturnType<typeof worldOf>;

/** Kills the process after each of these times, and lets the last one come to its end. */
async function throughKills(run: Run, lives: readonly number[]) {
  for (const ms of lives) {
    const process = killableDrain(run.world, run.options);
    await run.world.elapse(ms);
    await process.kill();
  }
  const outcome = await run.world.until(killableDrain(run.world, run.options).work);
  if (outcome.kind !== "refused") return outcome;
  // A StatefulSet's pod between two lives is not counted, and its budget looks for that moment as if it could never allow one.
  await run.world.elapse(10_000);
  return await run.world.until(killableDrain(run.world, run.options).work);
}

function shortLives(random: Random): readonly number[] {
  return Array.from({ length: 1 + Math.floor(random.next() * 8) }, () => 1 + Math.floor(random.next() ** 2 * 6_000));
}

/** Names of what stood on these nodes in the beginning and that we had the server mark or remove. */
function movedAtFirst({ world, nodes }: Run, before: ReadonlySet<string>): readonly string[] {
  const ours = world.cluster.record.calls.filter(
    ({ by, verb, answer }) => by === us && verb === "evict" && (answer === 200 || answer === 201),
  );
  return [...new Set(ours.flatMap(({ uid, name = "" }) => (uid !== undefined && before.has(uid) ? [name] : [])))].toSorted().concat(nodes);
}

const standing = ({ world, nodes }: Run): ReadonlySet<string> =>
  new Set(nodes.flatMap((node) => world.cluster.control.podsOn(node).flatMap((pod) => (isToGo(pod) ? [pod.metadata.uid] : []))));

describe("a process that is killed again and again", () => {
  test.each(seeds("memory", 120))("%s: has the same pods moved as one that lives, breaks nothing, and never claims more", async (seed) => {
    const undisturbed = worldOf(seed);
    const stood = standing(undisturbed);
    const whole = await undisturbed.world.until(killableDrain(undisturbed.world, undisturbed.options).work);
    const killed = worldOf(seed);
    const again = await throughKills(killed, shortLives(killed.random.fork("lives")));

    expect(movedAtFirst(killed, standing(worldOf(seed)))).toEqual(movedAtFirst(undisturbed, stood));
    expect(brokenBy(killed.world.cluster.record, killed.nodes)).toEqual([]);
    expect(provenInVain(killed.world.cluster.record, killed.world.events)).toEqual([]);
    const strength = (state: string): number => (state.endsWith("drained") ? 2 : state.endsWith("unproven") ? 1 : 0);
    for (const [i, state] of statesOf(again).entries()) {
      expect(strength(state)).toBeGreaterThan(0);
      expect(strength(state)).toBeLessThanOrEqual(strength(statesOf(whole)[i] ?? ""));
    }
  });

  test.each(seeds("forced", 80))("%s: does not prove what somebody deleted by force while nobody watched", async (seed) => {
    const run = worldOf(seed);
    const random = run.random.fork("force");
    const first = killableDrain(run.world, run.options);
    await run.world.elapse(Math.floor(random.next() * 1_500));
    await first.kill();
    await run.world.elapse(Math.floor(random.next() * 500));
    for (const node of run.nodes) {
      const [pod] = run.world.cluster.control.podsOn(node).filter(isToGo);
      if (pod === undefined || random.next() < 0.3) continue;
      const { namespace = "", name } = pod.metadata;
      run.world.cluster.control.remove(pods, { namespace, name }, { gracePeriodSeconds: 0 }, "somebody");
    }
    const outcome = await throughKills(run, shortLives(random).slice(0, 3));
    expect(provenInVain(run.world.cluster.record, run.world.events)).toEqual([]);
    expect(brokenBy(run.world.cluster.record, run.nodes)).toEqual([]);
    expect(statesOf(outcome).every((state) => /drained|unproven/.test(state))).toBe(true);
  });
});
