import type { Maintenance } from "../../api/maintenance.ts";
import type { NodeMaintenance } from "../../api/node-maintenance.ts";
import type { AdmissionRequest } from "../../kube/admission-review.ts";
import { compareText } from "../../runtime/text-order.ts";
import type { Decision } from "./decision.ts";
import type { AdmissionFacts, HolderFact, Known } from "./facts.ts";
import { type AdmissionReads, gatherFacts } from "./gather.ts";
import { decideMaintenance } from "./maintenance.ts";
import { decideNodeMaintenance } from "./node-maintenance.ts";

/** An object that exists, and of which kind it is: the wire may not say. */
export type Existing =
  | { readonly kind: "Maintenance"; readonly object: Maintenance }
  | { readonly kind: "NodeMaintenance"; readonly object: NodeMaintenance };

/**
 * What admission would say to an object that exists, to be asked before its node is touched for the first time: nobody may have judged it (no
 * webhooks are installed, or it is older than they are), and two objects created at one instant are each judged without the other. Only objects
 * that are older count, by creation and then by uid, so that of any number the oldest is never refused for the sake of the others.
 */
export async function recheck(existing: Existing, reads: AdmissionReads, signal: AbortSignal): Promise<Decision> {
  const request = requestOf(existing);
  const facts = amongOlder(existing.object, await gatherFacts(request, reads, signal));
  return existing.kind === "Maintenance" ? decideMaintenance(request, facts) : decideNodeMaintenance(request, facts);
}

function requestOf({ kind, object }: Existing): AdmissionRequest {
  const ours = kind === "Maintenance";
  const group = ours ? "drydock.dev" : "nodemaintenance.medik8s.io";
  const version = ours ? "v1alpha1" : "v1beta1";
  return {
    uid: object.metadata.uid,
    kind: { group, version, kind },
    resource: { group, version, resource: ours ? "maintenances" : "nodemaintenances" },
    name: object.metadata.name,
    operation: "CREATE",
    userInfo: {},
    object,
    oldObject: null,
  };
}

/** The facts as if this object and all that are younger did not exist. */
export function amongOlder({ metadata }: Maintenance | NodeMaintenance, facts: AdmissionFacts): AdmissionFacts {
  const isOlder = ({ uid = "", createdAt = "" }: HolderFact): boolean =>
    uid !== metadata.uid && (compareText(createdAt, metadata.creationTimestamp ?? "") || compareText(uid, metadata.uid)) < 0;
  const older = (all: Known<readonly HolderFact[]>): Known<readonly HolderFact[]> =>
    "known" in all ? { known: all.known.filter(isOlder) } : all;
  return { ...facts, maintenances: older(facts.maintenances), nodeMaintenances: older(facts.nodeMaintenances) };
}
