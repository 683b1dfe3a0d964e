import { describe, expect, test } from "vitest";
import { DrainWorld } from "../../test/support/drain-world.ts";
import { heldAnnotation } from "../cluster/view/held-record.ts";
import type { ObjectHolder } from "../cluster/view/holder.ts";
import { projectNode } from "../cluster/view/project.ts";
import { holdNode } from "../execution/node-requests.ts";
import { nodes } from "../kube/resource.ts";
import { objectWish } from "../plan/wish.ts";
import { InvariantError } from "../runtime/errors.ts";
import { cordonNodes } from "./cordon.ts";
import { type DirectReturn, returnDirect, type ReturnDirectOptions } from "./return-direct.ts";

const rack: ObjectHolder = { kind: "Maintenance", name: "rack-7", uid: "m1", since: "2026-01-01T00:00:00Z" };
const exclude = "remediation.medik8s.io/exclude-from-remediation";
const wish = objectWish({ keepFromAutoscalers: true, medik8sTaints: true, excludeFromRemediation: true });

function nodeOf(world: DrainWorld) {
  const node = world.cluster.control.find(nodes, { name: "n" });
  if (node === undefined) throw new InvariantError("no node");
  return node;
}

const faceOf = (world: DrainWorld) => {
  const { metadata, spec } = nodeOf(world);
  return {
    labels: metadata.labels,
    annotations: metadata.annotations ?? {},
    unschedulable: spec?.unschedulable ?? false,
    taints: spec?.taints ?? [],
  };
};

async function out(
  labels: Record<string, string> = {},
  given: { unschedulable?: boolean } = {},
): Promise<{ world: DrainWorld; before: object }> {
  const world = new DrainWorld({ nodes: [{ name: "n", labels, ...given }, { name: "m" }] });
  await world.elapse(1_000);
  const before = faceOf(world);
  const { api, stop: signal } = world.surroundings();
  expect(await world.until(holdNode(projectNode(nodeOf(world)), rack, { api, signal, wish }))).toMatchObject({ kind: "held" });
  return { world, before };
}

async function bring(world: DrainWorld, given: Partial<ReturnDirectOptions> = {}) {
  const shown: DirectReturn[] = [];
  const o: ReturnDirectOptions = { choice: { names: ["n"] }, dryRun: "none", show: (plans) => shown.push(...plans), ...given };
  const outcome = await world.until(returnDirect(world.surroundings(), o));
  await world.elapse(5_000);
  return { outcome, shown };
}

describe("a node comes back by its record alone", () => {
  test("exactly as it was, and what is going to be done is shown first", async () => {
    const { world, before } = await out({ [exclude]: "false" });
    const { outcome, shown } = await bring(world);
    expect(outcome).toMatchObject({ kind: "returned", nodes: [{ result: { kind: "released" } }] });
    expect(faceOf(world)).toEqual(before);
    expect(shown).toMatchObject([
      {
        node: "n",
        holders: [{ name: "rack-7" }],
        leaving: [{ name: "rack-7" }],
        putsBack: [{ entry: `label:${exclude}=true`, former: "false" }],
        notOurs: [],
      },
    ]);
    expect(shown[0]?.undoes).toHaveLength(6);
  });

  test("by one holder: the others go on holding it", async () => {
    const { world } = await out();
    await world.until(cordonNodes(world.surroundings(), { choice: { names: ["n"] }, dryRun: "none" }));
    const { outcome } = await bring(world, { holder: "maintenance/rack-7" });
    expect(outcome).toMatchObject({ kind: "returned", nodes: [{ result: { kind: "kept", why: "held", by: ["jane on laptop"] } }] });
    expect(faceOf(world)).toMatchObject({ unschedulable: true, labels: { "kubernetes.io/hostname": "n" } });
    expect(faceOf(world).annotations[heldAnnotation]).not.toContain("rack-7");
  });

  test("by a holder that it has not got: nothing is touched, and who holds it is named", async () => {
    const { world } = await out();
    const { outcome, shown } = await bring(world, { holder: "maintenance/rack-8" });
    expect(outcome).toEqual({ kind: "no-such-holder", nodes: [{ node: "n", holders: ["maintenance/rack-7"] }] });
    expect(shown).toEqual([]);
    expect(faceOf(world).unschedulable).toBe(true);
  });

  test("but for a cordon that was there before", async () => {
    const { world, before } = await out({}, { unschedulable: true });
    const { outcome } = await bring(world);
    expect(outcome).toMatchObject({ nodes: [{ result: { kind: "kept", why: "foreign", cordon: { when: "before" } } }] });
    expect(faceOf(world)).toEqual(before);
  });

  test("not before somebody has agreed, and not in a dry run", async () => {
    const { world } = await out();
    expect((await bring(world, { agree: () => Promise.resolve(false) })).outcome).toEqual({ kind: "stopped-before", why: "declined" });
    expect((await bring(world, { dryRun: "client" })).outcome).toMatchObject({ nodes: [{ result: { kind: "planned" } }] });
    expect((await bring(world, { dryRun: "server" })).outcome).toMatchObject({ nodes: [{ result: { kind: "released" } }] });
    expect(faceOf(world).unschedulable).toBe(true);
  });

  test("and one that nobody holds is left as it is, and nobody has to agree to that", async () => {
    const world = new DrainWorld({ nodes: [{ name: "n" }] });
    const version = nodeOf(world).metadata.resourceVersion;
    const outcome = (await bring(world, { agree: () => Promise.resolve(false) })).outcome;
    expect(outcome).toMatchObject({ nodes: [{ plan: { holders: [], undoes: [] }, result: { kind: "released" } }] });
    expect(nodeOf(world).metadata.resourceVersion).toBe(version);
  });
});
