/** Where medik8s' operators keep their leases on nodes unless told otherwise (LEASE_NAMESPACE), and the names they give them. */
export const medik8sLeaseNamespace = "medik8s-leases";

export function nodeLeaseName(node: string): string {
  return `node-${node.toLowerCase()}`;
}
