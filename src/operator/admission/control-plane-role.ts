import { etcdRole } from "../../cluster/view/node-role.ts";
import type { StringMap } from "../../kube/object.ts";

const prefix = "node-role.kubernetes.io/";

/** As medik8s/common reads it (pkg/nodes IsControlPlane): the label is there, whatever its value. */
export function isControlPlaneByRole(labels: StringMap): boolean {
  return Object.hasOwn(labels, `${prefix}master`) || Object.hasOwn(labels, `${prefix}control-plane`);
}

/** K3s and RKE2 mark the members of their embedded etcd by the value "true". */
export function isEtcdByLabel(labels: StringMap): boolean {
  return Object.hasOwn(labels, etcdRole) && labels[etcdRole] === "true";
}
