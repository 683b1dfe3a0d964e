import { heldUntil } from "../../../kube/lease.ts";
import { medik8sLeaseNamespace, nodeLeaseName } from "../../../kube/medik8s-lease.ts";
import { leases } from "../../../kube/resource.ts";
import { parseTime } from "../../../kube/time.ts";
import type { NodeLease, Surroundings } from "../../view/surroundings.ts";
import { type Ask, getIfAllowed } from "./ask.ts";

/** The groups of those operators: without them nobody takes such leases. */
const operators: readonly string[] = ["nodemaintenance.medik8s.io", "remediation.medik8s.io"];

/** Does one of medik8s' operators hold one of these nodes? */
export async function readLeases(ask: Ask): Promise<Pick<Surroundings, "leases">> {
  if (!ask.groups.some(({ name }) => operators.some((group) => name === group || name.endsWith(`.${group}`)))) return { leases: [] };
  const found = await Promise.all(ask.nodes.map(({ name }) => leaseOf(name, ask)));
  return { leases: found.filter((lease) => lease !== undefined) };
}

async function leaseOf(node: string, ask: Ask): Promise<NodeLease | undefined> {
  const at = { namespace: medik8sLeaseNamespace, name: nodeLeaseName(node) };
  const lease = await getIfAllowed(ask, leases, at);
  const until = lease === undefined ? undefined : heldUntil(lease);
  if (lease === undefined || until === undefined || until < ask.now()) return undefined;
  const since = parseTime(lease.spec?.acquireTime ?? undefined);
  return { node, ...at, holder: lease.spec?.holderIdentity ?? "", until, ...(since === undefined ? {} : { since }) };
}
