import { expect, test } from "vitest";
import { type CaseBudget, type EvictionCase, evictionCases } from "../../../test/eviction-cases.ts";
import type { BudgetSpec } from "../../kube/budget.ts";
import type { Json } from "../../kube/object.ts";
import type { Pod } from "../../kube/pod.ts";
import { budgets, pods } from "../../kube/resource.ts";
import { hasCause } from "../../kube/status.ts";
import type { Control } from "../control.ts";
import { Rig } from "../testing/rig.ts";
import type { BarePodSketch } from "../sketch.ts";

const namespace = "case";
const labels = { app: "web" };
const at = { namespace, name: "web-0" };

/** Slower than any eviction: a status written by a case stays until the case is over. */
const calm = { latencies: { reaction: { from: 60_000, to: 60_000 } } };

test.each(evictionCases)("$name", async (given) => {
  await using rig = new Rig(calm);
  const { control, api, call } = rig;
  control.addNode({ name: "node-1" });
  const target = makePods(control, given);
  for (const [index, budget] of given.budgets.entries()) makeBudget(control, `budget-${index}`, budget);

  const { request = {}, answer } = given;
  const uid = request.uid === "another" ? "another" : (target?.metadata.uid ?? "none");
  const options = {
    ...(request.dryRun === true ? { dryRun: true } : {}),
    ...(request.grace === undefined ? {} : { gracePeriodSeconds: request.grace }),
  };
  const start = rig.clock.monotonic();
  const got = await rig.run(api.evict({ ...at, uid }, options, call));
  const took = rig.clock.monotonic() - start;

  expect(got.http).toBe(answer.http);
  if (answer.http !== 201) {
    expect(got.status?.reason).toBe(answer.reason);
    expect(hasCause(got.status, "DisruptionBudget")).toBe(answer.cause === true);
    expect(got.retryAfter).toBe(answer.retryAfter);
    if (answer.message !== undefined) expect(got.status?.message).toMatch(answer.message);
  }
  expect(Math.abs(took / 1000 - (answer.heldFor ?? 0))).toBeLessThan(0.6);
  expect(left(control)).toBe(given.left);
  if (given.spent !== undefined) expect(isSpent(control)).toBe(given.spent);
});

function makePods(control: Control, { target, siblings = 2 }: EvictionCase): Pod | undefined {
  const usual: BarePodSketch = { namespace, name: at.name, on: "node-1", labels, gone: 5_000 };
  for (let index = 1; index <= siblings; index += 1) control.addPod({ ...usual, name: `web-${index}` });
  switch (target) {
    case "missing":
      return undefined;
    case "ready":
      return control.addPod(usual);
    case "unready":
      return control.addPod({ ...usual, unready: true });
    case "terminating":
      return control.addPod({ ...usual, terminating: true });
    case "succeeded":
      return control.addPod({ ...usual, phase: "Succeeded" });
    case "failed":
      return control.addPod({ ...usual, phase: "Failed" });
    case "unscheduled":
      return control.create(pods, { metadata: { ...at, labels }, spec: { nodeSelector: { no: "where" } } }, { namespace });
  }
}

const selectors: Readonly<Record<string, BudgetSpec["selector"]>> = {
  pods: { matchLabels: labels },
  everything: {},
  others: { matchLabels: { app: "other" } },
};

function makeBudget(control: Control, name: string, { spec, status }: CaseBudget): void {
  const { selector = "pods", ...rest } = spec;
  const selected = selectors[selector];
  control.addBudget({ namespace, name, spec: { ...rest, ...(selected === undefined ? {} : { selector: selected }) } });
  if (status === undefined) return;
  control.edit(budgets, { namespace, name }, { kind: "merge", body: { status: status as Json } }, { subresource: "status" });
}

function left(control: Control): EvictionCase["left"] {
  const pod = control.find(pods, at);
  return pod === undefined ? "gone" : pod.metadata.deletionTimestamp === undefined ? "there" : "terminating";
}

function isSpent(control: Control): boolean {
  return control.find(budgets, { namespace, name: "budget-0" })?.status?.disruptedPods?.[at.name] !== undefined;
}

test("what goes by eviction carries the condition that says so, and a second eviction prolongs nothing", async () => {
  await using rig = new Rig();
  rig.control.addNode({ name: "node-1" });
  const pod = rig.control.addPod({ namespace, name: "web-0", on: "node-1", gone: 20_000 });
  const evict = () => rig.run(rig.api.evict(pod.metadata, {}, rig.call));
  await evict();
  const first = rig.control.find(pods, at);
  expect(first?.status?.conditions).toContainEqual(
    expect.objectContaining({ type: "DisruptionTarget", status: "True", reason: "EvictionByEvictionAPI" }),
  );
  await rig.pass(3_000);
  expect((await evict()).http).toBe(201);
  expect(rig.control.find(pods, at)?.metadata.deletionTimestamp).toBe(first?.metadata.deletionTimestamp);
});

test("two evictions at once under one budget: one goes, the other is refused", async () => {
  await using rig = new Rig(calm);
  const { control, api, call } = rig;
  control.addNode({ name: "node-1" });
  const [a, b] = ["a", "b", "c"].map((name) => control.addPod({ namespace, name, on: "node-1", labels }));
  control.addBudget({ namespace, name: "web", spec: { minAvailable: 2, selector: { matchLabels: labels } } });
  // As in life, both may have read the budget before either wrote it.
  const both = [a, b].map((pod) => api.evict({ name: "", uid: "", ...pod?.metadata }, {}, call));
  const answers = (await rig.run(Promise.all(both))).map(({ http }) => http);
  expect(answers.toSorted((x, y) => x - y)).toEqual([201, 429]);
  expect(control.find(budgets, { namespace, name: "web" })?.status?.disruptionsAllowed).toBe(0);
});
