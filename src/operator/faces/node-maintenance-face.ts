import { type NodeMaintenance, nodeMaintenanceFinalizer, nodeMaintenances } from "../../api/node-maintenance.ts";
import { parseTime } from "../../kube/time.ts";
import type { ObjectFacts } from "../../maintenance/lifecycle/facts.ts";
import { nodeMaintenanceStatusOf } from "../../maintenance/lifecycle/medik8s-status.ts";
import { isAdopted, stateOfNodeMaintenance } from "../../maintenance/lifecycle/medik8s-stored.ts";
import { nodeMaintenanceWishes } from "../../maintenance/node-maintenance-wishes.ts";
import type { Face } from "../keeping/face.ts";

/** The kind of medik8s' Node Maintenance Operator: one way out and one way back, by deletion. */
export const nodeMaintenanceFace: Face<NodeMaintenance> = {
  kind: "NodeMaintenance",
  resource: nodeMaintenances,
  finalizer: nodeMaintenanceFinalizer,
  component: "NodeMaintenance",
  nodeOf: ({ spec }) => spec?.nodeName ?? "",
  factsOf: nodeMaintenanceFacts,
  previousOf: ({ status }) => stateOfNodeMaintenance(status),
  isAdopted: ({ metadata, status }) => isAdopted(status) && (metadata.finalizers?.includes(nodeMaintenanceFinalizer) ?? false),
  orderOf: ({ metadata: { uid } }) => ({ key: uid, ...nodeMaintenanceWishes }),
  statusOf: ({ status }, facts, advanced) => nodeMaintenanceStatusOf(facts, advanced, status),
};

function nodeMaintenanceFacts({ metadata, spec }: NodeMaintenance): ObjectFacts {
  return {
    face: "medik8s",
    name: metadata.name,
    uid: metadata.uid,
    generation: metadata.generation ?? 0,
    nodeName: spec?.nodeName ?? "",
    createdAt: parseTime(metadata.creationTimestamp) ?? 0,
    deletedAt: parseTime(metadata.deletionTimestamp),
    isFinalizerOurs: metadata.finalizers?.includes(nodeMaintenanceFinalizer) ?? false,
    hooks: { beforeDrain: [], afterDrain: [], beforeReturn: [], afterReturn: [] },
    desired: "Out",
    paused: false,
    cancelled: false,
    retryRequest: undefined,
    cordonOnly: false,
    powerOff: "None",
    holdUntilReleased: false,
    onDelete: "Restore",
    timeout: undefined,
    checksTimeout: undefined,
    ttlAfterFinished: undefined,
    keepFromAutoscalers: true,
  };
}
