import type { Maintenance } from "../../api/maintenance.ts";
import type { NodeMaintenance } from "../../api/node-maintenance.ts";
import { heldAnnotation } from "../../cluster/view/held-record.ts";
import type { CustomResourceDefinition } from "../../kube/custom-resource-definition.ts";
import type { KubeEvent } from "../../kube/event.ts";
import type { Lease } from "../../kube/lease.ts";
import type { Node } from "../../kube/node.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { ContainerStatus, Pod } from "../../kube/pod.ts";

// What goes into a bundle is named here field by field: what nobody has named cannot carry a secret out of the cluster.

/** Annotations and labels of Drydock and of medik8s; anything may stand in those of others, whole manifests with passwords in them too. */
const ownKey = /^([a-z0-9-]+\.)*(drydock\.dev|medik8s\.io)\//;

function ownEntries(entries: Readonly<Record<string, string>> = {}): object {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => ownKey.test(key)));
}

function head({ metadata }: KubeObject): object {
  const { name, namespace, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, finalizers } = metadata;
  const own = { labels: ownEntries(metadata.labels), annotations: ownEntries(metadata.annotations) };
  return { name, namespace, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, finalizers, ...own };
}

export function ownObject(object: Maintenance | NodeMaintenance): object {
  return { metadata: head(object), spec: object.spec, status: object.status };
}

/** Nodes that nobody of us has touched are left out. */
export function heldNode(node: Node): object | undefined {
  const { metadata, spec, status } = node;
  const keys = [...Object.keys(metadata.annotations ?? {}), ...Object.keys(metadata.labels ?? {})];
  const isOurs = keys.some((key) => ownKey.test(key)) || spec?.taints?.some(({ key }) => ownKey.test(key)) === true;
  if (!isOurs) return undefined;
  const conditions = status?.conditions?.map(({ type, status: is, lastTransitionTime }) => ({ type, status: is, lastTransitionTime }));
  return {
    metadata: head(node),
    held: metadata.annotations?.[heldAnnotation],
    unschedulable: spec?.unschedulable ?? false,
    taints: spec?.taints ?? [],
    conditions,
  };
}

/** Of the operator. Of its environment only the names: the values are nobody's business. */
export function operatorPod(pod: Pod): object {
  const { spec, status } = pod;
  const containers = (spec.containers ?? []).map(({ name, image, resources }) => ({ name, image, resources, env: envNames(pod, name) }));
  return {
    metadata: head(pod),
    node: spec.nodeName,
    phase: status?.phase,
    reason: status?.reason,
    conditions: status?.conditions,
    containers,
    states: status?.containerStatuses?.map(containerState),
  };
}

interface WithEnvironment {
  readonly name: string;
  readonly env?: readonly { readonly name: string }[];
}

function envNames({ spec }: Pod, container: string): readonly string[] {
  const found = (spec.containers as readonly WithEnvironment[] | undefined)?.find(({ name }) => name === container);
  return (found?.env ?? []).map(({ name }) => name);
}

interface State {
  readonly waiting?: { readonly reason?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: { readonly reason?: string; readonly exitCode?: number; readonly finishedAt?: string };
}

/** Without the message of an end: it may be the last lines of a log. */
function containerState(status: ContainerStatus): object {
  const { name, ready, restartCount, imageID, state, lastState } = status as ContainerStatus & {
    readonly ready?: boolean;
    readonly restartCount?: number;
    readonly imageID?: string;
    readonly state?: State;
    readonly lastState?: State;
  };
  return { name, ready, restartCount, imageID, state: stateOf(state), lastState: stateOf(lastState) };
}

function stateOf({ waiting, running, terminated }: State = {}): object {
  return {
    ...(waiting === undefined ? {} : { waiting: waiting.reason ?? "" }),
    ...(running === undefined ? {} : { runningSince: running.startedAt ?? "" }),
    ...(terminated === undefined ? {} : { ended: { reason: terminated.reason, exitCode: terminated.exitCode, at: terminated.finishedAt } }),
  };
}

export function deployment(object: KubeObject): object {
  const { spec, status } = object as KubeObject & { readonly spec?: { readonly replicas?: number }; readonly status?: object };
  return { metadata: head(object), replicas: spec?.replicas, status };
}

export function lease(object: Lease): object {
  return { metadata: head(object), spec: object.spec };
}

export function event(object: KubeEvent): object {
  const { metadata, involvedObject, reason, message, type, count, firstTimestamp, lastTimestamp, source, reportingComponent } = object;
  return {
    name: metadata.name,
    namespace: metadata.namespace,
    involvedObject,
    type,
    reason,
    message,
    count,
    firstTimestamp,
    lastTimestamp,
    from: reportingComponent ?? source?.component,
  };
}

export function definition(object: CustomResourceDefinition): object {
  const { spec, status } = object;
  const versions = spec.versions.map(({ name, served, storage }) => ({ name, served, storage }));
  return { metadata: head(object), group: spec.group, names: spec.names, versions, status };
}

interface WebhookConfiguration extends KubeObject {
  readonly webhooks?: readonly {
    readonly name?: string;
    readonly failurePolicy?: string;
    readonly timeoutSeconds?: number;
    readonly rules?: object;
    readonly clientConfig?: { readonly caBundle?: string; readonly service?: object };
  }[];
}

export function webhook(object: WebhookConfiguration): object {
  const webhooks = object.webhooks?.map(({ name, failurePolicy, timeoutSeconds, rules, clientConfig }) => ({
    name,
    failurePolicy,
    timeoutSeconds,
    rules,
    service: clientConfig?.service,
    hasCertificate: (clientConfig?.caBundle ?? "") !== "",
  }));
  return { metadata: head(object), webhooks };
}

/** What the operator may do, as it stands. */
export function role(object: KubeObject): object {
  const { rules } = object as KubeObject & { readonly rules?: object };
  return { metadata: head(object), rules };
}
