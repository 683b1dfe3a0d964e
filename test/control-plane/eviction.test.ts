import { afterAll, beforeAll, expect, test } from "vitest";
import type { Budget, BudgetSpec } from "../../src/kube/budget.ts";
import { recountBudget } from "../../src/kube/budget-arithmetic.ts";
import type { Pod } from "../../src/kube/pod.ts";
import { hasCause, isStatus } from "../../src/kube/status.ts";
import { realClock } from "../../src/runtime/real-clock.ts";
import { type CaseBudget, type EvictionCase, evictionCases, type Target } from "../eviction-cases.ts";
import { startControlPlane } from "./fixture/control-plane.ts";
import type { ControlPlane } from "./fixture/control-plane.ts";
import { type PodChoice, podTemplate } from "./fixture/pod-template.ts";

let plane: ControlPlane;

beforeAll(async () => {
  // Nobody counts the budgets but the cases themselves: what a case writes into a status stays.
  plane = await startControlPlane({ controllerManagerFlags: ["--controllers=*,-disruption-controller"] });
  await plane.createNodes(1);
});

afterAll(async () => {
  await plane[Symbol.asyncDispose]();
});

const labels = { app: "web" };

const choices: Readonly<Record<Exclude<Target, "missing">, PodChoice>> = {
  ready: { gone: 5 },
  unready: { gone: 5, annotations: { "drydock.test/unready": "true" } },
  terminating: { gone: 25 },
  succeeded: { finish: 0.01 },
  failed: { fail: 0.01 },
  unscheduled: { spec: { nodeSelector: { no: "where" } } },
};

const selectors: Readonly<Record<string, BudgetSpec["selector"]>> = {
  pods: { matchLabels: labels },
  everything: {},
  others: { matchLabels: { app: "other" } },
};

test.for(evictionCases.map((given, index) => [given.name, given, index] as const))("%s", async ([, given, index]) => {
  const namespace = `case-${index}`;
  await plane.createNamespace(namespace);
  const uid = await makePods(namespace, given);
  for (const [place, budget] of given.budgets.entries()) await makeBudget(namespace, `budget-${place}`, budget);

  const { request = {}, answer } = given;
  const deleteOptions = {
    preconditions: { uid: request.uid === "another" ? "another" : uid },
    ...(request.grace === undefined ? {} : { gracePeriodSeconds: request.grace }),
    ...(request.dryRun === true ? { dryRun: ["All"] } : {}),
  };
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "web-0", namespace }, deleteOptions };
  const start = realClock.monotonic();
  const got = await plane.request("POST", `/api/v1/namespaces/${namespace}/pods/web-0/eviction`, body);
  const took = (realClock.monotonic() - start) / 1000;

  expect(got.status).toBe(answer.http);
  if (answer.http !== 201) {
    const status = isStatus(got.body) ? got.body : undefined;
    expect(status?.reason).toBe(answer.reason);
    expect(hasCause(status, "DisruptionBudget")).toBe(answer.cause === true);
    expect(got.headers["retry-after"]).toBe(answer.retryAfter === undefined ? undefined : `${answer.retryAfter}`);
    if (answer.message !== undefined) expect(status?.message).toMatch(answer.message);
  }
  if (answer.heldFor !== undefined) expect(took).toBeGreaterThan(answer.heldFor * 0.9);
  expect(await left(namespace)).toBe(given.left);
  if (given.spent !== undefined) expect(await isSpent(namespace)).toBe(given.spent);
});

/** The uid of the target. */
async function makePods(namespace: string, { target, siblings = 2 }: EvictionCase): Promise<string> {
  const make = async (name: string, choice: PodChoice, on: string | undefined): Promise<Pod> => {
    const { metadata, spec } = podTemplate(choice, labels);
    const body = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...metadata, name, namespace },
      spec: { ...spec, ...(on === undefined ? {} : { nodeName: on }) },
    };
    return await plane.call<Pod>("POST", `/api/v1/namespaces/${namespace}/pods`, body);
  };
  for (let index = 1; index <= siblings; index += 1) await make(`web-${index}`, { gone: 5 }, "node-1");
  const others = (pods: readonly Pod[]): readonly Pod[] => pods.filter(({ metadata }) => metadata.name !== "web-0");
  await plane.waitFor("pods", { namespace }, (pods) => others(pods).every(isReady) && others(pods).length === siblings);
  if (target === "missing") return "none";
  const { metadata } = await make("web-0", choices[target], target === "unscheduled" ? undefined : "node-1");
  if (target === "terminating") {
    await plane.waitFor("pods", { namespace }, (pods) => pods.some((pod) => pod.metadata.name === "web-0" && isReady(pod)));
    await plane.call("DELETE", `/api/v1/namespaces/${namespace}/pods/web-0`);
  }
  await plane.waitFor("pods", { namespace }, (pods) => pods.some((pod) => pod.metadata.name === "web-0" && stands(pod, target)));
  return metadata.uid;
}

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true;
}

function stands(pod: Pod, target: Exclude<Target, "missing">): boolean {
  const phase = pod.status?.phase;
  switch (target) {
    case "ready":
      return isReady(pod);
    case "unready":
      return phase === "Running" && !isReady(pod);
    case "unscheduled":
      return phase === "Pending";
    case "succeeded":
      return phase === "Succeeded";
    case "failed":
      return phase === "Failed";
    case "terminating":
      return pod.metadata.deletionTimestamp !== undefined;
  }
}

/** With the status that the controller would count, less what the case says otherwise. */
async function makeBudget(namespace: string, name: string, { spec, status }: CaseBudget): Promise<void> {
  const { selector = "pods", ...rest } = spec;
  const selected = selectors[selector];
  const body = {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name, namespace },
    spec: { ...rest, ...(selected === undefined ? {} : { selector: selected }) },
  };
  const path = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
  const budget = await plane.call<Budget>("POST", path, body);
  const counted = recountBudget(
    { ...budget, spec: body.spec },
    await plane.list("pods", { namespace }),
    () => ({ kind: "absent" }),
    realClock.now(),
  );
  await plane.call("PATCH", `${path}/${name}/status`, { status: { ...counted.status, ...status } });
}

async function left(namespace: string): Promise<EvictionCase["left"]> {
  const pod = (await plane.list("pods", { namespace })).find(({ metadata }) => metadata.name === "web-0");
  return pod === undefined ? "gone" : pod.metadata.deletionTimestamp === undefined ? "there" : "terminating";
}

async function isSpent(namespace: string): Promise<boolean> {
  const budget = (await plane.list("poddisruptionbudgets", { namespace })).find(({ metadata }) => metadata.name === "budget-0");
  return budget?.status?.disruptedPods?.["web-0"] !== undefined;
}
