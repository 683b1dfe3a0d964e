import type { Maintenance } from "../api/maintenance.ts";
import { isKubeError } from "../client/errors.ts";
import type { NodeView } from "../cluster/view/cluster-view.ts";
import type { Standing } from "../execution/standings.ts";
import type { Consent } from "../plan/consent.ts";
import { consentMissing } from "../plan/finding.ts";
import type { Instant } from "../runtime/clock.ts";
import { listMaintenances } from "./by-object/maintenances.ts";
import { consentsWaitedFor } from "./by-object/order.ts";
import type { NodeStanding } from "./standing.ts";
import type { Surroundings } from "./work.ts";

/** What Maintenances wait for a person to agree to: by node, and what could not be read. */
export interface AwaitedConsents {
  readonly byNode: ReadonlyMap<string, readonly Consent[]>;
  readonly unread: readonly string[];
}

export const noneAwaited: AwaitedConsents = { byNode: new Map(), unread: [] };

/** Nobody else's consents are waited for: no Maintenance is read where none holds a node. */
export function isHeldByMaintenance({ held }: NodeView): boolean {
  return typeof held === "object" && held.holders.some(({ kind }) => kind === "Maintenance");
}

/** Read once. @throws KubeError for any failure but a missing kind or a missing right */
export async function readAwaited(s: Pick<Surroundings, "api" | "stop">, out: readonly NodeView[]): Promise<AwaitedConsents> {
  if (!out.some(isHeldByMaintenance)) return noneAwaited;
  try {
    return { byNode: awaitedIn(await listMaintenances(s)), unread: [] };
  } catch (error) {
    if (isKubeError(error, "not-found")) return noneAwaited;
    if (isKubeError(error, "forbidden")) return { ...noneAwaited, unread: ["maintenances.drydock.dev"] };
    throw error;
  }
}

export function awaitedIn(objects: Iterable<Maintenance>): ReadonlyMap<string, readonly Consent[]> {
  const found = [...objects].map((object) => [object.spec.nodeName, consentsWaitedFor(object)] as const);
  return new Map(found.filter(([, consents]) => consents.length > 0));
}

/** A pod that could go now waits all the same as long as nobody has agreed to that. */
export function withAwaited(standing: NodeStanding, consents: readonly Consent[] | undefined, asOf: Instant): NodeStanding {
  if (consents === undefined) return standing;
  return { ...standing, left: standing.left.map((one) => waitingFor(one, consents, asOf)) };
}

function waitingFor(standing: Standing, consents: readonly Consent[], asOf: Instant): Standing {
  const awaited = standing.missing.filter((consent) => consents.includes(consent));
  if (awaited.length === 0) return standing;
  const { args, ...blocker } = consentMissing(standing.step, awaited, asOf);
  const blockers = standing.blockers.filter(({ endsBy }) => endsBy === "person");
  return { ...standing, blockers: [{ ...blocker, args: { ...args, approve: standing.step.node } }, ...blockers] };
}
