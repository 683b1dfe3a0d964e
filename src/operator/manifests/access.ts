import { type RoleRule, rulesOf } from "../../maintenance/role.ts";
import { labelsOf, type Manifest } from "./manifest.ts";
import { clusterEventNamespace, leaseNamespace, names } from "./names.ts";
import type { ManifestOptions } from "./options.ts";
import { clusterRules, eventRules, leaseRules, type OperatorRule, ownRules } from "./rules.ts";

const rbac = "rbac.authorization.k8s.io";

/** Who the operator is, and what it may do: no rule has a wildcard. */
export function access(o: ManifestOptions): readonly Manifest[] {
  const roles: readonly (readonly [namespace: string, rules: readonly OperatorRule[]])[] = [
    [o.namespace, ownRules(o)],
    [leaseNamespace, leaseRules],
    [clusterEventNamespace, eventRules],
  ];
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: names.operator, namespace: o.namespace, labels: labelsOf(o.version) } },
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRole",
      metadata: { name: names.operator, labels: labelsOf(o.version) },
      rules: clusterRules(o).map(written),
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: names.operator, labels: labelsOf(o.version) },
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name: names.operator },
      subjects: [subjectOf(o)],
    },
    ...roles.flatMap(([namespace, rules]): Manifest[] => [
      {
        apiVersion: `${rbac}/v1`,
        kind: "Role",
        metadata: { name: names.operator, namespace, labels: labelsOf(o.version) },
        rules: rules.map(written),
      },
      {
        apiVersion: `${rbac}/v1`,
        kind: "RoleBinding",
        metadata: { name: names.operator, namespace, labels: labelsOf(o.version) },
        roleRef: { apiGroup: rbac, kind: "Role", name: names.operator },
        subjects: [subjectOf(o)],
      },
    ]),
  ];
}

/**
 * What people may be given: bound to nobody. The kinds are cluster-scoped, so a ClusterRoleBinding is what gives them. Either has what the
 * commands that speak to the operator read beside the objects.
 */
export function userRoles(o: ManifestOptions): readonly Manifest[] {
  const kinds = [
    { group: "drydock.dev", plural: "maintenances" },
    ...(o.withoutMedik8s ? [] : [{ group: "nodemaintenance.medik8s.io", plural: "nodemaintenances" }]),
  ];
  const besideObjects = rulesOf("maintain").filter(({ apiGroups }) => !kinds.some(({ group }) => apiGroups.includes(group)));
  const role = (name: string, verbs: readonly string[]): Manifest => ({
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRole",
    metadata: { name, labels: labelsOf(o.version) },
    rules: [...kinds.map(({ group, plural }) => ({ apiGroups: [group], resources: [plural], verbs })), ...besideObjects.map(written)],
  });
  return [
    role(names.viewer, ["get", "list", "watch"]),
    role(names.editor, ["get", "list", "watch", "create", "update", "patch", "delete"]),
  ];
}

function subjectOf({ namespace }: ManifestOptions): { readonly kind: string; readonly name: string; readonly namespace: string } {
  return { kind: "ServiceAccount", name: names.operator, namespace };
}

/** The rule as RBAC has it: what it is for is ours. */
export function written({ apiGroups, resources, resourceNames, verbs }: RoleRule): { readonly [field: string]: readonly string[] } {
  return { apiGroups, resources, ...(resourceNames === undefined ? {} : { resourceNames }), verbs };
}
