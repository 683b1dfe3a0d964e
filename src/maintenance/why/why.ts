import { isKubeError } from "../../client/errors.ts";
import type { ClusterView } from "../../cluster/view/cluster-view.ts";
import { objectHolders } from "../../cluster/view/held-record.ts";
import { type Standing, standingsOf } from "../../execution/standings.ts";
import type { Node } from "../../kube/node.ts";
import type { Pod } from "../../kube/pod.ts";
import { nodes, pods } from "../../kube/resource.ts";
import { parseTime } from "../../kube/time.ts";
import { type Blocker, blockerOf } from "../../plan/finding.ts";
import { nodeRef, podRef } from "../../plan/refs.ts";
import type { Evidence } from "../../plan/step.ts";
import { InvariantError } from "../../runtime/errors.ts";
import { nearest } from "../../runtime/nearest.ts";
import { consentsOfMaintenance } from "../by-object/drain-spec.ts";
import { crafts } from "../crafts.ts";
import { askServer } from "../dry-run.ts";
import { type Look, look } from "../look.ts";
import type { MissingPermission } from "../outcome.ts";
import { unlessStopped } from "../unless-stopped.ts";
import type { Surroundings } from "../work.ts";
import { readAttachments } from "./attachments.ts";
import { budgetDetails } from "./budget-details.ts";
import { budgetEvidence, budgetsBehind, holdOf } from "./holds.ts";
import type { Hold, NodeStanding, PodStanding, WhyOptions, WhyOutcome, WhyTarget } from "./work.ts";

/**
 * What a node or a pod waits for, and who can end it. Changes nothing: the same look and plan as a drain's, and the same questions as its
 * next pass would ask, put to a runner that starts nothing. Where nothing is found in the view, the server is asked by a dry-run eviction,
 * once for each pod: only it knows its admission webhooks.
 */
export async function why(s: Surroundings, o: WhyOptions): Promise<WhyOutcome> {
  return await unlessStopped(s, async () => {
    const found = o.target.kind === "node" ? { node: o.target.name } : await findPod(o.target, s);
    return "kind" in found ? found : await explain(found, s, o);
  });
}

interface Found {
  readonly node: string;
  /** Absent: the whole node is meant. */
  readonly podUid?: string;
}

async function findPod(target: Extract<WhyTarget, { kind: "pod" }>, s: Surroundings): Promise<Found | WhyOutcome> {
  const { namespace, name } = target;
  const call = { signal: s.stop, lane: "control" } as const;
  try {
    const pod = await s.api.get(pods, { namespace, name }, call);
    const { uid } = pod.metadata;
    const node = pod.spec.nodeName ?? "";
    if (node !== "") return { node, podUid: uid };
    return { kind: "unbound", pod: { namespace, name, uid }, message: whyUnbound(pod) };
  } catch (error) {
    if (!isKubeError(error, "not-found")) throw error;
    return await noSuchPod(target, s);
  }
}

async function noSuchPod({ namespace, name }: Extract<WhyTarget, { kind: "pod" }>, { api, stop }: Surroundings): Promise<WhyOutcome> {
  const existing: string[] = [];
  try {
    for await (const page of api.list(pods, { namespace, project: () => true }, { signal: stop, lane: "control" }))
      existing.push(...page.items.map((item) => item.name));
  } catch (error) {
    // The suggestion is a courtesy; the finding stands without it.
    if (!isKubeError(error)) throw error;
  }
  return { kind: "no-such-pod", namespace, name, near: nearest(name, existing) };
}

function whyUnbound({ status }: Pod): string {
  return status?.conditions?.find(({ type, status: value }) => type === "PodScheduled" && value === "False")?.message ?? "";
}

async function explain({ node, podUid }: Found, s: Surroundings, o: WhyOptions): Promise<WhyOutcome> {
  const { request, allow, pageSize, target } = o;
  const seen = await look(s, { choice: { names: [node] }, request, allow, parallel: 1, pageSize, dryRun: "none" }, "none");
  if (seen.kind !== "looked") return seen;
  await using _ = seen;
  const toGo = seen.plan.nodes.flatMap(({ steps }) => steps).filter(({ subject, action }) => subject.kind === "Pod" && action !== "stay");
  if (toGo.length === 0) await readAttachments(seen.live, s);
  const view = seen.live.view();
  const { api, clock, random, stop: signal } = s;
  // An object has its own consents, and those that go without saying are more than a drain's.
  const allowed = objectHolders(view.node(node)?.held).length > 0 ? consentsOfMaintenance(allow) : allow;
  const all = standingsOf(seen.plan, view, { api, clock, random, crafts, allowed, holder: seen.holder, signal });
  const meant = podUid === undefined ? all : all.filter(({ step }) => step.subject.uid === podUid);
  // It went between two reads, and took its name along.
  if (target.kind === "pod" && meant.length === 0) return await noSuchPod(target, s);
  const unchecked: MissingPermission[] = [];
  const standings = await Promise.all(meant.map((standing) => podStanding(standing, view, seen, unchecked, s, o)));
  const holding = new Set(
    standings.flatMap(({ step, holds }) => holds.flatMap((hold) => budgetsBehind(hold.blocker, step, view).map(({ uid }) => uid))),
  );
  const [budgets, nodeStanding] = await Promise.all([budgetDetails(seen.plan, holding, view, unchecked, s), standingOfNode(node, view, s)]);
  return {
    kind: "explained",
    target,
    asOf: view.asOf,
    node: nodeStanding,
    pods: standings,
    budgets,
    // By whom the node is held is said of the node itself.
    findings: seen.plan.findings.filter(({ code, objects }) => objects[0]?.kind !== "Pod" && code !== "held-by-others"),
    unchecked: distinct(unchecked),
  };
}

async function podStanding(
  standing: Standing,
  view: ClusterView,
  seen: Look,
  unchecked: MissingPermission[],
  s: Surroundings,
  o: WhyOptions,
): Promise<PodStanding> {
  const { step, isDone, missing } = standing;
  const base = { step, missing, server: "not-asked", holds: [], evidence: step.reason.evidence } as const;
  if (step.action === "stay") return { ...base, state: "stays" };
  if (isDone) return { ...base, missing: [], state: "gone" };
  const isCordoned = view.node(step.node)?.unschedulable === true;
  // Nobody has cordoned the node: the taint that follows a cordon is not late.
  const told = standing.blockers.filter(({ code }) => isCordoned || code !== "awaiting-unschedulable-taint");
  const holds = [...told, ...silence(standing, view)].map((blocker) => holdOf(blocker, step, view));
  const evidence = freedom(standing, view);
  if (holds.length > 0 && holds.every(({ blocker }) => blocker.ordinary === true))
    return { ...base, missing: [], holds, state: "ending", evidence };
  if (holds.length > 0 || step.action === "wait") return { ...base, holds, state: holds.length > 0 ? "held" : "ending", evidence };
  const refused = await ask(standing, seen, unchecked, s, o, view);
  const server = refused === "not-asked" ? "not-asked" : refused.length > 0 ? "refuses" : "would-accept";
  const said = refused === "not-asked" ? [] : refused;
  return { ...base, server, holds: said, state: said.length > 0 || missing.length > 0 ? "held" : "free", evidence };
}

/** A deletion is carried out by the kubelet alone: where that is silent, an eviction is accepted and the pod does not go. */
function silence({ step, blockers }: Standing, view: ClusterView): readonly Blocker[] {
  if (view.node(step.node)?.ready !== false || blockers.some(({ code }) => code === "kubelet-silent")) return [];
  return [blockerOf(step, "kubelet-silent", { node: step.node }, view.asOf, "person")];
}

/** The server's own word, for a pod that nothing else holds. Who may not evict has not asked, and learns nothing wrong from that. */
async function ask(
  { step }: Standing,
  seen: Look,
  unchecked: MissingPermission[],
  s: Surroundings,
  { request }: WhyOptions,
  view: ClusterView,
): Promise<readonly Hold[] | "not-asked"> {
  if (step.action !== "evict" && step.action !== "delete") return "not-asked";
  const refused = await askServer(step, s, { request }, seen);
  const [denied] = refused.filter(({ code }) => code === "denied");
  if (denied === undefined) return refused.map((blocker) => holdOf(blocker, step, view));
  const [verb, resource] = step.action === "delete" ? ["delete", "pods"] : ["create", "pods/eviction"];
  unchecked.push({ verb, resource, namespace: step.subject.namespace ?? "", reason: String(denied.args["message"] ?? "") });
  return "not-asked";
}

/** What shows that nothing of ours holds the pod: how its budgets stand, that no finalizer keeps it, that its kubelet reports. */
function freedom({ step }: Standing, view: ClusterView): readonly Evidence[] {
  const pod = view.pod(step.subject.uid);
  if (pod === undefined) return step.reason.evidence;
  const node = view.node(step.node);
  const budgets = step.budgets.flatMap((ref) => view.budgets(ref.namespace ?? "").filter(({ uid }) => uid === ref.uid));
  return [
    ...step.reason.evidence,
    ...budgets.flatMap(budgetEvidence),
    { object: podRef(pod), field: "metadata.finalizers", value: pod.finalizers.length === 0 ? "none" : pod.finalizers.join(", ") },
    ...(node === undefined ? [] : [{ object: nodeRef(node), field: "status.conditions[Ready]", value: node.ready ? "True" : "not True" }]),
  ];
}

async function standingOfNode(name: string, view: ClusterView, { api, stop }: Surroundings): Promise<NodeStanding> {
  const node = view.node(name);
  if (node === undefined) throw new InvariantError(`the view has no node ${name}, and a plan was made of it`);
  if (node.ready) return { node };
  const condition = await api
    .get<Node>(nodes, { name }, { signal: stop, lane: "control" })
    .then(({ status }) => status?.conditions?.find(({ type }) => type === "Ready"))
    .catch((error: unknown) => {
      // Gone meanwhile, or not to be read by name: that it is not Ready is known without it.
      if (!isKubeError(error, "not-found", "forbidden")) throw error;
      return undefined;
    });
  const at = parseTime(condition?.lastTransitionTime);
  const message = condition?.message ?? condition?.reason ?? "";
  return { node, notReady: { message, ...(at === undefined ? {} : { since: at - (view.serverNow - view.asOf) }) } };
}

function distinct(missing: readonly MissingPermission[]): readonly MissingPermission[] {
  return [...new Map(missing.map((one) => [JSON.stringify([one.verb, one.resource, one.namespace]), one])).values()];
}
