import { z } from "zod";
import { codeOf, decidedPod, evidence, finding, hash, head, holderFields, node, object, podName, range, time, uid } from "./parts.ts";

/** What `status`, `pods`, `check power-off` and `explain` print: they look, and change nothing. */

const endsBy = z.enum(["cluster", "person"]);
/** Since when it lasts is not known to one who has just come. */
const blocker = z.strictObject({ code: codeOf("blockers"), object, endsBy, message: z.string(), hint: z.string() });

const holder = z.strictObject({ ...holderFields, provenAt: z.string().nullable() });

const nodeStatus = {
  node,
  uid,
  state: z
    .enum(["in service", "cordoned", "draining", "blocked", "empty", "tainted", "held"])
    .describe("blocked: all that is left waits for a person"),
  ready: z.boolean(),
  unschedulable: z.boolean(),
  hold: z
    .strictObject({
      since: time.nullable().describe("the earliest that is known"),
      holders: z.array(holder),
      added: z.array(z.string()).describe("what Drydock changed on the node"),
      leftBy: z
        .strictObject({ who: z.string(), since: z.string(), at: z.string() })
        .nullable()
        .describe("who left the node and wanted it kept out"),
      foreignCordon: z.strictObject({ manager: z.string().nullable(), since: z.string().nullable() }).nullable(),
      taints: z.array(z.string()).describe("by which something takes the node out"),
      leftover: z.enum(["void", "unreadable"]).nullable().describe("a record of Drydock that holds nobody"),
    })
    .nullable(),
  pods: z
    .strictObject({
      left: z.array(podName).describe("what a drain would still move"),
      goNow: z.int(),
      blocked: z.int().describe("of those left: only a person can end what they wait for"),
      staying: z.int(),
    })
    .nullable()
    .describe("null where it was not looked at, or may not be read"),
  predicted: range.nullable(),
  blockers: z.array(blocker),
};

export const statusList = z
  .strictObject({
    ...head("NodeStatusList"),
    time,
    inService: z.int(),
    items: z.array(z.strictObject(nodeStatus)),
    notChecked: z.array(z.strictObject({ verb: z.string(), resource: z.string() })),
  })
  .describe("`drydock status -o json`: the nodes that are out, or that were named.");

export const statusLine = z
  .strictObject({ time, kind: z.literal("NodeStatus"), ...nodeStatus })
  .describe("A line of `drydock status -o ndjson`, and of every change with `-w`.");

export const deletedLine = z
  .strictObject({ time, kind: z.literal("NodeDeleted"), node })
  .describe("A line of `drydock status -w -o ndjson`: the node has gone.");

const listedPod = {
  ...decidedPod,
  workload: z.strictObject({
    product: z.string(),
    kind: z.string(),
    name: z.string(),
    nature: z.enum(["session", "infrastructure", "work"]),
    person: z.string().nullable(),
  }),
  status: z.string().describe("as kubectl get pods has it, in one word"),
  phase: z.string(),
  ready: z.boolean(),
  since: time.nullable().describe("when its kubelet took it up"),
  priority: z.int(),
  claims: z.array(z.string()),
  blockers: z.array(z.strictObject({ code: codeOf("blockers"), endsBy, message: z.string() })).describe("what would keep it now"),
};

export const podsList = z
  .strictObject({
    ...head("NodePodsList"),
    time,
    hash,
    items: z.array(z.strictObject({ node, unschedulable: z.boolean(), ready: z.boolean(), pods: z.array(z.strictObject(listedPod)) })),
    findings: z.array(finding),
  })
  .describe("`drydock pods -o json`: what is on nodes, whose it is, and what becomes of it.");

export const podLine = z.strictObject({ kind: z.literal("NodePod"), node, ...listedPod }).describe("A line of `drydock pods -o ndjson`.");

export const powerOff = z
  .strictObject({
    ...head("PowerOffCheck"),
    node,
    uid,
    time,
    answer: z.enum(["yes", "no", "unknown"]).describe("the exit code is 0 for yes alone"),
    conditions: z.array(
      z.strictObject({
        code: codeOf("conditions"),
        holds: z.enum(["yes", "no", "unknown", "none"]).describe("none: this cluster has nothing of the kind, and that was read"),
        message: z.string(),
        hint: z.string(),
        evidence: z.array(evidence),
      }),
    ),
    notes: z.array(finding).describe("what else should be known before the node goes dark; the answer does not rest on it"),
  })
  .describe("`drydock check power-off -o json`: may this machine be switched off?");

const explained = {
  code: z.string(),
  group: z.string(),
  appears: z.array(z.string()),
  example: z.string().describe("the sentence, with sample values"),
  meaning: z.string(),
  ends: z.string().nullable(),
  endedBy: z.enum(["cluster", "person", "either"]).nullable(),
  next: z.string(),
  seenIn: z.array(z.string()),
  page: z.string().nullable(),
};

export const explainedCode = z.strictObject({ ...head("Code"), ...explained }).describe("`drydock explain CODE -o json`.");
export const codeList = z
  .strictObject({ ...head("CodeList"), items: z.array(z.strictObject(explained)) })
  .describe("`drydock explain -o json`.");

/** By `kind`. */
export const lookingSchemas: Readonly<Record<string, z.ZodType>> = {
  NodeStatusList: statusList,
  NodeStatus: statusLine,
  NodeDeleted: deletedLine,
  NodePodsList: podsList,
  NodePod: podLine,
  PowerOffCheck: powerOff,
  Code: explainedCode,
  CodeList: codeList,
};
