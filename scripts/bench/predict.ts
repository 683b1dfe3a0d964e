import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { findBinaries } from "../../test/control-plane/binaries.ts";
import { type ControlPlane, startControlPlane } from "../../test/control-plane/fixture/control-plane.ts";
import type { Range } from "../../src/plan/step.ts";
import type { Millis } from "../../src/runtime/clock.ts";
import { realClock } from "../../src/runtime/real-clock.ts";
import { type Foretold, promisesOf, tableOf } from "./predict-report.ts";
import { type Evening, evenings } from "./predict-scenarios.ts";

const drydock = join(resolve(import.meta.dirname, "../.."), "dist/drydock.js");

/** Room for what is moved. */
const spares = 6;
/** Drains at a time: as many as two cores carry without one waiting for another. */
const atOnce = 4;
/** Nobody but the fixture, which binds by itself, puts anything on a node that is to be drained. */
const own = { key: "bench.drydock.test/own", effect: "NoSchedule" } as const;

export interface PredictOptions {
  readonly only: readonly string[];
  readonly runs: number;
}

/** Foretells drains and then carries them out, on one control plane; prints both. False where what is promised of the predictions does not hold. */
export async function benchPredict({ only, runs }: PredictOptions): Promise<boolean> {
  const unknown = only.filter((name) => !evenings.some((evening) => evening.name === name));
  if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(", ")}; there are ${evenings.map((e) => e.name).join(", ")}`);
  const found = findBinaries();
  if (found.kind === "missing") throw new Error(`no control plane: ${found.why}`);
  await using plane = await startControlPlane();
  await plane.createNodes(Array.from({ length: spares }, (_, i) => ({ name: `spare-${i + 1}` })));
  const chosen = evenings.filter(({ name }) => only.length === 0 || only.includes(name));
  const results: Foretold[] = [];
  for (let run = 1; run <= runs; run += 1) {
    for (let first = 0; first < chosen.length; first += atOnce) {
      const batch = await setUp(plane, chosen.slice(first, first + atOnce), run);
      // The scheduler stands still while pods are placed: all are in place before the first is drained.
      const done = await Promise.all(batch.map((scene) => play(plane, scene)));
      results.push(...done);
      for (const { evening, real } of done) process.stderr.write(`${evening.name}: ${(real / 1000).toFixed(1)} s\n`);
      await plane.kubectl(["delete", "deployments,statefulsets,replicasets,jobs,poddisruptionbudgets", "--all", "--wait=false"]);
      await plane.waitFor("pods", {}, (pods) => pods.length === 0);
    }
  }
  process.stdout.write(`${tableOf(results)}\n\n`);
  const promises = promisesOf(results);
  for (const { says, holds } of promises) process.stdout.write(`${holds ? "holds" : "FAILS"}  ${says}\n`);
  return promises.every(({ holds }) => holds);
}

interface Scene {
  readonly evening: Evening;
  readonly run: string;
  readonly nodes: readonly string[];
}

async function setUp(plane: ControlPlane, some: readonly Evening[], run: number): Promise<readonly Scene[]> {
  const scenes = some.map((evening): Scene => {
    const id = `${evening.name}-${run}`;
    return { evening, run: id, nodes: Array.from({ length: evening.nodes }, (_, i) => `${id}-${i + 1}`) };
  });
  await plane.createNodes(scenes.flatMap(({ nodes }) => nodes.map((name) => ({ name, taints: [own] }))));
  for (const { evening, nodes, run: id } of scenes) await evening.build(plane, nodes, id);
  await Promise.all(scenes.map(({ evening, run: id }) => plane.podsReady({ labelSelector: `bench=${id}` }, evening.pods)));
  await plane.waitFor("poddisruptionbudgets", {}, (budgets) => budgets.every((budget) => (budget.status?.disruptionsAllowed ?? 0) > 0));
  return scenes;
}

async function play(plane: ControlPlane, { evening, run, nodes }: Scene): Promise<Foretold> {
  const preview = drydockOn(plane, ["preview", ...nodes, ...evening.flags, "-o", "json"]);
  const document = JSON.parse(await text(preview.stdout)) as { readonly nodes: readonly { readonly predicted: Seconds }[] };
  const predicted = document.nodes.map((node) => node.predicted).reduce(later);
  const drain = drydockOn(plane, ["drain", ...nodes, ...evening.flags, "--force", "-o", "ndjson"]);
  const lines = createInterface({ input: drain.stdout });
  const begun = new Promise<Millis>((done) => {
    lines.once("line", () => done(realClock.monotonic()));
  });
  lines.on("line", () => {});
  const ended = new Promise<number | null>((done) => {
    drain.once("close", done);
  });
  const emptied = plane
    .waitFor("pods", { labelSelector: `bench=${run}` }, (pods) => pods.every((pod) => !nodes.includes(pod.spec.nodeName ?? "")))
    .then(() => realClock.monotonic());
  const [begin, code, errors] = await Promise.all([begun, ended, text(drain.stderr)]);
  if (code !== 0) throw new Error(`${run}: the drain ended with ${code}: ${errors}`);
  return { evening, predicted: inMillis(predicted), real: (await emptied) - begin };
}

interface Seconds {
  readonly low: number;
  readonly likely: number | null;
  readonly high: number | null;
}

const endless = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : Math.max(a, b));

function later(a: Seconds, b: Seconds): Seconds {
  return { low: Math.max(a.low, b.low), likely: endless(a.likely, b.likely), high: endless(a.high, b.high) };
}

function inMillis({ low, likely, high }: Seconds): Range {
  const of = (seconds: number | null): Millis => (seconds === null ? Number.POSITIVE_INFINITY : seconds * 1000);
  return { low: of(low), likely: of(likely), high: of(high) };
}

function drydockOn(plane: ControlPlane, args: readonly string[]) {
  return spawn(process.execPath, [drydock, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, KUBECONFIG: plane.kubeconfigPath, CI: "true" },
  });
}
