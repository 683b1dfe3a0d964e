import type { KubeObject } from "./object.ts";
import { parseTime } from "./time.ts";
import type { Instant } from "../runtime/clock.ts";

/** coordination.k8s.io/v1 LeaseSpec. Go clients send null for what they leave unset. */
export interface LeaseSpec {
  /** Null, absent or "": nobody holds it. */
  readonly holderIdentity?: string | null;
  /** How long others must wait after `renewTime`, or after they saw the record change, before they take it. */
  readonly leaseDurationSeconds?: number | null;
  /** When the present holder took it, as a MicroTime. */
  readonly acquireTime?: string | null;
  readonly renewTime?: string | null;
  /** How often it went from one holder to another. */
  readonly leaseTransitions?: number | null;
}

export interface Lease extends KubeObject {
  readonly spec?: LeaseSpec;
}

/** Until when the lease holds if its holder does not renew it; undefined where nobody holds it or it says no time. */
export function heldUntil({ spec }: Lease): Instant | undefined {
  const renewed = parseTime(spec?.renewTime ?? undefined);
  const seconds = spec?.leaseDurationSeconds ?? undefined;
  if (renewed === undefined || seconds === undefined || (spec?.holderIdentity ?? "") === "") return undefined;
  return renewed + seconds * 1000;
}
