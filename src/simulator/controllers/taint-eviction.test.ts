import { expect, test } from "vitest";
import { taintCases } from "../../../test/taint-cases.ts";
import type { Pod } from "../../kube/pod.ts";
import { nodes } from "../../kube/resource.ts";
import { Rig } from "../testing/rig.ts";

// The table that a real control plane is run through in test/control-plane/taint-eviction.test.ts.
test.for(taintCases)("$name", async ({ tolerations, writes, budget, finished, ends }) => {
  await using rig = new Rig();
  const { control, cluster } = rig;
  const namespace = "web";
  control.addNode({ name: "a" });
  const phase = finished === true ? { phase: "Succeeded" as const } : {};
  control.addPod({ namespace, name: "p", on: "a", gone: "hang", tolerations, ...phase });
  if (budget === true) control.addBudget({ namespace, name: "all", spec: { minAvailable: 1, selector: {} } });
  const began = rig.clock.now();
  for (const { at, taints } of writes) {
    await rig.pass(began + at * 1000 - rig.clock.now());
    control.edit(nodes, { name: "a" }, { kind: "merge", body: { spec: { taints: taints.map((taint) => ({ ...taint })) } } });
  }
  await rig.pass(10_000);
  const marked = cluster.record.entries.find(({ kind, after }) => kind === "Pod" && after?.metadata.deletionTimestamp !== undefined)?.at;
  const gone = cluster.record.entries.find(({ kind, after }) => kind === "Pod" && after === undefined)?.at;
  const at = marked ?? gone;
  expect(at === undefined ? "never" : Math.floor((at - began) / 1000)).toBe(ends);
  if (at === undefined) return;
  const conditions = cluster.record.entries.flatMap(({ kind, after }) =>
    kind === "Pod" ? ((after as Pod | undefined)?.status?.conditions ?? []) : [],
  );
  expect(conditions).toContainEqual(expect.objectContaining({ type: "DisruptionTarget", reason: "DeletionByTaintManager" }));
});
