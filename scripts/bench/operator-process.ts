import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const drydock = join(resolve(import.meta.dirname, "../.."), "dist/drydock.js");

/** The bundled operator as a process, without webhooks: what it needs, and how long its passes take. */
export interface OperatorProcess extends AsyncDisposable {
  /** Resident now, bytes. */
  memory(): number;
  /** The most that was resident since it began, or since `newPeak`; bytes. */
  peak(): number;
  newPeak(): void;
  /** The bucket of a histogram in which this share of all is reached; seconds, as the bucket is named. By default of its reconcile times. */
  latency(share: number, histogram?: string): Promise<string>;
}

/** Resolves when it has read everything once and looks after every object. */
export async function startOperatorProcess(kubeconfig: string, nodeFlags: readonly string[] = []): Promise<OperatorProcess> {
  const flags = [
    "operator",
    "--without-webhooks",
    "--leader-elect",
    "--metrics-bind-address=127.0.0.1:0",
    "--health-probe-bind-address=0",
    "--log-format=json",
  ];
  const child = spawn(process.execPath, [...nodeFlags, drydock, ...flags], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, KUBECONFIG: kubeconfig },
  });
  let log = "";
  const ready = Promise.withResolvers<void>();
  child.stderr.on("data", (chunk: Buffer) => {
    log += chunk.toString();
    if (log.includes("every object is looked after")) ready.resolve();
  });
  child.once("exit", (code) => ready.reject(new Error(`the operator ended with ${code}:\n${log}`)));
  await ready.promise;
  const kept = (field: "VmRSS" | "VmHWM"): number => {
    const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) * 1024;
  };
  const metrics = async (): Promise<string> => {
    const port = /"metrics are served"[^\n]*"port":(\d+)/.exec(log)?.[1];
    if (port === undefined) throw new Error(`the operator does not say where its metrics are:\n${log}`);
    return await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  };
  return {
    memory: () => kept("VmRSS"),
    peak: () => kept("VmHWM"),
    // proc(5): 5 resets the peak to what is resident now.
    newPeak: () => writeFileSync(`/proc/${child.pid}/clear_refs`, "5"),
    latency: async (share, histogram = "controller_runtime_reconcile_time_seconds") => quantile(await metrics(), histogram, share),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

function quantile(text: string, histogram: string, share: number): string {
  const lines = text.matchAll(new RegExp(`^${histogram}_bucket\\{[^}]*le="([^"]+)"[^}]*\\} (\\d+)`, "gm"));
  const buckets = [...lines].map(([, le = "", count = "0"]) => ({ le, count: Number(count) }));
  const total = buckets.at(-1)?.count ?? 0;
  return buckets.find(({ count }) => count >= total * share)?.le ?? "?";
}
