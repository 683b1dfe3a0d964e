import { z } from "zod";
import { refuses, setList, wholeList } from "./markers.ts";
import { duration } from "./parts.ts";

const labelSelector = z
  .object({
    matchLabels: z.record(z.string(), z.string()).optional().describe("Labels that must have exactly these values."),
    matchExpressions: z
      .array(
        z
          .object({
            key: z.string().describe("Key of the label."),
            operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]).describe("How the label is compared with `values`."),
            values: z
              .array(z.string())
              .meta(wholeList)
              .optional()
              .describe("Of In and NotIn, where there must be at least one; else none."),
          })
          .describe("One requirement."),
      )
      .meta(wholeList)
      .optional()
      .describe("Requirements, all of which must hold."),
  })
  .describe("A label selector, as in Deployments. Everything in it must hold.");

const rule = z
  .object({
    pods: labelSelector.optional().describe("Which pods, by labels. Absent: all."),
    namespaces: z
      .object({
        names: z.array(z.string().min(1).max(63)).min(1).meta(setList).optional().describe("Names of namespaces."),
        selector: labelSelector.optional().describe("Labels of namespaces."),
      })
      .meta(
        refuses({
          rule: "has(self.names) != has(self.selector)",
          message: "say either names or selector, one of them: two rules can say both",
          reason: "FieldValueInvalid",
        }),
      )
      .optional()
      .describe("Of which namespaces: by name, or by labels. Absent: all."),
    action: z
      .enum(["evict", "delete", "wait", "stay", "ask"])
      .describe(
        "evict: leaves as budgets allow. delete: is deleted, past budgets. wait: runs to its end. stay: is left on the node. ask: a person must end it.",
      ),
    wave: z
      .int()
      .min(-1_000_000_000)
      .max(1_000_000_000)
      .meta({ format: "int32" })
      .optional()
      .describe("Lower waves leave first. Absent: the wave that the pod would have without this rule."),
  })
  .describe("The first rule that matches a pod decides what becomes of it.");

const taint = z
  .object({
    key: z.string().min(1).max(317).describe("Key of the taint."),
    value: z.string().max(63).optional().describe("Value of the taint."),
    effect: z.enum(["NoExecute"]).describe("Only NoExecute takes pods off a node."),
  })
  .describe("Of modes Taint and EvictThenTaint. Default: runai=drain:NoExecute.");

/** As the flags of `drydock drain`; absent fields have the defaults of `drydock maintain`. */
export const drainSpec = z
  .object({
    mode: z
      .enum(["Evict", "Taint", "EvictThenTaint", "CordonOnly"])
      .optional()
      .describe(
        "How the node is emptied. Evict: by evictions, as budgets allow. Taint: by a NoExecute taint, past budgets. EvictThenTaint: first the one, then the other. CordonOnly: it is not emptied. Default: Evict.",
      ),
    taint: taint.optional(),
    taintAfter: duration.optional().describe("Of mode EvictThenTaint: the taint comes so long after the first eviction."),
    rules: z.array(rule).max(64).meta(wholeList).optional().describe("What becomes of which pods; the first that matches decides."),
    order: z.enum(["priority"]).optional().describe("Waves by ascending priority of the pods. Absent: all at once, infrastructure last."),
    honor: z
      .array(z.enum(["cluster-api", "karpenter", "autoscaler"]))
      .max(8)
      .meta(setList)
      .optional()
      .describe("Marks of other tools on pods that are obeyed. They are shown either way."),
    grace: duration.optional().describe("The grace period of every pod, in whole seconds. Default: each pod's own."),
    timeouts: z
      .object({
        volumeDetach: duration.optional().describe("How long volumes are waited for after the last pod. Default: 2m; 0s does not wait."),
      })
      .optional()
      .describe("How long is waited for what."),
    deadline: duration
      .optional()
      .describe(
        "So long after the first eviction all pods have ended: they are deleted ahead of it, past budgets. Needs budget-violation in `allow`.",
      ),
    allow: z
      .array(
        z.enum(["unmanaged", "emptydir", "vm-shutdown", "interactive", "budget-violation", "infrastructure", "last-of-role", "partial"]),
      )
      .max(16)
      .meta(setList)
      .optional()
      .describe("Consents of a person. Default: unmanaged, emptydir, partial; a list given replaces it."),
  })
  .meta(
    refuses(
      {
        rule: "!has(self.taint) || (has(self.mode) && self.mode in ['Taint', 'EvictThenTaint'])",
        message: "taint is for mode Taint and EvictThenTaint: set the mode, or leave the taint out",
        fieldPath: ".taint",
        reason: "FieldValueForbidden",
      },
      {
        rule: "!has(self.taintAfter) || (has(self.mode) && self.mode == 'EvictThenTaint')",
        message: "taintAfter is for mode EvictThenTaint: set the mode, or leave it out; mode Taint sets the taint at once",
        fieldPath: ".taintAfter",
        reason: "FieldValueForbidden",
      },
      {
        rule: "!has(self.mode) || self.mode != 'EvictThenTaint' || has(self.taintAfter)",
        message: "mode EvictThenTaint needs taintAfter: say when the evictions have had time enough, as in 30m",
        fieldPath: ".taintAfter",
        reason: "FieldValueRequired",
      },
      {
        rule: "!has(self.mode) || !(self.mode in ['Taint', 'EvictThenTaint']) || !((has(self.rules) && size(self.rules) > 0) || (has(self.honor) && size(self.honor) > 0) || has(self.order))",
        message: "a taint takes no notice of rules, honor and order: leave them out, or evict (mode Evict)",
        fieldPath: ".mode",
        reason: "FieldValueForbidden",
      },
      {
        rule: "!has(self.grace) || !has(self.mode) || self.mode != 'Taint'",
        message: "with mode Taint the cluster deletes each pod with its own grace period: leave grace out, or evict (mode Evict)",
        fieldPath: ".grace",
        reason: "FieldValueForbidden",
      },
      {
        rule: "!has(self.deadline) || !has(self.mode) || !(self.mode in ['Taint', 'CordonOnly'])",
        message: "deadline goes with evictions: with mode Taint the cluster deletes the pods itself, with CordonOnly nothing is deleted",
        fieldPath: ".deadline",
        reason: "FieldValueForbidden",
      },
      {
        rule: "!has(self.deadline) || (has(self.allow) && 'budget-violation' in self.allow)",
        message: "deadline deletes pods past their budgets: agree to it with budget-violation in allow",
        fieldPath: ".allow",
        reason: "FieldValueRequired",
      },
    ),
  );
