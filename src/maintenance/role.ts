import type { Verb } from "../kube/verb.ts";

/** "required": nothing begins without it. "recommended": it works without, more slowly or blindly. "optional": something is not checked. */
export type Need = "required" | "recommended" | "optional";

interface Entry {
  readonly group: string;
  /** With its subresource: "pods/eviction". */
  readonly resource: string;
  readonly verbs: readonly Verb[];
  readonly need: Need;
  /** Of a group that only some clusters serve. */
  readonly foreign?: true;
}

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
  "read-jobs": { group: "batch", resource: "jobs", verbs: ["get"], need: "optional" },
  "read-namespaces": { group: "", resource: "namespaces", verbs: ["list", "watch"], need: "optional" },
  "read-volumes": { group: "", resource: "persistentvolumes", verbs: ["list"], need: "optional" },
  "read-attachments": { group: "storage.k8s.io", resource: "volumeattachments", verbs: ["list", "watch"], need: "optional" },
  "read-csinodes": { group: "storage.k8s.io", resource: "csinodes", verbs: ["list"], need: "optional" },
  "read-services": { group: "", resource: "services", verbs: ["list"], need: "optional" },
  "read-leases": { group: "coordination.k8s.io", resource: "leases", verbs: ["get"], need: "optional" },
  "read-machines": { group: "cluster.x-k8s.io", resource: "machines", verbs: ["get"], need: "optional", foreign: true },
  "read-openshift-machines": { group: "machine.openshift.io", resource: "machines", verbs: ["get"], need: "optional", foreign: true },
  "read-machine-checks": { group: "cluster.x-k8s.io", resource: "machinehealthchecks", verbs: ["list"], need: "optional", foreign: true },
  "read-openshift-machine-checks": {
    group: "machine.openshift.io",
    resource: "machinehealthchecks",
    verbs: ["list"],
    need: "optional",
    foreign: true,
  },
  "read-node-checks": { group: "remediation.medik8s.io", resource: "nodehealthchecks", verbs: ["list"], need: "optional", foreign: true },
  "read-virtual-machines": { group: "kubevirt.io", resource: "virtualmachineinstances", verbs: ["list"], need: "optional", foreign: true },
} as const satisfies Readonly<Record<string, Entry>>;

export type PermissionName = keyof typeof table;

export interface Permission extends Entry {
  readonly name: PermissionName;
}

export const permissions: readonly Permission[] = Object.entries<Entry>(table).map(([name, entry]) => ({
  name: name as PermissionName,
  ...entry,
}));

/** Which role: all that a drain makes use of, the least with which it works, or what `preview` reads. */
export type RoleName = "drain" | "least" | "preview";

export const roleNames: readonly RoleName[] = ["drain", "least", "preview"];

export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly Verb[];
}

/** One rule for each set of verbs on resources of one group, in the order of the table. */
export function rulesOf(role: RoleName): readonly RoleRule[] {
  const byResource = Map.groupBy(permissions, ({ group, resource }) => `${group}/${resource}`);
  const wanted = [...byResource.values()].flatMap((entries) => {
    const verbs = entries.flatMap((entry) => entry.verbs.filter((verb) => isIn(role, entry, verb)));
    const [first] = entries;
    return first === undefined || verbs.length === 0 ? [] : [{ group: first.group, resource: first.resource, verbs: [...new Set(verbs)] }];
  });
  return [...Map.groupBy(wanted, ({ group, verbs }) => `${group} ${verbs.join()}`).values()].flatMap((alike) => {
    const [first] = alike;
    return first === undefined ? [] : [{ apiGroups: [first.group], resources: alike.map(({ resource }) => resource), verbs: first.verbs }];
  });
}

function isIn(role: RoleName, { need }: Entry, verb: Verb): boolean {
  switch (role) {
    case "drain":
      return true;
    case "least":
      return need === "required";
    case "preview":
      return verb === "get" || verb === "list" || verb === "watch";
  }
}
