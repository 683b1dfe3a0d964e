import { describe, expect, test } from "vitest";
import type { ExecutionEvent } from "../../src/execution/event.ts";
import type { Pod } from "../../src/kube/pod.ts";
import type { Consent } from "../../src/plan/consent.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import { randomCluster } from "../../src/simulator/random-cluster.ts";
import { DrainWorld } from "../support/drain-world.ts";
import { brokenBy, provenInVain, us } from "../support/invariants.ts";

const consents: readonly Consent[] = ["unmanaged", "emptydir", "daemonsets", "interactive", "budget-violation"];
const seeds = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}/${i}`);
/** Between what is decided and what the server is asked lies a pass; it is never early. */
const promptly = 1_500;

function worldOf(seed: string) {
  const random = seededRandom(seed);
  const sketch = randomCluster(random.fork("sketch"), { endsAlone: false });
  const nodes = sketch.nodes.slice(0, 1 + Math.floor(random.next() * 2)).map((node) => node.name);
  const deadline = 1_000 * (1 + Math.floor(random.next() * 90));
  return { world: new DrainWorld(sketch, { seed }), nodes, deadline, parallel: 1 + Math.floor(random.next() * 2) };
}

const ofKind = <K extends ExecutionEvent["kind"]>(events: readonly ExecutionEvent[], kind: K) =>
  events.flatMap((event) => (event.kind === kind ? [event as Extract<ExecutionEvent, { readonly kind: K }>] : []));

describe("a drain with a deadline", () => {
  test.each(seeds("deadline", 100))("%s: deletes nothing early, nothing unannounced, and nothing that it says nothing of", async (seed) => {
    const { world, nodes, deadline, parallel } = worldOf(seed);
    await world.drain({ nodes, parallel, allow: new Set(consents), timeout: deadline + 60_000, request: { deadline } });
    const { entries, calls } = world.cluster.record;
    const deadlines = new Map(ofKind(world.events, "deadline").map((event) => [event.node, event]));
    const forced = ofKind(world.events, "forced");
    for (const call of calls.filter(({ verb, by }) => verb === "delete" && by === us)) {
      const entry = entries.find(({ uid, kind }) => kind === "Pod" && uid === call.uid);
      const { spec } = ((entry?.after ?? entry?.before) as Pod | undefined) ?? {};
      const known = deadlines.get(spec?.nodeName ?? "");
      const grace = Math.max(1, spec?.terminationGracePeriodSeconds ?? 30) * 1000;
      expect(call.at).toBeGreaterThanOrEqual((known?.deadlineAt ?? Number.NaN) - grace);
      expect(call.answer === 200 || forced.some(({ pod: { uid } }) => uid === call.uid)).toBe(true);
    }
    for (const { pod, grace, deadlineAt, at, node } of forced) {
      expect(grace).toBeGreaterThanOrEqual(1_000);
      expect(at + grace).toBeLessThanOrEqual(Math.max(deadlineAt, at + 1_000) + promptly);
      const announced = deadlines.get(node);
      const came = world.events.some((event) => event.kind === "replanned" && event.subject.uid === pod.uid);
      expect(came || announced?.pods.some(({ pod: { uid } }) => uid === pod.uid)).toBe(true);
    }
    const deleted = new Set(forced.map(({ pod }) => `deleted pods/${pod.name}`));
    expect(brokenBy(world.cluster.record, nodes).filter((broken) => !deleted.has(broken))).toEqual([]);
    expect(provenInVain(world.cluster.record, world.events)).toEqual([]);
  });

  test.each(seeds("unagreed", 20))("%s: without the consent begins nothing", async (seed) => {
    const { world, nodes, deadline } = worldOf(seed);
    const outcome = await world.drain({
      nodes,
      allow: new Set(consents.filter((consent) => consent !== "budget-violation")),
      request: { deadline },
    });
    expect(outcome.kind).toBe("refused");
    expect(world.cluster.record.calls.filter(({ verb }) => verb === "delete" || verb === "evict" || verb === "patch")).toEqual([]);
  });
});
