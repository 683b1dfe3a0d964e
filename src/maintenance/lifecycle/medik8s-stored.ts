import type { Condition, Phase } from "../../api/maintenance.ts";
import type { NodeMaintenanceStatus } from "../../api/node-maintenance.ts";
import { phases } from "../../api/schema/maintenance.ts";
import { parseTime } from "../../kube/time.ts";
import type { Instant } from "../../runtime/clock.ts";
import { leaseRetry } from "./questions.ts";
import { type BasePhase, isOverlay, type LifecycleState } from "./state.ts";

/**
 * The state that the status of a NodeMaintenance tells of, whoever wrote it; undefined where nothing was ever written. The fields of the
 * original say little more than how it goes. Our conditions beside them say the rest; where they are missing, what is seen says it again: the
 * record on the node remembers the machine, and asking a pod a second time to go is harmless.
 */
export function stateOfNodeMaintenance(status: NodeMaintenanceStatus | undefined): LifecycleState | undefined {
  if (status?.phase === undefined || status.phase === "") return undefined;
  const condition = (type: string): Condition | undefined => status.conditions?.find((one) => one.type === type);
  const out = condition("OutOfService");
  const base = baseFrom(status, condition("Empty")?.reason);
  const isBlocked = condition("Blocked")?.status === "True";
  const isLeaving = base === "Cancelling" || base === "Finished";
  const phase = isLeaving ? base : status.phase === "Failed" ? "Failed" : isBlocked ? "Blocked" : base;
  // The original takes the node out before it writes of a drain.
  const wasOutBefore = out === undefined && isAdopted(status) && status.phase !== "Failed";
  const wasOut = wasOutBefore || (out !== undefined && out.reason !== "NotYet");
  const startedAt = wasOut && out !== undefined ? parseTime(out.lastTransitionTime) : undefined;
  const lostSince = lostSinceOf(status);
  const undoneAt = out?.reason === "HoldUndone" ? parseTime(out.lastTransitionTime) : undefined;
  return {
    phase,
    ...(isOverlay(phase) ? { from: base } : {}),
    ...(wasOut ? { machine: {} } : {}),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(lostSince === undefined ? {} : { leaseLostSince: lostSince }),
    // By whom is seen again as long as the node is held; that it was somebody is all that counts after.
    ...(out?.reason === "CordonedBefore" ? { cordonedBy: "unknown" } : {}),
    drifts: undoneAt === undefined ? [] : [{ at: undoneAt }],
  };
}

/**
 * Had the original begun it? Its own status says nothing of whoever writes it, but ours says more than it does; from our first write on it is
 * noted.
 */
export function isAdopted(status: NodeMaintenanceStatus | undefined): boolean {
  if (status?.adopted !== undefined) return status.adopted;
  return (status?.phase ?? "") !== "" && status?.observedGeneration === undefined;
}

/** The count is written with the time at which it became so; from there it goes on. */
function lostSinceOf({ errorOnLeaseCount = 0, lastUpdate }: NodeMaintenanceStatus): Instant | undefined {
  const written = parseTime(lastUpdate);
  return errorOnLeaseCount === 0 || written === undefined ? undefined : written - (errorOnLeaseCount - 1) * leaseRetry;
}

/** The condition Empty has the phase as its reason. Without it: the original goes on with Running and Failed from the beginning. */
function baseFrom({ phase }: NodeMaintenanceStatus, reason: string | undefined): BasePhase {
  const known: readonly string[] = phases;
  const named = reason !== undefined && known.includes(reason) ? (reason as Phase) : "Checking";
  if (named === "Finished" || named === "Cancelling") return named;
  if (phase === "Succeeded") return "Drained";
  return isOverlay(named) ? "Checking" : named;
}
