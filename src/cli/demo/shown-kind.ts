import { maintenances } from "../../api/maintenance.ts";
import { nodeMaintenances } from "../../api/node-maintenance.ts";
import { customResourceDefinitions } from "../../kube/custom-resource-definition.ts";
import type { KubeEvent } from "../../kube/event.ts";
import { isNodeReady, type Node } from "../../kube/node.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Pod } from "../../kube/pod.ts";
import { deployments, events, nodes, pods, qualifiedName, type Resource } from "../../kube/resource.ts";
import { parseTime } from "../../kube/time.ts";
import { durationText } from "../../present/duration-text.ts";
import type { Instant } from "../../runtime/clock.ts";
import type { EmbeddedCluster } from "../../simulator/embedded-cluster.ts";

/** A column of `kubectl get`. */
export interface Column {
  readonly head: string;
  text(object: KubeObject, now: Instant): string;
}

/** A kind as the demo's kubectl knows it. */
export interface ShownKind {
  readonly resource: Resource;
  readonly names: readonly string[];
  /** Absent: those that its definition in the cluster names. */
  readonly columns?: readonly Column[];
}

const name: Column = { head: "NAME", text: ({ metadata }) => metadata.name };
const namespace: Column = { head: "NAMESPACE", text: ({ metadata }) => metadata.namespace ?? "" };
const age: Column = { head: "AGE", text: ({ metadata }, now) => ageText(metadata.creationTimestamp, now) };

export const shownKinds: readonly ShownKind[] = [
  { resource: maintenances, names: ["maintenances", "maintenance", "mt"] },
  { resource: nodeMaintenances, names: ["nodemaintenances", "nodemaintenance", "nm"] },
  { resource: nodes, names: ["nodes", "node", "no"], columns: [name, { head: "STATUS", text: (node) => nodeStatus(node) }, age] },
  {
    resource: pods,
    names: ["pods", "pod", "po"],
    columns: [
      namespace,
      name,
      { head: "STATUS", text: (pod) => podStatus(pod as Pod) },
      age,
      { head: "NODE", text: (pod) => textAt(pod, ".spec.nodeName") || "<none>" },
    ],
  },
  {
    resource: deployments,
    names: ["deployments", "deployment", "deploy"],
    columns: [namespace, name, { head: "REPLICAS", text: (object) => textAt(object, ".spec.replicas") }, age],
  },
  {
    resource: events,
    names: ["events", "event", "ev"],
    columns: [
      { head: "LAST SEEN", text: (event: KubeEvent, now) => ageText(event.lastTimestamp ?? undefined, now) },
      { head: "TYPE", text: (event: KubeEvent) => event.type ?? "" },
      { head: "REASON", text: (event: KubeEvent) => event.reason ?? "" },
      { head: "OBJECT", text: ({ involvedObject: { kind = "", name = "" } }: KubeEvent) => `${kind}/${name}` },
      { head: "MESSAGE", text: (event: KubeEvent) => event.message ?? "" },
    ],
  },
];

/** As the API server makes the table of a custom kind: the columns of its definition, of which some are for `-o wide` only. */
export function columnsOf({ resource, columns }: ShownKind, cluster: EmbeddedCluster, wide = false): readonly Column[] {
  if (columns !== undefined) return columns;
  const definition = cluster.control.find(customResourceDefinitions, { name: qualifiedName(resource) });
  const version = definition?.spec.versions.find((each) => each.name === resource.version);
  const own = (version?.additionalPrinterColumns ?? []).filter(({ priority = 0 }) => wide || priority === 0);
  return [
    name,
    ...own.map(({ name: head, type, jsonPath }): Column => {
      const text = (object: KubeObject): string => textAt(object, jsonPath);
      return { head: head.toUpperCase(), text: type === "date" ? (object, now) => ageText(text(object), now) : text };
    }),
  ];
}

/** What stands at a path of names: `.status.progress.left`. "" where nothing does. */
function textAt(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const key of path.split(".").filter((part) => part !== "")) {
    if (typeof value !== "object" || value === null) return "";
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function ageText(stamp: string | undefined, now: Instant): string {
  const since = parseTime(stamp);
  return since === undefined ? "<unknown>" : durationText(now - since);
}

function nodeStatus({ spec, status }: Node): string {
  return [isNodeReady(status) ? "Ready" : "NotReady", ...(spec?.unschedulable === true ? ["SchedulingDisabled"] : [])].join(",");
}

function podStatus({ metadata, status }: Pod): string {
  return metadata.deletionTimestamp === undefined ? (status?.phase ?? "Unknown") : "Terminating";
}
