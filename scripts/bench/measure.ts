import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { readAudit } from "../../test/control-plane/fixture/audit.ts";
import type { ControlPlane } from "../../test/control-plane/fixture/control-plane.ts";
import type { Millis } from "../../src/runtime/clock.ts";
import { parseTime } from "../../src/kube/time.ts";
import { realClock } from "../../src/runtime/real-clock.ts";
import { type Calls, countCalls } from "./calls.ts";

/** A program that drains: how it is started, and how the API server's audit log names it. */
export interface Tool {
  readonly name: string;
  readonly userAgent: string;
  command(nodes: readonly string[], flags: readonly string[]): readonly [file: string, ...args: string[]];
}

export interface Measure {
  /** From the start of the process until no pod of the scenario is on its nodes. */
  readonly empty: Millis;
  /** Until no volume of the scenario is attached to them. */
  readonly detached: Millis;
  /** Until the process ends. */
  readonly exit: Millis;
  /** Until the first node's cordon was answered. */
  readonly cordon: Millis;
  /** Until the server received the first request to evict. */
  readonly first: Millis;
  /** Pages of the whole cluster that were asked for before that, to see whether there is room: it must wait for none. */
  readonly early: number;
  readonly code: number | null;
  /** Peak resident memory, bytes. */
  readonly memory: number;
  readonly calls: Calls;
  readonly stderr: string;
}

const memoryInterval: Millis = 20;

/** Runs the tool once on nodes that hold the pods of `run`, with two clocks, an audit log and the process' own high-water mark. */
export async function measure(
  tool: Tool,
  plane: ControlPlane,
  nodes: readonly string[],
  run: string,
  flags: readonly string[],
): Promise<Measure> {
  const emptied = plane
    .waitFor("pods", { labelSelector: `bench=${run}` }, (pods) => pods.every((pod) => !nodes.includes(pod.spec.nodeName ?? "")))
    .then(() => realClock.monotonic());
  const detached = plane
    .waitFor("volumeattachments", {}, (all) => !all.some(({ spec }) => nodes.includes(spec.nodeName) && isOf(run, spec.source)))
    .then(() => realClock.monotonic());
  const [file, ...args] = tool.command(nodes, flags);
  const startedAt = realClock.now();
  const start = realClock.monotonic();
  const child = spawn(file, args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, KUBECONFIG: plane.kubeconfigPath, CI: "true" },
  });
  const memory = watchMemory(child.pid ?? 0);
  const ended = new Promise<{ readonly code: number | null; readonly at: Millis }>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve({ code, at: realClock.monotonic() }));
  });
  const [end, stderr] = await Promise.all([ended, text(child.stderr)]);
  const peak = memory.stop();
  // A tool that gave up leaves pods behind: then there is no such moment.
  const empty = end.code === 0 ? (await emptied) - start : Number.NaN;
  const events = await readAudit(join(plane.directory, "audit.log"));
  const own = events.filter(
    (event) => (event.userAgent ?? "").startsWith(tool.userAgent) && (parseTime(event.requestReceivedTimestamp) ?? 0) >= startedAt - 1,
  );
  const cordon = own.find((event) => event.objectRef?.resource === "nodes" && event.verb === "patch");
  const received = ({ requestReceivedTimestamp }: (typeof own)[number]): number => parseTime(requestReceivedTimestamp) ?? Number.NaN;
  const first = Math.min(...own.filter(({ objectRef }) => objectRef?.subresource === "eviction").map(received));
  return {
    empty,
    detached: (await detached) - start,
    exit: end.at - start,
    cordon: (parseTime(cordon?.stageTimestamp) ?? Number.NaN) - startedAt,
    first: first - startedAt,
    early: own.filter((event) => event.requestURI.includes("status.phase") && received(event) < first).length,
    code: end.code,
    memory: peak,
    calls: countCalls(own),
    stderr,
  };
}

/** The volumes of a run are named after its claims, and those after the run (scenarios.ts). */
function isOf(run: string, { persistentVolumeName = "" }: { readonly persistentVolumeName?: string }): boolean {
  return persistentVolumeName.startsWith(`default-${run}-`);
}

/** VmHWM only grows, so the last look before the end is the peak. */
function watchMemory(pid: number): { stop(): number } {
  let peak = 0;
  let timer: Disposable | undefined;
  const look = (): void => {
    try {
      const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
      peak = Math.max(peak, Number(kilobytes ?? 0) * 1024);
    } catch {
      return; // It has ended.
    }
    timer = realClock.timer(memoryInterval, look);
  };
  look();
  return {
    stop: () => {
      timer?.[Symbol.dispose]();
      return peak;
    },
  };
}
