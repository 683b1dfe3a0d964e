import { describe, expect, test } from "vitest";
import { DrainWorld, drainOptions, nodesOf, statesOf } from "../../test/support/drain-world.ts";
import { heldAnnotation, parseHeld } from "../cluster/view/held-record.ts";
import type { ExecutionEvent } from "../execution/event.ts";
import { nodes as nodeKind } from "../kube/resource.ts";
import type { Consent } from "../plan/consent.ts";
import type { Millis } from "../runtime/clock.ts";
import type { BarePodSketch, ClusterSketch } from "../simulator/sketch.ts";
import { drain } from "./drain.ts";
import { previewNodes } from "./preview.ts";

const nodes = [{ name: "n" }, { name: "m" }];
const consents = new Set<Consent>(["unmanaged", "budget-violation"]);
const deadline: Millis = 60_000;
const ask = { allow: consents, request: { deadline } };
const pod = (name: string, given: Partial<BarePodSketch> = {}): BarePodSketch => ({ namespace: "web", name, on: "n", gone: 500, ...given });

/** Two pods under a budget that can never allow one, one of them with a long grace, and one that nothing holds. */
const held: Partial<ClusterSketch> = {
  nodes,
  pods: [pod("slow", { labels: { app: "db" }, grace: 40, gone: 5_000 }), pod("quick", { labels: { app: "db" }, grace: 10 }), pod("free")],
  budgets: [{ namespace: "web", name: "db", spec: { selector: { matchLabels: { app: "db" } }, minAvailable: 2 } }],
};

type Kind = ExecutionEvent["kind"];
const eventsOf = <K extends Kind>(world: DrainWorld, kind: K): readonly Extract<ExecutionEvent, { readonly kind: K }>[] =>
  world.events.flatMap((event) => (event.kind === kind ? [event as Extract<ExecutionEvent, { readonly kind: K }>] : []));
const begun = (world: DrainWorld): number => eventsOf(world, "deadline")[0]?.at ?? Number.NaN;
const deletions = (world: DrainWorld) => world.cluster.record.calls.filter(({ verb }) => verb === "delete");

describe("a drain with a deadline", () => {
  test("deletes what is left so early that its grace fits, and says so before and when it happens", async () => {
    const world = new DrainWorld(held);
    const outcome = await world.drain(ask);
    expect(statesOf(outcome)).toEqual(["n drained"]);
    const start = begun(world);
    expect(eventsOf(world, "deadline")).toMatchObject([
      {
        node: "n",
        resumed: false,
        deadlineAt: start + deadline,
        pods: [
          { pod: { name: "slow" }, dueAt: start + 20_000 },
          { pod: { name: "free" }, dueAt: start + 30_000 },
          { pod: { name: "quick" }, dueAt: start + 50_000 },
        ],
      },
    ]);
    // A deletion that was announced is no change of plan, and nothing is said twice.
    expect(eventsOf(world, "replanned").filter(({ to }) => to !== undefined && !to.startsWith("ask"))).toEqual([]);
    expect(eventsOf(world, "finding").filter(({ finding }) => finding.code === "deadline")).toEqual([]);
    // Before the first pod is asked to go.
    expect(world.events.findIndex(({ kind }) => kind === "deadline")).toBeLessThan(
      world.events.findIndex(({ kind }) => kind === "started"),
    );
    expect(eventsOf(world, "forced").map(({ pod: { name }, grace, at }) => [name, grace, Math.round((at - start) / 1000)])).toEqual([
      ["slow", 40_000, 20],
      ["quick", 10_000, 50],
    ]);
    expect(world.evictions).toEqual(["free"]);
    expect(nodesOf(outcome)[0]?.forced).toMatchObject([{ pod: { name: "slow" }, grace: 40_000 }, { pod: { name: "quick" } }]);
    expect(eventsOf(world, "gone").map(({ pod: { name }, action }) => [name, action])).toEqual([
      ["free", "evict"],
      ["slow", "delete"],
      ["quick", "delete"],
    ]);
  });

  test("begins only with the consent to violate budgets, and is refused by its name without", async () => {
    const world = new DrainWorld(held);
    const outcome = await world.drain({ allow: new Set<Consent>(["unmanaged"]), request: { deadline } });
    expect(outcome).toMatchObject({
      kind: "refused",
      refusals: [{ kind: "finding", finding: { code: "deadline", consent: "budget-violation", args: { node: "n", seconds: 60 } } }],
    });
    expect(world.cluster.record.calls.filter(({ verb }) => verb === "patch" || verb === "delete" || verb === "evict")).toEqual([]);
    const partial = await world.drain({ allow: new Set<Consent>(["unmanaged", "partial"]), request: { deadline } });
    expect(partial.kind).toBe("refused");
  });

  test("needs the right to delete pods, which is asked for before anything is touched", async () => {
    const world = new DrainWorld(held);
    const outcome = await world.until(world.begin(ask, undefined, { deny: [{ verb: "delete", resource: "pods" }] }));
    expect(outcome).toMatchObject({ kind: "denied", missing: [{ verb: "delete", resource: "pods", namespace: "web" }] });
    expect(world.cluster.record.calls.filter(({ verb }) => verb === "patch" || verb === "evict")).toEqual([]);
  });

  test("says beforehand of a pod whose grace is longer that it is deleted at once, and then does so with what there is", async () => {
    const world = new DrainWorld({ nodes, pods: [pod("long", { grace: 600, gone: 5_000 }), pod("free")] });
    const previewed = await world.until(previewNodes(world.surroundings(), drainOptions(ask)));
    expect(previewed).toMatchObject({
      plan: {
        findings: expect.arrayContaining([
          expect.objectContaining({ code: "grace-exceeds-deadline", args: { pod: "web/long", grace: 600, seconds: 60 } }),
        ]),
      },
    });
    await world.drain(ask);
    expect(eventsOf(world, "forced")).toMatchObject([{ pod: { name: "long" }, grace: 60_000 }]);
    expect(world.evictions).toEqual(["free"]);
  });

  test("goes past waves: a pod whose turn has not come is deleted in time", async () => {
    const late = { pods: { matchLabels: { late: "yes" } }, action: "evict", wave: 5 } as const;
    const world = new DrainWorld({
      nodes,
      pods: [pod("stuck", { gone: 200_000, grace: 300 }), pod("late", { labels: { late: "yes" }, grace: 5 })],
    });
    const work = world.begin({ ...ask, request: { deadline, rules: [late] } });
    await world.reach(() => eventsOf(world, "forced").some(({ pod: { name } }) => name === "late"));
    const [, forced] = eventsOf(world, "forced");
    expect((forced?.at ?? 0) - begun(world)).toBeGreaterThanOrEqual(55_000);
    expect((forced?.at ?? 0) - begun(world)).toBeLessThan(55_300);
    await world.until(work);
  });

  test("leaves a pod alone that needs a consent of its own", async () => {
    const world = new DrainWorld({ nodes, pods: [pod("bare"), pod("scratch", { emptyDir: true })] });
    const outcome = await world.drain({ ...ask, allow: new Set<Consent>(["unmanaged", "budget-violation", "partial"]) });
    expect(nodesOf(outcome)).toMatchObject([{ state: "blocked", left: [{ name: "scratch" }] }]);
    expect(eventsOf(world, "deadline")[0]?.pods.map(({ pod: { name } }) => name)).toEqual(["bare"]);
    expect(deletions(world)).toEqual([]);
  });

  test("gives a pod that somebody else deleted with a longer grace no more than the rest", async () => {
    const world = new DrainWorld({ nodes, pods: [pod("going", { terminating: true, grace: 300, gone: 290_000 })] });
    const outcome = await world.drain(ask);
    const [gone] = eventsOf(world, "gone");
    expect((gone?.at ?? 0) - begun(world)).toBeLessThan(deadline + 1_500);
    expect(statesOf(outcome)).toEqual(["n drained"]);
  });

  test("is not begun anew by a process that is started again, and says so", async () => {
    const world = new DrainWorld(held);
    const first = world.surroundings();
    const killed = drain(first, drainOptions(ask));
    killed.catch(() => {});
    await world.reach(() => eventsOf(world, "deadline").length === 1);
    const start = begun(world);
    await world.elapse(10_000);
    await first.api[Symbol.asyncDispose]();
    const { deadlineAt } = eventsOf(world, "deadline")[0] ?? { deadlineAt: 0 };
    await world.drain(ask);
    const again = eventsOf(world, "deadline")[1];
    expect(again).toMatchObject({ resumed: true });
    expect(Math.abs((again?.deadlineAt ?? 0) - deadlineAt)).toBeLessThanOrEqual(1_000);
    expect(again?.deadlineAt).toBeGreaterThanOrEqual(start + deadline);
  });

  test("is over with its drain: whoever begins again counts anew", async () => {
    const world = new DrainWorld(held);
    const stop = new AbortController();
    const work = world.begin(ask, stop.signal);
    await world.reach(() => eventsOf(world, "deadline").length === 1);
    await world.elapse(5_000);
    stop.abort(new Error("enough"));
    expect(statesOf(await world.until(work))).toEqual(["n interrupted"]);
    const record = parseHeld(world.cluster.control.find(nodeKind, { name: "n" })?.metadata.annotations?.[heldAnnotation]);
    expect(record).not.toBe("unreadable");
    expect(typeof record === "object" ? record.holders[0]?.deadline : "none").toBeUndefined();
    await world.elapse(3_600_000);
    await world.drain(ask);
    expect(eventsOf(world, "deadline")[1]).toMatchObject({
      resumed: false,
      deadlineAt: (eventsOf(world, "deadline")[1]?.at ?? 0) + deadline,
    });
  });
});
