import { describe, expect, test } from "vitest";
import { DrainWorld } from "../../../../test/support/drain-world.ts";
import { kuredLockAnnotation } from "../../../kube/kured.ts";
import { daemonSets, leases, nodes, pods, type Resource } from "../../../kube/resource.ts";
import { formatTime } from "../../../kube/time.ts";
import type { ClientOptions } from "../../../simulator/embedded-cluster.ts";
import type { ClusterSketch } from "../../../simulator/sketch.ts";
import type { Surroundings } from "../../view/surroundings.ts";
import { watchCluster } from "../live-cluster.ts";

const self = { user: "jane", host: "laptop", server: "https://api.example.com" };
const role = (name: string) => ({ [`node-role.kubernetes.io/${name}`]: "true" });

/** What is read around node `n`, and which calls that took. */
async function around(
  sketch: Partial<ClusterSketch>,
  { prepare = () => {}, resources = [], client = {} }: Given = {},
): Promise<{ readonly facts: Surroundings; readonly calls: readonly string[] }> {
  const world = new DrainWorld(sketch, { resources });
  prepare(world);
  const { api, clock, random, stop } = world.surroundings(undefined, client);
  await using live = watchCluster({ api, clock, random, nodes: ["n"], signal: stop });
  await world.until(live.ready);
  const before = world.cluster.record.calls.length;
  await world.until(live.readSurroundings(self));
  // Asked a second time, nothing is read again.
  await world.until(live.readSurroundings(self));
  const calls = world.cluster.record.calls.slice(before).filter(({ verb }) => verb === "get" || verb === "list");
  return { facts: live.view().surroundings, calls: calls.map(({ verb, resource }) => `${verb} ${resource}`.trim()) };
}

interface Given {
  readonly prepare?: (world: DrainWorld) => void;
  readonly resources?: readonly Resource[];
  readonly client?: ClientOptions;
}

test("around a plain node little is asked: discovery and the Services", async () => {
  const { facts, calls } = await around({ nodes: [{ name: "n" }, { name: "m" }] });
  expect(facts).toMatchObject({ self, clockOffset: 0, services: [], unread: [] });
  expect(facts.etcd).toBeUndefined();
  expect(calls).toHaveLength(2);
});

describe("members of etcd", () => {
  test("are those with k3s' and RKE2's label, Ready or not", async () => {
    const server = { ...role("control-plane"), ...role("etcd") };
    const { facts } = await around({
      nodes: [
        { name: "n", labels: server },
        { name: "m", labels: server },
        { name: "o", labels: role("control-plane") },
      ],
    });
    expect(facts.etcd).toEqual({ by: "role", members: ["m", "n"].map((node) => ({ node, ready: true })) });
  });

  test("are else seen by kubeadm's static pods", async () => {
    const names = ["n", "m", "o"];
    const { facts } = await around({
      nodes: names.map((name) => ({ name, labels: role("control-plane") })),
      pods: names.map((on) => ({
        namespace: "kube-system",
        name: `etcd-${on}`,
        on,
        mirror: true,
        labels: { component: "etcd" },
        unready: on === "o",
      })),
    });
    expect(facts.etcd?.by).toBe("pods");
    expect(facts.etcd?.members.toSorted((a, b) => a.node.localeCompare(b.node))).toEqual([
      { node: "m", ready: true },
      { node: "n", ready: true },
      { node: "o", ready: false },
    ]);
  });

  test("are not guessed where neither is to be seen, and unknown where they may not be read", async () => {
    const sketch = { nodes: [{ name: "n", labels: role("control-plane") }] };
    expect((await around(sketch)).facts.etcd).toEqual({ by: "nothing", members: [] });
  });
});

describe("kured's lock", () => {
  const kured = { kind: "DaemonSet" as const, namespace: "kube-system", name: "kured" };
  const locked = (lock: object) => (world: DrainWorld) => {
    const annotations = { [kuredLockAnnotation]: JSON.stringify(lock) };
    world.cluster.control.edit(
      daemonSets,
      { namespace: "kube-system", name: "kured" },
      { kind: "merge", body: { metadata: { annotations } } },
    );
  };
  const created = "2020-01-01T00:00:00Z";

  test.each([
    { what: "of this node", lock: { nodeID: "n", created, TTL: 0 }, count: 1 },
    { what: "of another", lock: { nodeID: "m", created, TTL: 0 }, count: 0 },
    { what: "that has run out", lock: { nodeID: "n", created, TTL: 60e9 }, count: 0 },
    {
      what: "of several, this node among them",
      lock: {
        maxOwners: 2,
        locks: [
          { nodeID: "m", created },
          { nodeID: "n", created },
        ],
      },
      count: 1,
    },
  ])("$what: $count", async ({ lock, count }) => {
    const { facts } = await around({ nodes: [{ name: "n" }, { name: "m" }], workloads: [kured] }, { prepare: locked(lock) });
    expect(facts.rebootLocks).toHaveLength(count);
  });
});

test("medik8s' lease is asked for only where its operators' kinds are served, by the lowercased name", async () => {
  const maintenances: Resource = {
    group: "nodemaintenance.medik8s.io",
    version: "v1beta1",
    plural: "nodemaintenances",
    kind: "NodeMaintenance",
    namespaced: false,
  };
  const prepare = ({ cluster: { control }, clock }: DrainWorld): void => {
    control.addNamespace("medik8s-leases");
    const renewTime = formatTime(clock.now()).replace("Z", ".000000Z");
    const spec = { holderIdentity: "node-maintenance", leaseDurationSeconds: 3600, renewTime };
    control.create(leases, { metadata: { name: "node-n" }, spec }, { namespace: "medik8s-leases" });
  };
  const sketch = { nodes: [{ name: "n" }] };
  expect((await around(sketch, { prepare })).facts.leases).toEqual([]);
  const { facts } = await around(sketch, { prepare, resources: [maintenances] });
  expect(facts.leases).toMatchObject([{ node: "n", holder: "node-maintenance", namespace: "medik8s-leases", name: "node-n" }]);
});

test("a machine of Cluster API, by the annotations of its node and the version that is served", async () => {
  const machines: Resource = { group: "cluster.x-k8s.io", version: "v1beta2", plural: "machines", kind: "Machine", namespaced: true };
  const prepare = ({ cluster: { control } }: DrainWorld): void => {
    control.addNamespace("shop");
    const body = { apiVersion: "cluster.x-k8s.io/v1beta2", kind: "Machine", metadata: { name: "md-0", finalizers: ["example.com/keep"] } };
    control.create(machines, body, { namespace: "shop" });
    control.remove(machines, { namespace: "shop", name: "md-0" });
    const annotations = { "cluster.x-k8s.io/machine": "md-0", "cluster.x-k8s.io/cluster-namespace": "shop" };
    control.edit(nodes, { name: "n" }, { kind: "merge", body: { metadata: { annotations } } });
  };
  const { facts } = await around({ nodes: [{ name: "n" }] }, { prepare, resources: [machines] });
  expect(facts.machines).toMatchObject([{ node: "n", group: "cluster.x-k8s.io", namespace: "shop", name: "md-0" }]);
  expect(facts.machines[0]?.deletionTimestamp).toBeDefined();
});

test("what fails is told apart from what is denied, and the rest is read all the same", async () => {
  const sketch = { nodes: [{ name: "n", labels: role("control-plane") }] };
  const client = { deny: [{ resource: "services" }] };
  const prepare = ({ cluster: { control } }: DrainWorld): void => {
    for (let i = 0; i < 12; i++) control.faults.plant({ verb: "list", resource: pods }, { kind: "internal-error", applied: false });
  };
  // The pods of the node are listed before, by a watch: only lists by label meet the faults.
  const { facts } = await around(sketch, { prepare, client });
  expect(facts.unread).toContainEqual({ verb: "list", resource: "services" });
  expect(facts.unread).toContainEqual({ verb: "list", resource: "pods", message: expect.stringMatching(/.+/) });
  expect(facts.etcd).toBeUndefined();
});
