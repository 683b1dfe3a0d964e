import { afterAll, beforeAll, expect, test } from "vitest";
import type { Budget, BudgetSpec } from "../../../src/kube/budget.ts";
import { isPodReady } from "../../../src/kube/pod.ts";
import { hasCause, isStatus } from "../../../src/kube/status.ts";
import { realClock } from "../../../src/runtime/real-clock.ts";
import { type CaseBudget, type EvictionCase, evictionCases, type Target } from "../../eviction-cases.ts";
import { type ControlPlane, startControlPlane } from "../fixture/control-plane.ts";
import type { PodChoice } from "../fixture/pod-template.ts";

// The table on which the embedded cluster is judged (src/simulator/server/eviction.test.ts), judged itself by the real API server.
let plane: ControlPlane;

const namespaceOf = (given: EvictionCase): string => `case-${evictionCases.indexOf(given)}`;
const name = "web-0";
const labels = { app: "web" };
/** A deleted pod stays where it is: what the answer left behind can be looked at. */
const usual: PodChoice = { hang: true, labels };
const choices: Readonly<Record<Exclude<Target, "missing" | "unscheduled">, PodChoice>> = {
  ready: usual,
  unready: { ...usual, annotations: { "drydock.test/unready": "true" } },
  terminating: usual,
  succeeded: { ...usual, finish: 0.1 },
  failed: { ...usual, fail: 0.1 },
};
const selectors: Readonly<Record<string, BudgetSpec["selector"]>> = {
  pods: { matchLabels: labels },
  everything: {},
  others: { matchLabels: { app: "other" } },
};

beforeAll(async () => {
  plane = await startControlPlane({ audit: "none" });
  await plane.createNodes(2);
  await Promise.all(evictionCases.map(prepare));
  // From here on nobody counts again what a case has written, and what the server spends stays to be seen.
  await plane.controllers.kill();
  await Promise.all(evictionCases.flatMap((given) => given.budgets.map((budget, index) => writeStatus(given, budget, index))));
});

afterAll(async () => {
  await plane[Symbol.asyncDispose]();
});

async function createPod(namespace: string, pod: string, choice: PodChoice, node: string | undefined): Promise<void> {
  const { finish, fail, hang, annotations = {} } = choice;
  const times = {
    ...(finish === undefined ? {} : { "drydock.test/finish": `${finish}s` }),
    ...(fail === undefined ? {} : { "drydock.test/fail": `${fail}s` }),
  };
  await plane.call("POST", `/api/v1/namespaces/${namespace}/pods`, {
    metadata: {
      name: pod,
      namespace,
      labels,
      annotations: { ...annotations, ...times, ...(hang === true ? { "drydock.test/hang": "true" } : {}) },
    },
    spec: {
      containers: [{ name: "main", image: "registry.example/test:1" }],
      ...(node === undefined ? { nodeSelector: { no: "where" } } : { nodeName: node }),
    },
  });
}

/** Pods and budgets of one case, as its table says, and the count of the real disruption controller. */
async function prepare(given: EvictionCase): Promise<void> {
  const { target, siblings = 2 } = given;
  const namespace = namespaceOf(given);
  await plane.createNamespace(namespace);
  for (let index = 1; index <= siblings; index += 1) await createPod(namespace, `web-${index}`, usual, "node-2");
  if (target === "unscheduled") await createPod(namespace, name, usual, undefined);
  else if (target !== "missing") await createPod(namespace, name, choices[target], "node-1");
  await plane.waitFor("pods", { namespace }, (pods) => {
    const ready = pods.filter((pod) => isPodReady(pod.status)).length;
    const [own] = pods.filter((pod) => pod.metadata.name === name);
    const phase = own?.status?.phase;
    if (target === "succeeded") return phase === "Succeeded" && ready === siblings;
    if (target === "failed") return phase === "Failed" && ready === siblings;
    if (target === "unready") return phase === "Running" && ready === siblings;
    return ready === siblings + (target === "ready" || target === "terminating" ? 1 : 0);
  });
  if (target === "terminating") await plane.call("DELETE", `/api/v1/namespaces/${namespace}/pods/${name}`);
  for (const [index, { spec }] of given.budgets.entries()) {
    const { selector = "pods", ...rest } = spec;
    const selected = selectors[selector];
    await plane.call("POST", `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`, {
      metadata: { name: `budget-${index}`, namespace },
      spec: { ...rest, ...(selected === undefined ? {} : { selector: selected }) },
    });
  }
  const healthy = siblings + (target === "ready" ? 1 : 0);
  await plane.waitFor("poddisruptionbudgets", { namespace }, (budgets) => budgets.every((budget) => isCounted(budget, healthy)));
}

function isCounted({ spec, status, metadata }: Budget, healthy: number): boolean {
  if (status?.observedGeneration !== metadata.generation) return false;
  return spec.selector?.matchLabels?.["app"] === "other" || spec.selector === undefined || status?.currentHealthy === healthy;
}

async function writeStatus(given: EvictionCase, { status }: CaseBudget, index: number): Promise<void> {
  if (status === undefined) return;
  const path = `/apis/policy/v1/namespaces/${namespaceOf(given)}/poddisruptionbudgets/budget-${index}/status`;
  await plane.call("PATCH", path, { status });
}

test.for(evictionCases)("$name", async (given) => {
  const namespace = namespaceOf(given);
  const { request = {}, answer } = given;
  const find = async () => (await plane.list("pods", { namespace, fieldSelector: `metadata.name=${name}` }))[0];
  const target = await find();
  const uid = request.uid === "another" ? "00000000-0000-4000-8000-000000000000" : target?.metadata.uid;
  const start = realClock.monotonic();
  const got = await plane.request("POST", `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, {
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name, namespace },
    deleteOptions: {
      ...(uid === undefined ? {} : { preconditions: { uid } }),
      ...(request.dryRun === true ? { dryRun: ["All"] } : {}),
      ...(request.grace === undefined ? {} : { gracePeriodSeconds: request.grace }),
    },
  });
  const took = (realClock.monotonic() - start) / 1000;
  const status = isStatus(got.body) ? got.body : undefined;

  expect({ http: got.status, message: status?.message }).toMatchObject({ http: answer.http });
  if (answer.http !== 201) {
    expect(status?.reason).toBe(answer.reason);
    expect(hasCause(status, "DisruptionBudget")).toBe(answer.cause === true);
    expect(got.headers["retry-after"]).toBe(answer.retryAfter === undefined ? undefined : String(answer.retryAfter));
    if (answer.message !== undefined) expect(status?.message).toMatch(answer.message);
  }
  // A loaded machine makes it longer, never shorter.
  expect(took).toBeGreaterThan((answer.heldFor ?? 0) * 0.9);
  const pod = await find();
  expect(pod === undefined ? "gone" : pod.metadata.deletionTimestamp === undefined ? "there" : "terminating").toBe(given.left);
  if (given.spent !== undefined) {
    const [budget] = await plane.list("poddisruptionbudgets", { namespace, fieldSelector: "metadata.name=budget-0" });
    expect(budget?.status?.disruptedPods?.[name] !== undefined).toBe(given.spent);
  }
});
