import { expect, test } from "vitest";
import { heldUntil, type Lease } from "./lease.ts";

const lease = (spec: Lease["spec"]): Lease => ({
  metadata: { name: "a", uid: "u", resourceVersion: "1" },
  ...(spec === undefined ? {} : { spec }),
});
const renewTime = "2026-01-01T00:00:00.500000Z";

test.each([
  { what: "held", spec: { holderIdentity: "a", leaseDurationSeconds: 60, renewTime }, until: Date.UTC(2026, 0, 1, 0, 1, 0, 500) },
  { what: "released", spec: { holderIdentity: "", leaseDurationSeconds: 60, renewTime }, until: undefined },
  { what: "without a duration", spec: { holderIdentity: "a", leaseDurationSeconds: null, renewTime }, until: undefined },
  { what: "never renewed", spec: { holderIdentity: "a", leaseDurationSeconds: 60 }, until: undefined },
  { what: "empty", spec: undefined, until: undefined },
])("a lease that is $what", ({ spec, until }) => {
  expect(heldUntil(lease(spec))).toBe(until);
});
