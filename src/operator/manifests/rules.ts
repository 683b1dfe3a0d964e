import { type RoleRule, rulesOf } from "../../maintenance/role.ts";
import { names, predecessorLease } from "./names.ts";
import type { ManifestOptions } from "./options.ts";

/** One rule of RBAC, and what the operator does with it. */
export interface OperatorRule extends RoleRule {
  /** What is done with it, as one clause. */
  readonly purpose: string;
}

type Wishes = Pick<ManifestOptions, "withoutWebhooks" | "withoutMedik8s">;

const drydockGroup = "drydock.dev";
const medik8sGroup = "nodemaintenance.medik8s.io";

const comesBack = "knows which pods come back, and where";
const scales = "knows how many pods their owners want, where a budget's count is in doubt";

/** For the rules that a way out brings (`maintenance/role.ts`), by resource. */
const drainPurposes: Readonly<Record<string, string>> = {
  nodes: "cordons and taints nodes, keeps the record of it on them, and brings them back",
  pods: "sees what is on a node, and that it has gone",
  "pods/eviction": "evicts, by the API that respects budgets",
  "poddisruptionbudgets.policy": "foresees which budgets let a pod go, and waits for them",
  "daemonsets.apps": comesBack,
  "replicasets.apps": scales,
  "statefulsets.apps": scales,
  namespaces: "chooses pods by their namespace's labels",
  persistentvolumes: "foresees volumes that are bound to a node",
  "volumeattachments.storage.k8s.io": "waits until volumes are detached",
};

const keeps = "keeps each until what it changed is undone (finalizer)";

const medik8sRules: readonly OperatorRule[] = [
  {
    apiGroups: [medik8sGroup],
    resources: ["nodemaintenances"],
    verbs: ["list", "watch", "patch"],
    purpose: `follows the objects, and ${keeps}`,
  },
  statusRule(medik8sGroup, "nodemaintenances"),
  {
    apiGroups: ["coordination.k8s.io"],
    resources: ["leases"],
    // In whatever namespace it was installed.
    resourceNames: [predecessorLease],
    verbs: ["list", "watch"],
    purpose: "leaves NodeMaintenances alone as long as the Node Maintenance Operator leads",
  },
];

/** In the whole cluster: what every way out makes use of, and what the kinds ask for beside it. */
export function clusterRules(wishes: Wishes): readonly OperatorRule[] {
  return [
    ...rulesOf("operator").map((rule) => ({ ...rule, purpose: drainPurpose(rule) })),
    {
      apiGroups: [""],
      resources: ["pods"],
      verbs: ["delete"],
      purpose: "deletes past a budget where a Maintenance consents to it by name, and only there",
    },
    {
      apiGroups: ["apps"],
      resources: ["daemonsets"],
      verbs: ["watch"],
      purpose: "sees, before a node comes back, whether its DaemonSets are up on it",
    },
    {
      apiGroups: [drydockGroup],
      resources: ["maintenances"],
      verbs: ["list", "watch", "patch", "delete"],
      purpose: `follows the objects, ${keeps}, and deletes those whose time after the end is over`,
    },
    statusRule(drydockGroup, "maintenances"),
    ...(wishes.withoutMedik8s ? [] : medik8sRules),
    {
      apiGroups: ["apiextensions.k8s.io"],
      resources: ["customresourcedefinitions"],
      resourceNames: [`maintenances.${drydockGroup}`, ...(wishes.withoutMedik8s ? [] : [`nodemaintenances.${medik8sGroup}`])],
      verbs: ["get", "list", "watch", "create", "patch"],
      purpose: "applies the definitions of its kinds when it starts, so that they fit its version",
    },
    ...(wishes.withoutWebhooks
      ? []
      : [
          {
            apiGroups: ["admissionregistration.k8s.io"],
            resources: ["validatingwebhookconfigurations"],
            resourceNames: [names.maintenanceWebhook, ...(wishes.withoutMedik8s ? [] : [names.nodeMaintenanceWebhook])],
            verbs: ["list", "watch", "patch"],
            purpose: "tells the API server by which certificate it knows the webhook",
          } as const,
        ]),
  ];
}

/** In the operator's own namespace. */
export function ownRules(wishes: Wishes): readonly OperatorRule[] {
  return [
    // RBAC cannot name what does not exist yet: a create carries no name in its path.
    {
      apiGroups: ["coordination.k8s.io"],
      resources: ["leases"],
      verbs: ["create"],
      purpose: "makes the lease by which replicas choose a leader",
    },
    {
      apiGroups: ["coordination.k8s.io"],
      resources: ["leases"],
      resourceNames: [names.operator],
      verbs: ["get", "list", "watch", "patch"],
      purpose: "holds, renews and follows that lease",
    },
    ...(wishes.withoutWebhooks
      ? []
      : [
          {
            apiGroups: [""],
            resources: ["secrets"],
            resourceNames: [names.certificate],
            verbs: ["get", "list", "watch", "patch"],
            purpose: "keeps the webhook's certificate where all replicas find it",
          } as const,
        ]),
  ];
}

/** In the namespace of medik8s' leases. */
export const leaseRules: readonly OperatorRule[] = [
  {
    apiGroups: ["coordination.k8s.io"],
    resources: ["leases"],
    verbs: ["get", "list", "watch", "create", "patch", "delete"],
    purpose: "holds the lease of each node in maintenance, so that nobody remediates it meanwhile",
  },
];

/** In the namespace in which events about objects without a namespace stand. */
export const eventRules: readonly OperatorRule[] = [
  { apiGroups: [""], resources: ["events"], verbs: ["create"], purpose: "tells what happens to nodes and to its objects" },
];

function statusRule(group: string, plural: string): OperatorRule {
  return { apiGroups: [group], resources: [`${plural}/status`], verbs: ["patch"], purpose: "writes what happens into the object" };
}

function drainPurpose({ apiGroups: [group = ""], resources }: RoleRule): string {
  const said = resources.map((resource) => {
    const purpose = drainPurposes[group === "" ? resource : `${resource}.${group}`];
    if (purpose === undefined) throw new Error(`nothing says what the operator does with ${resource} of "${group}"`);
    return purpose;
  });
  return [...new Set(said)].join("; ");
}
