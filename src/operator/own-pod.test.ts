import { expect, test } from "vitest";
import { HeardWatches } from "../../test/support/heard-watches.ts";
import { OperatorWorld } from "../../test/support/operator-world.ts";
import { silentMetrics } from "../../test/support/silent-metrics.ts";
import { maintenances } from "../api/maintenance.ts";
import { nodes, pods } from "../kube/resource.ts";
import type { Denial } from "../simulator/server/permissions.ts";
import type { ClusterSketch } from "../simulator/sketch.ts";
import { podLabels } from "./manifests/manifest.ts";
import type { Operator } from "./operator.ts";

const namespace = "drydock-system";

/** The operator's replicas on the nodes that are named, and two pods of somebody else on n. */
function sketchOf(...on: readonly string[]): Partial<ClusterSketch> {
  return {
    nodes: [{ name: "n" }, { name: "m" }, { name: "o" }],
    workloads: [
      { kind: "Deployment", namespace, name: "drydock-operator", replicas: on.length, on, pod: { labels: podLabels } },
      { kind: "Deployment", namespace: "web", name: "web", replicas: 2, on: ["n", "n"] },
    ],
  };
}

/** Runs the operator of one replica after another, as the leader's lease would let them. */
class Replicas {
  readonly world: OperatorWorld;
  readonly leaders: string[] = [];
  /** What the operator may not do, from now on. */
  readonly denied: Denial[] = [];
  readonly watches = new HeardWatches();
  #leading: { readonly operator: Operator; readonly stop: AbortController } | undefined;

  constructor(sketch: Partial<ClusterSketch>) {
    this.world = new OperatorWorld(sketch);
  }

  /** Those of the operator on a node. */
  on(node: string): readonly string[] {
    const all = this.world.control.podsOn(node).filter(({ metadata }) => metadata.namespace === namespace);
    return all.map(({ metadata }) => metadata.name);
  }

  async lead(name: string): Promise<void> {
    this.leaders.push(name);
    const stop = new AbortController();
    const handOver = (to: string): void => void this.#follow(to);
    const metrics = { ...silentMetrics, watchBegan: this.watches.began };
    const place = { pod: { namespace, name }, handOver, metrics };
    const operator = this.world.start({ name: "operator", deny: this.denied }, stop, place);
    this.#leading = { operator, stop };
    await operator.ready;
  }

  async #follow(to: string): Promise<void> {
    await this[Symbol.asyncDispose]();
    await this.lead(to);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leading?.stop.abort();
    await this.#leading?.operator[Symbol.asyncDispose]();
  }
}

test("an operator alone leaves its own pod, moves the rest, and says who can end that", async () => {
  const replicas = new Replicas(sketchOf("n"));
  const { world } = replicas;
  const [own = ""] = replicas.on("n");
  await world.world.until(replicas.lead(own));
  world.maintain("os-patch", { nodeName: "n" });
  await world.reach("os-patch", "Blocked");
  expect(world.world.evictions).toHaveLength(2);
  expect(world.seen("os-patch")?.status?.blockers).toMatchObject([
    { code: "own-operator", object: expect.stringContaining(own), endsBy: "person", message: expect.stringContaining("no other replica") },
  ]);
  expect(replicas.on("n")).toEqual([own]);
  await world.world.until(replicas[Symbol.asyncDispose]());
});

test("an operator whose node is emptied hands over to a replica on another node, which evicts its pod", async () => {
  const replicas = new Replicas(sketchOf("n", "m"));
  const { world } = replicas;
  const [own = ""] = replicas.on("n");
  const other = replicas.on("m");
  await world.world.until(replicas.lead(own));
  world.maintain("os-patch", { nodeName: "n" });
  await world.reach("os-patch", "Drained");
  expect(replicas.leaders).toEqual([own, ...other]);
  expect(replicas.on("n")).toEqual([]);
  expect(world.world.evictions).toHaveLength(3);
  await world.world.until(replicas[Symbol.asyncDispose]());
});

test("a replica on a node that is out is no successor, and becomes one when its node is back", async () => {
  const replicas = new Replicas(sketchOf("n", "m"));
  const { world } = replicas;
  const [own = ""] = replicas.on("n");
  const other = replicas.on("m");
  world.control.edit(nodes, { name: "m" }, { kind: "merge", body: { spec: { unschedulable: true } } });
  await world.world.until(replicas.lead(own));
  world.maintain("os-patch", { nodeName: "n" });
  await world.reach("os-patch", "Blocked");
  expect(replicas.leaders).toEqual([own]);
  world.control.edit(nodes, { name: "m" }, { kind: "merge", body: { spec: { unschedulable: null } } });
  await world.reach("os-patch", "Drained");
  expect(replicas.leaders).toEqual([own, ...other]);
  await world.world.until(replicas[Symbol.asyncDispose]());
});

test("of two replicas whose nodes are emptied at once, each leaves in the end", async () => {
  const replicas = new Replicas(sketchOf("n", "m"));
  const { world } = replicas;
  const [own = ""] = replicas.on("n");
  await world.world.until(replicas.lead(own));
  world.maintain("one", { nodeName: "n" });
  world.maintain("two", { nodeName: "m" });
  await world.reach("one", "Drained");
  await world.reach("two", "Drained");
  expect([replicas.on("n"), replicas.on("m")]).toEqual([[], []]);
  expect(replicas.on("o")).toHaveLength(2);
  await world.world.until(replicas[Symbol.asyncDispose]());
});

const standing = ["leases.coordination.k8s.io", "leases.coordination.k8s.io", "maintenances.drydock.dev", "nodes"];

test("an idle operator in a pod watches its kinds, Nodes and Leases, and nothing else", async () => {
  const replicas = new Replicas(sketchOf("n", "m"));
  const [own = ""] = replicas.on("n");
  await replicas.world.world.until(replicas.lead(own));
  expect(replicas.watches.open.toSorted()).toEqual(standing);
  await replicas.world.world.elapse(3_600_000);
  expect(replicas.watches.open.toSorted()).toEqual(standing);
  await replicas.world.world.until(replicas[Symbol.asyncDispose]());
});

test("the other replicas are watched while its own node is wanted out, and at no other time", async () => {
  const replicas = new Replicas(sketchOf("n"));
  const { world } = replicas;
  const [own = ""] = replicas.on("n");
  const podWatches = (): number => replicas.watches.open.filter((resource) => resource === "pods").length;
  await world.world.until(replicas.lead(own));
  world.maintain("another", { nodeName: "m" });
  await world.reach("another", "Drained");
  expect(podWatches()).toBe(1);
  world.maintain("its-own", { nodeName: "n" });
  await world.reach("its-own", "Blocked");
  expect(podWatches()).toBe(3);
  for (const name of ["another", "its-own"]) world.remove(name);
  await world.world.reach(() => ["another", "its-own"].every((name) => world.control.find(maintenances, { name }) === undefined));
  await world.world.elapse(1_000);
  expect(replicas.watches.open.toSorted()).toEqual(standing);
  await world.world.until(replicas[Symbol.asyncDispose]());
});

test("until it knows of the other replicas its own pod stays, all others go, and nobody is told to act", async () => {
  const replicas = new Replicas(sketchOf("n", "m"));
  const { world } = replicas;
  const [own = ""] = replicas.on("n");
  const other = replicas.on("m");
  await world.world.until(replicas.lead(own));
  // The first watch of pods from here on is that of the replicas.
  world.control.faults.plant({ verb: "watch", resource: pods }, { kind: "stalled", after: 30_000, applied: false });
  world.maintain("os-patch", { nodeName: "n" });
  await world.world.reach(() => world.world.evictions.length === 2);
  await world.world.elapse(20_000);
  expect(replicas.on("n")).toEqual([own]);
  expect(world.phase("os-patch")).toBe("Draining");
  expect(world.seen("os-patch")?.status?.blockers).toMatchObject([{ code: "own-operator", endsBy: "cluster" }]);
  expect(replicas.leaders).toEqual([own]);
  await world.reach("os-patch", "Drained");
  expect(replicas.leaders).toEqual([own, ...other]);
  expect(replicas.on("n")).toEqual([]);
  await world.world.until(replicas[Symbol.asyncDispose]());
});

test("where the other replicas may not be read its own pod stays, and the verdict names it", async () => {
  const replicas = new Replicas(sketchOf("n", "m"));
  const { world } = replicas;
  const [own = ""] = replicas.on("n");
  await world.world.until(replicas.lead(own));
  replicas.denied.push({ resource: "pods", namespace });
  world.maintain("os-patch", { nodeName: "n" });
  const { status } = await world.reach("os-patch", "Blocked");
  expect(status?.blockers).toMatchObject([{ code: "own-operator", object: expect.stringContaining(own), endsBy: "person" }]);
  expect(replicas.on("n")).toEqual([own]);
  replicas.denied.length = 0;
  await world.world.elapse(60_000);
  await world.reach("os-patch", "Drained");
  expect(replicas.leaders).toHaveLength(2);
  await world.world.until(replicas[Symbol.asyncDispose]());
});
