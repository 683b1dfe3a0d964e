import { z } from "zod";
import { head, time } from "./parts.ts";

const workload = z.strictObject({
  namespace: z.string(),
  name: z.string(),
  replicas: z.int(),
  ready: z.int(),
  clusterServiceVersion: z.string().nullable().describe("NAMESPACE/NAME, where OLM made it"),
});

export const adoption = z
  .strictObject({
    ...head("Adoption"),
    server: z.string(),
    result: z.enum(["shown", "scaled", "refused"]).describe("scaled: with -y, its Deployments were scaled to 0"),
    refusedFor: z.enum(["of-olm", "no-successor", "not-there", "not-known"]).nullable(),
    installedByOlm: z.boolean(),
    leaders: z.array(z.strictObject({ namespace: z.string(), holder: z.string(), until: time, isFresh: z.boolean() })),
    deployments: z.array(workload),
    subscriptions: z.array(z.strictObject({ namespace: z.string(), name: z.string(), version: z.string().nullable() })),
    definition: z.enum(["absent", "of-olm", "plain"]),
    webhooks: z.array(z.strictObject({ name: z.string(), installedByOlm: z.boolean() })),
    drydock: z.array(workload),
    objects: z.array(
      z.strictObject({
        name: z.string(),
        node: z.string().describe("empty where it names none"),
        phase: z.string(),
        nodeExists: z.boolean(),
        cordoned: z.boolean(),
        tainted: z.boolean(),
        labelled: z.boolean(),
        leaseHolder: z.string().nullable(),
        becomes: z.enum([
          "names-no-node",
          "awaits-node",
          "awaits-lease",
          "is-ended",
          "goes-on",
          "stays-out",
          "is-taken-out-again",
          "is-kept-already",
        ]),
        message: z.string(),
      }),
    ),
    notRead: z.array(z.strictObject({ resource: z.string(), why: z.string() })),
    steps: z.array(z.strictObject({ what: z.string(), lines: z.array(z.string()) })),
  })
  .describe("`drydock adopt nmo -o json`: what there is of the Node Maintenance Operator, and the steps to Drydock or back.");
