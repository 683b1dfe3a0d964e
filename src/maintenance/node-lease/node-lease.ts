import type { KeptNodeLease, KeptNodeLeaseCalls, LeasedNode, NodeLeaseTerms } from "./contract.ts";
import { Driver } from "./driver.ts";

export { nodeLeaseName } from "../../kube/medik8s-lease.ts";
export { judgeLease } from "./judge.ts";
export { releaseNodeLease, requestNodeLease } from "./request.ts";

/**
 * Keeps medik8s' lease on a node for as long as a maintenance lasts, so that remediators leave it alone: asks until it is ours, renews it
 * every third of its time, and asks on where somebody else has it. SPEC.md says what is promised.
 */
export function keepNodeLease(node: LeasedNode, terms: NodeLeaseTerms, calls: KeptNodeLeaseCalls): KeptNodeLease {
  return new Driver(node, terms, calls);
}
