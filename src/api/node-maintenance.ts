import type { z } from "zod";
import type { KubeObject } from "../kube/object.ts";
import type { Resource } from "../kube/resource.ts";
import type { nodeMaintenanceSpec, nodeMaintenanceStatus } from "./schema/node-maintenance.ts";

export const medik8sGroup = "nodemaintenance.medik8s.io";
export const medik8sVersion = "v1beta1";

/** The phases that the original writes. Its schema allows any text. */
export type NodeMaintenancePhase = "Running" | "Succeeded" | "Failed";

export type NodeMaintenanceSpec = z.infer<typeof nodeMaintenanceSpec>;
export type NodeMaintenanceStatus = z.infer<typeof nodeMaintenanceStatus>;

/** The schema requires no spec, and allows an empty `nodeName`: the webhook alone refuses them. */
export interface NodeMaintenance extends KubeObject {
  readonly spec?: NodeMaintenanceSpec;
  readonly status?: NodeMaintenanceStatus;
}

export const nodeMaintenances: Resource<NodeMaintenance> = {
  group: medik8sGroup,
  version: medik8sVersion,
  plural: "nodemaintenances",
  kind: "NodeMaintenance",
  namespaced: false,
};

/** The original's own, without a domain before it: scripts and other operators know it by this name. */
export const nodeMaintenanceFinalizer = "foregroundDeleteNodeMaintenance";
