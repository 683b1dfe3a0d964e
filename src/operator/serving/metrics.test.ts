import { beforeEach, describe, expect, test } from "vitest";
import { requestChannel } from "../../client/http/request-channel.ts";
import { WorkQueue } from "../../client/work-queue.ts";
import type { Result } from "../../client/work-queue/contract.ts";
import type { VirtualClock } from "../../runtime/clock.ts";
import { seededRandom } from "../../runtime/random.ts";
import { realClock } from "../../runtime/real-clock.ts";
import { createVirtualClock } from "../../runtime/virtual-clock.ts";
import { loadMetrics, type Metrics } from "./metrics.ts";
import { metricTable } from "./metric-table.ts";

let clock: VirtualClock;
let metrics: Metrics;
beforeEach(async () => {
  clock = createVirtualClock();
  metrics = await loadMetrics(clock);
});

async function pass(ms: number): Promise<void> {
  let over = false;
  clock.timer(ms, () => {
    over = true;
  });
  await clock.run(() => over, { at: Number.POSITIVE_INFINITY, eventsPerInstant: 1_000 });
}

/** The value of a series, its name written as it is exposed; undefined: there is none. */
async function value(series: string): Promise<number | undefined> {
  const { text } = await metrics.text();
  const line = text.split("\n").find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

test("every metric of the table is exposed with its type and help, in Prometheus' text format", async () => {
  const { text, contentType } = await metrics.text();
  expect(contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
  for (const [name, { type, help }] of Object.entries(metricTable)) {
    expect(text).toContain(`# HELP ${name} ${help.replaceAll("\n", " ")}\n# TYPE ${name} ${type}\n`);
  }
});

test("metrics of the process come with a real clock", async () => {
  const { text } = await (await loadMetrics(realClock)).text();
  expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
});

describe("a work queue", () => {
  test("shows under the names of controller-runtime what it did and does", async () => {
    const observer = metrics.queue("maintenance", 2);
    const results: Record<string, Result> = {
      a: { kind: "done" },
      b: { kind: "again", after: 3_600_000 },
      c: { kind: "failed", error: new Error("x") },
    };
    const stop = new AbortController();
    const queue = new WorkQueue({
      workers: 2,
      reconcile: async (key) => {
        await clock.sleep(100, stop.signal);
        return results[key] ?? { kind: "done" };
      },
      clock,
      random: seededRandom("metrics"),
      observer,
    });
    observer.followed(() => queue.load());
    for (const key of ["a", "b", "c"]) queue.add(key);
    queue.add("d", "low");
    const of = 'controller="maintenance"';
    const labels = `name="maintenance",${of}`;
    expect(await value(`workqueue_depth{${labels},priority="0"}`)).toBe(3);
    expect(await value(`workqueue_depth{${labels},priority="-100"}`)).toBe(1);
    queue.start();
    await pass(50);
    expect(await value(`controller_runtime_active_workers{${of}}`)).toBe(2);
    expect(await value(`workqueue_longest_running_processor_seconds{${labels}}`)).toBeCloseTo(0.05);
    expect(await value(`workqueue_unfinished_work_seconds{${labels}}`)).toBeCloseTo(0.1);
    await pass(152);
    expect(await value(`controller_runtime_max_concurrent_reconciles{${of}}`)).toBe(2);
    expect(await value(`controller_runtime_reconcile_total{${of},result="success"}`)).toBe(2);
    expect(await value(`controller_runtime_reconcile_total{${of},result="requeue_after"}`)).toBe(1);
    expect(await value(`controller_runtime_reconcile_total{${of},result="error"}`)).toBe(1);
    expect(await value(`controller_runtime_reconcile_errors_total{${of}}`)).toBe(1);
    expect(await value(`controller_runtime_reconcile_time_seconds_count{${of}}`)).toBe(4);
    expect(await value(`workqueue_retries_total{${labels}}`)).toBe(1);
    expect(await value(`workqueue_queue_duration_seconds_sum{${labels}}`)).toBeCloseTo(0.2);
    expect(await value(`workqueue_work_duration_seconds_sum{${labels}}`)).toBeCloseTo(0.4);
    stop.abort();
  });

  test("has its series from the beginning, so that a first failure counts", async () => {
    metrics.queue("node", 1);
    expect(await value('controller_runtime_reconcile_errors_total{controller="node"}')).toBe(0);
    expect(await value('controller_runtime_reconcile_total{controller="node",result="error"}')).toBe(0);
  });
});

describe("the domain", () => {
  test("series of nodes that are back, and of phases that nobody is in, are gone", async () => {
    const { domain } = metrics;
    domain.nodes([{ node: "w1", podsLeft: 7, blocked: new Map([["budget", 2]]), leaseHeld: true }]);
    domain.maintenances([
      { kind: "Maintenance", name: "a", phase: "Draining" },
      { kind: "Maintenance", name: "b", phase: "Draining" },
      { kind: "NodeMaintenance", name: "c", phase: "" },
    ]);
    expect(await value('drydock_pods_left{node="w1"}')).toBe(7);
    expect(await value('drydock_pods_blocked{node="w1",code="budget"}')).toBe(2);
    expect(await value('drydock_node_lease_held{node="w1"}')).toBe(1);
    expect(await value('drydock_maintenances{kind="Maintenance",phase="Draining"}')).toBe(2);
    expect(await value('drydock_maintenances{kind="NodeMaintenance",phase="Pending"}')).toBe(1);
    domain.nodes([{ node: "w2", podsLeft: 0, blocked: new Map(), leaseHeld: false }]);
    domain.maintenances([]);
    expect((await metrics.text()).text).not.toMatch(/w1|Draining/);
    expect(await value('drydock_node_lease_held{node="w2"}')).toBe(0);
  });

  test("counts evictions, ends and writes, and tells the age of watches until they end", async () => {
    const { domain } = metrics;
    domain.podEvicted();
    domain.evictionAnswered("budget");
    domain.maintenanceEnded("Maintenance", "Finished", 90_000);
    domain.statusWritten("Maintenance", "conflict");
    const first = domain.watchBegan("nodes");
    await pass(3_000);
    expect(await value("drydock_pods_evicted_total")).toBe(1);
    expect(await value('drydock_evictions_total{answer="budget"}')).toBe(1);
    expect(await value('drydock_maintenance_duration_seconds_sum{kind="Maintenance",outcome="Finished"}')).toBe(90);
    expect(await value('drydock_status_writes_total{kind="Maintenance",result="conflict"}')).toBe(1);
    expect(await value('drydock_watch_last_heard_seconds{resource="nodes"}')).toBe(3);
    const second = domain.watchBegan("nodes");
    await pass(1_000);
    second.heard();
    expect(await value('drydock_watch_last_heard_seconds{resource="nodes"}')).toBe(4);
    first.ended();
    expect(await value('drydock_watch_last_heard_seconds{resource="nodes"}')).toBe(0);
    second.ended();
    expect(await value('drydock_watch_last_heard_seconds{resource="nodes"}')).toBeUndefined();
  });
});

describe("the rest", () => {
  test("requests by code, method and host, also those without an answer, until it is enough", async () => {
    const following = metrics.followRequests("https://10.0.0.1:6443");
    const report = { method: "GET", path: "/api/v1/nodes", lane: "control", ms: 3 };
    requestChannel.publish({ ...report, status: 200 });
    requestChannel.publish(report);
    following[Symbol.dispose]();
    requestChannel.publish({ ...report, status: 200 });
    expect(await value('rest_client_requests_total{code="200",method="GET",host="10.0.0.1:6443"}')).toBe(1);
    expect(await value('rest_client_requests_total{code="<error>",method="GET",host="10.0.0.1:6443"}')).toBe(1);
  });

  test("an embedded cluster has a name and no address", async () => {
    using _ = metrics.followRequests("the embedded cluster");
    requestChannel.publish({ method: "GET", path: "/", lane: "control", ms: 1, status: 200 });
    expect(await value('rest_client_requests_total{code="200",method="GET",host="the embedded cluster"}')).toBe(1);
  });

  test("leadership, admission requests and certificates", async () => {
    metrics.leader.leads("drydock-operator", true);
    const ended = metrics.webhook.began("/judge");
    expect(await value('controller_runtime_webhook_requests_in_flight{webhook="/judge"}')).toBe(1);
    await pass(20);
    ended(200);
    metrics.certificate.read("failure");
    metrics.certificate.servedUntil(86_400_000);
    expect(await value('leader_election_master_status{name="drydock-operator"}')).toBe(1);
    expect(await value('controller_runtime_webhook_requests_in_flight{webhook="/judge"}')).toBe(0);
    expect(await value('controller_runtime_webhook_requests_total{webhook="/judge",code="200"}')).toBe(1);
    expect(await value('controller_runtime_webhook_latency_seconds_sum{webhook="/judge"}')).toBeCloseTo(0.02);
    expect(await value("certwatcher_read_certificate_errors_total")).toBe(1);
    expect(await value("drydock_certificate_expires_seconds")).toBe(86_400);
  });

  test("how late timers come, while it is followed", async () => {
    const following = metrics.followEventLoop();
    await pass(2_200);
    following[Symbol.dispose]();
    await pass(2_000);
    expect(await value("drydock_event_loop_delay_seconds_count")).toBe(4);
    expect(await value("drydock_event_loop_delay_seconds_sum")).toBe(0);
  });
});
