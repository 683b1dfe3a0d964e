import { drydockGroup } from "../../api/maintenance.ts";
import { isKubeError } from "../../client/errors.ts";
import { heldUntil, type Lease } from "../../kube/lease.ts";
import { leases } from "../../kube/resource.ts";
import { operatorLease } from "../operator-lease.ts";
import { type StoppedBefore, unlessStopped } from "../unless-stopped.ts";
import type { Surroundings } from "../work.ts";

/** Is there somebody who carries out objects? */
export type OperatorPresence =
  | { readonly kind: "works"; readonly leader: string; readonly namespace: string }
  /** The kinds are served, and whether anybody leads may not be read: it is believed to work. */
  | { readonly kind: "unproven"; readonly message: string }
  /** "no-kinds": they are not served. "no-leader": they are, and nobody holds the lease. */
  | { readonly kind: "absent"; readonly why: "no-kinds" | "no-leader" };

/** By the kinds served, and by a leader's lease that is held and has not run out by the server's clock. */
export async function findOperator(s: Pick<Surroundings, "api" | "clock" | "stop">): Promise<OperatorPresence | StoppedBefore> {
  return await unlessStopped(s, () => lookForOperator(s));
}

async function lookForOperator({ api, clock, stop }: Pick<Surroundings, "api" | "clock" | "stop">): Promise<OperatorPresence> {
  const call = { signal: stop, lane: "control" } as const;
  const groups = await api.groups(call);
  if (!groups.some(({ name }) => name === drydockGroup)) return { kind: "absent", why: "no-kinds" };
  const found: Lease[] = [];
  try {
    const query = { fieldSelector: `metadata.name=${operatorLease}` };
    for await (const page of api.list(leases, query, call)) found.push(...page.items.map(({ value }) => value));
  } catch (error) {
    if (isKubeError(error, "forbidden")) return { kind: "unproven", message: error.message };
    throw error;
  }
  const now = clock.now() + (api.serverTime()?.offset ?? 0);
  const fresh = found.find((lease) => (heldUntil(lease) ?? 0) > now);
  if (fresh === undefined) return { kind: "absent", why: "no-leader" };
  return { kind: "works", leader: fresh.spec?.holderIdentity ?? "", namespace: fresh.metadata.namespace ?? "" };
}
