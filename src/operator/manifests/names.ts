import { medik8sLeaseNamespace } from "../../kube/medik8s-lease.ts";

/** Under which names the operator is installed. One operator serves a cluster, so none of them but the namespace can be chosen. */
export const names = {
  namespace: "drydock-system",
  operator: "drydock-operator",
  webhook: "drydock-webhook",
  certificate: "drydock-webhook-certificate",
  maintenanceWebhook: "drydock-maintenance",
  nodeMaintenanceWebhook: "drydock-nodemaintenance",
  viewer: "drydock-viewer",
  editor: "drydock-editor",
} as const;

/** Where medik8s' operators agree on who works on a node, by Leases; theirs as much as ours. */
export const leaseNamespace: string = medik8sLeaseNamespace;

/** The leader lease of the Node Maintenance Operator, in whatever namespace it was installed (its cmd/main.go). */
export const predecessorLease = "135b1886.medik8s.io";

/** Events about objects without a namespace stand in this one (client-go, tools/events and tools/record). */
export const clusterEventNamespace = "default";

export const ports = { metrics: 8080, health: 8081, webhook: 9443 } as const;

/** What the API server calls. The medik8s one is the path and the name of the original: clients match on its refusals. */
export const webhookPaths = {
  maintenance: "/validate-drydock-dev-v1alpha1-maintenance",
  nodeMaintenance: "/validate-nodemaintenance-medik8s-io-v1beta1-nodemaintenance",
} as const;

export const webhookNames = {
  maintenance: "maintenance.drydock.dev",
  nodeMaintenance: "vnodemaintenance.kb.io",
} as const;

const imageRepository = "ghcr.io/drydock-dev/drydock";

/** The image of a version: tags carry no `v`. */
export function imageOf(version: string): string {
  return `${imageRepository}:${version}`;
}
