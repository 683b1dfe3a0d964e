import { z } from "zod";
import { duration } from "./parts.ts";

const labelSelector = z.object({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z
    .array(
      z.object({ key: z.string(), operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]), values: z.array(z.string()).optional() }),
    )
    .optional(),
});

const rule = z.object({
  pods: labelSelector.optional().describe("Which pods, by labels. Absent: all."),
  namespaces: z
    .object({ names: z.array(z.string()).optional(), selector: labelSelector.optional() })
    .optional()
    .describe("Of which namespaces: by name, or by labels. Absent: all."),
  action: z.enum(["evict", "delete", "wait", "stay", "ask"]),
  wave: z.int().min(0).max(1000).optional().describe("Lower waves leave first."),
});

/** As the flags of `drydock drain`; absent fields have the defaults of `drydock maintain`. */
export const drainSpec = z.object({
  mode: z.enum(["Evict", "Taint", "EvictThenTaint", "CordonOnly"]).optional().describe("How the node is emptied. Default: Evict."),
  taint: z
    .object({ key: z.string(), value: z.string().optional(), effect: z.enum(["NoExecute"]) })
    .optional()
    .describe("Of modes Taint and EvictThenTaint. Default: runai=drain:NoExecute."),
  taintAfter: duration.optional().describe("EvictThenTaint: the taint comes so long after the first eviction."),
  rules: z.array(rule).max(64).optional().describe("What becomes of which pods; the first that matches decides."),
  order: z.enum(["priority"]).optional().describe("Waves by ascending priority of the pods."),
  honor: z
    .array(z.enum(["cluster-api", "karpenter", "autoscaler"]))
    .optional()
    .describe("Marks of other tools on pods that are obeyed."),
  grace: duration.optional().describe("The pods' grace period. Default: each pod's own."),
  timeouts: z
    .object({
      volumeDetach: duration.optional().describe("How long volumes are waited for after the last pod. Default: 2m; 0s does not wait."),
    })
    .optional(),
  deadline: duration
    .optional()
    .describe(
      "So long after the first eviction all pods have ended: they are deleted ahead of it, past budgets. Needs budget-violation in `allow`.",
    ),
  allow: z
    .array(z.enum(["unmanaged", "emptydir", "vm-shutdown", "interactive", "budget-violation", "infrastructure", "last-of-role", "partial"]))
    .optional()
    .describe("Consents of a person. Default: unmanaged, emptydir, partial."),
});
