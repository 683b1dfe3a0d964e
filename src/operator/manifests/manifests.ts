import { access, userRoles } from "./access.ts";
import { definitions } from "./definitions.ts";
import { labelsOf, type Manifest } from "./manifest.ts";
import { leaseNamespace } from "./names.ts";
import type { ManifestOptions } from "./options.ts";
import { webhooks } from "./webhooks.ts";
import { workload } from "./workload.ts";

/**
 * What outlives the operator: the kinds, with every object of them, and the namespace that medik8s' operators share with us. Uninstalling
 * leaves them unless it is told otherwise.
 */
export function lasting(o: ManifestOptions): readonly Manifest[] {
  return [...definitions(o), { apiVersion: "v1", kind: "Namespace", metadata: { name: leaseNamespace } }];
}

/** The operator, in the order in which it is applied; the other way round it is taken away, webhooks first. */
export function operator(o: ManifestOptions): readonly Manifest[] {
  return [namespace(o), ...access(o), ...userRoles(o), ...workload(o), ...webhooks(o)];
}

/** Everything, in the order in which it is applied: nothing names what comes after it. */
export function manifests(o: ManifestOptions): readonly Manifest[] {
  return [...lasting(o), ...operator(o)];
}

function namespace(o: ManifestOptions): Manifest {
  const standard = "pod-security.kubernetes.io";
  const labels = { ...labelsOf(o.version), [`${standard}/enforce`]: "restricted", [`${standard}/warn`]: "restricted" };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name: o.namespace, labels } };
}
