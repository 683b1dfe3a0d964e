import { describe, expect, test } from "vitest";
import { nodes, pods, volumeAttachments } from "../../kube/resource.ts";
import type { ClusterSketch, VolumeSketch } from "../sketch.ts";
import { Rig } from "../testing/rig.ts";
import { detachScript } from "./volumes.ts";

async function rigWith(volume: Partial<VolumeSketch>) {
  const rig = new Rig();
  const sketch: ClusterSketch = {
    nodes: [{ name: "n" }, { name: "m" }],
    workloads: [{ kind: "StatefulSet", namespace: "web", name: "db", replicas: 1, on: ["n"], pod: { claims: ["data"], gone: 100 } }],
    budgets: [],
    pods: [],
    volumes: [{ namespace: "web", claim: "data", ...volume }],
  };
  rig.control.build(sketch);
  const on = (node: string) => rig.control.all(volumeAttachments).filter(({ spec }) => spec.nodeName === node);
  return { rig, on };
}

describe("a volume of a driver", () => {
  test("is attached where its pod is when a scenario begins", async () => {
    const { on } = await rigWith({});
    expect(on("n")).toMatchObject([
      { status: { attached: true }, metadata: { finalizers: [expect.stringContaining("external-attacher")] } },
    ]);
    expect(on("m")).toEqual([]);
  });

  test("is detached when its pod is gone, after the driver's time, and follows it to its next node only then", async () => {
    const { rig, on } = await rigWith({ detach: 3_000 });
    rig.control.edit(nodes, { name: "n" }, { kind: "merge", body: { spec: { unschedulable: true } } });
    rig.control.remove(pods, { namespace: "web", name: "db-0" });
    await rig.until(() => on("n")[0]?.metadata.deletionTimestamp !== undefined);
    const took = await rig.until(() => on("n").length === 0);
    expect(took).toBeGreaterThanOrEqual(3_000);
    expect(took).toBeLessThan(3_100);
    await rig.until(() => on("m")[0]?.status?.attached === true);
  });

  test("that hangs stays until its attachment says otherwise", async () => {
    const { rig, on } = await rigWith({ detach: "hang" });
    rig.control.remove(pods, { namespace: "web", name: "db-0" }, { gracePeriodSeconds: 0 });
    rig.control.edit(nodes, { name: "n" }, { kind: "merge", body: { spec: { unschedulable: true } } });
    await rig.until(() => on("n")[0]?.metadata.deletionTimestamp !== undefined);
    const [stuck] = on("n");
    rig.control.edit(
      volumeAttachments,
      { name: stuck?.metadata.name ?? "" },
      { kind: "merge", body: { metadata: { annotations: { [detachScript]: "10ms" } } } },
    );
    await rig.until(() => on("n").length === 0);
    expect(on("n")).toEqual([]);
  });

  test("on a node's own disk is attached by nobody", async () => {
    const { on } = await rigWith({ localTo: "n" });
    expect(on("n")).toEqual([]);
  });
});
