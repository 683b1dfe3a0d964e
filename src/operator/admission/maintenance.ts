import type { Maintenance } from "../../api/maintenance.ts";
import type { AdmissionRequest } from "../../kube/admission-review.ts";
import { allow, type Decision, refuse } from "./decision.ts";
import type { AdmissionFacts, HolderFact } from "./facts.ts";
import { checkQuorum, overrideAnnotation } from "./quorum-check.ts";

/**
 * Whether a Maintenance may be created. Changes of one are the schema's business (its CEL rules keep nodeName). Every refusal names the node,
 * why, and what to do; what could not be read refuses too, as a second try costs nothing and a second Maintenance might.
 */
export function decideMaintenance(request: AdmissionRequest, facts: AdmissionFacts): Decision {
  if (request.operation !== "CREATE") return allow();
  const object = request.object as Maintenance | null;
  const nodeName = object?.spec?.nodeName ?? "";
  const { node, maintenances, nodeMaintenances } = facts;
  if ("unknown" in node) return refuse(`node ${nodeName} could not be read: ${node.unknown}; try again`);
  if (node.known === undefined) return refuse(`there is no node ${nodeName}: spec.nodeName is the name that kubectl get nodes shows`);
  if ("unknown" in maintenances) return refuse(`the other Maintenances could not be read: ${maintenances.unknown}; try again`);
  const other = maintenances.known.find((each) => each.nodeName === nodeName && each.phase !== "Finished");
  if (other !== undefined) return refuse(taken(nodeName, other));
  const { refusal, warnings, auditAnnotations } = checkQuorum(node.known, facts, object?.metadata.annotations ?? {});
  if (refusal !== undefined) {
    const because = "because" in refusal ? refusal.because : `the quorum could not be checked: ${refusal.failed}`;
    return refuse(
      `taking ${nodeName} out could stop the control plane: ${because}; wait until the others are back, or set the annotation ${overrideAnnotation} to the reason for doing it all the same`,
    );
  }
  return allow([...beside(nodeName, nodeMaintenances), ...warnings], auditAnnotations);
}

function taken(nodeName: string, { name, phase, deleting }: HolderFact): string {
  if (deleting) return `maintenance/${name} for node ${nodeName} is being deleted: try again when it has gone`;
  const where = phase === undefined ? "" : ` (${phase})`;
  return `node ${nodeName} has maintenance/${name} already${where}: change that one, or bring the node back first with drydock return ${nodeName}`;
}

function beside(nodeName: string, nodeMaintenances: AdmissionFacts["nodeMaintenances"]): readonly string[] {
  if ("unknown" in nodeMaintenances) return [`whether a NodeMaintenance takes ${nodeName} out too could not be read`];
  const held = nodeMaintenances.known.find((each) => each.nodeName === nodeName);
  return held === undefined ? [] : [`nodemaintenance/${held.name} takes ${nodeName} out too: the node comes back when both have let it go`];
}
