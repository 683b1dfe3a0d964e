import { expect, test } from "vitest";
import { DrainWorld } from "../../../test/support/drain-world.ts";
import { nodes, type Resource } from "../../kube/resource.ts";
import { waitForNodes, type WaitOptions, type WaitOutcome } from "./wait.ts";

function world(): DrainWorld {
  return new DrainWorld({
    nodes: [{ name: "n" }, { name: "m" }],
    workloads: [{ kind: "Deployment", namespace: "web", name: "web", replicas: 2, on: ["n", "m"], pod: { ready: 1_000, gone: 1_000 } }],
  });
}

function begin(w: DrainWorld, goal: WaitOptions["goal"], o: Partial<WaitOptions> = {}, stop?: AbortSignal): Promise<WaitOutcome> {
  return waitForNodes(w.surroundings(stop, { name: "waiter" }), { choice: { names: ["n"] }, goal, pageSize: 500, ...o });
}

test.each(["empty", "power-off-safe"] as const)("--for=%s ends when a drain has emptied the node, and not before", async (goal) => {
  const w = world();
  const waiting = begin(w, goal);
  let isOver = false;
  void waiting.then(() => {
    isOver = true;
  });
  await w.elapse(30_000);
  expect(isOver).toBe(false);
  await w.drain();
  expect(await w.until(waiting, "patient")).toMatchObject({ kind: "waited", ends: [{ node: "n", end: "met" }] });
});

test("--for=empty in vain ends in time, and says what was missing", async () => {
  const w = world();
  const outcome = await w.until(begin(w, "empty", { timeout: 60_000 }), "patient");
  expect(outcome).toMatchObject({ ends: [{ node: "n", end: "timed-out", last: { answer: "no" } }] });
});

test("--for=in-service ends when the cordon is lifted; --for=ready does not mind it", async () => {
  const w = world();
  w.cluster.control.edit(nodes, { name: "n" }, { kind: "merge", body: { spec: { unschedulable: true } } });
  expect(await w.until(begin(w, "ready"))).toMatchObject({ ends: [{ end: "met" }] });
  const waiting = begin(w, "in-service");
  await w.elapse(30_000);
  const since = w.clock.now();
  w.cluster.control.edit(nodes, { name: "n" }, { kind: "merge", body: { spec: { unschedulable: null } } });
  expect(await w.until(waiting, "patient")).toMatchObject({ ends: [{ end: "met" }] });
  expect(w.clock.now() - since).toBeLessThan(2_000);
});

test("--for=ready sees a machine die and come back", async () => {
  const w = world();
  w.cluster.control.killNode("n");
  expect(await w.until(begin(w, "ready", { timeout: 1 }), "patient")).toMatchObject({ kind: "waited" });
  await w.elapse(120_000);
  const waiting = begin(w, "ready");
  await w.elapse(10_000);
  w.cluster.control.reviveNode("n");
  expect(await w.until(waiting, "patient")).toMatchObject({ ends: [{ node: "n", end: "met" }] });
});

test("stopped, it says so; a name that nobody has is refused", async () => {
  const w = world();
  const stop = new AbortController();
  const waiting = begin(w, "empty", {}, stop.signal);
  await w.elapse(5_000);
  stop.abort();
  expect(await w.until(waiting, "patient")).toMatchObject({ ends: [{ node: "n", end: "stopped" }] });
  expect(await w.until(begin(w, "ready", { choice: { names: ["q"] } }))).toMatchObject({ kind: "no-such-node", names: ["q"] });
});

const instances: Resource = {
  group: "kubevirt.io",
  version: "v1",
  plural: "virtualmachineinstances",
  kind: "VirtualMachineInstance",
  namespaced: true,
};

function definitionOf({ group, version, plural, kind }: Resource): object {
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  const versions = [{ name: version, served: true, storage: true, schema }];
  return { metadata: { name: `${plural}.${group}` }, spec: { group, scope: "Namespaced", names: { plural, kind }, versions } };
}

/** What was asked about virtual machines, in order. */
function asked({ cluster }: DrainWorld): readonly string[] {
  return cluster.record.calls.filter(({ resource }) => resource.includes(instances.plural)).map(({ verb }) => verb);
}

test("--for=power-off-safe hears of the last virtual machine that goes, by a watch", async () => {
  const w = world();
  w.cluster.control.addDefinition(definitionOf(instances));
  const metadata = { namespace: "web", name: "vm" };
  const type = { apiVersion: "kubevirt.io/v1", kind: instances.kind };
  w.cluster.control.create(instances, { ...type, metadata, status: { nodeName: "n", phase: "Running" } });
  const waiting = begin(w, "power-off-safe");
  await w.elapse(1_000);
  await w.drain();
  await w.elapse(120_000);
  expect(asked(w)[0]).toBe("list");
  expect(asked(w).filter((verb) => verb === "list")).toHaveLength(1);
  const since = w.clock.now();
  w.cluster.control.remove(instances, metadata);
  expect(await w.until(waiting, "patient")).toMatchObject({ ends: [{ node: "n", end: "met" }] });
  expect(w.clock.now() - since).toBeLessThan(1_000);
});

test("where no virtual machines are served that is asked once, however long it waits", async () => {
  const w = world();
  const waiting = begin(w, "power-off-safe", { timeout: 600_000 });
  expect(await w.until(waiting, "patient")).toMatchObject({ ends: [{ end: "timed-out" }] });
  expect(asked(w)).toEqual(["list"]);
});
