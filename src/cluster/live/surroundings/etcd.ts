import { isNodeReady, type Node } from "../../../kube/node.ts";
import { isPodReady, type Pod } from "../../../kube/pod.ts";
import { nodes, pods } from "../../../kube/resource.ts";
import { etcdRole, isControlPlane } from "../../view/node-role.ts";
import type { EtcdMembers, Surroundings } from "../../view/surroundings.ts";
import { type Ask, listIfAllowed } from "./ask.ts";

/** kubeadm's static pods, and OpenShift's. */
const etcdPods = [
  { namespace: "kube-system", labelSelector: "component=etcd" },
  { namespace: "openshift-etcd", labelSelector: "app=etcd" },
];

/**
 * Who are the members of etcd, where one of the nodes is of the control plane? k3s and RKE2 label them; elsewhere they are seen by their
 * static pods. An etcd outside of the cluster's nodes is not visible.
 */
export async function readEtcd(ask: Ask): Promise<Pick<Surroundings, "etcd">> {
  if (!ask.nodes.some(({ labels }) => isControlPlane(labels))) return {};
  const labelled = await listIfAllowed(ask, nodes, memberOfNode, { labelSelector: `${etcdRole},${etcdRole}!=false` });
  if (labelled !== undefined && labelled.length > 0) return { etcd: { by: "role", members: labelled } };
  const seen = await Promise.all(etcdPods.map((where) => listIfAllowed(ask, pods, memberOfPod, where)));
  const members = seen.flatMap((found) => found ?? []);
  if (members.length > 0) return { etcd: { by: "pods", members } };
  return seen.includes(undefined) ? {} : { etcd: { by: "nothing", members: [] } };
}

type Member = EtcdMembers["members"][number];

function memberOfNode({ metadata, status }: Node): Member {
  return { node: metadata.name, ready: isNodeReady(status) };
}

function memberOfPod({ spec, status }: Pod): Member | undefined {
  return spec.nodeName === undefined || spec.nodeName === "" ? undefined : { node: spec.nodeName, ready: isPodReady(status) };
}
