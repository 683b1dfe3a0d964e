import type { Random } from "../../runtime/random.ts";
import type { LeaderLease, LeaderLeaseOptions } from "./contract.ts";
import { Driver } from "./driver.ts";

export type { LeaderChange, LeaderLease, LeaderLeaseEnd, LeaderLeaseOptions, LeaseTiming, StopReason } from "./contract.ts";

/**
 * Takes part in the election of a leader by a Lease, together with any candidate that does as client-go does, until it was leader and is
 * none any more, or is disposed of. SPEC.md says what is promised.
 *
 * @throws InvariantError where the timing leaves no room between two leaders
 */
export function startLeaderLease(options: LeaderLeaseOptions): LeaderLease {
  return new Driver(options);
}

/** As client-go's users make it: the name of the pod or host, and what no other process has. */
export function uniqueIdentity(name: string, random: Random): string {
  return `${name}_${random.uuid()}`;
}
