import { z } from "zod";
import { blockers, conditions, int32, observedGeneration, time } from "./parts.ts";

// The kind of the medik8s Node Maintenance Operator (github.com/medik8s/node-maintenance-operator, api/v1beta1). What it accepts is accepted
// here too: no bounds, no enums, no rules, and names and types of its fields to the letter. Rules in CEL would run before the webhook and
// change what its users are told.

export const nodeMaintenanceSpec = z
  .object({
    nodeName: z.string().describe("Name of the node that is taken out of service. It cannot be changed."),
    reason: z.string().optional().describe("Why, in words for people."),
  })
  .describe("What is wanted of the node.");

const podReference = z
  .object({
    name: z.string().optional().describe("Name of the pod."),
    namespace: z.string().optional().describe("Namespace of the pod."),
  })
  .describe("One pod.");

/** As the original writes it. Each is absent while it is zero or empty. */
const originalStatus = {
  phase: z.string().optional().describe("Running, Succeeded or Failed."),
  drainProgress: z.int().optional().describe("How much of the drain is done, in percent. Absent at 0."),
  lastUpdate: time.optional().describe("When this status was written last."),
  lastError: z.string().optional().describe("What went wrong last. Cleared once the node is empty."),
  pendingPods: z.array(z.string()).optional().describe("Names of the pods that are still to go."),
  pendingPodsRefs: z.array(podReference).optional().describe("The pods that are still to go, with their namespaces."),
  totalpods: z.int().optional().describe("How many pods were on the node at first, those that stay included."),
  evictionPods: z.int().optional().describe("How many pods were to go at first."),
  errorOnLeaseCount: z.int().optional().describe("How often in a row the lease of the node could not be had."),
};

/** Ours, beside them. The original prunes these when it writes the status again, and nothing of ours rests on them. */
const ownStatus = {
  observedGeneration: observedGeneration.optional(),
  conditions: conditions.optional().describe("Standard conditions: OutOfService, Empty, PowerOffSafe, Blocked, LeaseHeld."),
  adopted: z
    .boolean()
    .optional()
    .describe(
      "The Node Maintenance Operator had begun it: what that one did to the node is undone in the end as if it were Drydock's own.",
    ),
  message: z.string().optional().describe("What is going on, or what is waited for and who can end it, in one sentence."),
  pending: int32.optional().describe("How many pods are still to go."),
  blockers: blockers.optional(),
  eta: time.optional().describe("When the node will probably be empty."),
  etaText: z.string().optional().describe('`eta` for tables, in UTC: "15:04Z".'),
};

export const nodeMaintenanceStatus = z
  .object({ ...originalStatus, ...ownStatus })
  .describe("What was found and done. Written by the operator only.");

export const nodeMaintenance = z
  .object({ spec: nodeMaintenanceSpec.optional(), status: nodeMaintenanceStatus.optional() })
  .describe(
    "Takes one node out of service and keeps it out for as long as the object exists: it is cordoned and drained. Deleting the object brings the node back.",
  );

/** The fields that the original has too, by name. */
export const originalStatusFields: readonly string[] = Object.keys(originalStatus);
