import { isKubeError, KubeError } from "../../client/errors.ts";
import type { Call } from "../../client/kube-api.ts";
import type { Lease, LeaseSpec } from "../../kube/lease.ts";
import { nodeLeaseName } from "../../kube/medik8s-lease.ts";
import type { Json } from "../../kube/object.ts";
import { leases, namespaces } from "../../kube/resource.ts";
import { formatMicroTime } from "../../kube/time.ts";
import type { Instant } from "../../runtime/clock.ts";
import { steadyTime } from "../../runtime/steady-time.ts";
import type { LeasedNode, NodeLeaseCalls, NodeLeaseOutcome, NodeLeaseRelease, NodeLeaseTerms } from "./contract.ts";
import { judgeLease, ownerOf, termsOf, withOwner } from "./judge.ts";

/** What was read is older than what is there: read again so often in one attempt. */
const looks = 3;

/**
 * Asks for the node's lease once: creates it, takes it over where nobody holds it, renews ours where a third of its time has passed. Each
 * write carries the version that was judged.
 *
 * @throws the signal's reason when it aborts; every other failure is an outcome
 */
export async function requestNodeLease(node: LeasedNode, asked: NodeLeaseTerms, calls: NodeLeaseCalls): Promise<NodeLeaseOutcome> {
  const now = serverClock(calls);
  const since = now();
  try {
    return await settled(() => look(node, termsOf(asked), calls, now));
  } catch (error) {
    return { kind: "failed", error: failureOf(error, calls.signal), since };
  }
}

/**
 * Deletes the node's lease where it is ours, and leaves everybody else's alone.
 *
 * @param node its name
 * @throws the signal's reason when it aborts
 */
export async function releaseNodeLease(node: string, asked: NodeLeaseTerms, calls: NodeLeaseCalls): Promise<NodeLeaseRelease> {
  const { holder, namespace } = termsOf(asked);
  const at = { namespace, name: nodeLeaseName(node) };
  const call = callOf(calls);
  try {
    return await settled(async (): Promise<NodeLeaseRelease> => {
      const lease = await found(calls.api.get(leases, at, call));
      if (lease === undefined) return { kind: "absent" };
      const named = lease.spec?.holderIdentity ?? "";
      if (named !== holder) return { kind: "foreign", holder: named };
      const { uid, resourceVersion } = lease.metadata;
      await calls.api.remove(leases, { ...at, uid }, { resourceVersion }, call);
      return { kind: "released" };
    });
  } catch (error) {
    return { kind: "failed", error: failureOf(error, calls.signal) };
  }
}

async function look(
  node: LeasedNode,
  terms: Required<NodeLeaseTerms>,
  calls: NodeLeaseCalls,
  now: () => Instant,
): Promise<NodeLeaseOutcome> {
  const { holder, namespace, duration } = terms;
  const at = { namespace, name: nodeLeaseName(node.name) };
  const lease = await found(calls.api.get(leases, at, callOf(calls)));
  const stamp = formatMicroTime(now());
  const ours = { holderIdentity: holder, leaseDurationSeconds: Math.ceil(duration / 1000), renewTime: stamp };
  if (lease === undefined) {
    const spec: LeaseSpec = { ...ours, acquireTime: stamp, leaseTransitions: 0 };
    const metadata = { ...at, ownerReferences: [ownerOf(node)] };
    return held(await made({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec }, namespace, calls), terms, now);
  }
  const verdict = judgeLease(lease, { holder, now: now(), duration });
  if (verdict.kind === "foreign") return verdict;
  if (verdict.kind === "ours" && now() < verdict.renewAt && isOwnedBy(lease, node)) return { ...verdict, kind: "held" };
  const transitions = lease.spec?.leaseTransitions ?? 0;
  const taken = { acquireTime: stamp, leaseTransitions: transitions + 1 };
  const kept = (lease.spec?.acquireTime ?? "") === "" ? { acquireTime: stamp } : {};
  const body = {
    metadata: { resourceVersion: lease.metadata.resourceVersion, ownerReferences: withOwner(lease, node) },
    spec: { ...ours, ...(verdict.kind === "free" ? taken : kept) },
  } as unknown as Json;
  const { object } = await calls.api.patch<Lease>(leases, at, { kind: "merge", body }, {}, callOf(calls));
  return held(object, terms, now);
}

function isOwnedBy(lease: Lease, { uid }: LeasedNode): boolean {
  return lease.metadata.ownerReferences?.some((owner) => owner.uid === uid) === true;
}

/** What the server keeps now. It names us: nobody writes between a write and its answer. */
function held(lease: Lease, { holder, duration }: Required<NodeLeaseTerms>, now: () => Instant): NodeLeaseOutcome {
  const verdict = judgeLease(lease, { holder, now: now(), duration });
  if (verdict.kind === "ours") return { ...verdict, kind: "held" };
  throw new KubeError("not-kubernetes", "the server kept another lease than the one it was sent");
}

async function made(body: object, namespace: string, calls: NodeLeaseCalls): Promise<Lease> {
  const create = async (): Promise<Lease> => (await calls.api.create<Lease>(leases, body, { namespace }, callOf(calls))).object;
  try {
    return await create();
  } catch (error) {
    if (!isKubeError(error, "not-found")) throw error;
  }
  const home = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
  try {
    await calls.api.create(namespaces, home, {}, callOf(calls));
  } catch (error) {
    if (!isKubeError(error, "already-exists")) throw error;
  }
  return await create();
}

async function found(lease: Promise<Lease>): Promise<Lease | undefined> {
  try {
    return await lease;
  } catch (error) {
    if (isKubeError(error, "not-found")) return undefined;
    throw error;
  }
}

/** Looks again where what was read had changed, or came to be or went, before it was written. */
async function settled<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = looks; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 1 || !isKubeError(error, "conflict", "already-exists", "not-found")) throw error;
    }
  }
}

function failureOf(error: unknown, signal: AbortSignal): KubeError {
  if (signal.aborted) throw signal.reason;
  if (error instanceof KubeError) return error;
  return new KubeError("not-kubernetes", "an answer could not be read", { cause: error, retryable: true });
}

function callOf({ signal }: NodeLeaseCalls): Call {
  return { signal, retry: "none" };
}

/** Now, as the server has it: its stamps are compared with it. */
export function serverClock({ api, clock }: Pick<NodeLeaseCalls, "api" | "clock">): () => Instant {
  const now = steadyTime(clock);
  return () => now() + (api.serverTime()?.offset ?? 0);
}
