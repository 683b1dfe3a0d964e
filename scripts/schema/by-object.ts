import { z } from "zod";
import { phases } from "../../src/api/schema/maintenance.ts";
import { waits } from "../../src/maintenance/by-object/wait-goals.ts";
import { codeOf, head, node, time, uid } from "./parts.ts";

/** What the commands print that speak through objects. */

const end = z
  .enum(["reached", "blocked", "held", "failed", "timed-out", "overruled", "not-followed", "left", "untouched", "refused"])
  .describe(
    "reached: what was asked for has come true. held: waits to be released. overruled: somebody wants it otherwise by now. left: the command was stopped, the operator goes on",
  );

const blocker = z.strictObject({
  code: codeOf("blockers"),
  object: z.string(),
  message: z.string(),
  endsBy: z.enum(["cluster", "person"]),
  hint: z.string().describe("what can be done about it; empty where nothing can"),
  consents: z.array(z.string()).describe("what a person must agree to for it to go on: `approve --allow` takes these names"),
});

export const maintenanceResult = z
  .strictObject({
    ...head("MaintenanceResult"),
    command: z.enum(["maintain", "return", "pause", "resume", "cancel", "retry", "approve"]),
    exitCode: z.int(),
    result: z
      .enum([
        "followed",
        "in-maintenance",
        "not-in-maintenance",
        "nothing-to-approve",
        "not-accepted",
        "no-such-node",
        "no-node-selected",
        "denied",
        "stopped-before",
      ])
      .describe("nothing was written for every one but followed"),
    items: z.array(
      z.strictObject({
        node,
        maintenance: z.string().nullable().describe("its name"),
        uid: uid.nullable(),
        end,
        phase: z.enum(phases).nullable(),
        message: z.string(),
        blockers: z.array(blocker),
      }),
    ),
    inTheWay: z.array(z.strictObject({ target: z.string(), message: z.string() })).describe("why nothing was written"),
  })
  .describe("`-o json` of maintain, return and other commands that the operator carries out: how each node's wish ended.");

export const returnResult = z
  .strictObject({
    ...head("ReturnResult"),
    exitCode: z.int(),
    dryRun: z.boolean(),
    result: z.enum([
      "returned",
      "unfit",
      "held-by-objects",
      "no-such-holder",
      "no-such-node",
      "no-node-selected",
      "denied",
      "stopped-before",
    ]),
    nodes: z.array(
      z.strictObject({
        node,
        result: z.enum(["released", "kept", "failed", "planned"]).describe("kept: it stays cordoned, and messages say why"),
        undone: z.array(z.string()).describe("what of ours went from the node"),
      }),
    ),
    messages: z.array(z.string()),
  })
  .describe("`drydock return -o json` by the record on the node: without an operator, or with --direct.");

export const waitResult = z
  .strictObject({
    ...head("WaitResult"),
    exitCode: z.int(),
    for: z.enum(waits),
    nodes: z.array(
      z.strictObject({
        node,
        met: z.boolean(),
        end: z.enum(["met", "timed-out", "stopped"]),
        missing: z.array(z.string()).describe("what does not hold yet"),
      }),
    ),
  })
  .describe("`drydock wait -o json`: for which nodes it came true.");

const instant = time.nullable();

export const history = z
  .strictObject({
    ...head("MaintenanceHistory"),
    items: z.array(
      z.strictObject({
        source: z
          .enum(["object", "record"])
          .describe("object: a Maintenance that is over. record: what a command did to a node that is still out, by the record on it"),
        node,
        maintenance: z.string().nullable().describe("its name; null of a record"),
        uid: uid.describe("of the Maintenance; of the Node where there is none"),
        by: z.string().nullable().describe("who called maintain, else the program that wrote the object"),
        reason: z.string().nullable(),
        ticket: z.string().nullable(),
        createdAt: instant,
        outAt: instant.describe("when the node was first touched"),
        drainedAt: instant,
        backAt: instant,
        ended: z.enum(["returned", "cancelled", "deleted", "kept-out"]).nullable(),
        message: z.string(),
        agreed: z.array(z.string()).describe("consents beyond the defaults, a deadline, a taint: what was allowed, made use of or not"),
        forced: z
          .array(
            z.strictObject({
              by: z.string().describe("deadline, taint, or the consent that was made use of"),
              count: z.int().describe("how many pods; 0 of a consent that is about the node itself"),
              pods: z.array(z.string()).describe("which, by namespace/name; none are kept of commands"),
            }),
          )
          .describe("what went by more than an eviction that anybody may ask for"),
      }),
    ),
  })
  .describe(
    "`drydock history -o json`: the maintenances that are over, and what commands did to nodes that are still out; the newest first.",
  );

/** By `kind`. */
export const byObjectSchemas = {
  MaintenanceResult: maintenanceResult,
  ReturnResult: returnResult,
  WaitResult: waitResult,
  MaintenanceHistory: history,
} as const;
