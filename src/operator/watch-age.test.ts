import { expect, test } from "vitest";
import { OperatorWorld } from "../../test/support/operator-world.ts";
import type { WorldOptions } from "../../test/support/drain-world.ts";
import { maintenances } from "../api/maintenance.ts";
import { nodes } from "../kube/resource.ts";
import type { Operator } from "./operator.ts";
import { loadMetrics, type Metrics } from "./serving/metrics.ts";

const standing = ["leases.coordination.k8s.io", "maintenances.drydock.dev", "nodes"];

/** An operator that has read everything, and what its metrics tell of its watches. */
class Watched implements AsyncDisposable {
  readonly world: OperatorWorld;
  readonly #metrics: Metrics;
  readonly #operator: Operator;

  private constructor(world: OperatorWorld, metrics: Metrics, operator: Operator) {
    this.world = world;
    this.#metrics = metrics;
    this.#operator = operator;
  }

  static async begin(options: WorldOptions = {}, prepare: (control: OperatorWorld["control"]) => void = () => {}): Promise<Watched> {
    const pods = [{ namespace: "web", name: "slow", on: "n", gone: 600_000 }];
    const world = new OperatorWorld({ nodes: [{ name: "n" }, { name: "m" }], pods }, options);
    world.control.faults.turn(false);
    prepare(world.control);
    const metrics = await loadMetrics(world.world.clock);
    const operator = world.start({ name: "operator" }, new AbortController(), { metrics: metrics.domain });
    await world.world.until(operator.ready);
    return new Watched(world, metrics, operator);
  }

  /** Seconds since anything was heard, by resource. */
  async ages(): Promise<ReadonlyMap<string, number>> {
    const { text } = await this.#metrics.text();
    const lines = text.matchAll(/^drydock_watch_last_heard_seconds\{resource="([^"]+)"\} (\S+)$/gm);
    return new Map([...lines].map(([, resource = "", age]) => [resource, Number(age)]));
  }

  async names(): Promise<readonly string[]> {
    return [...(await this.ages()).keys()].toSorted();
  }

  async oldest(): Promise<number> {
    return Math.max(...(await this.ages()).values());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world.world.until(this.#operator[Symbol.asyncDispose]());
  }
}

test("an idle operator hears of each resource that it watches at least once a minute, though nothing happens", async () => {
  await using watched = await Watched.begin();
  expect(await watched.names()).toEqual(standing);
  for (let look = 0; look < 60; look += 1) {
    await watched.world.world.elapse(10_000);
    expect(await watched.oldest()).toBeLessThanOrEqual(61);
  }
});

test("a watch that fell silent grows old whatever happens, until it is asked for anew; the others stay young", async () => {
  await using watched = await Watched.begin({}, ({ faults }) => faults.plantWatch({ resource: nodes }, { kind: "silent", after: 1_000 }));
  const { world } = watched;
  const relabel = (value: string): void =>
    void world.control.edit(nodes, { name: "n" }, { kind: "merge", body: { metadata: { labels: { a: value } } } });
  await world.world.elapse(20_000);
  world.maintain("other", { nodeName: "nowhere" });
  relabel("unheard");
  await world.world.elapse(20_000);
  const silent = await watched.ages();
  expect(silent.get("nodes")).toBeGreaterThan(38);
  expect(silent.get("maintenances.drydock.dev")).toBeLessThanOrEqual(20);
  await world.world.elapse(10_000);
  relabel("heard");
  await world.world.elapse(500);
  expect((await watched.ages()).get("nodes")).toBeLessThan(1);
});

test("while the API server cannot be reached all of them grow older than the alert allows, and are young again at its end", async () => {
  await using watched = await Watched.begin({ faults: { rates: { unreachable: 1 } } });
  const { world } = watched;
  world.control.faults.turn(true);
  await world.world.elapse(600_000);
  for (const [resource, age] of await watched.ages()) expect([resource, age > 300]).toEqual([resource, true]);
  world.control.faults.turn(false);
  await world.world.elapse(61_000);
  expect(await watched.oldest()).toBeLessThanOrEqual(61);
});

test("what is watched for a node that is out is told too, and not any more when it is back", async () => {
  await using watched = await Watched.begin();
  const { world } = watched;
  world.maintain("os-patch", { nodeName: "n" });
  await world.reach("os-patch", "Draining");
  expect(await watched.names()).toEqual(expect.arrayContaining(["pods", "poddisruptionbudgets.policy", ...standing]));
  world.remove("os-patch");
  await world.world.reach(() => world.control.find(maintenances, { name: "os-patch" }) === undefined);
  await world.world.elapse(1_000);
  expect(await watched.names()).toEqual(standing);
});
