import type { Permission, PermissionName } from "../maintenance/role.ts";

/** What is lost without each permission; sentences go on from "without it:". */
export const permissionWords: Readonly<Record<PermissionName, string>> = {
  "get-nodes": "nothing is touched: exit code 5",
  "patch-nodes": "nothing is touched: exit code 5",
  "list-pods": "nothing is touched: exit code 5",
  "get-pods": "`why pod/NAMESPACE/NAME` cannot be answered",
  "evict-pods": "nothing is touched: exit code 5. Allowed in the namespaces of the pods that go is enough",
  "list-nodes":
    "nodes are read by name every 5 seconds, `-l` cannot choose them, and it is not checked whether one is the last of its role or whether there is room elsewhere",
  "watch-nodes": "nodes are listed every 5 seconds: each step is up to 5 seconds slower",
  "watch-pods": "pods are listed every 5 seconds: each step is up to 5 seconds slower, and most ends of pods are reported as not proven",
  "read-budgets": "budgets are honoured by the server, but not foreseen, not named, and asked again every 5 seconds",
  "read-daemonsets": "a pod whose DaemonSet was deleted is not told from one that would come back: it stays; and kured's lock is not seen",
  "read-replicasets": "a budget whose count is in doubt is waited for, and why a pod was not replaced is not said",
  "read-statefulsets": "a budget whose count is in doubt is waited for, and why a pod was not replaced is not said",
  "read-jobs": "why a Job's pod was not replaced is not said",
  "read-namespaces": "rules that choose namespaces by label match nothing",
  "read-volumes": "volumes that are bound to a node are not foreseen, and are not counted in the room elsewhere",
  "read-attachments": "nobody waits until volumes are detached, and whether they are is reported as not checked",
  "read-csinodes": "how many volumes other nodes can still attach is not known",
  "read-services": "it is not checked whether a Service sends clients to an address of the node",
  "read-leases": "it is not checked whether one of medik8s' operators holds the node, nor whether the controller-manager runs",
  "read-machines": "it is not checked whether Cluster API deletes the node's machine",
  "read-openshift-machines": "it is not checked whether OpenShift deletes the node's machine",
  "read-machine-checks": "it is not checked whether a MachineHealthCheck of Cluster API acts when the node goes dark",
  "read-openshift-machine-checks": "it is not checked whether a MachineHealthCheck of OpenShift acts when the node goes dark",
  "read-node-checks": "it is not checked whether a NodeHealthCheck acts when the node goes dark",
  "read-virtual-machines": "whether virtual machines run on the node is reported as unknown by `check power-off` and `wait`",
  "follow-maintenances":
    "`maintain`, `return` and the commands that change objects do nothing: exit code 5. `history` knows only what commands did to nodes that are out, `status` not which consent a node waits for",
  "order-maintenances":
    "`maintain` and `return`, `pause`, `resume`, `cancel`, `retry` and `approve` are refused by the server: exit code 5",
  "find-operator": "whether an operator leads is not known to `maintain` and `return`: they warn, and hand over to it all the same",
};

/** What a verb is allowed on: "poddisruptionbudgets.policy", "leases.coordination.k8s.io named drydock-operator". */
export function permittedOn({ group, resource, object }: Pick<Permission, "group" | "resource" | "object">): string {
  return `${group === "" ? resource : `${resource}.${group}`}${object === undefined ? "" : ` named ${object}`}`;
}
