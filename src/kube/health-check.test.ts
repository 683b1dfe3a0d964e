import { describe, expect, test } from "vitest";
import { type HealthCheck, isPaused, reactsAfter } from "./health-check.ts";

const metadata = { name: "a", uid: "u", resourceVersion: "1" };
const check = (spec: NonNullable<HealthCheck["spec"]>, annotations = {}): HealthCheck => ({ metadata: { ...metadata, annotations }, spec });

describe("after how long a node that is not Ready is acted on", () => {
  test.each<{
    what: string;
    kind: "MachineHealthCheck" | "NodeHealthCheck";
    spec: NonNullable<HealthCheck["spec"]>;
    millis: number | undefined;
  }>([
    {
      what: "Cluster API v1beta1 and OpenShift: a Go duration, the shorter of two",
      kind: "MachineHealthCheck",
      spec: {
        unhealthyConditions: [
          { type: "Ready", status: "Unknown", timeout: "5m0s" },
          { type: "Ready", status: "False", timeout: "300s" },
          { type: "DiskPressure", status: "True", timeout: "10s" },
        ],
      },
      millis: 300_000,
    },
    {
      what: "Cluster API v1beta2: seconds",
      kind: "MachineHealthCheck",
      spec: { checks: { unhealthyNodeConditions: [{ type: "Ready", status: "Unknown", timeoutSeconds: 120 }] } },
      millis: 120_000,
    },
    { what: "one that names no condition", kind: "MachineHealthCheck", spec: {}, millis: undefined },
    { what: "medik8s' default", kind: "NodeHealthCheck", spec: {}, millis: 300_000 },
    {
      what: "medik8s, as it is set",
      kind: "NodeHealthCheck",
      spec: { unhealthyConditions: [{ type: "Ready", status: "Unknown", duration: "90s" }] },
      millis: 90_000,
    },
    {
      what: "one that does not look at Ready",
      kind: "NodeHealthCheck",
      spec: { unhealthyConditions: [{ type: "DiskPressure", status: "True", duration: "90s" }] },
      millis: undefined,
    },
  ])("$what", ({ kind, spec, millis }) => {
    expect(reactsAfter(check(spec), kind)).toBe(millis);
  });
});

test("paused by Cluster API's annotation, or by a request", () => {
  expect(isPaused(check({}))).toBe(false);
  expect(isPaused(check({ pauseRequests: [] }))).toBe(false);
  expect(isPaused(check({ pauseRequests: ["maintenance"] }))).toBe(true);
  expect(isPaused(check({}, { "cluster.x-k8s.io/paused": "" }))).toBe(true);
});
