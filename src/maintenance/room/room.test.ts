import { describe, expect, test } from "vitest";
import { drainOptions, DrainWorld, statesOf } from "../../../test/support/drain-world.ts";
import { us } from "../../../test/support/invariants.ts";
import type { ExecutionEvent } from "../../execution/event.ts";
import type { Finding } from "../../plan/finding.ts";
import type { ClusterSketch } from "../../simulator/sketch.ts";
import { phrases } from "../crafts.ts";
import { previewNodes } from "../preview.ts";

/** Room for one of the two on each other node, and one of them is taken. */
const tight: Partial<ClusterSketch> = {
  nodes: [{ name: "n" }, { name: "m", cpu: "2" }, { name: "gpu", taints: [{ key: "gpu", effect: "NoSchedule" }] }],
  workloads: [{ kind: "Deployment", namespace: "shop", name: "api", replicas: 2, on: ["n", "n"], pod: { cpu: "2" } }],
};

const said = ({ code, args }: Finding): string => phrases[code as "no-room"].text(args);

async function preview(world: DrainWorld, ask: Parameters<typeof drainOptions>[0] = {}) {
  const outcome = await world.until(previewNodes(world.surroundings(), drainOptions(ask)));
  if (outcome.kind !== "previewed") throw new Error(`not previewed: ${outcome.kind}`);
  return outcome;
}

const findingsIn = (events: readonly ExecutionEvent[]): readonly Finding[] =>
  events.flatMap((event) => (event.kind === "finding" ? [event.finding] : []));

describe("a preview", () => {
  test("says for whom no other node has room, and why none of them has", async () => {
    const { plan, refusals } = await preview(new DrainWorld(tight));
    expect(plan.findings.map(said)).toEqual([
      expect.stringMatching(
        /^no room elsewhere for shop\/api-\w+-\w+ beside the pods that go with it: 0\/2 other nodes: 1 insufficient cpu, 1 taint gpu:NoSchedule$/,
      ),
    ]);
    expect(plan.findings[0]).toMatchObject({ severity: "warning", objects: [{ kind: "Node", name: "n" }, { kind: "Pod" }] });
    expect(refusals).toEqual([]);
  });

  test("says nothing where there is room for all", async () => {
    const nodes = [{ name: "n" }, { name: "m", cpu: "4" }];
    expect((await preview(new DrainWorld({ ...tight, nodes }))).plan.findings).toEqual([]);
  });

  test("takes no node for room that is drained too, cordoned or not Ready", async () => {
    const world = new DrainWorld({ ...tight, nodes: [{ name: "n" }, { name: "m" }, { name: "c", unschedulable: true }] });
    const { plan } = await preview(world, { nodes: ["n", "m"] });
    expect(plan.findings.map(said)).toEqual([expect.stringMatching(/: 0\/2 other nodes: 1 cordoned, 1 drained too$/)]);
  });

  test("has the hash of the drain, which does not wait for it", async () => {
    const world = new DrainWorld(tight);
    const { plan } = await preview(world);
    await world.drain();
    expect(plan.findings).toHaveLength(1);
    expect(world.events.flatMap((event) => (event.kind === "planned" ? [event.plan] : []))).toMatchObject([
      { hash: plan.hash, findings: [] },
    ]);
  });

  test("asks nothing of the pods that stay or that nobody replaces", async () => {
    const world = new DrainWorld({
      nodes: [{ name: "n" }],
      workloads: [{ kind: "DaemonSet", namespace: "shop", name: "logs" }],
      pods: [{ namespace: "shop", name: "bare", on: "n" }],
    });
    expect((await preview(world)).plan.findings).toEqual([]);
  });

  test("with --require-room refuses", async () => {
    const { refusals } = await preview(new DrainWorld(tight), { requireRoom: true });
    expect(refusals).toMatchObject([{ kind: "finding", finding: { code: "no-room", severity: "fatal" } }]);
  });

  test("says that it was not checked where nodes may not be listed", async () => {
    const world = new DrainWorld(tight);
    const s = world.surroundings(undefined, { deny: [{ verb: "list", resource: "nodes" }] });
    const outcome = await world.until(previewNodes(s, drainOptions()));
    expect(outcome).toMatchObject({ kind: "previewed" });
    const findings = outcome.kind === "previewed" ? outcome.plan.findings.filter(({ code }) => code === "room-not-checked") : [];
    expect(findings.map(said)).toEqual(["not checked: whether the pods find room elsewhere (nodes may not be listed)"]);
  });
});

describe("a drain", () => {
  test("says it as a finding, after the first eviction was answered, and goes on", async () => {
    const world = new DrainWorld(tight);
    expect(statesOf(await world.drain())).toEqual(["n drained"]);
    const kinds = world.events.map(({ kind }) => kind);
    expect(findingsIn(world.events)).toMatchObject([{ code: "no-room" }]);
    expect(kinds.indexOf("finding")).toBeGreaterThan(kinds.indexOf("accepted"));
    const reads = world.cluster.record.calls.map(({ verb, resource, name }) => `${verb} ${resource} ${name ?? ""}`.trim());
    const survey = reads.findLastIndex((call) => call === "list nodes");
    expect(survey).toBeGreaterThan(reads.findIndex((call) => call.startsWith("evict")));
  });

  test("counts those that are going already, while their replacement has not been made", async () => {
    const world = new DrainWorld({ ...tight, nodes: [{ name: "n" }] });
    await world.drain();
    expect(findingsIn(world.events).map(said)).toEqual([
      expect.stringMatching(/^no room elsewhere for shop\/api-\w+-\w+, shop\/api-\w+-\w+: there is no other node$/),
    ]);
  });

  test("with --require-room touches nothing where there is none, and says nothing more where there is", async () => {
    const narrow = new DrainWorld(tight);
    expect(await narrow.drain({ requireRoom: true })).toMatchObject({ kind: "refused", refusals: [{ finding: { code: "no-room" } }] });
    expect(narrow.cluster.record.entries.filter(({ by }) => by === us)).toEqual([]);
    const wide = new DrainWorld({ ...tight, nodes: [{ name: "n" }, { name: "m" }] });
    expect(statesOf(await wide.drain({ requireRoom: true }))).toEqual(["n drained"]);
    expect(findingsIn(wide.events)).toEqual([]);
  });

  test("in a dry run says it too", async () => {
    const world = new DrainWorld(tight);
    await world.drain({ dryRun: "client" });
    expect(findingsIn(world.events)).toMatchObject([{ code: "no-room" }]);
  });
});
