import { maintenances, type Maintenance } from "../../api/maintenance.ts";
import { nodeMaintenances, type NodeMaintenance } from "../../api/node-maintenance.ts";
import { isKubeError } from "../../client/errors.ts";
import type { KubeApi, Selection } from "../../client/kube-api.ts";
import { holdOf } from "../../cluster/view/node-hold.ts";
import { etcdRole } from "../../cluster/view/node-role.ts";
import { projectNode } from "../../cluster/view/project.ts";
import type { Budget } from "../../kube/budget.ts";
import { isNodeReady, type Node } from "../../kube/node.ts";
import type { KubeObject } from "../../kube/object.ts";
import { mirrorAnnotation, type Pod } from "../../kube/pod.ts";
import { budgets, nodes, pods, type Resource } from "../../kube/resource.ts";
import { matchesLabelSelector } from "../../kube/selector.ts";
import type { EtcdPod, HolderFact, NodeFact } from "./facts.ts";
import type { AdmissionReads } from "./gather.ts";

const openShiftGroup = "config.openshift.io";
const openShiftEtcd = "openshift-etcd";
const role = "node-role.kubernetes.io";

/** One of these is on every node that can count; a selector has no "or". */
const controlPlaneSelectors: readonly string[] = [`${role}/control-plane`, `${role}/master`, `${etcdRole}=true`];

/** What a node can be called (a DNS subdomain): anything else names none, and is not sent as part of a path. */
const nodeNames = /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/;

/**
 * Reads from the API server itself, not from a cache: a list without a resource version is as new as the last write that anybody was told
 * of, so that of two objects created one after the other the second always sees the first.
 */
export function apiReads(api: Pick<KubeApi, "get" | "list" | "groups">): AdmissionReads {
  const all = async <T extends KubeObject, P>(
    resource: Resource<T>,
    selection: Selection,
    project: (object: T) => P,
    signal: AbortSignal,
  ): Promise<readonly P[]> => {
    let found: P[] = [];
    for await (const page of api.list<T, P>(resource, { ...selection, project }, { signal })) {
      if (page.restarted === true) found = [];
      found.push(...page.items.map(({ value }) => value));
    }
    return found;
  };
  /** A kind that is not served has no objects. */
  const served = async <T>(read: Promise<readonly T[]>): Promise<readonly T[]> => {
    try {
      return await read;
    } catch (error) {
      if (isKubeError(error, "not-found")) return [];
      throw error;
    }
  };
  const node = async (name: string, signal: AbortSignal): Promise<NodeFact | undefined> => {
    if (!nodeNames.test(name)) return undefined;
    try {
      return nodeFact(await api.get<Node>(nodes, { name }, { signal }));
    } catch (error) {
      if (isKubeError(error, "not-found")) return undefined;
      throw error;
    }
  };
  return {
    node,
    maintenances: (signal) => served(all<Maintenance, HolderFact>(maintenances, {}, holderFact, signal)),
    nodeMaintenances: (signal) => served(all<NodeMaintenance, HolderFact>(nodeMaintenances, {}, holderFact, signal)),
    isOpenShift: async (signal) => (await api.groups({ signal })).some(({ name }) => name === openShiftGroup),
    etcdBudgets: async (nodeName, signal) => {
      const found = await all<Budget, Budget>(budgets, { namespace: openShiftEtcd }, (budget) => budget, signal);
      const onNode = { namespace: openShiftEtcd, fieldSelector: `spec.nodeName=${nodeName}` };
      const there = await all<Pod, Pod>(pods, onNode, (pod) => pod, signal);
      return found.map(({ metadata, spec, status }) => ({
        name: metadata.name,
        disruptionsAllowed: status?.disruptionsAllowed ?? 0,
        guards: { known: there.filter((pod) => matchesLabelSelector(spec.selector, pod.metadata.labels)).map(etcdPod) },
      }));
    },
    etcdPods: async (signal) => {
      const found = await all<Pod, Pod>(pods, { namespace: "kube-system", labelSelector: "component=etcd" }, (pod) => pod, signal);
      return found.filter(({ metadata }) => metadata.annotations?.[mirrorAnnotation] !== undefined).map(etcdPod);
    },
    controlPlane: async (names, signal) => {
      const lists = controlPlaneSelectors.map((labelSelector) => all<Node, NodeFact>(nodes, { labelSelector }, nodeFact, signal));
      const found = new Map((await Promise.all(lists)).flat().map((fact) => [fact.name, fact]));
      const others = await Promise.all(names.filter((name) => !found.has(name)).map((name) => node(name, signal)));
      return [...found.values(), ...others.filter((each) => each !== undefined)];
    },
  };
}

export function nodeFact(node: Node): NodeFact {
  const hold = holdOf(projectNode(node));
  return {
    name: node.metadata.name,
    labels: node.metadata.labels ?? {},
    ready: isNodeReady(node.status),
    heldOut: hold !== undefined && (hold.record !== undefined || hold.taints.length > 0),
  };
}

export function holderFact({ metadata, spec, status }: Maintenance | NodeMaintenance): HolderFact {
  return {
    name: metadata.name,
    nodeName: spec?.nodeName ?? "",
    ...(status?.phase === undefined ? {} : { phase: status.phase }),
    deleting: metadata.deletionTimestamp !== undefined,
    uid: metadata.uid,
    ...(metadata.creationTimestamp === undefined ? {} : { createdAt: metadata.creationTimestamp }),
  };
}

function etcdPod({ metadata, spec, status }: Pod): EtcdPod {
  const ready = status?.conditions?.find(({ type }) => type === "Ready")?.status;
  return {
    name: metadata.name,
    nodeName: spec.nodeName ?? "",
    ready: ready === "True" || ready === "False" || ready === "Unknown" ? ready : undefined,
  };
}
