import { afterAll, beforeAll, expect, test } from "vitest";
import type { Node } from "../../src/kube/node.ts";
import type { Pod } from "../../src/kube/pod.ts";
import type { Instant } from "../../src/runtime/clock.ts";
import { type TaintCase, taintCases } from "../taint-cases.ts";
import { type ControlPlane, startControlPlane } from "./fixture/control-plane.ts";
import { podLives } from "./fixture/pod-lives.ts";
import type { Recorder, RecordEntry } from "./fixture/recorder.ts";

// The table that the embedded cluster is judged by (src/simulator/controllers/taint-eviction.test.ts), judged itself by the real controller.
// All cases run at once, each on a node of its own. Another node keeps time: of its pods one is deleted each second after the first write.
let plane: ControlPlane;
let recorder: Recorder;
let record: readonly RecordEntry[];

const namespace = "cases";
const nodeOf = (given: TaintCase): string => `case-${taintCases.indexOf(given)}`;
const clockNode = "clock";
const lastSecond = 7;
const drain = { key: "runai", value: "drain", effect: "NoExecute" };

async function setTaints(node: string, taints: readonly object[]): Promise<void> {
  await plane.call("PATCH", `/api/v1/nodes/${node}`, { spec: { taints } });
}

async function prepare(given: TaintCase): Promise<void> {
  const name = nodeOf(given);
  const spec = { tolerations: given.tolerations };
  await plane.createPod({ name, namespace, on: name, pods: { hang: true, spec, ...(given.finished === true ? { finish: 0.1 } : {}) } });
  const phase = given.finished === true ? "Succeeded" : "Running";
  await plane.waitFor("pods", { namespace, fieldSelector: `metadata.name=${name}` }, ([pod]) => pod?.status?.phase === phase);
  if (given.budget === true) await plane.createBudget({ name, namespace, minAvailable: 1 });
}

/** So many seconds after the first write, by the controller's own clock. */
async function second(at: number): Promise<void> {
  if (at === 0) return;
  const name = `${clockNode}-${at}`;
  await plane.waitFor("pods", { namespace, fieldSelector: `metadata.name=${name}` }, ([pod]) => pod === undefined || isMarked(pod));
}

const isMarked = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;

beforeAll(async () => {
  plane = await startControlPlane({ storageJson: true });
  recorder = await plane.record();
  await plane.createNodes([...taintCases.map((given) => ({ name: nodeOf(given) })), { name: clockNode }]);
  await plane.createNamespace(namespace);
  await Promise.all([
    ...taintCases.map(prepare),
    ...Array.from({ length: lastSecond }, (_, index) => {
      const tolerations = [{ key: "runai", operator: "Exists", effect: "NoExecute", tolerationSeconds: index + 1 }];
      return plane.createPod({ name: `${clockNode}-${index + 1}`, namespace, on: clockNode, pods: { spec: { tolerations } } });
    }),
  ]);
  await setTaints(clockNode, [drain]);
  const times = [...new Set(taintCases.flatMap(({ writes }) => writes.map(({ at }) => at)))].toSorted((a, b) => a - b);
  for (const time of times) {
    await second(time);
    const due = taintCases.flatMap((given) =>
      given.writes.filter(({ at }) => at === time).map(({ taints }) => [nodeOf(given), taints] as const),
    );
    await Promise.all(due.map(([node, taints]) => setTaints(node, taints)));
  }
  await second(lastSecond);
  record = await recorder.entries();
});

afterAll(async () => {
  await recorder[Symbol.asyncDispose]();
  await plane[Symbol.asyncDispose]();
});

/** When the first of its taints was written. */
function beganAt(node: string): Instant {
  const first = record.find(({ resource, name, object }) => {
    const taints = (object as Node).spec?.taints ?? [];
    return resource === "nodes" && name === node && taints.some(({ key }) => key === "runai" || key === "other");
  });
  return first?.at ?? Number.NaN;
}

test.for(taintCases)("$name", (given) => {
  const node = nodeOf(given);
  const { deletion } = podLives(record).find(({ name }) => name === `${namespace}/${node}`) ?? {};
  if (given.ends === "never") return expect(deletion).toBeUndefined();
  const seconds = ((deletion?.at ?? Number.NaN) - beganAt(node)) / 1000;
  // The other outcomes that a case tells apart lie two seconds away.
  expect(seconds).toBeGreaterThan(given.ends - 0.2);
  expect(seconds).toBeLessThan(given.ends + 1.5);
  const status = (deletion?.object as Pod | undefined)?.status;
  expect(status?.conditions).toContainEqual(expect.objectContaining({ type: "DisruptionTarget", reason: "DeletionByTaintManager" }));
});
