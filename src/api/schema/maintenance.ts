import { z } from "zod";
import { drainSpec } from "./drain.ts";
import { listByKeys, refuses, wholeList } from "./markers.ts";
import { blockers, conditions, duration, int32, observedGeneration, progress, time } from "./parts.ts";

// The one source of the kind: types are inferred from it, and CustomResourceDefinition, `kubectl explain` and the reference are made of it.

/** What the person, the pipeline or the policy wants. */
export const maintenanceSpec = z
  .object({
    nodeName: z
      .string()
      .min(1)
      .max(253)
      .meta(
        refuses({
          rule: "self == oldSelf",
          message: "nodeName cannot be changed: make another Maintenance for the other node",
          reason: "FieldValueForbidden",
        }),
      )
      .describe("Name of the node that is taken out of service. It cannot be changed."),
    desired: z
      .enum(["Out", "In"])
      .default("Out")
      .meta(
        refuses({
          rule: "!(oldSelf == 'In' && self == 'Out')",
          message: "desired cannot go back from In to Out: the node is on its way back; make another Maintenance once it is in service",
          reason: "FieldValueForbidden",
        }),
      )
      .describe(
        "Out: the node is emptied and kept out. In: the checked way back begins (what `drydock return` sets); there is no way back to Out.",
      ),
    reason: z.string().max(1024).optional().describe("Why, in words for people. Shown by `drydock status` and in the history."),
    ticket: z.string().max(256).optional().describe("Reference of the change or ticket that this maintenance belongs to."),
    drain: drainSpec.optional().describe("How the node is emptied. Changes take effect while it is being emptied."),
    paused: z.boolean().optional().describe("Nothing new is started; what is under way finishes. The node stays as it is."),
    cancelled: z
      .boolean()
      .optional()
      .describe("Stop taking the node out, undo what was done to it so far, without checks. It cannot be taken back."),
    retryRequest: time
      .optional()
      .describe("A newer time than the last: what is blocked or failed is tried again at once (`drydock retry`)."),
    powerOff: z
      .enum(["None", "Manual"])
      .optional()
      .describe(
        "Manual: once the node is empty, wait until somebody has switched the machine off, and say how; on the way back it is expected to boot anew. Default: None.",
      ),
    checks: z
      .object({
        ready: z.boolean().optional().describe("The node must be Ready. Default: true."),
        rebooted: z
          .enum(["Required", "Forbidden", "Ignored"])
          .optional()
          .describe(
            "Whether the machine must have booted anew since it was taken out. Default: Required with powerOff Manual, else Ignored.",
          ),
        daemonSets: z.boolean().optional().describe("Every DaemonSet that belongs on the node must have a Ready pod there. Default: true."),
        allocatable: z.boolean().optional().describe("No resource of the node may be less than it was. Default: true."),
        expressions: z
          .array(
            z
              .object({
                name: z.string().min(1).max(63).describe("What the check is called in messages."),
                expression: z.string().min(1).max(4096).describe("The condition, in CEL."),
                message: z.string().max(1024).optional().describe("What is said while it does not hold."),
              })
              .describe("One check."),
          )
          .max(32)
          .meta(listByKeys("name"))
          .optional()
          .describe("CEL over `node` (the Node) and `before` ({bootID, allocatable}); each must be true before the node is put back."),
        timeout: duration
          .optional()
          .describe("How long the checks may take to pass before the maintenance counts as Failed. Default: for ever."),
      })
      .optional()
      .describe("What must hold before the node is put back into service."),
    holdUntilReleased: z
      .boolean()
      .optional()
      .describe("On the way back, wait after the checks until a person sets this to false (`drydock return --release`)."),
    onDelete: z
      .enum(["Restore", "KeepOut"])
      .optional()
      .describe(
        "What deleting this object does: Restore undoes our own changes at once, without checks; KeepOut leaves the cordon with its record. Default: Restore, and KeepOut while holdUntilReleased is set and unreleased.",
      ),
    keepFromAutoscalers: z
      .boolean()
      .optional()
      .describe("Mark the node so that cluster-autoscaler and Karpenter do not remove it while it is out. Default: true."),
    timeout: duration
      .optional()
      .describe("How long the way out may take before the maintenance counts as Failed; the node stays out. Default: for ever."),
    ttlAfterFinished: duration.optional().describe("The object is deleted so long after it has finished. Default: it is kept."),
  })
  .meta(
    refuses({
      rule: "!(has(oldSelf.cancelled) && oldSelf.cancelled) || (has(self.cancelled) && self.cancelled)",
      message: "cancelled cannot be taken back: the node is being put back; make another Maintenance once it is in service",
      fieldPath: ".cancelled",
      reason: "FieldValueForbidden",
    }),
  )
  .describe("What is wanted of the node.");

export const phases = [
  "Pending",
  "Checking",
  "Cordoned",
  "Draining",
  "Drained",
  "AwaitingPowerOff",
  "AwaitingRelease",
  "Returning",
  "Finished",
  "Blocked",
  "Paused",
  "Failed",
  "Cancelling",
] as const;

const step = z
  .object({
    name: z.string().describe("What was done."),
    startedAt: time.optional().describe("When it was begun."),
    endedAt: time.optional().describe("When it was done."),
    message: z.string().optional().describe("How it went, in a sentence."),
    target: z.string().optional().describe("What it changed elsewhere."),
    inverse: z.string().optional().describe("JSON of what undoes it."),
    state: z.enum(["intended", "done", "undone"]).optional().describe("Of a change elsewhere: `intended` is written before it is made."),
  })
  .describe("One step of the maintenance.");

const proof = z
  .object({
    code: z.string().describe("`drydock explain CODE` says what it means."),
    message: z.string().describe("What was read, in a sentence."),
    at: time.describe("When it was read."),
    proven: z.boolean().describe("Whether the evidence proves it; where not, `message` says what is missing."),
  })
  .describe("One statement with its evidence.");

const forced = z
  .object({
    by: z
      .string()
      .describe(
        "deadline: deleted ahead of `drain.deadline`. taint: deleted by the cluster because of the taint. Else the consent of `drain.allow` that was made use of. Budgets held nothing up with deadline, taint and budget-violation.",
      ),
    count: int32.describe("How many pods; 0 of a consent that is about the node itself."),
    pods: z.array(z.string()).max(250).meta(wholeList).optional().describe("Which, by namespace/name, as far as there is room."),
    first: time.describe("When it began."),
    last: time.describe("When it happened last."),
  })
  .describe("What went in one of these ways.");

export const maintenanceStatus = z
  .object({
    phase: z.enum(phases).optional().describe("Where the maintenance is, in one word; `message` says it in a sentence."),
    from: z.enum(phases).optional().describe("Of Blocked, Paused and Failed: the phase that it goes on with."),
    message: z.string().optional().describe("What is going on, or what is waited for and who can end it, in one sentence."),
    observedGeneration: observedGeneration.optional(),
    conditions: conditions.optional().describe("Standard conditions: OutOfService, Empty, PowerOffSafe, Blocked, LeaseHeld, Returned."),
    node: z
      .object({
        uid: z.string().optional().describe("The Node's uid: another one is another machine."),
        bootID: z.string().optional().describe("Of the boot that it was taken out in."),
        allocatable: z.record(z.string(), z.string()).optional().describe("What it had for pods, by resource."),
      })
      .optional()
      .describe("The machine as it was when it was taken out: what the way back is compared with."),
    progress: progress.optional(),
    blockers: blockers.optional(),
    steps: z.array(step).max(128).meta(wholeList).optional().describe("What was done, when, and what undoes it."),
    proofs: z
      .array(proof)
      .max(32)
      .meta(wholeList)
      .optional()
      .describe("Evidence read from the API: that the node is empty, that its volumes are off it."),
    forced: z
      .array(forced)
      .max(16)
      .meta(listByKeys("by"))
      .optional()
      .describe("What went by more than an eviction that anybody may ask for. It is kept when the maintenance is over, for the history."),
    retried: time.optional().describe("The last retryRequest that was carried out."),
    startedAt: time.optional().describe("When the node was first touched."),
    drainedAt: time.optional().describe("When it was proven empty."),
    finishedAt: time.optional().describe("When it was back in service, or the maintenance was over otherwise."),
    lastUpdate: time.optional().describe("When this status was written last."),
    leaseLostSince: time.optional().describe("Since when somebody else holds the lease of the node."),
  })
  .describe("What Drydock found and did. Written by the operator only.");

export const maintenance = z
  .object({ spec: maintenanceSpec, status: maintenanceStatus.optional() })
  .describe(
    "Takes one node out of service and keeps it out until it is to come back. Deleting the object brings the node back at once, without checks; `desired: In` is the checked way.",
  );
