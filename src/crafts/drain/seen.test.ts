import { expect, test } from "vitest";
import { budgetView, clusterView, nodeView, podView, someTime } from "../../../test/support/cluster-view.ts";
import { planRequest } from "../../../test/support/plan-request.ts";
import { planDrain } from "./plan.ts";

test("evidence holds what was read, not a word for it", () => {
  const pods = [
    podView({ name: "static", mirror: true, annotations: { "kubernetes.io/config.mirror": "5f1c0a" } }),
    podView({ name: "going", labels: {}, deletionTimestamp: someTime }),
    podView({ name: "twice" }),
  ];
  const budgets = [budgetView({ name: "web" }), budgetView({ name: "all", spec: { selector: {}, minAvailable: 1 } })];
  const { steps } = planDrain(clusterView({ pods, budgets, nodes: [nodeView()] }), planRequest());
  const read = new Map(steps.map(({ subject, reason }) => [subject.name, reason.evidence.map(({ field, value }) => `${field}=${value}`)]));
  expect(read.get("static")).toEqual(['metadata.annotations["kubernetes.io/config.mirror"]=5f1c0a']);
  expect(read.get("going")).toEqual(["metadata.deletionTimestamp=2026-01-01T00:10:00Z"]);
  expect(read.get("twice")?.slice(0, 2)).toEqual(["spec.selector={}", 'spec.selector={"matchLabels":{"app":"web"}}']);
  expect(steps.find(({ stage }) => stage === "cordon")?.reason.evidence.map(({ value }) => value)).toEqual(["false"]);
});
