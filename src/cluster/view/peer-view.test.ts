import { expect, test } from "vitest";
import type { Pod } from "../../kube/pod.ts";
import { parseTime } from "../../kube/time.ts";
import { projectPeer } from "./peer-view.ts";

const pod = (more: Partial<Pod>): Pod => ({
  metadata: {
    name: "web-x",
    namespace: "shop",
    uid: "u",
    resourceVersion: "1",
    creationTimestamp: "2026-01-01T00:00:00Z",
    ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "rs", controller: true }],
  },
  spec: {},
  ...more,
});
const at = (stamp: string): number | undefined => parseTime(stamp);

test("a peer keeps whose it is, where, and when it was created, scheduled and Ready", () => {
  const conditions = [
    { type: "PodScheduled", status: "True", lastTransitionTime: "2026-01-01T00:00:01Z" },
    { type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:05Z" },
  ];
  expect(projectPeer(pod({ spec: { nodeName: "n2" }, status: { phase: "Running", conditions } }))).toEqual({
    uid: "u",
    namespace: "shop",
    name: "web-x",
    controller: "rs",
    node: "n2",
    phase: "Running",
    ready: true,
    createdAt: at("2026-01-01T00:00:00Z"),
    scheduledAt: at("2026-01-01T00:00:01Z"),
    readyAt: at("2026-01-01T00:00:05Z"),
  });
});

test("of one that is not placed the scheduler's words are kept", () => {
  const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes are available: 3 too small." }];
  expect(projectPeer(pod({ status: { conditions } }))).toMatchObject({
    phase: "Pending",
    ready: false,
    unscheduled: { reason: "Unschedulable", message: "0/3 nodes are available: 3 too small." },
  });
});

test("a pod that nobody manages is nobody's peer", () => {
  const { metadata, spec } = pod({});
  const { ownerReferences: _, ...bare } = metadata;
  expect(projectPeer({ metadata: bare, spec })).toBeUndefined();
});
