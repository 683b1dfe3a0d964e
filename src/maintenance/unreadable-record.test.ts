import { expect, test } from "vitest";
import { drainOptions, DrainWorld } from "../../test/support/drain-world.ts";
import { heldAnnotation } from "../cluster/view/held-record.ts";
import { nodes } from "../kube/resource.ts";
import { previewNodes } from "./preview.ts";

function withUnreadableRecord(): DrainWorld {
  const world = new DrainWorld({ nodes: [{ name: "n" }, { name: "m" }], pods: [{ namespace: "web", name: "a", on: "n" }] });
  const metadata = { annotations: { [heldAnnotation]: "{" } };
  world.cluster.control.edit(nodes, { name: "n" }, { kind: "merge", body: { metadata } });
  return world;
}

const refusals = [{ kind: "finding", finding: { code: "record-unreadable", severity: "fatal", args: { node: "n" } } }];

test("a preview of a node whose record cannot be read says that it cannot be drained", async () => {
  const world = withUnreadableRecord();
  const previewed = await world.until(previewNodes(world.surroundings(), drainOptions({ allow: new Set(["unmanaged"]) })));
  expect(previewed).toMatchObject({ kind: "previewed", refusals });
});

test.each(["none", "client", "server"] as const)("a drain of it (dry run: %s) is refused before any node is touched", async (dryRun) => {
  const world = withUnreadableRecord();
  const outcome = await world.drain({ nodes: ["m", "n"], allow: new Set(["unmanaged"]), dryRun });
  expect(outcome).toMatchObject({ kind: "refused", refusals });
  expect(world.cluster.record.entries.filter((entry) => entry.by === "jane")).toEqual([]);
});

test("no consent helps: a pod can be left on its node, a node that cannot be cordoned is not drained in part", async () => {
  const world = withUnreadableRecord();
  const outcome = await world.drain({ nodes: ["m", "n"], allow: new Set(["unmanaged", "partial"]) });
  expect(outcome).toMatchObject({ kind: "refused", refusals });
});
