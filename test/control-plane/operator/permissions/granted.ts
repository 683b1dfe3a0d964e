import type { Manifest } from "../../../../src/operator/manifests/manifest.ts";
import type { AuditEvent } from "../../fixture/audit.ts";

/** A ServiceAccount. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** The least that a rule allows: one verb on one resource, or on one path. A rule of RBAC names many at once. */
export interface Grant {
  readonly verb: string;
  /** Of a Role: in this namespace only. */
  readonly namespace?: string;
  readonly on:
    | { readonly group: string /** "pods", "pods/eviction" */; readonly resource: string /** Only of this name. */; readonly name?: string }
    | { readonly path: string };
}

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

interface Binding {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

export function userOf({ namespace, name }: Account): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** All that the Roles and ClusterRoles among these objects allow to an account, by the bindings among them; each once. */
export function grantsTo(account: Account, objects: readonly Manifest[]): readonly Grant[] {
  const grants = objects.flatMap((binding) => {
    if (binding.kind !== "RoleBinding" && binding.kind !== "ClusterRoleBinding") return [];
    const { roleRef, subjects = [] } = binding as unknown as Binding;
    const isOurs = subjects.some(
      ({ kind, name, namespace }) => kind === "ServiceAccount" && name === account.name && namespace === account.namespace,
    );
    if (!isOurs) return [];
    const { namespace } = binding.metadata;
    const role = objects.find(
      ({ kind, metadata }) =>
        kind === roleRef.kind && metadata.name === roleRef.name && (kind === "ClusterRole" || metadata.namespace === namespace),
    );
    if (role === undefined) throw new Error(`${binding.kind} ${binding.metadata.name} gives a role that is not there: ${roleRef.name}`);
    const rules = (role["rules"] ?? []) as unknown as readonly Rule[];
    return rules.flatMap(grantsOf).map((grant): Grant => (namespace === undefined ? grant : { ...grant, namespace }));
  });
  return [...new Map(grants.map((grant) => [wordsFor(grant), grant])).values()];
}

function grantsOf({ apiGroups = [], resources = [], resourceNames, nonResourceURLs = [], verbs }: Rule): readonly Grant[] {
  const names: readonly { readonly name?: string }[] = resourceNames === undefined ? [{}] : resourceNames.map((name) => ({ name }));
  return verbs.flatMap((verb) => [
    ...apiGroups.flatMap((group) => resources.flatMap((resource) => names.map((name) => ({ verb, on: { group, resource, ...name } })))),
    ...nonResourceURLs.map((path) => ({ verb, on: { path } })),
  ]);
}

/** "patch leases.coordination.k8s.io named drydock-operator in drydock-system" */
export function wordsFor({ verb, namespace, on }: Grant): string {
  if ("path" in on) return `${verb} ${on.path}`;
  const { group, resource, name } = on;
  const what = group === "" ? resource : `${resource}.${group}`;
  return `${verb} ${what}${name === undefined ? "" : ` named ${name}`}${namespace === undefined ? "" : ` in ${namespace}`}`;
}

/** Those of the grants that allow something which this user did. */
export function usedBy(user: string, events: readonly AuditEvent[], grants: readonly Grant[]): readonly Grant[] {
  const allowed = events.filter((event) => event.user.username === user && event.responseStatus?.code !== forbidden);
  return grants.filter((grant) => allowed.some((event) => isUse(grant, event)));
}

const forbidden = 403;
const created = 201;

function isUse({ verb, namespace, on }: Grant, { verb: asked, requestURI, objectRef = {}, responseStatus }: AuditEvent): boolean {
  // What is applied and not there yet needs the right to create as well, by name (apiserver, endpoints/handlers/patch.go); it is one request.
  const verbs = asked === "patch" && responseStatus?.code === created ? ["patch", "create"] : [asked];
  if (!verbs.includes(verb)) return false;
  if ("path" in on) return objectRef.resource === undefined && isUnder(requestURI.split("?", 1)[0] ?? "", on.path);
  const { resource = "", subresource, apiGroup = "" } = objectRef;
  return (
    on.group === apiGroup &&
    on.resource === (subresource === undefined ? resource : `${resource}/${subresource}`) &&
    (on.name === undefined || on.name === objectRef.name) &&
    (namespace === undefined || namespace === objectRef.namespace)
  );
}

/** As RBAC reads it: a star stands at the end, for whatever follows. */
function isUnder(path: string, allowed: string): boolean {
  return allowed.endsWith("*") ? path.startsWith(allowed.slice(0, -1)) : path === allowed;
}

/** What was refused to this user, in words, each once. */
export function refusedTo(user: string, events: readonly AuditEvent[]): readonly string[] {
  const refused = events.filter((event) => event.user.username === user && event.responseStatus?.code === forbidden);
  return [...new Set(refused.map(({ verb, requestURI }) => `${verb} ${requestURI}`))];
}
