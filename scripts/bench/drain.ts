import { join, resolve } from "node:path";
import { findBinaries } from "../../test/control-plane/binaries.ts";
import { type ControlPlane, startControlPlane } from "../../test/control-plane/fixture/control-plane.ts";
import { clear, setUp } from "./arena.ts";
import { measure, type Tool } from "./measure.ts";
import { promises, type Result, tableOf } from "./report.ts";
import { type Scenario, scenarios } from "./scenarios.ts";
import { startUp } from "./start-up.ts";

const root = resolve(import.meta.dirname, "../..");

/** Room for 110 pods beside those that are there. */
const spares = 3;

export interface BenchOptions {
  readonly only: readonly string[];
  readonly runs: number;
  /** Stand 1,000 nodes and 20,000 pods around the scenarios. */
  readonly large: boolean;
}

/** kubectl and the bundled drydock by turns on one control plane; prints figures, ratios and call counts. False where a promise does not hold. */
export async function benchDrain({ only, runs, large }: BenchOptions): Promise<boolean> {
  const unknown = only.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(", ")}; there are ${scenarios.map((s) => s.name).join(", ")}`);
  const found = findBinaries();
  if (found.kind === "missing") throw new Error(`no control plane: ${found.why}`);
  const kubectl = join(found.folder, "kubectl");
  const drydock = join(root, "dist/drydock.js");
  const tools: readonly Tool[] = [
    { name: "kubectl", userAgent: "kubectl/", command: (nodes, flags) => [kubectl, "drain", ...nodes, ...flags] },
    { name: "drydock", userAgent: "drydock/", command: (nodes, flags) => [process.execPath, drydock, "drain", ...nodes, ...flags] },
  ];
  await using plane = await startControlPlane({ audit: "calls", ...(large ? { leaseSeconds: 600, parallel: 64 } : {}) });
  const nodes = await plane.createNodes(
    ["bench-1", "bench-2", "bench-3", ...Array.from({ length: spares }, (_, i) => `spare-${i + 1}`)].map((name) => ({ name })),
  );
  await using _ = await plane.startAttacher();
  // Nodes and pods that nobody drains.
  if (large) await plane.createFleet({ nodes: 1_000, podsPerNode: 20, replicas: 20 });
  const results: Result[] = [];
  for (const scenario of scenarios.filter(({ name }) => only.length === 0 || only.includes(name))) {
    for (const tool of tools) {
      if (tool.name === "kubectl" && (!scenario.peer || large)) continue;
      const measured = [];
      for (let i = 0; i < runs; i += 1)
        measured.push(await runOnce(scenario, tool, plane, nodes.slice(0, scenario.nodes), `${scenario.name}-${tool.name}-${i}`));
      results.push({ scenario, tool: tool.name, runs: measured });
      process.stderr.write(`${scenario.name} ${tool.name}: ${measured.map((m) => `${(m.empty / 1000).toFixed(2)} s`).join(", ")}\n`);
    }
  }
  process.stdout.write(`${tableOf(results)}\n\n`);
  const kept = results.filter(({ tool }) => tool === "drydock").flatMap(promises);
  const start = await startUp(plane, kubectl, drydock);
  process.stdout.write(`${start.text}\n`);
  for (const { text, holds } of [...kept, start.promise]) process.stdout.write(`${holds ? "holds" : "FAILS"}  ${text}\n`);
  return [...kept, start.promise].every(({ holds }) => holds);
}

async function runOnce(
  scenario: Scenario,
  tool: Tool,
  plane: ControlPlane,
  nodes: readonly string[],
  run: string,
): Promise<Awaited<ReturnType<typeof measure>>> {
  const selection = { labelSelector: `bench=${run}` };
  await setUp(scenario, plane, nodes, run);
  const measured = await measure(tool, plane, nodes, run, scenario.flags);
  await clear(plane, nodes, selection);
  return measured;
}
