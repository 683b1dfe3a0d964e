import { describe, expect, it } from "vitest";
import type { Lease, LeaseSpec } from "../../kube/lease.ts";
import { formatMicroTime } from "../../kube/time.ts";
import { nodeLeaseName } from "./node-lease.ts";
import { judgeLease, withOwner } from "./judge.ts";

const now = Date.UTC(2026, 0, 1, 12);
const minute = 60_000;
const hour = 60 * minute;
const lease = (spec: LeaseSpec, metadata: Partial<Lease["metadata"]> = {}): Lease => ({
  metadata: { name: "node-a", uid: "u", resourceVersion: "1", ...metadata },
  spec,
});
const at = (instant: number): string => formatMicroTime(instant);
const since = at(now - hour);

describe("whose a lease is", () => {
  it.each([
    {
      what: "ours, just renewed",
      spec: { holderIdentity: "node-maintenance", leaseDurationSeconds: 3600, acquireTime: since, renewTime: at(now) },
      verdict: { kind: "ours", until: now + hour, renewAt: now + 20 * minute },
    },
    {
      what: "ours, run out, and taken by nobody",
      spec: { holderIdentity: "node-maintenance", leaseDurationSeconds: 3600, acquireTime: since, renewTime: at(now - 2 * hour) },
      verdict: { kind: "ours", until: now - hour, renewAt: now - hour - 40 * minute },
    },
    {
      what: "ours, for another time than we ask for",
      spec: { holderIdentity: "node-maintenance", leaseDurationSeconds: 600, acquireTime: since, renewTime: at(now) },
      verdict: { kind: "ours", until: now + 10 * minute, renewAt: now },
    },
    {
      what: "ours, without the time of its acquisition",
      spec: { holderIdentity: "node-maintenance", leaseDurationSeconds: 3600, renewTime: at(now) },
      verdict: { kind: "ours", until: now + hour, renewAt: now },
    },
    {
      what: "ours, without any time",
      spec: { holderIdentity: "node-maintenance" },
      verdict: { kind: "ours", until: now, renewAt: now },
    },
    {
      what: "somebody else's",
      spec: { holderIdentity: "NodeHealthCheck-nhc", leaseDurationSeconds: 660, renewTime: at(now - 10 * minute) },
      verdict: { kind: "foreign", holder: "NodeHealthCheck-nhc", until: now + minute },
    },
    {
      what: "somebody else's in its last moment",
      spec: { holderIdentity: "NodeHealthCheck-nhc", leaseDurationSeconds: 600, renewTime: at(now - 10 * minute) },
      verdict: { kind: "foreign", holder: "NodeHealthCheck-nhc", until: now },
    },
    {
      what: "somebody else's, run out",
      spec: { holderIdentity: "NodeHealthCheck-nhc", leaseDurationSeconds: 600, renewTime: at(now - 10 * minute - 1) },
      verdict: { kind: "free", holder: "NodeHealthCheck-nhc" },
    },
    {
      what: "somebody else's whose clock is ahead",
      spec: { holderIdentity: "NodeHealthCheck-nhc", leaseDurationSeconds: 600, renewTime: at(now + 2_000) },
      verdict: { kind: "foreign", holder: "NodeHealthCheck-nhc", until: now + 10 * minute + 2_000 },
    },
    {
      what: "somebody else's, renewed further ahead than it lasts",
      spec: { holderIdentity: "NodeHealthCheck-nhc", leaseDurationSeconds: 600, renewTime: at(now + hour) },
      verdict: { kind: "free", holder: "NodeHealthCheck-nhc" },
    },
    {
      what: "somebody else's without a time of renewal",
      spec: { holderIdentity: "x", leaseDurationSeconds: 600, renewTime: null },
      verdict: { kind: "free", holder: "x" },
    },
    {
      what: "somebody else's without a duration",
      spec: { holderIdentity: "x", leaseDurationSeconds: null, renewTime: at(now) },
      verdict: { kind: "free", holder: "x" },
    },
    { what: "nobody's", spec: { holderIdentity: "" }, verdict: { kind: "free", holder: undefined } },
    { what: "without a spec at all", spec: {}, verdict: { kind: "free", holder: undefined } },
  ])("$what", ({ spec, verdict }) => {
    expect(judgeLease(lease(spec), { holder: "node-maintenance", now })).toEqual(verdict);
  });
});

it("a lease is named after the node, in small letters, as every operator of medik8s does", () => {
  expect(nodeLeaseName("Worker-1.Example")).toBe("node-worker-1.example");
});

it("a lease belongs to the node of today, and no more to an earlier machine of that name", () => {
  const other = { apiVersion: "v1", kind: "ConfigMap", name: "a", uid: "c" };
  const before = lease({}, { ownerReferences: [{ apiVersion: "v1", kind: "Node", name: "a", uid: "old" }, other] });
  expect(withOwner(before, { name: "a", uid: "new" })).toEqual([other, { apiVersion: "v1", kind: "Node", name: "a", uid: "new" }]);
});
