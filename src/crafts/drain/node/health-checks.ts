import type { ClusterView, NodeView } from "../../../cluster/view/cluster-view.ts";
import type { HealthCheckView } from "../../../cluster/view/surroundings.ts";
import { matchesLabelSelector } from "../../../kube/selector.ts";
import type { Finding } from "../../../plan/finding.ts";
import { nodeRef } from "../../../plan/refs.ts";
import type { PlanRequest } from "../../../plan/request.ts";
import type { NodeFindingCode } from "../codes.ts";

/** medik8s leaves nodes with this label alone; only "true" counts. */
const excludedFromRemediation = "remediation.medik8s.io/exclude-from-remediation";

/** On every machine of Cluster API. */
const clusterName = "cluster.x-k8s.io/cluster-name";

/** Would somebody repair or replace the machine when it goes dark? To a health check, planned work looks like a failure. */
export function healthCheckFindings(view: ClusterView, { nodes }: PlanRequest): readonly Finding<NodeFindingCode>[] {
  return nodes
    .flatMap((name) => view.node(name) ?? [])
    .flatMap((node) =>
      view.surroundings.healthChecks
        .filter((check) => !check.paused && check.reactsAfter !== undefined && selects(check, node, view))
        .map(({ kind, group, namespace, name, uid, reactsAfter = 0 }) => ({
          code: "health-check",
          severity: "warning",
          objects: [nodeRef(node), { kind, name, uid, ...(namespace === undefined ? {} : { namespace }) }],
          args: {
            node: node.name,
            kind,
            check: namespace === undefined ? name : `${namespace}/${name}`,
            resource: `${kind.toLowerCase()}s.${group}`,
            seconds: Math.round(reactsAfter / 1000),
          },
          beside: true,
        })),
    );
}

/** A MachineHealthCheck selects the machines of its namespace; a NodeHealthCheck selects nodes, and an empty selector matches all. */
function selects({ kind, group, namespace, cluster, selector }: HealthCheckView, node: NodeView, { surroundings }: ClusterView): boolean {
  if (kind === "NodeHealthCheck") {
    return node.labels[excludedFromRemediation] !== "true" && matchesLabelSelector(selector, node.labels);
  }
  return surroundings.machines.some(
    (machine) =>
      machine.node === node.name &&
      machine.group === group &&
      machine.namespace === namespace &&
      (cluster === undefined || (machine.labels[clusterName] ?? cluster) === cluster) &&
      !machine.exempt &&
      matchesLabelSelector(selector, machine.labels),
  );
}
