import type { AdmissionRequest } from "../../../kube/admission-review.ts";
import type { KubeObject, StringMap } from "../../../kube/object.ts";
import type { AdmissionFacts, EtcdBudget, EtcdPod, NodeFact } from "../facts.ts";

export const controlPlaneLabel = "node-role.kubernetes.io/control-plane";

export function node(name: string, labels: StringMap = {}, rest: Partial<NodeFact> = {}): NodeFact {
  return { name, labels, ready: true, heldOut: false, ...rest };
}

export function controlPlaneNode(name: string, rest: Partial<NodeFact> = {}): NodeFact {
  return node(name, { [controlPlaneLabel]: "" }, rest);
}

export function etcdPod(nodeName: string, ready: EtcdPod["ready"] = "True"): EtcdPod {
  return { name: `etcd-${nodeName}`, nodeName, ready };
}

/** Facts about a node `target` of a cluster without OpenShift, of which the API shows these nodes. */
export function factsOf(target: NodeFact | undefined, nodes: readonly NodeFact[] = [], rest: Partial<AdmissionFacts> = {}): AdmissionFacts {
  return {
    node: { known: target },
    maintenances: { known: [] },
    nodeMaintenances: { known: [] },
    quorum: { kind: "evidence", nodes: { known: nodes }, etcdPods: { known: [] } },
    ...rest,
  };
}

export function openShift(target: NodeFact, ...budgets: readonly EtcdBudget[]): AdmissionFacts {
  return factsOf(target, [], { quorum: { kind: "openshift", budgets: { known: budgets } } });
}

export function guardBudget(disruptionsAllowed: number, ...guards: readonly EtcdPod[]): EtcdBudget {
  return { name: "etcd-guard-pdb", disruptionsAllowed, guards: { known: guards } };
}

export function review(
  kind: "Maintenance" | "NodeMaintenance",
  nodeName: string,
  rest: { readonly before?: string; readonly annotations?: StringMap } = {},
): AdmissionRequest {
  const { before, annotations } = rest;
  const group = kind === "Maintenance" ? "drydock.dev" : "nodemaintenance.medik8s.io";
  const version = kind === "Maintenance" ? "v1alpha1" : "v1beta1";
  const object = (of: string): KubeObject & { readonly spec: object } => ({
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { name: "m", uid: "", resourceVersion: "", ...(annotations === undefined ? {} : { annotations }) },
    spec: { nodeName: of },
  });
  return {
    uid: "review-1",
    kind: { group, version, kind },
    resource: { group, version, resource: `${kind.toLowerCase()}s` },
    operation: before === undefined ? "CREATE" : "UPDATE",
    name: "m",
    userInfo: { username: "jane" },
    object: object(nodeName),
    oldObject: before === undefined ? null : object(before),
  };
}
