import { z } from "zod";
import { head } from "./parts.ts";

const need = z.enum(["required", "recommended", "optional"]);
const verdict = z.enum(["yes", "no", "unknown"]);
const without = z.string().describe("what is lost without it");

export const clusterCheck = z
  .strictObject({
    ...head("ClusterCheck"),
    answer: verdict.describe("as the exit code: 0 for yes, else 2"),
    server: z.strictObject({ address: z.string(), version: z.string(), is: z.enum(["supported", "older", "newer"]) }),
    user: z.string(),
    parts: z.array(z.strictObject({ part: z.string(), need, verdict, message: z.string(), without })),
    permissions: z.array(
      z.strictObject({
        group: z.string(),
        resource: z.string(),
        object: z.string().nullable().describe("only the one of this name"),
        verb: z.string(),
        need,
        verdict: verdict.describe("in all namespaces"),
        reason: z.string().nullable().describe("the server's own words"),
        without,
      }),
    ),
  })
  .describe("`drydock check cluster -o json`: which permission, part or version is missing.");
