import * as z from "zod";
import type { LabelSelector } from "../../kube/budget.ts";
import { readLabelSelector } from "../../kube/selector.ts";
import type { NamespaceChoice, Rule } from "../../plan/request.ts";

export const ruleActions = ["evict", "delete", "wait", "stay", "ask"] as const satisfies readonly Rule["action"][];

/** As far as priorities of users go: infrastructure, which leaves in a wave of its own above it, stays last. */
const lastWave = 1_000_000_000;

const operators = ["In", "NotIn", "Exists", "DoesNotExist"] as const;

const selector = z
  .strictObject({
    matchLabels: z.record(z.string(), z.string()).optional(),
    matchExpressions: z
      .array(z.strictObject({ key: z.string(), operator: z.enum(operators), values: z.array(z.string()).optional() }))
      .optional(),
  })
  .transform(
    ({ matchLabels, matchExpressions }): LabelSelector => ({
      ...(matchLabels === undefined ? {} : { matchLabels }),
      ...(matchExpressions === undefined
        ? {}
        : {
            matchExpressions: matchExpressions.map(({ key, operator, values }) => ({
              key,
              operator,
              ...(values === undefined ? {} : { values }),
            })),
          }),
    }),
  )
  .superRefine((value, context) => {
    const read = readLabelSelector(value);
    if (!read.ok) context.addIssue({ code: "custom", message: `is no valid label selector: ${read.message}` });
  });

const names = z.array(z.string().min(1)).min(1);

const namespaces = z
  .strictObject({ names: names.optional(), selector: selector.optional() })
  .transform((given, context): NamespaceChoice => {
    if (given.names !== undefined && given.selector === undefined) return { names: given.names };
    if (given.selector !== undefined && given.names === undefined) return { selector: given.selector };
    context.addIssue({ code: "custom", message: "expected either names or selector" });
    return z.NEVER;
  });

const rule = z
  .strictObject({
    pods: selector.optional(),
    namespaces: namespaces.optional(),
    action: z.enum(ruleActions),
    wave: z.int().min(-lastWave).max(lastWave).optional(),
  })
  .transform(
    (given): Rule => ({
      action: given.action,
      ...(given.pods === undefined ? {} : { pods: given.pods }),
      ...(given.namespaces === undefined ? {} : { namespaces: given.namespaces }),
      ...(given.wave === undefined ? {} : { wave: given.wave }),
    }),
  );

/** What `--rules FILE` holds. */
export const rulesSchema = z.strictObject({ rules: z.array(rule) });
