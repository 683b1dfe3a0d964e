import { z } from "zod";
import { byObjectSchemas, history, maintenanceResult, returnResult, waitResult } from "./by-object.ts";
import { adoption } from "./adoption.ts";
import { clusterCheck } from "./cluster-check.ts";
import { event } from "./events.ts";
import { codeList, deletedLine, explainedCode, lookingSchemas, podLine, podsList, powerOff, statusLine, statusList } from "./looking.ts";
import {
  blocker,
  change,
  codeOf,
  consent,
  decidedPod,
  evidence,
  finding,
  hash,
  head,
  holderFields,
  missingPermission,
  node,
  object,
  pod,
  podName,
  range,
  time,
  uid,
} from "./parts.ts";
import { rankedLine, ranking, rankingSchemas } from "./ranking.ts";

const budgetStatus = {
  namespace: z.string(),
  name: z.string(),
  disruptionsAllowed: z.int(),
  currentHealthy: z.int(),
  desiredHealthy: z.int(),
  expectedPods: z.int(),
};

const preview = z
  .strictObject({
    ...head("Preview"),
    hash,
    predicted: range.describe("until the last node has its verdict"),
    nodes: z.array(z.strictObject({ node, predicted: range, pods: z.array(pod), changes: z.array(change) })),
    budgets: z.array(z.strictObject({ ...budgetStatus, uid: z.string(), pods: z.int(), predicted: range })),
    findings: z.array(finding),
    missing: z.array(z.strictObject({ object, consents: z.array(consent) })).describe("consents that were not given"),
    left: z
      .array(z.strictObject({ object, code: z.string(), message: z.string() }))
      .describe("would be left behind, as --allow=partial has it"),
    command: z.string().describe("the drain to run, with every missing consent"),
  })
  .describe("`drydock preview -o json`: what a drain would do. Changes nothing.");

/** Where one pod's workload runs now. */
const replacement = z.strictObject({
  moved: podName,
  by: podName.nullable(),
  state: z.string(),
  node: z.string().nullable(),
  since: time.nullable(),
  reason: z.string().nullable(),
  message: z.string(),
});

const nodeOutcome = z.strictObject({
  node,
  state: z.enum([
    "drained",
    "unproven",
    "cordoned",
    "uncordoned",
    "tainted",
    "untainted",
    "modified",
    "blocked",
    "timed-out",
    "interrupted",
    "failed",
    "untouched",
  ]),
  cordoned: z.enum(["by-us", "by-others", "no", "unknown"]),
  taint: z
    .strictObject({ text: z.string(), by: z.enum(["us", "others"]) })
    .nullable()
    .describe("the taint asked for is on it: the cluster goes on deleting what does not tolerate it"),
  moved: z.int(),
  left: z.array(podName),
  blockers: z.array(blocker),
  attached: z.array(z.string()).describe("volumes that were left attached to it"),
  forced: z
    .array(z.strictObject({ pod: podName, uid, time, graceSeconds: z.number() }))
    .describe("pods that were deleted ahead of the deadline, past budgets"),
  afterFailure: z
    .union([
      z.strictObject({ cordon: z.literal("lifted") }),
      z.strictObject({
        cordon: z.literal("kept"),
        why: z.enum(["foreign", "held", "left-out", "unreadable", "failed"]),
        by: z.array(z.string()),
      }),
    ])
    .nullable()
    .describe("what --on-failure=uncordon did"),
  destinations: z.array(z.strictObject({ namespace: z.string(), kind: z.string(), name: z.string(), pods: z.array(replacement) })),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});

const ends = {
  finished: { hash: hash.optional(), nodes: z.array(nodeOutcome) },
  refused: {
    hash,
    refusals: z.array(
      z.union([
        z.strictObject({ kind: z.literal("finding"), ...finding.shape }),
        z.strictObject({ kind: z.literal("consent"), object, missing: z.array(consent) }),
      ]),
    ),
  },
  denied: { missing: z.array(missingPermission) },
  "no-such-node": { names: z.array(z.strictObject({ name: z.string(), near: z.string().nullable() })) },
  "no-node-selected": { selector: z.string() },
  "stopped-before": { why: z.enum(["interrupted", "timed-out", "declined"]) },
} as const;

/** How a drain, cordon or uncordon ended: `result` says which of these it is. */
export const resultSchemas: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  Object.entries(ends).map(([result, own]) => [
    result,
    z.strictObject({
      ...head("Result"),
      command: z.string(),
      dryRun: z.boolean().describe("nothing was changed, and nothing was to be"),
      exitCode: z.int(),
      result: z.literal(result),
      ...own,
    }),
  ]),
);

const way = z.strictObject({ who: z.string(), what: z.string(), command: z.string().nullable().describe("a line to paste") });
const unready = z.strictObject({ pod: podName, node: z.string().nullable(), message: z.string(), since: time.nullable() });

const state = z.enum(["gone", "stays", "ending", "held", "free"]);
const hold = z.strictObject({ ...blocker.shape, since: time.nullable(), evidence: z.array(evidence) });

const why = z
  .strictObject({
    ...head("Why"),
    target: object,
    held: z.boolean().describe("as the exit code: 2 where something holds it"),
    node: z
      .strictObject({
        name: z.string(),
        unschedulable: z.boolean(),
        ready: z.boolean(),
        notReady: z.strictObject({ since: time.nullable(), message: z.string() }).nullable(),
        holders: z.array(z.strictObject(holderFields)),
      })
      .nullable(),
    pods: z.array(
      z.strictObject({
        ...decidedPod,
        state,
        server: z.enum(["would-accept", "refuses", "not-asked"]),
        holds: z.array(hold),
        missing: z.array(consent),
        evidence: z.array(evidence),
      }),
    ),
    after: z
      .array(z.strictObject({ stage: z.string(), subject: object, state, holds: z.array(hold) }))
      .describe("what is waited for when the pods are gone"),
    causes: z.array(
      z.strictObject({
        code: codeOf("blockers"),
        pods: z.array(z.string()),
        message: z.string(),
        endsBy: z.enum(["cluster", "person"]),
        since: time.nullable(),
        because: z.array(z.string()),
        evidence: z.array(evidence),
        ways: z.array(way),
      }),
    ),
    budgets: z.array(z.strictObject({ ...budgetStatus, owner: object.nullable(), unready: z.array(unready).nullable() })),
    findings: z.array(finding),
    unchecked: z.array(z.strictObject({ verb: z.string(), resource: z.string(), namespace: z.string().nullable() })),
  })
  .describe("`drydock why -o json`: what a node or pod waits for, and who can end it.");

const version = z
  .strictObject({
    ...head("Version"),
    clientVersion: z.strictObject({ version: z.string() }),
    serverVersion: z.strictObject({ major: z.int(), minor: z.int(), gitVersion: z.string() }).optional(),
  })
  .describe("`drydock version -o json`: kubectl's fields, and what kind of document it is.");

const previewedPod = z.strictObject({ node, ...decidedPod }).describe("One line of `drydock preview -o ndjson`.");

const result = z
  .union(Object.values(resultSchemas))
  .describe("How a drain, cordon or uncordon ended: all of `-o json`, the last line of `-o ndjson`.");

/** Everything that is written down in docs/schema/, by the name of its file. */
export const published = {
  preview,
  "preview-line": previewedPod,
  ranking,
  "ranking-line": rankedLine,
  event,
  result,
  "maintenance-result": maintenanceResult,
  "return-result": returnResult,
  "wait-result": waitResult,
  history,
  why,
  adoption,
  "cluster-check": clusterCheck,
  version,
  status: statusList,
  "status-line": z.union([statusLine, deletedLine]),
  pods: podsList,
  "pods-line": podLine,
  "power-off": powerOff,
  code: explainedCode,
  codes: codeList,
} as const;

/** By `kind`, what a document must be. */
export const documentSchemas: Readonly<Record<string, z.ZodType>> = {
  Preview: preview,
  ...rankingSchemas,
  ...byObjectSchemas,
  Why: why,
  Adoption: adoption,
  ClusterCheck: clusterCheck,
  Version: version,
  ...lookingSchemas,
};
export { previewedPod as previewLine };
