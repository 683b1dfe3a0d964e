import { type Definition, definitionOf, type PrinterColumn } from "./crd/definition.ts";
import { maintenances } from "./maintenance.ts";
import { nodeMaintenances } from "./node-maintenance.ts";
import { maintenance } from "./schema/maintenance.ts";
import { nodeMaintenance } from "./schema/node-maintenance.ts";

/** Shown by `kubectl get -o wide` only. */
const wide = { priority: 1 } as const;

// A column reads one field, and the type `date` shows how long ago a time was, a future one as <invalid>: hence texts for DONE and ETA.
const age: PrinterColumn = { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" };

const maintenanceColumns: readonly PrinterColumn[] = [
  { name: "Node", type: "string", jsonPath: ".spec.nodeName", description: "The node that is taken out." },
  { name: "Phase", type: "string", jsonPath: ".status.phase", description: "Where the maintenance is." },
  { name: "Done", type: "string", jsonPath: ".status.progress.text", description: "Pods that have gone, of all that were to go." },
  { name: "Left", type: "integer", jsonPath: ".status.progress.left", description: "Pods that are still to go." },
  { name: "Blocked", type: "integer", jsonPath: ".status.progress.blocked", description: "Of those, how many wait for something." },
  { name: "ETA", type: "string", jsonPath: ".status.progress.etaText", description: "When the node will probably be empty." },
  age,
  { name: "Reason", type: "string", jsonPath: ".spec.reason", description: "Why, in words for people.", ...wide },
  { name: "Ticket", type: "string", jsonPath: ".spec.ticket", description: "The change or ticket that it belongs to.", ...wide },
  { name: "Message", type: "string", jsonPath: ".status.message", description: "What is going on.", ...wide },
];

const nodeMaintenanceColumns: readonly PrinterColumn[] = [
  { name: "Node", type: "string", jsonPath: ".spec.nodeName", description: "The node that is taken out." },
  { name: "Phase", type: "string", jsonPath: ".status.phase", description: "Running, Succeeded or Failed." },
  { name: "Progress", type: "integer", jsonPath: ".status.drainProgress", description: "How much of the drain is done, in percent." },
  { name: "Pending", type: "integer", jsonPath: ".status.pending", description: "Pods that are still to go." },
  { name: "ETA", type: "string", jsonPath: ".status.etaText", description: "When the node will probably be empty." },
  age,
  { name: "Reason", type: "string", jsonPath: ".spec.reason", description: "Why, in words for people.", ...wide },
  { name: "Error", type: "string", jsonPath: ".status.lastError", description: "What went wrong last.", ...wide },
  { name: "Message", type: "string", jsonPath: ".status.message", description: "What is going on.", ...wide },
];

export const maintenanceDefinition: Definition = definitionOf({
  resource: maintenances,
  schema: maintenance,
  shortNames: ["mt"],
  columns: maintenanceColumns,
  selectableFields: [".spec.nodeName"],
});

export const nodeMaintenanceDefinition: Definition = definitionOf({
  resource: nodeMaintenances,
  schema: nodeMaintenance,
  shortNames: ["nm"],
  columns: nodeMaintenanceColumns,
});

export const definitions: readonly Definition[] = [maintenanceDefinition, nodeMaintenanceDefinition];
