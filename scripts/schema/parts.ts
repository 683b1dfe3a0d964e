import { z } from "zod";
import { allowable } from "../../src/plan/consent.ts";

/** Parts that several documents have in common. Fields are exactly these: one that is not named here fails the tests. */

const code = z.string().regex(/^[a-z][a-z0-9-]*$/);
export const time = z.iso.datetime().describe("RFC 3339 in UTC, whole seconds");
export const node = z.string().min(1).describe("name of a Node");
export const object = z
  .string()
  .regex(/^\S+ \S+$/)
  .describe('"KIND [NAMESPACE/]NAME": "pod shop/web-1", "node worker-1", "budget shop/web"');
/** Who holds a node: a person's command, or an object. */
export const holderFields = {
  kind: z.enum(["command", "Maintenance", "NodeMaintenance"]),
  holder: z.string().describe('the user, or the object as "maintenance/NAME", "nodemaintenance/NAME"'),
  user: z.string().nullable().describe("of a command"),
  host: z.string().nullable().describe("where a command was called"),
  uid: z.string().nullable().describe("of an object"),
  since: z.string(),
  evictingSince: z.string().nullable(),
};
export const podName = z
  .string()
  .regex(/^[^/\s]+\/[^/\s]+$/)
  .describe('"NAMESPACE/NAME"');
export const uid = z.string().min(1).describe("metadata.uid: the same name later is another object");
export const hash = z
  .string()
  .regex(/^[0-9a-f]+$/)
  .describe("of the plan's decisions and findings: the same plan has the same hash");
export const action = z.enum(["evict", "delete", "migrate", "wait", "stay", "ask"]);
export const codeOf = (page: string): z.ZodString => code.describe(`listed in docs/codes.md: ${page}`);
export const consent = z.enum([...allowable, "daemonsets"]);

const seconds = z.number().min(0).nullable();
export const range = z
  .strictObject({ low: seconds, likely: seconds, high: seconds })
  .describe("seconds; null: no end can be predicted")
  .meta({ id: "range" });

export const evidence = z
  .strictObject({
    object,
    field: z.string().describe("path in the object, as in `kubectl explain`"),
    value: z.string().describe("as it was read"),
  })
  .meta({ id: "evidence" });

const reason = z
  .strictObject({
    code: codeOf("decisions"),
    message: z.string(),
    evidence: z.array(evidence),
    hint: z.string().describe("the next step; empty where there is none"),
  })
  .meta({ id: "reason" });

/** The plain kubectl lines of a step, with `--show-kubectl`. */
export const kubectlStep = z
  .array(
    z.strictObject({
      command: z.string().describe("a line to paste into a POSIX shell"),
      note: z.string().describe("what it leaves out beside Drydock"),
    }),
  )
  .meta({ id: "kubectl" });

/** What is decided about one pod. */
export const decidedPod = {
  namespace: z.string(),
  name: z.string(),
  uid,
  action,
  wave: z.int().describe("lower waves leave first"),
  reason,
  consents: z.array(consent).describe("what a person must have agreed to before it is touched"),
  budgets: z.array(z.string()).describe("PodDisruptionBudgets over it, in its namespace"),
  predicted: range.nullable().describe("when it is gone, from the start; null for one that does not go"),
  kubectl: kubectlStep.optional().describe("with --show-kubectl"),
};
export const pod = z.strictObject(decidedPod).meta({ id: "pod" });

export const change = z
  .strictObject({
    stage: z.string(),
    action: z.enum(["change", "prove"]),
    subject: object,
    reason,
    kubectl: kubectlStep.optional().describe("with --show-kubectl"),
  })
  .meta({ id: "change" });

export const finding = z
  .strictObject({
    code: codeOf("findings"),
    severity: z.enum(["fatal", "warning", "info"]),
    objects: z.array(object),
    message: z.string(),
    hint: z.string(),
  })
  .meta({ id: "finding" });

export const blocker = z
  .strictObject({
    code: codeOf("blockers"),
    node,
    object,
    since: time,
    endsBy: z.enum(["cluster", "person"]).describe("person: nothing that the cluster does by itself will end it"),
    message: z.string(),
    hint: z.string(),
  })
  .meta({ id: "blocker" });

export const proof = z
  .strictObject({
    code: codeOf("proofs"),
    subject: object,
    time,
    proven: z.boolean().describe("false: it looks so, but what would prove it was not seen"),
    message: z.string(),
    evidence: z.array(evidence),
  })
  .meta({ id: "proof" });

export const missingPermission = z
  .strictObject({ verb: z.string(), resource: z.string(), namespace: z.string().nullable(), reason: z.string() })
  .meta({ id: "missingPermission" });

/** `apiVersion` and `kind` of a document of its own. */
export function head<K extends string>(
  kind: K,
): { readonly apiVersion: z.ZodLiteral<"drydock.dev/v1alpha1">; readonly kind: z.ZodLiteral<K> } {
  return { apiVersion: z.literal("drydock.dev/v1alpha1"), kind: z.literal(kind) };
}
