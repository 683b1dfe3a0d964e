import { z } from "zod";
import { action, blocker, codeOf, finding, hash, node, object, pod, podName, proof, range, time, uid } from "./parts.ts";

/**
 * Every event of `drain -o ndjson` beside its `time` and `event`, by its name. A new event, or a new field of one, is a line here; then
 * `npm run docs` writes docs/schema/event.json anew.
 */
const fields = {
  planned: { hash, nodes: z.array(z.strictObject({ node, predicted: range, pods: z.array(pod) })) },
  finding: { finding },
  forecast: {
    remaining: range.describe("until the last node has its verdict, from now"),
    nodes: z.array(z.strictObject({ node, remaining: range })),
  },
  "server-lost": { silentForSeconds: z.number(), message: z.string().nullable() },
  "server-back": { silentForSeconds: z.number() },
  cordoned: { node, already: z.boolean(), foreign: z.boolean(), dryRun: z.boolean() },
  recordoned: { node },
  tainted: {
    node,
    taints: z.array(z.string()),
    change: z.enum(["tainted", "untainted", "modified"]),
    already: z.boolean(),
    foreign: z.boolean(),
    again: z.boolean(),
    dryRun: z.boolean(),
  },
  uncordoned: {
    node,
    already: z.boolean(),
    taints: z.array(z.string()),
    overrides: z.array(z.strictObject({ who: z.string(), since: z.string().nullable(), record: z.enum(["held", "managedFields"]) })),
    dryRun: z.boolean(),
  },
  started: { node, pod: podName, uid, action, dryRun: z.boolean() },
  accepted: { node, pod: podName, uid, action },
  refused: { node, pod: podName, uid, code: codeOf("blockers"), message: z.string() },
  deadline: {
    node,
    deadline: time,
    resumed: z.boolean().describe("an earlier run of this command has set it"),
    pods: z.array(z.strictObject({ pod: podName, uid, deletedAt: time })),
  },
  forced: { node, pod: podName, uid, graceSeconds: z.number(), deadline: time },
  gone: { node, pod: podName, uid, action, proof },
  blocked: { blocker },
  unblocked: { blocker },
  replanned: {
    node,
    object,
    from: z.string().nullable().describe('"action/code"; null: there was no decision'),
    to: z.string().nullable().describe('"action/code"; null: it is left alone'),
    message: z.string(),
    cause: z.strictObject({ object, how: z.enum(["changed", "deleted", "covers", "left"]), resourceVersion: z.string() }),
  },
  drained: { node, proven: z.boolean(), dryRun: z.boolean(), proofs: z.array(proof) },
  "node-failed": { node, code: z.string(), message: z.string(), blockers: z.array(blocker) },
} as const satisfies Readonly<Record<string, Readonly<Record<string, z.ZodType>>>>;

export const eventNames: readonly string[] = Object.keys(fields);

export const eventSchemas: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  Object.entries(fields).map(([name, own]) => [name, z.strictObject({ time, event: z.literal(name), ...own })]),
);

/** Any event: one object in a line. */
export const event = z.union(Object.values(eventSchemas)).describe("One line of `drydock drain -o ndjson`; the last line is a Result.");
