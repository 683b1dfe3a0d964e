import type { ClusterView, NodeView, PodView } from "../../cluster/view/cluster-view.ts";
import { heldAnnotation } from "../../cluster/view/held-record.ts";
import { holderName } from "../../cluster/view/holder.ts";
import { holdOf } from "../../cluster/view/node-hold.ts";
import { isControlPlane, rolesOf } from "../../cluster/view/node-role.ts";
import { createStepState, memoryOf } from "../../execution/step-state.ts";
import type { Knowledge } from "../../cluster/view/volume-view.ts";
import { formatTaint } from "../../kube/taint-spec.ts";
import { formatTime, parseTime } from "../../kube/time.ts";
import { isPodFinished } from "../../kube/pod.ts";
import { word } from "../../plan/args.ts";
import type { Advance } from "../../plan/craft.ts";
import type { Plan } from "../../plan/plan.ts";
import { nodeRef, podRef } from "../../plan/refs.ts";
import type { Args, Evidence, Stage } from "../../plan/step.ts";
import type { Instant } from "../../runtime/clock.ts";
import { crafts } from "../crafts.ts";
import type { NodeStanding } from "../standing.ts";
import type { PowerOffCode } from "./codes.ts";
import type { Condition, Holds } from "./condition.ts";

export interface Scene {
  readonly node: NodeView;
  readonly plan: Plan;
  readonly standing: NodeStanding;
  readonly view: ClusterView;
  /** When the check began. */
  readonly since: Instant;
}

/** What can be told of this moment. `pending`: time alone will tell the rest, and when to look again. */
export interface Judgement {
  readonly conditions: readonly Condition[];
  readonly pending: { readonly wakeAt?: Instant } | undefined;
}

/** Everything but virtual machines, which no view has. Pure. */
export function judge(scene: Scene): Judgement {
  const scheduling = outOfScheduling(scene.node);
  const kubelet = kubeletOf(scene.node, scene);
  const empty = emptyOf(scene);
  const volumes = volumesOf(scene);
  const role = roleOf(scene);
  const isClear = [scheduling, empty, volumes.condition, role].some(({ holds }) => holds === "no");
  const quiet = isClear ? { conditions: [condition("off-quiet", "unknown", {}, [])], wakeAt: undefined } : quietOf(scene);
  const pending = isClear || (quiet.conditions.length > 0 && !volumes.isPending) ? undefined : wakeOf([quiet.wakeAt, volumes.wakeAt]);
  return { conditions: [scheduling, kubelet, empty, ...quiet.conditions, volumes.condition, role], pending };
}

export function condition(code: PowerOffCode, holds: Holds, args: Args, evidence: readonly Evidence[]): Condition {
  return { code, holds, args: { ...args, holds }, evidence };
}

function wakeOf(times: readonly (Instant | undefined)[]): { readonly wakeAt?: Instant } {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? {} : { wakeAt: Math.min(...known) };
}

function outOfScheduling(node: NodeView): Condition {
  const hold = holdOf(node);
  const object = nodeRef(node);
  const taints = hold?.taints.filter(({ effect }) => effect === "NoSchedule" || effect === "NoExecute") ?? [];
  const evidence: readonly Evidence[] = [
    { object, field: "spec.unschedulable", value: String(node.unschedulable) },
    ...taints.map((taint) => ({ object, field: "spec.taints", value: formatTaint(taint) })),
  ];
  if (!node.unschedulable && taints.length === 0) return condition("off-out-of-scheduling", "no", { node: node.name }, evidence);
  const holder = hold?.record?.holders[0];
  const by = (holder === undefined ? undefined : holderName(holder)) ?? hold?.foreignCordon?.manager;
  const since = holder?.since ?? hold?.foreignCordon?.at;
  const cordon = node.unschedulable
    ? [`cordoned${by === undefined ? "" : ` by ${by}`}${since === undefined ? "" : ` since ${since}`}`]
    : [];
  const how = [...cordon, ...taints.map((taint) => `taint ${formatTaint(taint)}`)].join(", ");
  return condition("off-out-of-scheduling", "yes", { node: node.name, how }, evidence);
}

/** A kubelet that was away while pods left confirmed the end of none of them, unless a drain has proven it since. */
function kubeletOf(node: NodeView, { view }: Scene): Condition {
  const object = nodeRef(node);
  const { readySince } = node;
  const evidence: Evidence[] = [{ object, field: "status.conditions[Ready]", value: node.ready ? "True" : "not True" }];
  if (!node.ready) return condition("off-kubelet", "unknown", { node: node.name }, evidence);
  if (readySince === undefined) return condition("off-kubelet", "yes", { node: node.name, since: "an unknown time" }, evidence);
  evidence.push({ object, field: "status.conditions[Ready].lastTransitionTime", value: formatTime(readySince) });
  const outSince = holdOf(node)?.since;
  const isLate = outSince !== undefined && readySince > outSince && !((provenAt(node, view) ?? Number.NEGATIVE_INFINITY) >= readySince);
  return condition("off-kubelet", isLate ? "unknown" : "yes", { node: node.name, since: formatTime(readySince) }, evidence);
}

/** When the last drain was proven, where none is unproven. */
function provenAt(node: NodeView, view: ClusterView): Instant | undefined {
  if (view.evictedBefore(node.name)) return undefined;
  const times = holdOf(node)?.record?.holders.flatMap((holder) => parseTime(holder.provenAt) ?? []) ?? [];
  return times.length === 0 ? undefined : Math.max(...times);
}

function emptyOf({ node, standing, view }: Scene): Condition {
  const evidence = (pods: readonly PodView[], value: string): readonly Evidence[] =>
    pods.map((pod) => ({ object: podRef(pod), field: "spec.nodeName", value: `${node.name} (${value})` }));
  const base = { node: node.name };
  if (!view.fresh(node.name)) return condition("off-empty", "unknown", base, []);
  const staying = standing.staying.flatMap(({ subject }) => view.pod(subject.uid) ?? []);
  const strangers = staying.filter((pod) => !belongsToNode(pod));
  const left = [...standing.left.flatMap(({ step }) => view.pod(step.subject.uid) ?? []), ...strangers];
  if (left.length > 0) {
    const pods = left.map(describe);
    return condition(
      "off-empty",
      "no",
      { ...base, left: left.length, pods: pods.slice(0, 5).concat(pods.length > 5 ? [`… (${pods.length - 5} more)`] : []) },
      evidence(left, "left"),
    );
  }
  return condition("off-empty", "yes", { ...base, staying: staying.length }, evidence(staying, "stays"));
}

/** It ends with the machine and is nobody's loss: another of its kind runs on every node, or it is this machine's own. */
function belongsToNode(pod: PodView): boolean {
  return pod.mirror || pod.controller?.kind === "DaemonSet" || isPodFinished(pod.phase);
}

function describe({ namespace, name, deletionTimestamp }: PodView): string {
  return `${namespace}/${name}${deletionTimestamp === undefined ? "" : " (terminating)"}`;
}

/** The verdict of the drain itself: its quiet, and what of the departures is proven. */
function quietOf(scene: Scene): { readonly conditions: readonly Condition[]; readonly wakeAt: Instant | undefined } {
  const { node, view, since } = scene;
  const advance = ask(scene, "verify");
  if (advance === undefined || advance.kind !== "done")
    return { conditions: [], wakeAt: advance?.kind === "wait" ? advance.wakeAt : undefined };
  const { args, evidence, at } = advance.proof;
  const quiet = condition("off-quiet", "yes", { node: node.name, seconds: Math.round((at - since) / 1000) }, evidence);
  const unconfirmed = listOf(args["unconfirmed"]);
  const unwatched = args["unwatched"] === true;
  if (unconfirmed.length === 0 && !unwatched) {
    const proven = provenAt(node, view);
    return {
      conditions: [quiet, condition("off-departures", "yes", proven === undefined ? {} : { proven: formatTime(proven) }, recordOf(node))],
      wakeAt: undefined,
    };
  }
  const why = [
    ...(unconfirmed.length === 0 ? [] : [`the end of ${unconfirmed.join(", ")} was not confirmed by the kubelet`]),
    ...(unwatched ? ["a drain has begun and was not proven; what went then was not watched"] : []),
  ].join("; ");
  return { conditions: [quiet, condition("off-departures", "unknown", { node: node.name, why, unwatched }, evidence)], wakeAt: undefined };
}

function recordOf(node: NodeView): readonly Evidence[] {
  const holders = holdOf(node)?.record?.holders ?? [];
  return holders.flatMap((holder) => {
    const at = holder.provenAt;
    if (at === undefined) return [];
    const which = holder.kind === "command" ? `user=${holder.user}` : `uid=${holder.uid}`;
    return [{ object: nodeRef(node), field: `metadata.annotations["${heldAnnotation}"].holders[${which}].provenAt`, value: at }];
  });
}

function volumesOf(scene: Scene): { readonly condition: Condition; readonly isPending: boolean; readonly wakeAt: Instant | undefined } {
  const { node, view } = scene;
  const base = { node: node.name };
  const settled = (holds: Holds, args: Args, evidence: readonly Evidence[]): ReturnType<typeof volumesOf> => ({
    condition: condition("off-volumes", holds, { ...base, ...args }, evidence),
    isPending: false,
    wakeAt: undefined,
  });
  const { attachmentsKnown } = view.volumes;
  const attachments: readonly Evidence[] = view.volumes.attachments(node.name).map(({ name, uid, attached }) => ({
    object: { kind: "VolumeAttachment", name, uid },
    field: "status.attached",
    value: String(attached),
  }));
  const advance = ask(scene, "detach");
  if (advance?.kind === "done" && advance.proof.code === "volumes-detached")
    return settled("yes", {}, [...advance.proof.evidence, ...attachments]);
  if (advance?.kind === "done" && advance.proof.code === "volumes-left-attached")
    return settled("no", advance.proof.args, advance.proof.evidence);
  const volumes = advance?.kind === "wait" ? advance.blockers.find(({ code }) => code === "volumes-attached") : undefined;
  if (volumes !== undefined) return settled("no", volumes.args, attachments);
  const unknown = condition("off-volumes", "unknown", { ...base, ...whyUnread(attachmentsKnown) }, [
    { object: nodeRef(node), field: "VolumeAttachments", value: attachmentsKnown },
  ]);
  return { condition: unknown, isPending: advance?.kind === "wait", wakeAt: advance?.kind === "wait" ? advance.wakeAt : undefined };
}

function whyUnread(known: Knowledge): Args {
  switch (known) {
    case "denied":
      return { why: "may not list volumeattachments.storage.k8s.io", denied: true };
    case "stale":
      return { why: "the connection is lost, and what was read may be old" };
    case "unread":
    case "known":
      return { why: "they have not been read yet" };
  }
}

/** A drain may take out the last of a role with consent; whoever switches it off should know that it is. */
function roleOf({ node, plan, view }: Scene): Condition {
  const object = nodeRef(node);
  const roles = rolesOf(node.labels).filter(({ isGeneral }) => !isGeneral);
  const evidence = roles.map(({ name }) => ({ object, field: `metadata.labels["${name}"]`, value: node.labels[name] ?? "" }));
  const against = plan.findings.filter(({ code, consent }) => consent === "last-of-role" || code === "quorum-at-risk");
  if (against.length > 0) {
    const what = against.map(({ args }) =>
      args["roles"] === undefined
        ? `etcd would have ${word(args, "left")} of ${word(args, "members")} members, and needs ${word(args, "needs")}`
        : `no other Ready, schedulable node has ${word(args, "roles")}`,
    );
    return condition("off-role", "no", { node: node.name, what: what.join("; ") }, evidence);
  }
  const unread = roles.filter(({ selector }) => view.others.withRole(selector).kind === "unknown").map(({ name }) => name);
  const isUntold =
    plan.findings.some(({ code }) => code === "quorum-not-visible") ||
    (isControlPlane(node.labels) && view.surroundings.etcd === undefined);
  const why = [
    ...(unread.length === 0 ? [] : [`who else is ${unread.join(", ")} could not be read`]),
    ...(isUntold ? ["whether etcd keeps its majority is not visible"] : []),
  ].join("; ");
  return condition("off-role", why === "" ? "yes" : "unknown", { node: node.name, ...(why === "" ? {} : { why }) }, evidence);
}

/** What the craft says about the node's own step of this stage; undefined where the plan has none. */
function ask({ node, plan, view, since }: Scene, stage: Stage): Advance | undefined {
  const step = plan.nodes.find((one) => one.node === node.name)?.steps.find((one) => one.stage === stage && one.subject.kind === "Node");
  const craft = crafts.find(({ name }) => name === step?.craft);
  if (step === undefined || craft === undefined) return undefined;
  return craft.advance(step, view, memoryOf(createStepState(step.id, since), view.asOf), plan.request);
}

function listOf(value: Args[string]): readonly string[] {
  return typeof value === "object" ? value : [];
}
