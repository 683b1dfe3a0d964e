/** Where medik8s' operators keep their leases on nodes unless told otherwise (LEASE_NAMESPACE), and the names they give them. */
export const medik8sLeaseNamespace = "medik8s-leases";

/** By this name everybody of medik8s knows a node in maintenance (node-maintenance-operator, LeaseHolderIdentity): ours is the same. */
export const maintenanceLeaseHolder = "node-maintenance";

const prefix = "node-";

export function nodeLeaseName(node: string): string {
  return `${prefix}${node.toLowerCase()}`;
}

/** Whose lease it is; undefined where it is none of a node. */
export function nodeOfLease(name: string): string | undefined {
  return name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
}
