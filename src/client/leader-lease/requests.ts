import { leases } from "../../kube/resource.ts";
import type { Lease } from "../../kube/lease.ts";
import { formatMicroTime } from "../../kube/time.ts";
import type { Instant } from "../../runtime/clock.ts";
import { DeadlineError } from "../../runtime/errors.ts";
import { isKubeError, KubeError } from "../errors.ts";
import type { Call, KubeApi } from "../kube-api.ts";
import type { Activity, Claim, Event } from "./state.ts";

type Request = Extract<Activity, { readonly do: "read" | "create" | "update" }>;
interface Place {
  readonly namespace: string;
  readonly name: string;
}

/** Sends it and says what came of it. Never rejects. `now`: for the stamps, which are for people and other tools. */
export async function ask(
  api: Pick<KubeApi, "get" | "create" | "patch">,
  { namespace, name }: Place,
  request: Request,
  now: Instant,
  signal: AbortSignal,
): Promise<Event> {
  const call: Call = { signal, lane: "lease", retry: "none" };
  try {
    switch (request.do) {
      case "read":
        return { type: "read", lease: await api.get(leases, { namespace, name }, call) };
      case "create": {
        const spec = specOf(request.claim, now);
        const body = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name, namespace }, spec };
        const { object } = await api.create<Lease>(leases, body, { namespace }, call);
        return { type: "written", lease: object };
      }
      case "update": {
        const body = { metadata: { resourceVersion: request.version }, spec: specOf(request.claim, now) };
        const { object } = await api.patch<Lease>(leases, { namespace, name }, { kind: "merge", body }, {}, call);
        return { type: "written", lease: object };
      }
    }
  } catch (error) {
    if (request.do === "read" && isKubeError(error, "not-found")) return { type: "read", lease: undefined };
    return { type: "failed", error: kubeErrorOf(error) };
  }
}

function specOf({ holder, durationSeconds, transitions }: Claim, now: Instant): { readonly [key: string]: string | number } {
  const stamp = formatMicroTime(now);
  const taken = transitions === undefined ? {} : { acquireTime: stamp, leaseTransitions: transitions };
  return { holderIdentity: holder, leaseDurationSeconds: durationSeconds, renewTime: stamp, ...taken };
}

function kubeErrorOf(error: unknown): KubeError {
  if (error instanceof KubeError) return error;
  if (error instanceof DeadlineError) return new KubeError("lost", error.message, { cause: error, retryable: true });
  return new KubeError("not-kubernetes", "an answer could not be read", { cause: error, retryable: true });
}
