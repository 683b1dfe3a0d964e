// The Node Maintenance Operator's own words, to the letter: scripts and alerts match them (internal/controller/nodemaintenance_controller.go,
// pkg/utils/events.go, and medik8s/common pkg/lease).

export function heldBy(holder: string): string {
  return `can't update or invalidate the lease because it is held by different owner: ${holder}`;
}

export function leaseNotObtained(error: string, count: number): string {
  return `failed to obtain a lease that is not owned by us : ${error} errorOnLeaseCount ${count}`;
}

export function leaseNotExtended(error: string, count: number): string {
  return `failed to extend a lease that used to be owned by us, incrementing error on lease count: ${error}, errorOnLeaseCount: ${count}`;
}

export function leaseGivenUp(attempts: number): string {
  return `maintenance failed: lease could not be extended after ${attempts} attempts`;
}

/** Reason and message of each event, and its type. */
export const medik8sEvents = {
  began: { reason: "BeginMaintenance", type: "Normal", message: "Begin a node maintenance", on: "object" },
  failed: { reason: "FailedMaintenance", type: "Warning", message: "Failed a node maintenance", on: "object" },
  drained: { reason: "SucceedMaintenance", type: "Normal", message: "Node maintenance was succeeded", on: "object" },
  uncordoned: { reason: "UncordonNode", type: "Normal", message: "Uncordon a node", on: "node" },
  removed: { reason: "RemovedMaintenance", type: "Normal", message: "Removed a node maintenance", on: "object" },
} as const;
