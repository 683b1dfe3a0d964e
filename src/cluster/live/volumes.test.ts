import { describe, expect, test } from "vitest";
import { DrainWorld } from "../../../test/support/drain-world.ts";
import { pods, volumeAttachments } from "../../kube/resource.ts";
import type { ClientOptions } from "../../simulator/embedded-cluster.ts";
import type { ClusterSketch } from "../../simulator/sketch.ts";
import { Fleet } from "./fleet.ts";
import { watchCluster } from "./live-cluster.ts";

const sketch: Partial<ClusterSketch> = {
  nodes: [{ name: "n" }, { name: "m" }, { name: "m2" }],
  pods: [
    { namespace: "web", name: "here", on: "n", claims: ["here"] },
    { namespace: "web", name: "there", on: "m", claims: ["there"] },
  ],
  volumes: ["here", "there", "late", "unused"].map((claim) => ({ namespace: "web", claim, detach: 500 })),
};

async function look(client: ClientOptions = {}) {
  const world = new DrainWorld(sketch);
  const { api, clock, random, stop } = world.surroundings(undefined, client);
  const live = watchCluster({ api, clock, random, nodes: ["n"], signal: stop });
  await world.until(live.ready);
  const volumes = () => live.view().volumes;
  const asked = (resource: string) => world.cluster.record.calls.filter((call) => call.resource === resource);
  return { world, live, volumes, asked };
}

describe("the volumes of the nodes that matter", () => {
  test("are not asked for until somebody begins; then they are known, those of other nodes are not kept", async () => {
    const { world, live, volumes, asked } = await look();
    expect([volumes().attachmentsKnown, volumes().volumesKnown, asked("persistentvolumes")]).toEqual(["unread", "unread", []]);
    await world.until(live.readVolumes(true));
    await world.reach(() => volumes().attachmentsKnown === "known");
    expect(volumes().attachments("n")).toMatchObject([{ volume: "web-here", attached: true }]);
    expect(volumes().attachments("m")).toEqual([]);
    expect(volumes().volumeOf({ namespace: "web", name: "here" })).toMatchObject({ name: "web-here", kind: "other" });
    expect([volumes().volume("web-there"), volumes().volume("web-unused")]).toEqual([undefined, undefined]);
    await live[Symbol.asyncDispose]();
  });

  test("without a wish for attachments are one list and no watch", async () => {
    const { world, live, volumes, asked } = await look();
    await world.until(live.readVolumes(false));
    expect([volumes().volumesKnown, volumes().attachmentsKnown]).toEqual(["known", "unread"]);
    expect([asked("persistentvolumes").length, asked("volumeattachments").length]).toEqual([1, 0]);
    await live[Symbol.asyncDispose]();
  });

  test("of a node none of whose pods has a claim need no list at all", async () => {
    const world = new DrainWorld({ nodes: [{ name: "n" }], pods: [{ namespace: "web", name: "plain", on: "n" }] });
    const { api, clock, random, stop } = world.surroundings();
    const live = watchCluster({ api, clock, random, nodes: ["n"], signal: stop });
    await world.until(live.ready);
    await world.until(live.readVolumes(true));
    await world.reach(() => live.view().volumes.attachmentsKnown === "known");
    expect(live.view().volumes.volumesKnown).toBe("known");
    expect(world.cluster.record.calls.filter(({ resource }) => resource === "persistentvolumes")).toEqual([]);
    await live[Symbol.asyncDispose]();
  });

  test("of pods on other nodes are none of its business, where all pods are watched at once", async () => {
    const world = new DrainWorld(sketch);
    world.cluster.control.addPod({ namespace: "web", name: "plain", on: "m2" });
    const { api, clock, random, stop } = world.surroundings();
    const fleet = new Fleet({ api, clock, random, signal: stop });
    const shared = Array.from({ length: 21 }, () => fleet.share()).at(-1);
    const live = watchCluster({ api, clock, random, nodes: ["m2"], signal: stop, ...(shared === undefined ? {} : { shared }) });
    await world.until(live.ready);
    expect(live.view().podsOn("m2")).toMatchObject([{ name: "plain" }]);
    await world.until(live.readVolumes(false));
    expect(world.cluster.record.calls.filter(({ resource }) => resource === "persistentvolumes")).toEqual([]);
    await live[Symbol.asyncDispose]();
    await fleet[Symbol.asyncDispose]();
  });

  test("of a pod that comes later are looked for again, a while after", async () => {
    const { world, live, volumes, asked } = await look();
    await world.until(live.readVolumes(true));
    world.cluster.control.addPod({ namespace: "web", name: "late", on: "n", claims: ["late"] });
    await world.reach(() => volumes().volumeOf({ namespace: "web", name: "late" }) !== undefined);
    expect(asked("persistentvolumes")).toHaveLength(2);
    await live[Symbol.asyncDispose]();
  });

  test("go from the view as soon as they are detached, and a change is told", async () => {
    const { world, live, volumes } = await look();
    await world.until(live.readVolumes(true));
    let told = 0;
    using _ = live.onChange(() => {
      told += 1;
    });
    world.cluster.control.remove(pods, { namespace: "web", name: "here" }, { gracePeriodSeconds: 0 });
    await world.reach(() => volumes().attachments("n").length === 0);
    expect(world.cluster.control.all(volumeAttachments).filter(({ spec }) => spec.nodeName === "n")).toEqual([]);
    expect(told).toBeGreaterThan(0);
    await live[Symbol.asyncDispose]();
  });

  test.each(["persistentvolumes", "volumeattachments"])(
    "say so where %s may not be read, and are no blindness of the plan",
    async (resource) => {
      const { world, live, volumes } = await look({ deny: [{ resource }] });
      await world.until(live.readVolumes(true));
      await world.reach(() => [volumes().volumesKnown, volumes().attachmentsKnown].includes("denied"));
      expect(live.view().blind).toEqual([]);
      await live[Symbol.asyncDispose]();
    },
  );
});
