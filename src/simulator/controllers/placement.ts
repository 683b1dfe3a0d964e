import type { Node } from "../../kube/node.ts";
import type { StringMap } from "../../kube/object.ts";
import { isPodFinished, type Pod } from "../../kube/pod.ts";
import { type Demand, demandOf } from "../../kube/scheduling/demand.ts";
import { Fit, refusalsOf } from "../../kube/scheduling/fit.ts";
import { NodeLoad } from "../../kube/scheduling/load.ts";
import { Occupancy } from "../../kube/scheduling/occupancy.ts";
import { schedulerWords } from "../../kube/scheduling/scheduler-words.ts";
import { type SchedulingNode, schedulingNodeOf } from "../../kube/scheduling/scheduling-node.ts";
import type { Refusal } from "../../kube/scheduling/verdict.ts";
import type { Volumes } from "../../kube/scheduling/volumes.ts";
import type { Random } from "../../runtime/random.ts";

/** A node with the pods bound to it. */
export interface Candidate {
  readonly node: Node;
  readonly pods: readonly Pod[];
}

export type Placement = { readonly node: string } | { readonly message: string };

/**
 * A plain scheduler's choice: the filters of kube/scheduling, but for volumes; of the nodes that pass, the one with the fewest pods of the
 * same owner, then the fewest pods, then by lot. No preemption.
 */
export function place(pod: Pod, candidates: readonly Candidate[], random: Random): Placement {
  const refusals = new Map<string, number>();
  const against = filtersFor(readDemand(pod), candidates);
  let best: { readonly node: string; readonly score: number; readonly lot: number } | undefined;
  for (const candidate of candidates) {
    const reasons = against(candidate).map(schedulerWords);
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

/** Where volumes can be used is not looked at. */
const anywhere: Volumes = { claim: () => ({ topology: [] }), attachable: () => Number.POSITIVE_INFINITY };

/** Empty where it fits. What concerns all nodes together is worked out only for pods that ask about others, or are asked about. */
function filtersFor(demand: Demand, candidates: readonly Candidate[]): (candidate: Candidate) => readonly Refusal[] {
  const { podAffinity, podAntiAffinity, spread } = demand;
  const asks = podAffinity.length + podAntiAffinity.length + spread.length > 0;
  if (!asks && !candidates.some(({ pods }) => loadOf(pods).isAverse)) {
    return ({ node, pods }) => refusalsOf(demand, readNode(node), loadOf(pods).load);
  }
  const occupancy = Occupancy.for([demand]);
  for (const { node, pods } of candidates) {
    for (const pod of present(pods)) {
      occupancy.add({ node: node.metadata.name, terminating: pod.metadata.deletionTimestamp !== undefined, demand: readDemand(pod) });
    }
  }
  const fit = new Fit(demand, new Map(candidates.map(({ node }) => [node.metadata.name, readNode(node)])), occupancy, anywhere);
  return ({ node }) => {
    const verdict = fit.on(readNode(node));
    return verdict.kind === "refused" ? verdict.why : [];
  };
}

interface Standing {
  readonly load: NodeLoad;
  /** One of them wants some pods nowhere near it. */
  readonly isAverse: boolean;
}

/** The index hands out the same list until a pod of the node changes: summed up once. */
const loads = new WeakMap<readonly Pod[], Standing>();

function loadOf(pods: readonly Pod[]): Standing {
  const known = loads.get(pods);
  if (known !== undefined) return known;
  const demands = present(pods).map(readDemand);
  const load = new NodeLoad();
  for (const demand of demands) load.count(demand, 1);
  const standing = { load, isAverse: demands.some(({ podAntiAffinity }) => podAntiAffinity.length > 0) };
  loads.set(pods, standing);
  return standing;
}

function present(pods: readonly Pod[]): readonly Pod[] {
  return pods.filter(({ status }) => !isPodFinished(status?.phase));
}

function crowding(pod: Pod, { pods }: Candidate): number {
  const owner = pod.metadata.ownerReferences?.[0]?.uid;
  const kin = owner === undefined ? 0 : pods.filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === owner).length;
  return kin * 1000 + pods.length;
}

const read = new WeakMap<Node, SchedulingNode>();

function readNode(node: Node): SchedulingNode {
  const known = read.get(node) ?? schedulingNodeOf(node);
  read.set(node, known);
  return known;
}

/** Specs are shared by all versions of a pod, and labels by most: read once. */
const demands = new WeakMap<object, { readonly labels: StringMap | undefined; readonly demand: Demand }>();

function readDemand(pod: Pod): Demand {
  const { labels } = pod.metadata;
  const known = demands.get(pod.spec);
  if (known !== undefined && known.labels === labels) return known.demand;
  const demand = demandOf(pod);
  demands.set(pod.spec, { labels, demand });
  return demand;
}
