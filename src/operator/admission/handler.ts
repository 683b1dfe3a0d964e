import { drydockGroup } from "../../api/maintenance.ts";
import { medik8sGroup } from "../../api/node-maintenance.ts";
import type { AdmissionRequest, AdmissionResponse } from "../../kube/admission-review.ts";
import { type Decision, refuse } from "./decision.ts";
import type { AdmissionFacts } from "./facts.ts";
import { type AdmissionReads, gatherFacts } from "./gather.ts";
import { decideMaintenance } from "./maintenance.ts";
import { decideNodeMaintenance } from "./node-maintenance.ts";

/** Answers one request for admission. `signal` aborts when nobody waits for the answer any more. */
export type AdmissionHandler = (request: AdmissionRequest, signal: AbortSignal) => Promise<AdmissionResponse>;

export function maintenanceHandler(reads: AdmissionReads): AdmissionHandler {
  return handler({ group: drydockGroup, kind: "Maintenance" }, decideMaintenance, reads);
}

export function nodeMaintenanceHandler(reads: AdmissionReads): AdmissionHandler {
  return handler({ group: medik8sGroup, kind: "NodeMaintenance" }, decideNodeMaintenance, reads);
}

function handler(
  own: { readonly group: string; readonly kind: string },
  decide: (request: AdmissionRequest, facts: AdmissionFacts) => Decision,
  reads: AdmissionReads,
): AdmissionHandler {
  return async (request, signal) => {
    const { group, kind } = request.kind;
    // The configuration sends nothing else; whoever made another one shall see what is wrong with it.
    if (group !== own.group || kind !== own.kind) return answer(request, refuse(`expected a ${own.kind} but got a ${kind} of "${group}"`));
    return answer(request, decide(request, await gatherFacts(request, reads, signal)));
  };
}

/** As controller-runtime's validators answer: a refusal is 403 Forbidden. */
export function answer({ uid }: Pick<AdmissionRequest, "uid">, decision: Decision): AdmissionResponse {
  const { allowed, message, warnings, auditAnnotations } = decision;
  return {
    uid,
    allowed,
    ...(message === undefined ? {} : { status: { code: 403, reason: "Forbidden", message } }),
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(Object.keys(auditAnnotations).length === 0 ? {} : { auditAnnotations }),
  };
}
