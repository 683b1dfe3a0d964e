import { describe, expect, test } from "vitest";
import type { Container, Pod } from "../pod.ts";
import { requestsOf } from "./requests.ts";
import { aPod } from "./testing/cluster.ts";

const container = (cpu: string, more: Partial<Container> = {}): Container => ({ name: cpu, resources: { requests: { cpu } }, ...more });
const sidecar = (cpu: string): Container => container(cpu, { restartPolicy: "Always" });
const cpuOf = (pod: Pod): number | undefined => requestsOf(pod).get("cpu");

describe("requests of a pod, in thousandths of a core", () => {
  const cases: readonly (readonly [string, Pod["spec"], number | undefined])[] = [
    ["the sum of its containers", { containers: [container("1"), container("250m")] }, 1250],
    ["nothing, where it asks for nothing", { containers: [{ name: "a" }] }, undefined],
    [
      "the largest init container, where it is more",
      { containers: [container("1")], initContainers: [container("3"), container("2")] },
      3000,
    ],
    ["its containers, where they are more", { containers: [container("4")], initContainers: [container("3")] }, 4000],
    ["sidecars beside the containers", { containers: [container("1")], initContainers: [sidecar("2")] }, 3000],
    [
      "an init container beside the sidecars before it",
      { containers: [container("1")], initContainers: [sidecar("2"), container("4")] },
      6000,
    ],
    [
      "an init container without the sidecars after it",
      { containers: [container("1")], initContainers: [container("4"), sidecar("2")] },
      4000,
    ],
    ["its overhead on top", { containers: [container("1")], overhead: { cpu: "100m" } }, 1100],
    ["its own requests in place of its containers'", { containers: [container("1")], resources: { requests: { cpu: "3" } } }, 3000],
    ["a part of a thousandth, rounded up", { containers: [container("1n")] }, 1],
  ];
  test.each(cases)("are %s", (_, spec, expected) => {
    expect(cpuOf(aPod({ spec }))).toBe(expected);
  });

  test("count what a container has while it shrinks in place, and not what its node cannot grant", () => {
    const pod = aPod({ spec: { containers: [container("1", { name: "main" })] } });
    const status = { containerStatuses: [{ name: "main", resources: { requests: { cpu: "2" } }, allocatedResources: { cpu: "2" } }] };
    expect(cpuOf({ ...pod, status })).toBe(2000);
    const grown = aPod({ spec: { containers: [container("8", { name: "main" })] } });
    const conditions = [{ type: "PodResizePending", status: "True", reason: "Infeasible" }];
    expect(cpuOf({ ...grown, status: { ...status, conditions } })).toBe(2000);
  });

  test("count memory and pieces in whole units", () => {
    const requests = { memory: "1Ki", "nvidia.com/gpu": "2" };
    expect([...requestsOf(aPod({ spec: { containers: [{ name: "a", resources: { requests } }] } }))]).toEqual([
      ["memory", 1024],
      ["nvidia.com/gpu", 2],
    ]);
  });
});
