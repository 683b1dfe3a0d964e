import type { KubeObject } from "./object.ts";
import { parseTime } from "./time.ts";
import type { Instant } from "../runtime/clock.ts";

export interface Lease extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string | null;
    readonly leaseDurationSeconds?: number | null;
    readonly acquireTime?: string | null;
    readonly renewTime?: string | null;
  };
}

/** Until when the lease holds if its holder does not renew it; undefined where nobody holds it or it says no time. */
export function heldUntil({ spec }: Lease): Instant | undefined {
  const renewed = parseTime(spec?.renewTime ?? undefined);
  const seconds = spec?.leaseDurationSeconds ?? undefined;
  if (renewed === undefined || seconds === undefined || (spec?.holderIdentity ?? "") === "") return undefined;
  return renewed + seconds * 1000;
}
