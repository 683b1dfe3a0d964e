import { expect, test } from "vitest";
import type { KubeObject } from "../../kube/object.ts";
import { evaluateChecks } from "./expressions.ts";

const node = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "n", uid: "u", resourceVersion: "1", labels: { "gpu.vendor/driver": "550" } },
  spec: { podCIDR: "10.0.0.0/24" },
  status: { nodeInfo: { bootID: "2", kernelVersion: "6.12.9" }, allocatable: { "vendor.com/gpu": "8" } },
} as KubeObject;

const results = (expression: string, message?: string) =>
  evaluateChecks([{ name: "mine", expression, ...(message === undefined ? {} : { message }) }], node, {
    bootID: "1",
    allocatable: { cpu: "8" },
  });

test.each([
  `node.status.nodeInfo.kernelVersion.startsWith("6.12")`,
  `node.metadata.labels["gpu.vendor/driver"] == "550"`,
  `node.status.nodeInfo.bootID != before.bootID`,
  `"vendor.com/gpu" in node.status.allocatable && node.status.allocatable["vendor.com/gpu"] == "8"`,
  `has(node.spec.podCIDR)`,
  `before.allocatable.cpu == "8"`,
])("%s passes", (expression) => {
  expect(results(expression)).toEqual([{ name: "mine", passed: true, message: "" }]);
});

test("what is false says so, in one's own words where there are any", () => {
  expect(results("1 == 2")).toEqual([{ name: "mine", passed: false, message: "false: 1 == 2" }]);
  expect(results("1 == 2", "the arithmetic is off")).toMatchObject([{ passed: false, message: "the arithmetic is off" }]);
});

test.each([`node.status.nodeInfo.missing == "x"`, "node.", "1 + 1", `nowhere.to.be.found`])("%s is no pass, and says why", (expression) => {
  expect(results(expression)).toMatchObject([{ passed: false, message: expect.stringContaining(expression) }]);
});
