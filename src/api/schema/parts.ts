import { z } from "zod";

// What the schemas of several kinds are made of. `meta` is passed on to the OpenAPI schema as it stands.

/** As metav1.Time is written: RFC 3339. */
export const time = z.string().meta({ format: "date-time" });

/** A Go duration: "90s", "2h30m". */
export const duration = z
  .string()
  .max(32)
  .regex(/^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/)
  .describe('A duration such as "90s" or "2h30m".');

/** metav1.Condition. */
export const condition = z.object({
  type: z.string().max(316),
  status: z.enum(["True", "False", "Unknown"]),
  reason: z.string().max(1024),
  message: z.string().max(32768),
  lastTransitionTime: time,
  observedGeneration: z.int().optional(),
});

export const progress = z
  .object({
    total: z.int().describe("Pods that were to be moved, those that came later included."),
    done: z.int().describe("Of those, how many have gone."),
    left: z.int(),
    blocked: z.int().describe("Of those left, how many wait for something."),
    percent: z.int().min(0).max(100),
    eta: time.optional().describe("When the node will probably be empty."),
  })
  .describe("How far emptying the node is.");

export const blockerStatus = z.object({
  code: z.string().describe("`drydock explain CODE` says what it means."),
  object: z.string().describe("kind/namespace/name of what is in the way."),
  message: z.string(),
  since: time,
  endsBy: z.enum(["cluster", "person"]).describe("Whether waiting may end it."),
  hint: z.string().optional(),
});
