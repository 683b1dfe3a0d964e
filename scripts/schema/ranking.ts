import { z } from "zod";
import { finding, head, node, range } from "./parts.ts";

const part = z.enum([
  "cannot-go",
  "sessions",
  "lost",
  "no-room",
  "single-replicas",
  "work-starts-over",
  "budget-full",
  "room-unknown",
  "data-lost",
  "volumes",
  "minutes",
  "pods",
]);

const rankedNode = {
  node,
  rank: z.int().min(1).describe("nodes with the same points share it"),
  points: z.int().min(0).describe("the sum of its parts"),
  pods: z.int().min(0).describe("how many would leave"),
  predicted: range,
  parts: z
    .array(z.strictObject({ part, count: z.int(), points: z.int() }))
    .describe("the weightiest first; points for one: docs/commands/preview.md"),
};

export const ranking = z
  .strictObject({ ...head("Ranking"), nodes: z.array(z.strictObject(rankedNode)), findings: z.array(finding) })
  .describe("`drydock preview --rank -o json`: which node first, with the least disturbance.");

export const rankedLine = z
  .strictObject({ kind: z.literal("RankedNode"), ...rankedNode })
  .describe("A line of `drydock preview --rank -o ndjson`.");

/** By `kind`. */
export const rankingSchemas = { Ranking: ranking, RankedNode: rankedLine } as const;
