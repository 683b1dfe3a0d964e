import type { Budget } from "../../kube/budget.ts";
import { statusOf } from "../../kube/budget-status.ts";
import type { Node } from "../../kube/node.ts";
import { isNodeReady } from "../../kube/node.ts";
import { controllerOf, type StringMap } from "../../kube/object.ts";
import { isPodFinished, isPodReady, mirrorAnnotation, type Pod } from "../../kube/pod.ts";
import { demandOf } from "../../kube/scheduling/demand.ts";
import { parseTime } from "../../kube/time.ts";
import { preStopSleep } from "../../kube/pre-stop.ts";
import { keptAnnotations } from "./annotations.ts";
import type { BudgetView, NodeView, PodView } from "./cluster-view.ts";
import { whoCordoned, writersOf } from "./field-writers.ts";
import { annotationsIn } from "./held-entry.ts";
import { heldAnnotation, parseHeld } from "./held-record.ts";

/** Kubernetes' default where a pod says nothing (and what the API server writes into it). */
const defaultGraceSeconds = 30;

const noLabels: StringMap = {};

/**
 * A full pod is about 27 KB of heap, its projection about 1.5 KB: nothing else of it is kept.
 */
export function projectPod(pod: Pod): PodView {
  const { metadata, spec, status } = pod;
  const controller = controllerOf(metadata);
  const phase = status?.phase ?? "Pending";
  const deletionTimestamp = parseTime(metadata.deletionTimestamp);
  const disruptedBy = status?.conditions?.find((c) => c.type === "DisruptionTarget" && c.status === "True")?.reason;
  const createdAt = parseTime(metadata.creationTimestamp);
  const preStopSeconds = preStopSleep(spec.containers ?? []);
  const startedAt = parseTime(status?.startTime);
  const scheduledAt = parseTime(status?.conditions?.find((c) => c.type === "PodScheduled" && c.status === "True")?.lastTransitionTime);
  const readyAt = parseTime(status?.conditions?.find((c) => c.type === "Ready" && c.status === "True")?.lastTransitionTime);
  return {
    uid: metadata.uid,
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    resourceVersion: metadata.resourceVersion,
    node: spec.nodeName ?? "",
    labels: metadata.labels ?? noLabels,
    annotations: keptAnnotations(metadata.annotations),
    ...(controller === undefined ? {} : { controller }),
    phase,
    ready: isPodReady(status),
    runsToCompletion: spec.restartPolicy === "OnFailure" || spec.restartPolicy === "Never",
    mirror: metadata.annotations?.[mirrorAnnotation] !== undefined,
    emptyDirs: (spec.volumes ?? []).filter((volume) => volume.emptyDir !== undefined).map((volume) => volume.name),
    hostPaths: (spec.volumes ?? []).flatMap(({ hostPath }) => (hostPath === undefined ? [] : [hostPath.path])),
    claims: claimsOf(pod),
    tolerations: spec.tolerations ?? [],
    schedulerName: spec.schedulerName ?? "default-scheduler",
    demand: demandOf(pod),
    priority: spec.priority ?? 0,
    finalizers: metadata.finalizers ?? [],
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(scheduledAt === undefined ? {} : { scheduledAt }),
    ...(readyAt === undefined ? {} : { readyAt }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(metadata.deletionGracePeriodSeconds === undefined ? {} : { deletionGraceSeconds: metadata.deletionGracePeriodSeconds }),
    terminationGraceSeconds: spec.terminationGracePeriodSeconds ?? defaultGraceSeconds,
    ...(preStopSeconds === undefined ? {} : { preStopSeconds }),
    ...(disruptedBy === undefined ? {} : { disruptedBy }),
    containersEnded: isPodFinished(phase) || containersEnded(pod),
  };
}

/** A generic ephemeral volume's claim is made by the controller-manager under this name (pkg/controller/volume/ephemeral). */
function claimsOf({ metadata, spec }: Pod): readonly string[] {
  return (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) =>
    persistentVolumeClaim !== undefined ? [persistentVolumeClaim.claimName] : ephemeral !== undefined ? [`${metadata.name}-${name}`] : [],
  );
}

/** Without any status nothing is known, and unknown is not ended. A container that waits has not started or has ended. */
function containersEnded({ status }: Pod): boolean {
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = status ?? {};
  const all = [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses];
  return all.length > 0 && all.every(({ state }) => state?.terminated !== undefined || state?.waiting !== undefined);
}

/** @param annotations keys that are kept beside those which every decision reads */
export function projectNode(node: Node, annotations: readonly string[] = []): NodeView {
  const { metadata, spec, status } = node;
  const held = parseHeld(metadata.annotations?.[heldAnnotation]);
  const readySince = parseTime(status?.conditions?.find((c) => c.type === "Ready" && c.status === "True")?.lastTransitionTime);
  const cordonedBy = spec?.unschedulable === true ? whoCordoned(metadata.managedFields) : undefined;
  const added = held === undefined || held === "unreadable" ? [] : held.added;
  const bootID = status?.nodeInfo?.bootID;
  return {
    uid: metadata.uid,
    name: metadata.name,
    resourceVersion: metadata.resourceVersion,
    labels: metadata.labels ?? noLabels,
    annotations: keptAnnotations(metadata.annotations, [...annotations, ...annotationsIn(added)]),
    addresses: status?.addresses?.map(({ address }) => address) ?? [],
    unschedulable: spec?.unschedulable ?? false,
    taints: spec?.taints ?? [],
    ready: isNodeReady(status),
    ...(readySince === undefined ? {} : { readySince }),
    ...(held === undefined ? {} : { held }),
    ...(cordonedBy === undefined ? {} : { cordonedBy }),
    ...(added.length === 0 ? {} : { writers: writersOf(metadata.managedFields, added) }),
    ...(bootID === undefined ? {} : { bootID }),
    ...(status?.allocatable === undefined ? {} : { allocatable: status.allocatable }),
  };
}

export function projectBudget(budget: Budget): BudgetView {
  const { metadata, spec, status } = budget;
  const { name, namespace = "", uid, resourceVersion, generation = 0 } = metadata;
  const kept = { name, namespace, uid, resourceVersion, generation };
  return {
    uid,
    namespace,
    name,
    resourceVersion,
    generation,
    object: { metadata: kept, spec, ...(status === undefined ? {} : { status }) },
    status: statusOf(budget),
    ownedByVmi: metadata.ownerReferences?.some((owner) => owner.kind === "VirtualMachineInstance") ?? false,
  };
}
