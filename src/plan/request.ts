import type { Millis } from "../runtime/clock.ts";

/**
 * What is asked for, as far as it decides what happens to whom. Consents are not in it: they decide only whether the act may begin.
 * Two requests that are equal, on the same view, give the same plan and the same hash.
 */
export interface PlanRequest {
  readonly nodes: readonly string[];
  readonly mode: "Evict" | "CordonOnly";
  /** kubectl's `--pod-selector`: other pods are not looked at at all. */
  readonly podSelector?: string;
  /** kubectl's `--disable-eviction`: plain deletion, past budgets. */
  readonly disableEviction: boolean;
  /** kubectl's `--grace-period`; absent: each pod's own. 0 deletes from the API at once. */
  readonly grace?: Millis;
  /** kubectl's `--skip-wait-for-delete-timeout`: pods whose deletionTimestamp is older than this are not waited for. */
  readonly skipDeletedAfter?: Millis;
}
