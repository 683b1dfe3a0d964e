import type { Verb } from "../kube/verb.ts";

/** What of the API is used, in the order in which roles and tables list it. Each has its words in `present/permission-words.ts`. */
export type PermissionName =
  | "get-nodes"
  | "patch-nodes"
  | "list-pods"
  | "evict-pods"
  | "list-nodes"
  | "watch-nodes"
  | "watch-pods"
  | "read-budgets"
  | "read-daemonsets";

/** "required": nothing begins without it. "recommended": it works without, more slowly or blindly. "optional": something is not checked. */
export type Need = "required" | "recommended" | "optional";

export interface Permission {
  readonly name: PermissionName;
  readonly group: string;
  /** With its subresource: "pods/eviction". */
  readonly resource: string;
  readonly verbs: readonly Verb[];
  readonly need: Need;
}

/** THE table of permissions: what roles are made of, what `check cluster` asks for, what the documentation lists. */
export const permissions: readonly Permission[] = [
  { name: "get-nodes", group: "", resource: "nodes", verbs: ["get"], need: "required" },
  { name: "list-nodes", group: "", resource: "nodes", verbs: ["list"], need: "recommended" },
  { name: "watch-nodes", group: "", resource: "nodes", verbs: ["watch"], need: "recommended" },
  { name: "patch-nodes", group: "", resource: "nodes", verbs: ["patch"], need: "required" },
  { name: "list-pods", group: "", resource: "pods", verbs: ["list"], need: "required" },
  { name: "watch-pods", group: "", resource: "pods", verbs: ["watch"], need: "recommended" },
  { name: "evict-pods", group: "", resource: "pods/eviction", verbs: ["create"], need: "required" },
  { name: "read-budgets", group: "policy", resource: "poddisruptionbudgets", verbs: ["list", "watch"], need: "recommended" },
  { name: "read-daemonsets", group: "apps", resource: "daemonsets", verbs: ["get", "list"], need: "optional" },
];

/** Which role: all that a drain makes use of, the least with which it works, or what `preview` reads. */
export type RoleName = "drain" | "least" | "preview";

export const roleNames: readonly RoleName[] = ["drain", "least", "preview"];

export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly Verb[];
}

/** One rule for each resource, in the order of the table. */
export function rulesOf(role: RoleName): readonly RoleRule[] {
  const rules = new Map<string, { readonly group: string; readonly resource: string; readonly verbs: Set<Verb> }>();
  for (const { group, resource, verbs, need } of permissions) {
    const wanted = verbs.filter((verb) => role === "drain" || (role === "least" ? need === "required" : isReading(verb)));
    if (wanted.length === 0) continue;
    const key = `${group}/${resource}`;
    const rule = rules.get(key) ?? { group, resource, verbs: new Set<Verb>() };
    for (const verb of wanted) rule.verbs.add(verb);
    rules.set(key, rule);
  }
  return [...rules.values()].map(({ group, resource, verbs }) => ({ apiGroups: [group], resources: [resource], verbs: [...verbs] }));
}

function isReading(verb: Verb): boolean {
  return verb === "get" || verb === "list" || verb === "watch";
}
