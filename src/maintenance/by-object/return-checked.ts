import { isKubeError } from "../../client/errors.ts";
import type { NodeView } from "../../cluster/view/cluster-view.ts";
import { ourTaints } from "../../cluster/view/held-record.ts";
import { holderName } from "../../cluster/view/holder.ts";
import { projectPod } from "../../cluster/view/project.ts";
import { escapeFieldValue } from "../../kube/field-selector.ts";
import type { KubeObject } from "../../kube/object.ts";
import { daemonSets, pods, type Resource } from "../../kube/resource.ts";
import { chosenNames, readNodes } from "../choose-nodes.ts";
import type { FailedCheck } from "../lifecycle/facts.ts";
import { projectDaemonSet } from "../return-checks/daemon-sets.ts";
import { type DaemonSetView, judgeReturn } from "../return-checks/judge.ts";
import { returnDirect, type ReturnDirectOptions, type ReturnDirectOutcome } from "../return-direct.ts";
import { unlessStopped } from "../unless-stopped.ts";
import type { Surroundings } from "../work.ts";

export interface ReturnByRecordOptions extends ReturnDirectOptions {
  /** Put back what may be unfit for service too. */
  readonly unchecked: boolean;
  /** An operator works: what it holds by an object it would take out again. */
  readonly besideOperator: boolean;
}

export type ReturnByRecordOutcome =
  | ReturnDirectOutcome
  /** These are not fit for service; nothing is touched on any. */
  | { readonly kind: "unfit"; readonly nodes: readonly UnfitNode[] }
  | { readonly kind: "held-by-objects"; readonly nodes: readonly NodeHeldByObject[] };

/** An object that keeps a node out, as its record names it: "nodemaintenance/rack-7". */
export interface NodeHeldByObject {
  readonly node: string;
  readonly holder: string;
}

export interface UnfitNode {
  readonly node: string;
  readonly failed: readonly FailedCheck[];
}

/** Brings nodes back by their records, without any operator: checked as an operator does by default, and refused where a check fails. */
export async function returnByRecord(s: Surroundings, o: ReturnByRecordOptions): Promise<ReturnByRecordOutcome> {
  const seen = await unlessStopped(s, () => readAll(s, o));
  if ("kind" in seen) return seen;
  const unfit = seen.filter(({ failed }) => failed.length > 0);
  return unfit.length > 0 ? { kind: "unfit", nodes: unfit } : await returnDirect(s, o);
}

async function readAll(
  s: Surroundings,
  o: ReturnByRecordOptions,
): Promise<readonly UnfitNode[] | Exclude<ReturnByRecordOutcome, { kind: "returned" }>> {
  const names = await chosenNames(o.choice, undefined, s);
  if ("kind" in names) return names;
  const [nodes, sets] = await Promise.all([
    readNodes(names, s),
    o.unchecked ? [] : readAllowed(s, daemonSets, undefined, projectDaemonSet),
  ]);
  if ("kind" in nodes) return nodes;
  const kept = nodes.flatMap((node) => (o.besideOperator ? objectsHolding(node) : []));
  if (kept.length > 0) return { kind: "held-by-objects", nodes: kept };
  return o.unchecked ? nodes.map(({ name }) => ({ node: name, failed: [] })) : await Promise.all(nodes.map((node) => check(s, node, sets)));
}

function objectsHolding({ name, uid, held }: NodeView): readonly NodeHeldByObject[] {
  if (typeof held !== "object" || held.nodeUID !== uid) return [];
  return held.holders.filter(({ kind }) => kind !== "command").map((holder) => ({ node: name, holder: holderName(holder) }));
}

const wishes = { ready: true, rebooted: "Ignored", daemonSets: true, allocatable: true } as const;

async function check(s: Surroundings, node: NodeView, sets: readonly DaemonSetView[] | "denied"): Promise<UnfitNode> {
  const held = typeof node.held === "object" && node.held.nodeUID === node.uid ? node.held : undefined;
  const on = await readAllowed(s, pods, `spec.nodeName=${escapeFieldValue(node.name)}`, projectPod);
  const { failed } = judgeReturn(wishes, {
    node,
    before: held?.before ?? {},
    ownTaints: new Set(ourTaints(held, node).map(({ key }) => key)),
    daemonSets: sets,
    pods: on,
    expressions: [],
  });
  return { node: node.name, failed };
}

async function readAllowed<T extends KubeObject, P>(
  { api, stop }: Surroundings,
  resource: Resource<T>,
  fieldSelector: string | undefined,
  project: (object: T) => P,
): Promise<readonly P[] | "denied"> {
  const found: P[] = [];
  try {
    const query = { project, ...(fieldSelector === undefined ? {} : { fieldSelector }) };
    for await (const page of api.list<T, P>(resource, query, { signal: stop, lane: "control" }))
      found.push(...page.items.map(({ value }) => value));
  } catch (error) {
    if (isKubeError(error, "forbidden")) return "denied";
    throw error;
  }
  return found;
}
