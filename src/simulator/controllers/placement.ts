import { type Node, type Taint, unschedulableTaint } from "../../kube/node.ts";
import { isPodFinished, type Pod } from "../../kube/pod.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import type { Random } from "../../runtime/random.ts";
import { toleratedBy } from "../../kube/toleration.ts";

/** A node with the pods bound to it. */
export interface Candidate {
  readonly node: Node;
  readonly pods: readonly Pod[];
}

export type Placement = { readonly node: string } | { readonly message: string };

/**
 * A plain scheduler's choice: cordon, taints, nodeSelector, requests and the number of pods; of those that fit, the node with the fewest pods
 * of the same owner, then the fewest pods, then by lot. No affinity, no spread constraints, no volumes, no preemption.
 */
export function place(pod: Pod, candidates: readonly Candidate[], random: Random): Placement {
  const refusals = new Map<string, number>();
  let best: { readonly node: string; readonly score: number; readonly lot: number } | undefined;
  for (const candidate of candidates) {
    const reasons = reasonsAgainst(pod, candidate);
    for (const reason of reasons) refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
    if (reasons.length > 0) continue;
    const next = { node: candidate.node.metadata.name, score: crowding(pod, candidate), lot: random.next() };
    if (best === undefined || next.score < best.score || (next.score === best.score && next.lot < best.lot)) best = next;
  }
  if (best !== undefined) return { node: best.node };
  const all = candidates.length;
  if (all === 0) return { message: "no nodes available to schedule pods" };
  const reasons = [...refusals].map(([reason, count]) => `${count} ${reason}`).sort();
  const preemption = `preemption: 0/${all} nodes are available: ${all} Preemption is not helpful for scheduling.`;
  return { message: `0/${all} nodes are available: ${reasons.join(", ")}. ${preemption}` };
}

/** Empty where it fits. As in the scheduler, the first filter that refuses a node is the one that is told; too few resources are told together. */
function reasonsAgainst(pod: Pod, { node, pods }: Candidate): readonly string[] {
  const { tolerations, nodeSelector = {} } = pod.spec;
  const cordoned: Taint = { key: unschedulableTaint, effect: "NoSchedule" };
  if (node.spec?.unschedulable === true && !toleratedBy(cordoned, tolerations)) return ["node(s) were unschedulable"];
  const hard = (node.spec?.taints ?? []).filter(({ effect }) => effect !== "PreferNoSchedule");
  if (hard.some((taint) => !toleratedBy(taint, tolerations))) return ["node(s) had untolerated taint(s)"];
  if (!Object.entries(nodeSelector).every(([key, value]) => node.metadata.labels?.[key] === value)) {
    return ["node(s) didn't match Pod's node affinity/selector"];
  }
  return missingResources(pod, node, loadOf(pods));
}

function missingResources(pod: Pod, node: Node, load: Load): readonly string[] {
  const allocatable = node.status?.allocatable ?? {};
  const missing: string[] = [];
  if (load.count + 1 > Number(allocatable["pods"] ?? 0)) missing.push("Too many pods");
  for (const [resource, asked] of requestsOf(pod)) {
    if (asked + (load.requests.get(resource) ?? 0n) > nano(allocatable[resource] ?? "0")) missing.push(`Insufficient ${resource}`);
  }
  return missing;
}

interface Load {
  readonly count: number;
  readonly requests: ReadonlyMap<string, bigint>;
}

/** The index hands out the same list until a pod of the node changes: summed up once. */
const loads = new WeakMap<readonly Pod[], Load>();

function loadOf(pods: readonly Pod[]): Load {
  const known = loads.get(pods);
  if (known !== undefined) return known;
  const present = pods.filter(({ status }) => !isPodFinished(status?.phase));
  const sum = new Map<string, bigint>();
  for (const pod of present) for (const [resource, asked] of requestsOf(pod)) sum.set(resource, (sum.get(resource) ?? 0n) + asked);
  const load = { count: present.length, requests: sum };
  loads.set(pods, load);
  return load;
}

function crowding(pod: Pod, { pods }: Candidate): number {
  const owner = pod.metadata.ownerReferences?.[0]?.uid;
  const kin = owner === undefined ? 0 : pods.filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === owner).length;
  return kin * 1000 + pods.length;
}

/** Specs are shared by all versions of a pod: read once. */
const requests = new WeakMap<object, ReadonlyMap<string, bigint>>();

function requestsOf({ spec }: Pod): ReadonlyMap<string, bigint> {
  const known = requests.get(spec);
  if (known !== undefined) return known;
  const sum = new Map<string, bigint>();
  for (const { resources } of spec.containers ?? []) {
    for (const [resource, text] of Object.entries(resources?.requests ?? {})) sum.set(resource, (sum.get(resource) ?? 0n) + nano(text));
  }
  requests.set(spec, sum);
  return sum;
}

/** A cluster writes few different quantities, and asks for them at every placement. */
const quantities = new Map<string, bigint>();

function nano(text: string): bigint {
  const known = quantities.get(text);
  if (known !== undefined) return known;
  const value = parseQuantity(text)?.nano ?? 0n;
  quantities.set(text, value);
  return value;
}
