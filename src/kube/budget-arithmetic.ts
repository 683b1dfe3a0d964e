import type { Instant, Millis } from "../runtime/clock.ts";
import type { Budget, BudgetSpec, BudgetStatus } from "./budget.ts";
import {
  disruptionAllowed,
  insufficientPodsReason,
  isObserved,
  setCondition,
  statusOf,
  sufficientPodsReason,
  syncFailedReason,
  syncFailure,
  withCondition,
} from "./budget-status.ts";
import { controllerOf } from "./object.ts";
import type { OwnerReference } from "./object.ts";
import { isPodReady } from "./pod.ts";
import type { Pod } from "./pod.ts";
import type { ScaleReading } from "./scale-of-owner.ts";
import { matches, readLabelSelector } from "./selector.ts";
import { parseTime } from "./time.ts";

/** How long the controller waits for an evicted pod to be deleted before it counts the pod again. */
export const disruptedPodTimeout: Millis = 120_000;

export interface Recount {
  /** The status to write; the budget's own, the same object, when there is nothing to write. */
  readonly status: BudgetStatus;
  /** Pods without a managing owner, which a percentage or `maxUnavailable` cannot count. */
  readonly unmanaged: readonly string[];
  /** When to count again though nothing changes: an evicted pod was not deleted by then. */
  readonly recheckAt?: Instant;
}

/**
 * What the disruption controller of Kubernetes 1.36 makes of a budget (pkg/controller/disruption/disruption.go).
 *
 * @param pods the pods of the budget's namespace; those the selector does not match are left out here
 * @param scaleOf the scale that counts for a pod's managing owner: see `scaleOfOwner`
 */
export function recountBudget(
  budget: Budget,
  pods: readonly Pod[],
  scaleOf: (owner: OwnerReference, namespace: string) => ScaleReading,
  now: Instant,
): Recount {
  const covered = podsOf(budget, pods);
  if (!covered.ok) return { status: failedSafe(budget, covered.message, now), unmanaged: [] };
  const expected = expectedPods(budget, covered.pods, scaleOf);
  if (!expected.ok) return { status: failedSafe(budget, expected.message, now), unmanaged: [] };
  const { disruptedPods, recheckAt } = unconfirmed(budget, covered.pods, now);
  const currentHealthy = covered.pods.filter((pod) => isCounted(pod, disruptedPods, now)).length;
  const { count, desired } = expected;
  const next: BudgetStatus = {
    observedGeneration: budget.metadata.generation ?? 0,
    disruptionsAllowed: count > 0 ? Math.max(0, currentHealthy - desired) : 0,
    currentHealthy,
    desiredHealthy: desired,
    expectedPods: count,
    ...(Object.keys(disruptedPods).length > 0 ? { disruptedPods } : {}),
    ...(budget.status?.conditions === undefined ? {} : { conditions: budget.status.conditions }),
  };
  return {
    status: budget.status !== undefined && isSame(budget.status, next) ? budget.status : withCondition(next, now),
    unmanaged: expected.unmanaged,
    ...(recheckAt === undefined ? {} : { recheckAt }),
  };
}

/**
 * Whether the budget can allow one disruption at its present scale once all its pods are healthy.
 * `false` stays false until someone changes the budget or the scale; `"unknown"` while the controller has not seen the budget, or cannot count.
 *
 * @param scale the number of pods there should be, where the caller knows better than the last count
 */
export function canEverAllow(budget: Budget, scale?: number): boolean | "unknown" {
  const { spec, status } = budget;
  const wanted = spec.maxUnavailable ?? spec.minAvailable;
  // No scale makes these allow any, so no status is needed to know it.
  if (spec.maxUnavailable !== undefined) {
    if (wanted === 0 || wanted === "0%") return false;
  } else if (wanted === undefined || wanted === "100%") return false;
  if (status === undefined || !isObserved(budget) || syncFailure(status) !== undefined) return "unknown";
  if (status.disruptionsAllowed > 0) return true;
  const count = scale ?? status.expectedPods;
  const desired = desiredHealthy(budget, count);
  return desired.ok ? count > desired.value : "unknown";
}

/**
 * Are the pods that a budget expects those that there are? Else they are what the scale of their owners says: a pod that is missing for a
 * moment is missing from the first count only.
 */
export function countsPods({ minAvailable, maxUnavailable }: BudgetSpec): boolean {
  return maxUnavailable === undefined && typeof minAvailable === "number";
}

type Counted<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly message: string };

function podsOf(budget: Budget, pods: readonly Pod[]): Counted<{ readonly pods: readonly Pod[] }> {
  const { selector } = budget.spec;
  if (selector === null || selector === undefined) return { ok: true, pods: [] };
  const read = readLabelSelector(selector);
  if (!read.ok) return read;
  const covers = ({ metadata }: Pod): boolean =>
    metadata.namespace === budget.metadata.namespace && matches(read.selector, metadata.labels);
  return { ok: true, pods: pods.filter(covers) };
}

function expectedPods(
  budget: Budget,
  pods: readonly Pod[],
  scaleOf: (owner: OwnerReference, namespace: string) => ScaleReading,
): Counted<{ readonly count: number; readonly desired: number; readonly unmanaged: readonly string[] }> {
  const { spec } = budget;
  const counted = (count: number): Counted<{ readonly count: number; readonly unmanaged: readonly string[] }> => ({
    ok: true,
    count,
    unmanaged: [],
  });
  const isEmpty = spec.maxUnavailable === undefined && spec.minAvailable === undefined;
  const total = isEmpty ? counted(0) : countsPods(spec) ? counted(pods.length) : totalScale(pods, scaleOf);
  if (!total.ok) return total;
  const desired = desiredHealthy(budget, total.count);
  return desired.ok ? { ...total, desired: desired.value } : desired;
}

/** How many must be healthy of `count` pods. */
export function desiredHealthy({ spec }: Budget, count: number): Counted<{ readonly value: number }> {
  if (spec.maxUnavailable !== undefined) {
    const unavailable = scaled(spec.maxUnavailable, count);
    return unavailable.ok ? { ok: true, value: Math.max(0, count - unavailable.value) } : unavailable;
  }
  return spec.minAvailable === undefined ? { ok: true, value: 0 } : scaled(spec.minAvailable, count);
}

/** A number, or a percentage of `total` rounded up: `maxUnavailable: 1%` of 3 pods allows one. */
function scaled(value: number | string, total: number): Counted<{ readonly value: number }> {
  if (typeof value === "number") return { ok: true, value };
  if (!value.endsWith("%")) return { ok: false, message: "invalid value for IntOrString: invalid type: string is not a percentage" };
  const digits = value.slice(0, -1);
  if (!/^[+-]?[0-9]+$/.test(digits)) {
    const fault = `strconv.Atoi: parsing ${JSON.stringify(digits)}: invalid syntax`;
    return { ok: false, message: `invalid value for IntOrString: invalid value ${JSON.stringify(value)}: ${fault}` };
  }
  return { ok: true, value: Math.ceil((Number(digits) * total) / 100) };
}

/** The sum over the owners of the pods, each once. What the scale says counts, not how many pods there are. */
function totalScale(
  pods: readonly Pod[],
  scaleOf: (owner: OwnerReference, namespace: string) => ScaleReading,
): Counted<{ readonly count: number; readonly unmanaged: readonly string[] }> {
  const scales = new Map<string, number>();
  const asked = new Set<string>();
  const unmanaged: string[] = [];
  for (const { metadata } of pods) {
    const owner = controllerOf(metadata);
    if (owner === undefined) unmanaged.push(metadata.name);
    else if (!asked.has(owner.uid)) {
      asked.add(owner.uid);
      const scale = scaleOf(owner, metadata.namespace ?? "");
      if (scale.kind === "failed") return { ok: false, message: scale.message };
      if (scale.kind === "absent") return { ok: false, message: `found no controllers for pod ${JSON.stringify(metadata.name)}` };
      scales.set(scale.uid, scale.replicas);
    }
  }
  return { ok: true, count: [...scales.values()].reduce((sum, replicas) => sum + replicas, 0), unmanaged };
}

/** The evicted pods that are still to be deleted: those gone, terminating, or 2 minutes old leave the map. */
function unconfirmed(
  budget: Budget,
  pods: readonly Pod[],
  now: Instant,
): { readonly disruptedPods: Readonly<Record<string, string>>; readonly recheckAt?: Instant } {
  const kept: [string, string][] = [];
  const deadlines: Instant[] = [];
  for (const { metadata } of pods) {
    const stamp = budget.status?.disruptedPods?.[metadata.name];
    const since = parseTime(stamp);
    if (stamp === undefined || since === undefined || metadata.deletionTimestamp !== undefined) continue;
    if (since + disruptedPodTimeout < now) continue;
    kept.push([metadata.name, stamp]);
    deadlines.push(since + disruptedPodTimeout);
  }
  return { disruptedPods: Object.fromEntries(kept), ...(deadlines.length === 0 ? {} : { recheckAt: Math.min(...deadlines) }) };
}

function isCounted({ metadata, status }: Pod, disruptedPods: Readonly<Record<string, string>>, now: Instant): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  const since = parseTime(disruptedPods[metadata.name]);
  if (since !== undefined && since + disruptedPodTimeout > now) return false;
  return isPodReady(status);
}

/** Only `disruptionsAllowed` and the condition change; `observedGeneration` stays behind if it was. */
function failedSafe(budget: Budget, message: string, now: Instant): BudgetStatus {
  const before = statusOf(budget);
  if (budget.status?.disruptionsAllowed === 0 && syncFailure(before) === message) return budget.status;
  return setCondition({ ...before, disruptionsAllowed: 0 }, "False", syncFailedReason, message, now);
}

function isSame(before: BudgetStatus, next: BudgetStatus): boolean {
  const condition = disruptionAllowed(before);
  const fits =
    next.disruptionsAllowed > 0
      ? condition?.status === "True" && condition.reason === sufficientPodsReason
      : condition?.status === "False" && condition.reason === insufficientPodsReason;
  const numbers = ["observedGeneration", "disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"] as const;
  return fits && numbers.every((field) => (before[field] ?? 0) === next[field]) && sameEntries(before.disruptedPods, next.disruptedPods);
}

function sameEntries(a: Readonly<Record<string, string>> = {}, b: Readonly<Record<string, string>> = {}): boolean {
  const entries = Object.entries(a);
  return entries.length === Object.keys(b).length && entries.every(([key, value]) => b[key] === value);
}
