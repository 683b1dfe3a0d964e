import { describe, expect, test } from "vitest";
import type { ExecutionEvent } from "../execution/event.ts";
import { volumeAttachments } from "../kube/resource.ts";
import type { Instant } from "../runtime/clock.ts";
import { DrainWorld, drainOptions, nodesOf, statesOf } from "../../test/support/drain-world.ts";
import type { BarePodSketch, ClusterSketch, VolumeSketch } from "../simulator/sketch.ts";
import { previewNodes } from "./preview.ts";

const nodes = [{ name: "n" }, { name: "m" }];
const consents = new Set(["unmanaged", "daemonsets"] as const);
const pod = (name: string, given: Partial<BarePodSketch> = {}): BarePodSketch => ({ namespace: "web", name, on: "n", gone: 500, ...given });
const volume = (claim: string, given: Partial<VolumeSketch> = {}): VolumeSketch => ({ namespace: "web", claim, ...given });

/** Two pods with a volume each, one of which takes `detach`. */
const twoVolumes = (detach: VolumeSketch["detach"]): Partial<ClusterSketch> => ({
  nodes,
  pods: [pod("a", { claims: ["data-a"] }), pod("b", { claims: ["data-b"] }), pod("plain")],
  volumes: [volume("data-a", { detach: 200 }), volume("data-b", detach === undefined ? {} : { detach })],
});

function eventAt(events: readonly ExecutionEvent[], holds: (event: ExecutionEvent) => boolean): Instant {
  return events.find(holds)?.at ?? Number.NaN;
}

const drained = ({ kind }: ExecutionEvent): boolean => kind === "drained";
const blockedBy =
  (code: string) =>
  (event: ExecutionEvent): boolean =>
    event.kind === "blocked" && event.blocker.code === code;

/** When the last volume was off the node. */
function watchDetach(world: DrainWorld): { at: Instant } {
  const last = { at: Number.NaN };
  const look = (): void => {
    const left = world.cluster.control.all(volumeAttachments).filter(({ spec }) => spec.nodeName === "n");
    if (left.length > 0) world.clock.timer(10, look, { background: true });
    else last.at = world.clock.now();
  };
  world.clock.timer(10, look, { background: true });
  return last;
}

describe("the volumes of moved pods", () => {
  test("are waited for, and the verdict follows the last of them within a second", async () => {
    const world = new DrainWorld(twoVolumes(20_000));
    const detached = watchDetach(world);
    expect(statesOf(await world.drain({ allow: consents }))).toEqual(["n drained"]);
    const verdict = eventAt(world.events, drained);
    expect(verdict).toBeGreaterThanOrEqual(detached.at - 10);
    expect(verdict - detached.at).toBeLessThan(1_000);
    const [blocked] = world.events.filter(blockedBy("volumes-attached"));
    expect(blocked).toMatchObject({
      blocker: { endsBy: "cluster", args: { volumes: expect.arrayContaining(["web-data-b (claim web/data-b)"]) } },
    });
    const end = world.events.find(drained);
    expect(end).toMatchObject({ proven: true, proofs: expect.arrayContaining([expect.objectContaining({ code: "volumes-detached" })]) });
  });

  test("that are off before the arrival quiet is over cost nothing: the two run side by side", async () => {
    const world = new DrainWorld(twoVolumes(1_000));
    await world.drain({ allow: consents });
    const cordoned = eventAt(world.events, ({ kind }) => kind === "cordoned");
    expect(eventAt(world.events, drained) - cordoned).toBeLessThan(5_200);
  });

  test("that hang are named after the time that was given, and only the rest is proven", async () => {
    const world = new DrainWorld(twoVolumes("hang"));
    const outcome = await world.drain({ allow: consents, request: { volumeDetachTimeout: 30_000 } });
    expect(nodesOf(outcome)).toMatchObject([{ state: "unproven", moved: 3, attached: ["web-data-b (claim web/data-b)"] }]);
    const lastGone = Math.max(...world.events.flatMap((event) => (event.kind === "gone" ? [event.at] : [])));
    const end = world.events.find(drained);
    expect((end?.at ?? 0) - lastGone).toBeGreaterThanOrEqual(30_000);
    expect((end?.at ?? 0) - lastGone).toBeLessThan(30_200);
    expect(end).toMatchObject({
      proven: false,
      proofs: expect.arrayContaining([
        expect.objectContaining({ code: "volumes-left-attached", proven: false }),
        expect.objectContaining({
          code: "node-empty-unconfirmed",
          args: expect.objectContaining({ unconfirmed: [], volumes: ["web-data-b (claim web/data-b)"] }),
        }),
      ]),
    });
  });

  test("are not asked about at all with a time of 0", async () => {
    const world = new DrainWorld(twoVolumes("hang"));
    expect(statesOf(await world.drain({ allow: consents, request: { volumeDetachTimeout: 0 } }))).toEqual(["n drained"]);
    expect(world.cluster.record.calls.filter(({ resource }) => resource === "volumeattachments")).toEqual([]);
  });

  test("of a pod that stays are none of them", async () => {
    const agent: BarePodSketch = pod("agent", { mirror: true, claims: ["cache"] });
    const world = new DrainWorld({
      nodes,
      pods: [agent, pod("a", { claims: ["data-a"] })],
      volumes: [volume("cache", { detach: "hang" }), volume("data-a")],
    });
    expect(statesOf(await world.drain({ allow: consents }))).toEqual(["n drained"]);
  });

  test("of pods that went before this process was started are waited for all the same", async () => {
    const world = new DrainWorld(twoVolumes(30_000));
    const stop = new AbortController();
    const first = world.begin({ allow: consents }, stop.signal);
    await world.reach(() => world.events.filter(({ kind }) => kind === "gone").length === 3);
    stop.abort(new Error("stopped"));
    await world.until(first);
    const detached = watchDetach(world);
    await world.drain({ allow: consents });
    // The verdict may come before the next look.
    await world.reach(() => !Number.isNaN(detached.at));
    expect(eventAt(world.events, drained)).toBeGreaterThanOrEqual(detached.at - 10);
  });

  test("are read only when the first eviction is on its way", async () => {
    const world = new DrainWorld(twoVolumes(1_000));
    await world.drain({ allow: consents });
    const { calls } = world.cluster.record;
    const firstEviction = calls.find(({ verb }) => verb === "evict")?.at ?? Number.NaN;
    const reads = calls.filter(({ resource }) => resource === "volumeattachments" || resource === "persistentvolumes");
    const evictedAt = world.events.find(({ kind }) => kind === "started")?.at ?? Number.NaN;
    expect(Math.min(...reads.map(({ at }) => at))).toBeGreaterThan(evictedAt);
    expect(firstEviction).toBeGreaterThan(0);
    // One list and one watch of attachments, one list of volumes: whatever the number of pods.
    expect(reads.length).toBeLessThanOrEqual(3);
  });

  test("that may not be read do not stop anything, and the verdict says so", async () => {
    const world = new DrainWorld(twoVolumes("hang"));
    const deny = [{ resource: "volumeattachments" }, { resource: "persistentvolumes" }];
    const outcome = await world.until(world.begin({ allow: consents }, undefined, { deny }));
    expect(nodesOf(outcome)).toMatchObject([{ state: "unproven" }]);
    expect(nodesOf(outcome)[0]?.attached).toBeUndefined();
    const findings = world.events.flatMap((event) =>
      event.kind === "finding" ? [`${event.finding.code} ${String(event.finding.args["resource"])}`] : [],
    );
    expect(findings.toSorted()).toEqual(["volumes-unread persistentvolumes", "volumes-unread volumeattachments.storage.k8s.io"]);
  });

  test("of a node that falls silent are not waited for, and named", async () => {
    const world = new DrainWorld({ nodes, pods: [pod("a", { claims: ["data-a"] })], volumes: [volume("data-a", { detach: "hang" })] });
    const work = world.begin({ allow: consents });
    await world.reach(() => world.events.some(blockedBy("volumes-attached")));
    world.cluster.control.killNode("n");
    expect(statesOf(await world.until(work))).toEqual(["n unproven"]);
    const end = world.events.find(drained);
    expect(end).toMatchObject({
      proofs: expect.arrayContaining([expect.objectContaining({ args: expect.objectContaining({ why: "not-ready" }) })]),
    });
  });
});

describe("data on the node's own disk", () => {
  const sketch: Partial<ClusterSketch> = {
    nodes,
    pods: [pod("db", { claims: ["data"] }), pod("plain")],
    volumes: [volume("data", { localTo: "n" })],
  };

  test("is warned of in a preview, whose hash is the drain's all the same", async () => {
    const world = new DrainWorld(sketch);
    const previewed = await world.until(previewNodes(world.surroundings(), drainOptions()));
    expect(previewed).toMatchObject({
      kind: "previewed",
      plan: { findings: [{ code: "local-volume", args: { pod: "web/db", volume: "web-data" } }] },
    });
    await world.drain({ allow: consents });
    const planned = world.events.find(({ kind }) => kind === "planned");
    expect(planned).toMatchObject({ plan: { hash: previewed.kind === "previewed" ? previewed.plan.hash : "", findings: [] } });
    expect(world.events).toContainEqual(
      expect.objectContaining({ kind: "finding", finding: expect.objectContaining({ code: "local-volume" }) }),
    );
  });
});
