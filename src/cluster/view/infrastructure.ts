import type { PodView } from "./cluster-view.ts";

/** What a node cannot do while the pod is away. */
export type Service = "network" | "storage" | "devices" | "service-network" | "load-balancing" | "node" | "drydock";

/** A pod that its node needs, and what tells so. */
export interface Infrastructure {
  readonly service: Service;
  readonly evidence: { readonly field: string; readonly value: string };
}

/** The priority class system-node-critical (scheduling.k8s.io), which admission writes into the pod as a number. */
const nodeCritical = 2_000_001_000;

/** What network, storage and device plugins must mount to do their work (CNI and CSI specifications, kubelet device plugin API). */
const telltalePaths: readonly { readonly path: RegExp; readonly service: Service }[] = [
  { path: /^\/(etc|opt)\/cni(\/|$)/, service: "network" },
  { path: /^\/var\/lib\/kubelet\/(plugins|plugins_registry)(\/|$)/, service: "storage" },
  { path: /^\/var\/lib\/kubelet\/device-plugins(\/|$)/, service: "devices" },
];

/** Labels that the common ones carry, in their own manifests and charts. */
const telltaleLabels: readonly { readonly key: string; readonly values?: readonly string[]; readonly service: Service }[] = [
  { key: "k8s-app", values: ["kube-proxy"], service: "service-network" },
  { key: "k8s-app", values: ["calico-node", "canal", "cilium", "kube-router", "aws-node", "weave-net"], service: "network" },
  { key: "app", values: ["flannel", "kindnet", "multus", "ovnkube-node", "ovs-cni"], service: "network" },
  { key: "k8s-app", values: ["node-local-dns"], service: "service-network" },
  { key: "name", values: ["nvidia-device-plugin-ds"], service: "devices" },
  {
    key: "app",
    values: ["nvidia-device-plugin-daemonset", "nvidia-driver-daemonset", "nvidia-container-toolkit-daemonset"],
    service: "devices",
  },
  { key: "app.kubernetes.io/name", values: ["nvidia-device-plugin", "amd-gpu-device-plugin"], service: "devices" },
  {
    key: "app",
    values: ["csi-node", "ebs-csi-node", "efs-csi-node", "csi-rbdplugin", "csi-cephfsplugin", "longhorn-csi-plugin"],
    service: "storage",
  },
  // K3s' ServiceLB, and MetalLB: addresses of Services that this node answers for.
  { key: "svccontroller.k3s.cattle.io/svcname", service: "load-balancing" },
  { key: "app.kubernetes.io/component", values: ["speaker"], service: "load-balancing" },
];

/**
 * Is this a pod that its node, or this very work, needs? Only by evidence: what it mounts, how it is labelled, how important its owner says
 * that it is. Pods of other owners than DaemonSets start again elsewhere, whatever they do, and are none.
 */
export function infrastructureOf(pod: PodView): Infrastructure | undefined {
  const name = pod.labels["app.kubernetes.io/name"];
  if (name === "drydock") return { service: "drydock", evidence: { field: 'metadata.labels["app.kubernetes.io/name"]', value: name } };
  if (pod.controller?.kind !== "DaemonSet") return undefined;
  return byPath(pod) ?? byLabel(pod) ?? byPriority(pod);
}

function byPath({ hostPaths }: PodView): Infrastructure | undefined {
  for (const { path, service } of telltalePaths) {
    const mounted = hostPaths.find((candidate) => path.test(candidate));
    if (mounted !== undefined) return { service, evidence: { field: "spec.volumes[*].hostPath.path", value: mounted } };
  }
  return undefined;
}

function byLabel({ labels }: PodView): Infrastructure | undefined {
  for (const { key, values, service } of telltaleLabels) {
    const value = labels[key];
    if (value !== undefined && (values === undefined || values.includes(value)))
      return { service, evidence: { field: `metadata.labels["${key}"]`, value } };
  }
  return undefined;
}

function byPriority({ priority }: PodView): Infrastructure | undefined {
  return priority < nodeCritical ? undefined : { service: "node", evidence: { field: "spec.priority", value: String(priority) } };
}
