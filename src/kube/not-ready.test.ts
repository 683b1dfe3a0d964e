import { expect, test } from "vitest";
import { whyNotReady } from "./not-ready.ts";
import type { PodStatus } from "./pod.ts";

const pod = (status: PodStatus, deleted = false) => ({
  metadata: { name: "web-1", uid: "1", resourceVersion: "1", ...(deleted ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {}) },
  spec: {},
  status,
});
const container = (state: object) => ({ containerStatuses: [{ name: "main", state }] });

test.each<readonly [string | undefined, PodStatus]>([
  [undefined, { conditions: [{ type: "Ready", status: "True" }] }],
  [
    "is on no node: 0/5 nodes are available: 5 Insufficient cpu.",
    { conditions: [{ type: "PodScheduled", status: "False", message: "0/5 nodes are available: 5 Insufficient cpu." }] },
  ],
  [
    "container main waits, ImagePullBackOff: Back-off pulling image",
    container({ waiting: { reason: "ImagePullBackOff", message: "Back-off pulling image" } }),
  ],
  ["container main waits, CrashLoopBackOff", container({ waiting: { reason: "CrashLoopBackOff" } })],
  ["container main ended with exit code 137", container({ terminated: { exitCode: 137 } })],
  [
    "is not Ready: containers with unready status: [main]",
    { ...container({ running: {} }), conditions: [{ type: "Ready", status: "False", message: "containers with unready status: [main]" }] },
  ],
  ["is not Ready", {}],
])("%s", (why, status) => {
  expect(whyNotReady(pod(status))).toBe(why);
});

test("one that is being deleted is no more counted, whatever its containers say", () => {
  expect(whyNotReady(pod({ conditions: [{ type: "Ready", status: "True" }] }, true))).toBe("is being deleted");
});
