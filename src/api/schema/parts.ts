import { z } from "zod";
import { listByKeys, wholeList } from "./markers.ts";

// What the schemas of several kinds are made of. `meta` is passed on to the OpenAPI schema as it stands.

/** As metav1.Time is written: RFC 3339. */
export const time = z.string().meta({ format: "date-time" });

export const durationPattern = "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$";

/** A Go duration: "90s", "2h30m". */
export const duration = z.string().max(32).regex(new RegExp(durationPattern)).describe('A duration such as "90s" or "2h30m".');

export const int32 = z.int().meta({ format: "int32" });
export const int64 = z.int().meta({ format: "int64" });

/** metav1.Condition. */
export const condition = z
  .object({
    type: z.string().max(316).describe("What the condition is about."),
    status: z.enum(["True", "False", "Unknown"]).describe("Whether it holds."),
    reason: z.string().max(1024).describe("Why, as a word for programs."),
    message: z.string().max(32768).describe("Why, in a sentence."),
    lastTransitionTime: time.describe("When `status` changed last."),
    observedGeneration: int64.optional().describe("The generation of the spec that this condition answers."),
  })
  .describe("One standard condition.");

export const conditions = z.array(condition).meta(listByKeys("type"));

export const progress = z
  .object({
    total: int32.describe("Pods that were to be moved, those that came later included."),
    done: int32.describe("Of those, how many have gone."),
    left: int32.describe("Of those, how many are still on the node."),
    blocked: int32.describe("Of those left, how many wait for something."),
    percent: z.int().min(0).max(100).meta({ format: "int32" }).describe("How much of `total` is done, rounded down."),
    eta: time.optional().describe("When the node will probably be empty."),
    text: z.string().max(64).optional().describe('`done` of `total` for tables: "12/40".'),
    etaText: z.string().max(64).optional().describe('`eta` for tables, in UTC: "15:04Z".'),
  })
  .describe("How far emptying the node is.");

export const blockerStatus = z
  .object({
    code: z.string().describe("`drydock explain CODE` says what it means."),
    object: z.string().describe("What is in the way: kind/namespace/name."),
    message: z.string().describe("What it waits for, in a sentence."),
    since: time.describe("Since when it is in the way."),
    endsBy: z.enum(["cluster", "person"]).describe("Who can end it: the cluster, by itself and in time, or only a person."),
    hint: z.string().optional().describe("What can be done about it."),
    consents: z
      .array(z.string())
      .max(16)
      .meta(wholeList)
      .optional()
      .describe("What a person must agree to for it to go on, as `drydock approve` writes it into `spec.drain.allow`."),
  })
  .describe("One thing that stands in the way.");

export const blockers = z
  .array(blockerStatus)
  .max(64)
  .meta(wholeList)
  .describe("What stands in the way now, and who can end it; the oldest first, at most 64.");

export const observedGeneration = int64.describe("The generation of the spec that this status answers.");
