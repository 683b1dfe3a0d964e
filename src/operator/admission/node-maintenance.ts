import type { NodeMaintenance } from "../../api/node-maintenance.ts";
import type { AdmissionRequest } from "../../kube/admission-review.ts";
import { allow, type Decision, refuse } from "./decision.ts";
import type { AdmissionFacts } from "./facts.ts";
import { checkQuorum } from "./quorum-check.ts";

/**
 * Whether a NodeMaintenance of medik8s may be created or changed: the refusals of the original (api/v1beta1/nodemaintenance_webhook.go), word
 * for word and in its order, as scripts match on them. Where the original says nothing, so do we, or it is a warning.
 */
export function decideNodeMaintenance(request: AdmissionRequest, facts: AdmissionFacts): Decision {
  const object = request.object as NodeMaintenance | null;
  const nodeName = object?.spec?.nodeName ?? "";
  if (request.operation === "DELETE") return allow();
  if (request.operation === "UPDATE") {
    const before = (request.oldObject as NodeMaintenance | null)?.spec?.nodeName ?? "";
    return before === nodeName ? allow() : refuse("updating spec.NodeName isn't allowed");
  }
  const { node, nodeMaintenances, maintenances } = facts;
  if ("unknown" in node) {
    return refuse(`could not get node for validating spec.NodeName, please try again: could not get node: ${node.unknown}`);
  }
  if (node.known === undefined) return refuse(`invalid nodeName, no node with name ${nodeName} found`);
  if ("unknown" in nodeMaintenances) {
    return refuse(`could not list NodeMaintenances for validating spec.NodeName, please try again: ${nodeMaintenances.unknown}`);
  }
  if (nodeMaintenances.known.some((each) => each.nodeName === nodeName)) {
    return refuse(`invalid nodeName, a NodeMaintenance for node ${nodeName} already exists`);
  }
  const { refusal, warnings, auditAnnotations } = checkQuorum(node.known, facts, object?.metadata.annotations ?? {});
  if (refusal !== undefined && "failed" in refusal) return refuse(refusal.failed);
  if (refusal !== undefined) return refuse(violation(nodeName, facts, refusal.because));
  return allow([...beside(nodeName, maintenances), ...warnings], auditAnnotations);
}

/** On OpenShift the sentence is the original's; elsewhere, where the original checks nothing, it goes on with what was counted. */
function violation(nodeName: string, facts: AdmissionFacts, because: string): string {
  const sentence = `can not put master/control-plane node into maintenance at this moment, disrupting node ${nodeName} will violate etcd quorum`;
  return facts.quorum.kind === "openshift" ? sentence : `${sentence}: ${because}`;
}

function beside(nodeName: string, maintenances: AdmissionFacts["maintenances"]): readonly string[] {
  if ("unknown" in maintenances) return [];
  const held = maintenances.known.find((each) => each.nodeName === nodeName && each.phase !== "Finished");
  return held === undefined ? [] : [`maintenance/${held.name} takes ${nodeName} out too: the node comes back when both have let it go`];
}
