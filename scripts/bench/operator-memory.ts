import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Maintenance, maintenances } from "../../src/api/maintenance.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { realClock } from "../../src/runtime/real-clock.ts";
import { compareText } from "../../src/runtime/text-order.ts";
import type { BenchOptions } from "./drain.ts";
import { type OperatorProcess, startOperatorProcess } from "./operator-process.ts";
import { nodeName } from "./synthetic/fleet.ts";
import { startSyntheticCluster, type SyntheticCluster } from "./synthetic/synthetic-cluster.ts";

/** Twenty pods a node, two of them of DaemonSets; a pod is about 10 KB of JSON. */
const size = { nodes: 5_000, pods: 100_000 };
/** More than get a watch of their own pods. */
const out = 30;
/** A kubelet that has nothing new to say writes its Node every five minutes. */
const beats = 1;
/** Statuses of pods that change while the nodes are out. */
const churn = 20_000;
/** Within which watches that nobody needs any more are dropped. */
const patience = 20_000;
const loopDelay = "drydock_event_loop_delay_seconds";
const most = { idle: 120, out: 350, growth: 10 } as const;

interface Line {
  readonly text: string;
  readonly holds: boolean;
}

/** What the operator keeps resident on a large cluster: idle, with thirty nodes out, and after they are back, again and again. */
export async function benchOperatorMemory({ runs }: Pick<BenchOptions, "runs">): Promise<boolean> {
  await using cluster = await startSyntheticCluster(size);
  const folder = mkdtempSync(join(tmpdir(), "drydock-bench-"));
  using _ = { [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
  const kubeconfig = join(folder, "config");
  writeFileSync(kubeconfig, cluster.kubeconfig, { mode: 0o600 });
  await using operator = await startOperatorProcess(kubeconfig);
  const lines: Line[] = [...(await idle(cluster, operator))];
  const settled: number[] = [];
  for (let round = 1; round <= runs; round += 1) {
    lines.push(...(await outAndBack(cluster, operator, round)));
    settled.push(operator.memory());
  }
  // The first round also brings in code and buffers that stay.
  const growth = (settled.at(-1) ?? 0) - (settled[1] ?? settled[0] ?? 0);
  lines.push({
    text: `back in service, after each round: ${settled.map(mb).join(", ")} MB (grows by at most ${most.growth} after the second)`,
    holds: growth <= most.growth * 2 ** 20,
  });
  const [half, most99, loop] = [await operator.latency(0.5), await operator.latency(0.99), await operator.latency(0.99, loopDelay)];
  process.stdout.write(`reconcile latency: half at most ${half} s, p99 ${most99} s; delay of the event loop: p99 ${loop} s\n`);
  for (const [call, count] of [...cluster.api.calls].toSorted(([a], [b]) => compareText(a, b)))
    progress(`${String(count).padStart(7)}  ${call}`);
  for (const { text, holds } of lines) process.stdout.write(`${holds ? "holds" : "FAILS"}  ${text}\n`);
  return lines.every(({ holds }) => holds);
}

async function idle({ world, api }: SyntheticCluster, operator: OperatorProcess): Promise<readonly Line[]> {
  const atStart = operator.memory();
  const peak = operator.peak();
  const watches = api.watches;
  operator.newPeak();
  for (let beat = 0; beat < beats; beat += 1) for (let node = 0; node < size.nodes; node += 1) world.beat(node);
  await api.taken();
  await operator.latency(0.99);
  const after = operator.memory();
  const wanted = ["leases by metadata.name", "leases in medik8s-leases", "maintenances", "nodemaintenances", "nodes"];
  const others = watches.filter((watch) => !wanted.includes(watch) && !watch.startsWith("leases in drydock-system"));
  progress(`idle: ${mb(atStart)} MB, peak ${mb(peak)} MB; after heartbeats ${mb(after)} MB, peak ${mb(operator.peak())} MB`);
  return [
    {
      text: `idle at ${counted(size.nodes)} nodes and ${counted(size.pods)} pods: ${mb(atStart)} MB, after 5 min of heartbeats ${mb(after)} MB (at most ${most.idle})`,
      holds: Math.max(atStart, after) <= most.idle * 2 ** 20,
    },
    { text: `watched while idle: ${watches.join(", ")}`, holds: others.length === 0 },
  ];
}

async function outAndBack(cluster: SyntheticCluster, operator: OperatorProcess, round: number): Promise<readonly Line[]> {
  const { world, api } = cluster;
  operator.newPeak();
  const names = Array.from({ length: out }, (_, i) => nodeName(round * 100 + i));
  const since = realClock.monotonic();
  for (const name of names) {
    const body = { apiVersion: "drydock.dev/v1alpha1", kind: "Maintenance", metadata: { name }, spec: { nodeName: name, desired: "Out" } };
    world.create(maintenances, body as unknown as KubeObject);
  }
  await world.until(maintenances, (objects) => objects.every((object) => (object as Maintenance).status?.phase === "Drained"));
  const took = realClock.monotonic() - since;
  const peakOut = operator.peak();
  const isOneForAll = api.watches.filter((watch) => watch === "pods").length === 1;
  for (let slot = 0; slot < churn; slot += 1) world.touch(slot);
  await api.taken();
  await operator.latency(0.99);
  const settled = operator.memory();
  const peakSettled = operator.peak();
  if (round === 1) await tellAnew(cluster, operator);
  const peak = operator.peak();
  progress(
    `round ${round}: ${out} nodes out in ${(took / 1000).toFixed(1)} s, peak ${mb(peakOut)} MB; after ${counted(churn)} changes of pods ${mb(settled)} MB, peak ${mb(peakSettled)} MB, in the end ${mb(peak)} MB`,
  );
  for (const name of names) world.remove(maintenances, { name });
  await world.until(maintenances, (objects) => objects.length === 0);
  const isOfNodesOut = (watch: string): boolean => /^(pods|daemonsets|poddisruptionbudgets|volumeattachments)/.test(watch);
  const areDropped = await api.until((watches) => !watches.some(isOfNodesOut), patience);
  await operator.latency(0.99);
  progress(`round ${round}: back in service ${mb(operator.memory())} MB, watches ${api.watches.length}`);
  return [
    {
      text: `round ${round}, ${out} nodes out: ${mb(settled)} MB, at its peak ${mb(peak)} MB (at most ${most.out})`,
      holds: peak <= most.out * 2 ** 20,
    },
    {
      text: `round ${round}: one watch of all pods while they are out, none after; watched now: ${api.watches.join(", ")}`,
      holds: isOneForAll && areDropped,
    },
  ];
}

/** As after an API server was away for so long that no version from before is known any more. */
async function tellAnew({ world, api }: SyntheticCluster, operator: OperatorProcess): Promise<void> {
  world.forget();
  api.cut();
  await api.until((watches) => watches.includes("pods") && watches.includes("nodes"), patience);
  await api.taken();
  await operator.latency(0.99);
  progress(`told everything anew: ${mb(operator.memory())} MB`);
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

function counted(number: number): string {
  return number.toLocaleString("en-US");
}

function mb(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
