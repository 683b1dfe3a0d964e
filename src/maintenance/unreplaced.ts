import { isKubeError } from "../client/errors.ts";
import type { KubeApi } from "../client/kube-api.ts";
import type { ClusterView, PodView } from "../cluster/view/cluster-view.ts";
import type { KubeObject, OwnerReference } from "../kube/object.ts";
import { jobs, replicaSets, type Resource, statefulSets } from "../kube/resource.ts";
import type { Destination, Replacement, Whereabouts } from "./destination.ts";

/** So many controllers are asked why they have not replaced a pod; of more than these it stays unknown. */
const mostAsked = 10;

/** A ReplicaSet, StatefulSet or Job, as far as it tells why a pod was not replaced. */
interface Controller extends KubeObject {
  readonly spec?: { readonly replicas?: number; readonly suspend?: boolean };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

const kinds: Readonly<Record<string, Resource<Controller>>> = {
  "apps/v1/ReplicaSet": replicaSets as Resource<Controller>,
  "apps/v1/StatefulSet": statefulSets as Resource<Controller>,
  "batch/v1/Job": jobs as Resource<Controller>,
};

/**
 * Asks the controllers whose pods were not seen replaced, each once and side by side, why that is. What cannot be read in time, or not at
 * all, stays unknown.
 *
 * @param moved the pods that have left, as last seen
 */
export async function explainUnreplaced(
  destinations: readonly Destination[],
  moved: readonly PodView[],
  view: ClusterView,
  api: KubeApi,
  signal: AbortSignal,
): Promise<readonly Destination[]> {
  const controllers = new Map(moved.flatMap(({ uid, controller }) => (controller === undefined ? [] : [[uid, controller] as const])));
  const isUnseen = ({ where }: Replacement): boolean => where.kind === "unknown";
  const open = destinations.flatMap(({ pods }) => pods.filter(isUnseen));
  const asked = new Map(
    open.flatMap(({ moved: pod }) => {
      const controller = controllers.get(pod.uid);
      return controller === undefined ? [] : [[controller.uid, { controller, namespace: pod.namespace }] as const];
    }),
  );
  const answers = new Map(
    await Promise.all(
      [...asked]
        .slice(0, mostAsked)
        .map(
          async ([uid, { controller, namespace }]) =>
            [uid, await whyNot(controller, namespace, runningOf(uid, view), api, signal)] as const,
        ),
    ),
  );
  return destinations.map((destination) => ({
    ...destination,
    pods: destination.pods.map((one) => {
      const where = isUnseen(one) ? answers.get(controllers.get(one.moved.uid)?.uid ?? "") : undefined;
      return where === undefined ? one : { ...one, where };
    }),
  }));
}

/** How many pods the controller has, as far as they are watched. */
function runningOf(controller: string, view: ClusterView): number | undefined {
  const peers = view.peers(controller);
  return peers === "unknown" ? undefined : peers.filter(({ deletionTimestamp }) => deletionTimestamp === undefined).length;
}

async function whyNot(
  owner: OwnerReference,
  namespace: string,
  has: number | undefined,
  api: KubeApi,
  signal: AbortSignal,
): Promise<Whereabouts | undefined> {
  const resource = kinds[`${owner.apiVersion}/${owner.kind}`];
  if (resource === undefined) return undefined;
  try {
    const { metadata, spec, status } = await api.get(resource, { namespace, name: owner.name }, { signal, lane: "control", retry: "none" });
    if (metadata.uid !== owner.uid || metadata.deletionTimestamp !== undefined) return { kind: "not-replaced", why: "owner-gone" };
    const holds = (...types: string[]) => status?.conditions?.find(({ type, status: is }) => is === "True" && types.includes(type));
    const over = holds("Complete", "Failed", "SuccessCriteriaMet", "FailureTarget", "Suspended");
    if (owner.kind === "Job") {
      if (over === undefined && spec?.suspend !== true) return undefined;
      return { kind: "not-replaced", why: "job-over", ...messageOf(over?.type ?? "Suspended") };
    }
    // A quota or a webhook that forbids the new pod (replica_set.go, ReplicaSetReplicaFailure).
    const failure = holds("ReplicaFailure");
    if (failure !== undefined) return { kind: "not-replaced", why: "refused", ...messageOf(failure.message) };
    // Not by its own count: that may still contain the pod that has gone.
    const wants = spec?.replicas ?? 1;
    return wants === 0 || (has !== undefined && has >= wants)
      ? { kind: "not-replaced", why: "scaled-down", message: `${owner.kind} ${owner.name} wants ${wants}` }
      : undefined;
  } catch (error) {
    if (!isKubeError(error)) return undefined;
    return error.code === "not-found" ? { kind: "not-replaced", why: "owner-gone" } : undefined;
  }
}

function messageOf(message: string | undefined): { readonly message?: string } {
  return message === undefined || message === "" ? {} : { message };
}
