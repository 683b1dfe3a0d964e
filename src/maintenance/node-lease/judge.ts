import { heldUntil, type Lease } from "../../kube/lease.ts";
import { maintenanceLeaseHolder, medik8sLeaseNamespace } from "../../kube/medik8s-lease.ts";
import type { OwnerReference } from "../../kube/object.ts";
import { parseTime } from "../../kube/time.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";
import type { LeasedNode, NodeLeaseTerms } from "./contract.ts";

/** medik8s' node-maintenance-operator: LeaseHolderIdentity and LeaseDuration. */
const usual = { holder: maintenanceLeaseHolder, namespace: medik8sLeaseNamespace, duration: 3_600_000 } as const;

export function termsOf(asked: NodeLeaseTerms): Required<NodeLeaseTerms> {
  return { ...usual, ...asked };
}

/** Whose a lease of a node is, by the server's time. */
export type LeaseVerdict =
  /** Ours, even where it has run out: nobody else has taken it. Renew it from `renewAt` on. */
  | { readonly kind: "ours"; readonly until: Instant; readonly renewAt: Instant }
  | { readonly kind: "foreign"; readonly holder: string; readonly until: Instant }
  /** To be taken over: its holder let it run out, or it does not say since when or how long. `holder`: whom it names all the same. */
  | { readonly kind: "free"; readonly holder: string | undefined };

/**
 * medik8s/common's rule: a foreign lease is valid until renewTime + leaseDurationSeconds, that moment included. There, one that was renewed in
 * the future is invalid. Here it is valid unless it lies further ahead than its own duration: clocks differ, and taking a node that somebody
 * is just fencing is the worse mistake.
 */
export function judgeLease(
  lease: Lease,
  { holder, now, duration = usual.duration }: { readonly holder: string; readonly now: Instant; readonly duration?: Millis },
): LeaseVerdict {
  const named = lease.spec?.holderIdentity ?? "";
  const until = heldUntil(lease);
  const seconds = lease.spec?.leaseDurationSeconds ?? 0;
  if (named === holder) {
    if (until === undefined || seconds * 1000 !== duration || parseTime(lease.spec?.acquireTime ?? undefined) === undefined)
      return { kind: "ours", until: until ?? now, renewAt: now };
    return { kind: "ours", until, renewAt: until - duration + duration / 3 };
  }
  if (until === undefined || until < now || until - seconds * 1000 > now + seconds * 1000)
    return { kind: "free", holder: named === "" ? undefined : named };
  return { kind: "foreign", holder: named, until };
}

/** As medik8s/common sets it. */
export function ownerOf({ name, uid }: LeasedNode): OwnerReference {
  return { apiVersion: "v1", kind: "Node", name, uid };
}

/** The owners with this node among them, and none of an earlier machine of that name: its garbage collection would take the Lease along. */
export function withOwner(lease: Lease, node: LeasedNode): readonly OwnerReference[] {
  const others = (lease.metadata.ownerReferences ?? []).filter(({ kind, name }) => !(kind === "Node" && name === node.name));
  return [...others, ownerOf(node)];
}
