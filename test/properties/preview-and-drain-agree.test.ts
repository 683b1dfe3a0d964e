import { describe, expect, test } from "vitest";
import type { ExecutionEvent } from "../../src/execution/event.ts";
import { previewNodes } from "../../src/maintenance/preview.ts";
import type { Consent } from "../../src/plan/consent.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { InvariantError } from "../../src/runtime/errors.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import { randomCluster } from "../../src/simulator/random-cluster.ts";
import { drainOptions, DrainWorld, statesOf } from "../support/drain-world.ts";
import { brokenBy } from "../support/invariants.ts";

const consents: readonly Consent[] = ["unmanaged", "emptydir", "daemonsets"];
const seeds = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}/${i}`);

function worldOf(seed: string, endsAlone: boolean) {
  const random = seededRandom(seed);
  const sketch = randomCluster(random.fork("sketch"), { endsAlone });
  const nodes = sketch.nodes.slice(0, 1 + Math.floor(random.next() * 2)).map((node) => node.name);
  return { world: new DrainWorld(sketch, { seed }), nodes, parallel: 1 + Math.floor(random.next() * 2) };
}

function plannedIn(events: readonly ExecutionEvent[]): Plan {
  const planned = events.find((event) => event.kind === "planned");
  if (planned?.kind !== "planned") throw new InvariantError("nothing was planned");
  return planned.plan;
}

/** What the plan, with every later difference that was told, says becomes of each pod. */
function decisions(plan: Plan, events: readonly ExecutionEvent[]): ReadonlyMap<string, string | undefined> {
  const steps = plan.nodes.flatMap((node) => node.steps).filter((step) => step.stage === "evacuate");
  const known = new Map<string, string | undefined>(steps.map((step) => [step.subject.uid, `${step.action}/${step.reason.code}`]));
  for (const event of events) if (event.kind === "replanned") known.set(event.subject.uid ?? "", event.to);
  return known;
}

describe("preview and drain", () => {
  test.each(seeds("agree", 100))("%s: give the same plan, whatever has been agreed to", async (seed) => {
    const { world, nodes } = worldOf(seed, false);
    const previewed = await world.until(previewNodes(world.surroundings(), drainOptions({ nodes })));
    const patient = new AbortController();
    world.onEvent = (event) => {
      if (event.kind === "planned") patient.abort(new Error("seen enough"));
    };
    await world.until(world.begin({ nodes, allow: new Set<Consent>([...consents, "partial"]) }, patient.signal));
    const plan = plannedIn(world.events);
    expect(previewed).toMatchObject({ kind: "previewed", plan: { hash: plan.hash } });
    expect(world.cluster.record.calls.filter((call) => call.verb === "patch" || call.verb === "evict")).toEqual([]);
  });

  test.each(seeds("act", 100))("%s: nothing is done to a pod that the plan, or a told change of it, does not say", async (seed) => {
    const { world, nodes, parallel } = worldOf(seed, true);
    const outcome = await world.drain({ nodes, allow: new Set(consents), parallel });
    const told = decisions(plannedIn(world.events), world.events);
    const evicted = world.cluster.record.calls.filter((call) => call.verb === "evict");
    for (const call of evicted) expect([call.name, told.get(call.uid ?? "")?.split("/")[0]]).toEqual([call.name, "evict"]);
    expect(statesOf(outcome).every((state) => /drained|unproven/.test(state))).toBe(true);
    expect(brokenBy(world.cluster.record, nodes)).toEqual([]);
  });

  test("each pod is asked for once, where no budget closes between the look and the act and nothing fails", async () => {
    for (const seed of seeds("act", 100)) {
      const { world, nodes, parallel } = worldOf(seed, true);
      await world.drain({ nodes, allow: new Set(consents), parallel });
      const refused = world.cluster.record.calls.filter((call) => call.verb === "evict" && call.answer !== 201 && call.answer !== 200);
      expect({ seed, refused: refused.map((call) => [call.name, call.answer]) }).toEqual({ seed, refused: [] });
      expect(new Set(world.evictions).size).toBe(world.evictions.length);
    }
  });
});
