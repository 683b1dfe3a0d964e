import { customResourceDefinitions } from "../../kube/custom-resource-definition.ts";
import { budgets, deployments, namespaces, qualifiedName, type Resource, services } from "../../kube/resource.ts";
import type { Manifest } from "../manifests/manifest.ts";

function resource(group: string, plural: string, kind: string, namespaced: boolean): Resource {
  return { group, version: "v1", plural, kind, namespaced };
}

const rbac = "rbac.authorization.k8s.io";

/** Where each kind of which an installation is made is served. */
const byKind: Readonly<Record<string, Resource>> = Object.fromEntries(
  [
    customResourceDefinitions,
    namespaces,
    resource("", "serviceaccounts", "ServiceAccount", true),
    resource("", "secrets", "Secret", true),
    resource(rbac, "clusterroles", "ClusterRole", false),
    resource(rbac, "clusterrolebindings", "ClusterRoleBinding", false),
    resource(rbac, "roles", "Role", true),
    resource(rbac, "rolebindings", "RoleBinding", true),
    services,
    deployments,
    budgets,
    resource("admissionregistration.k8s.io", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", false),
  ].map((each) => [each.kind, each]),
);

export function resourceFor({ kind }: Pick<Manifest, "kind">): Resource {
  const found = byKind[kind];
  if (found === undefined) throw new Error(`nothing says where objects of the kind ${kind} are served`);
  return found;
}

/** The object as kubectl prints it: `deployment.apps/drydock-operator`. */
export function printedName({ kind, metadata }: Pick<Manifest, "kind" | "metadata">): string {
  const r = resourceFor({ kind });
  return `${qualifiedName({ ...r, plural: r.kind.toLowerCase() })}/${metadata.name}`;
}

/** Where it stands, for calls of `KubeApi`. */
export function placeOf({ metadata: { name, namespace } }: Pick<Manifest, "metadata">): {
  readonly namespace?: string;
  readonly name: string;
} {
  return namespace === undefined ? { name } : { namespace, name };
}
