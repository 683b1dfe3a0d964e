import { drydockGroup } from "../api/maintenance.ts";
import type { Verb } from "../kube/verb.ts";
import { operatorLease } from "./operator-lease.ts";

/** "required": nothing begins without it. "recommended": it works without, more slowly or blindly. "optional": something is not checked. */
export type Need = "required" | "recommended" | "optional";

interface Entry {
  readonly group: string;
  /** With its subresource: "pods/eviction". */
  readonly resource: string;
  readonly verbs: readonly Verb[];
  readonly need: Need;
  /** Only the object of this name; lists too, where they select it. */
  readonly object?: string;
  /** Asked for only where the server serves this group. */
  readonly where?: string;
  /**
   * Who makes use of it. Absent: every way out of a node. "commands": what is read beside a drain for whoever looks on; the operator does
   * without. "objects": the commands that speak to the operator.
   */
  readonly by?: "commands" | "objects";
}

const commands = { by: "commands" } as const;
/** For those of its group alone, which only some clusters serve. */
const foreign = (group: string) => ({ group, where: group, need: "optional", ...commands }) as const;
const objects = { where: drydockGroup, need: "optional", by: "objects" } as const;

/**
 * THE table of permissions, in the order in which roles and tables list them: what roles are made of, what `check cluster` asks for, what the
 * documentation says. Each has its words in `present/permission-words.ts`.
 */
const table = {
  "get-nodes": { group: "", resource: "nodes", verbs: ["get"], need: "required" },
  "list-nodes": { group: "", resource: "nodes", verbs: ["list"], need: "recommended" },
  "watch-nodes": { group: "", resource: "nodes", verbs: ["watch"], need: "recommended" },
  "patch-nodes": { group: "", resource: "nodes", verbs: ["patch"], need: "required" },
  "get-pods": { group: "", resource: "pods", verbs: ["get"], need: "optional" },
  "list-pods": { group: "", resource: "pods", verbs: ["list"], need: "required" },
  "watch-pods": { group: "", resource: "pods", verbs: ["watch"], need: "recommended" },
  "evict-pods": { group: "", resource: "pods/eviction", verbs: ["create"], need: "required" },
  "read-budgets": { group: "policy", resource: "poddisruptionbudgets", verbs: ["list", "watch"], need: "recommended" },
  "read-daemonsets": { group: "apps", resource: "daemonsets", verbs: ["get", "list"], need: "optional" },
  "read-replicasets": { group: "apps", resource: "replicasets", verbs: ["get"], need: "optional" },
  "read-statefulsets": { group: "apps", resource: "statefulsets", verbs: ["get"], need: "optional" },
  "read-jobs": { group: "batch", resource: "jobs", verbs: ["get"], need: "optional", ...commands },
  "read-namespaces": { group: "", resource: "namespaces", verbs: ["list", "watch"], need: "optional" },
  "read-volumes": { group: "", resource: "persistentvolumes", verbs: ["list"], need: "optional" },
  "read-attachments": { group: "storage.k8s.io", resource: "volumeattachments", verbs: ["list", "watch"], need: "optional" },
  "read-csinodes": { group: "storage.k8s.io", resource: "csinodes", verbs: ["list"], need: "optional", ...commands },
  "read-services": { group: "", resource: "services", verbs: ["list"], need: "optional", ...commands },
  "read-leases": { group: "coordination.k8s.io", resource: "leases", verbs: ["get"], need: "optional", ...commands },
  "read-machines": { ...foreign("cluster.x-k8s.io"), resource: "machines", verbs: ["get"] },
  "read-openshift-machines": { ...foreign("machine.openshift.io"), resource: "machines", verbs: ["get"] },
  "read-machine-checks": { ...foreign("cluster.x-k8s.io"), resource: "machinehealthchecks", verbs: ["list"] },
  "read-openshift-machine-checks": { ...foreign("machine.openshift.io"), resource: "machinehealthchecks", verbs: ["list"] },
  "read-node-checks": { ...foreign("remediation.medik8s.io"), resource: "nodehealthchecks", verbs: ["list"] },
  "read-virtual-machines": { ...foreign("kubevirt.io"), resource: "virtualmachineinstances", verbs: ["list", "watch"] },
  "follow-maintenances": { group: drydockGroup, resource: "maintenances", verbs: ["list", "watch"], ...objects },
  "order-maintenances": { group: drydockGroup, resource: "maintenances", verbs: ["create", "patch"], ...objects },
  "find-operator": { group: "coordination.k8s.io", resource: "leases", object: operatorLease, verbs: ["list"], ...objects },
} as const satisfies Readonly<Record<string, Entry>>;

export type PermissionName = keyof typeof table;

export interface Permission extends Entry {
  readonly name: PermissionName;
}

export const permissions: readonly Permission[] = Object.entries<Entry>(table).map(([name, entry]) => ({
  name: name as PermissionName,
  ...entry,
}));

/**
 * Which role: all that a drain makes use of, the least with which it works, what `preview` reads, or what the commands that speak to the
 * operator need where there is one.
 */
export type RoleName = "drain" | "least" | "preview" | "maintain";

export const roleNames: readonly RoleName[] = ["drain", "least", "preview", "maintain"];

export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  /** Only these objects. For list and watch that holds where the request selects `metadata.name`, as ours do. */
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly Verb[];
}

/**
 * One rule for each set of verbs on resources of one group, in the order of the table.
 *
 * @param role "operator": what each of its ways out makes use of; it is part of a larger role
 */
export function rulesOf(role: RoleName | "operator"): readonly RoleRule[] {
  const byResource = Map.groupBy(permissions, ({ group, resource, object = "" }) => `${group}/${resource}/${object}`);
  const wanted = [...byResource.values()].flatMap((entries) => {
    const verbs = entries.flatMap((entry) => entry.verbs.filter((verb) => isIn(role, entry, verb)));
    const [first] = entries;
    return first === undefined || verbs.length === 0 ? [] : [{ ...first, verbs: [...new Set(verbs)] }];
  });
  return [...Map.groupBy(wanted, ({ group, verbs, object = "" }) => `${group} ${verbs.join()} ${object}`).values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined) return [];
    const { group, object, verbs } = first;
    const resourceNames = object === undefined ? {} : { resourceNames: [object] };
    return [{ apiGroups: [group], resources: alike.map(({ resource }) => resource), ...resourceNames, verbs }];
  });
}

/** Nodes are chosen, read before anything is asked for, and waited for. */
const ofNodes: readonly PermissionName[] = ["get-nodes", "list-nodes", "watch-nodes"];

function isIn(role: RoleName | "operator", { name, need, by }: Permission, verb: Verb): boolean {
  switch (role) {
    case "drain":
      return by !== "objects";
    case "least":
      return need === "required";
    case "preview":
      return by !== "objects" && (verb === "get" || verb === "list" || verb === "watch");
    case "maintain":
      return by === "objects" || ofNodes.includes(name);
    case "operator":
      return by === undefined;
  }
}
