import { isKubeError } from "../client/errors.ts";
import type { KubeObject } from "../kube/object.ts";
import { selfSubjectAccessReviews } from "../kube/resource.ts";
import type { MissingPermission } from "./outcome.ts";
import type { Surroundings } from "./work.ts";

/** One thing that the work will write. */
export interface Need {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  /** Only the object of this name. */
  readonly name?: string;
}

export const patchNodes: Need = { verb: "patch", group: "", resource: "nodes" };
export const evictPods: Need = { verb: "create", group: "", resource: "pods", subresource: "eviction" };
export const deletePods: Need = { verb: "delete", group: "", resource: "pods" };

interface AccessReview extends KubeObject {
  readonly status?: { readonly allowed?: boolean; readonly reason?: string };
}

/**
 * Asks the server beforehand which of these it would refuse, so that nothing is begun that cannot be ended. A server that does not answer
 * the question (old, or the question itself is denied) is believed to allow: the writes will tell.
 */
export async function missingPermissions(needs: readonly Need[], s: Surroundings): Promise<readonly MissingPermission[]> {
  const answers = await Promise.all(needs.map((need) => ask(need, s)));
  return answers.filter((answer) => answer !== undefined);
}

/** Allowed everywhere, or at least in each of these namespaces? */
export async function missingPerNamespace(
  need: Need,
  namespaces: readonly string[],
  s: Surroundings,
): Promise<readonly MissingPermission[]> {
  return await missingPermissions(
    namespaces.map((namespace) => ({ ...need, namespace })),
    s,
  );
}

async function ask(need: Need, s: Surroundings): Promise<MissingPermission | undefined> {
  const answer = await askPermission(need, s);
  if (answer.verdict !== "no") return undefined;
  const { verb, resource, subresource, namespace } = need;
  return {
    verb,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    ...(namespace === undefined ? {} : { namespace }),
    ...(answer.reason === undefined ? {} : { reason: answer.reason }),
  };
}

/** "unknown": the server does not answer the question. `reason`: its own words for a no. */
export interface PermissionAnswer {
  readonly verdict: "yes" | "no" | "unknown";
  readonly reason?: string;
}

export async function askPermission(need: Need, { api, stop }: Surroundings): Promise<PermissionAnswer> {
  const body = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: { resourceAttributes: need } };
  try {
    const { object } = await api.create<AccessReview>(selfSubjectAccessReviews, body, {}, { signal: stop, lane: "control", retry: "safe" });
    if (object.status?.allowed === undefined) return { verdict: "unknown" };
    if (object.status.allowed) return { verdict: "yes" };
    const { reason } = object.status;
    return { verdict: "no", ...(reason === undefined || reason === "" ? {} : { reason }) };
  } catch (error) {
    if (isKubeError(error, "forbidden", "not-found", "unsupported", "bad-request")) return { verdict: "unknown" };
    throw error;
  }
}
