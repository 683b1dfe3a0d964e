import { fieldsOf, templateOf, type Template } from "./template.ts";
import type { Json } from "../../../src/kube/object.ts";

const holes = ["NAME", "UID", "VERSION", "ADDRESS", "BOOT", "ZONE", "BEAT", "SINCE"] as const;

const images = 30;
const topics = ["MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable", "Ready"];

/** A node of a cloud: thirty labels, five conditions with their heartbeats, and the images that it has, which are most of it. */
export const nodeText: Template<(typeof holes)[number]> = templateOf(nodeObject(), holes);

function nodeObject(): object {
  const machine = {
    cpu: "16",
    memory: "65805712Ki",
    pods: "110",
    "ephemeral-storage": "104845292Ki",
    "hugepages-1Gi": "0",
    "hugepages-2Mi": "0",
  };
  const labels = {
    "kubernetes.io/hostname": "@NAME@",
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/os": "linux",
    "node.kubernetes.io/instance-type": "m6i.4xlarge",
    "topology.kubernetes.io/region": "eu-central-1",
    "topology.kubernetes.io/zone": "@ZONE@",
    "topology.ebs.csi.aws.com/zone": "@ZONE@",
    "node-role.kubernetes.io/worker": "",
    ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`feature.node.kubernetes.io/cpu-cpuid.FEATURE${i}`, "true"])),
  };
  const annotations = {
    "csi.volume.kubernetes.io/nodeid": JSON.stringify({ "ebs.csi.aws.com": "i-@UID@", "efs.csi.aws.com": "i-@UID@" }),
    "node.alpha.kubernetes.io/ttl": "0",
    "volumes.kubernetes.io/controller-managed-attach-detach": "true",
    "projectcalico.org/IPv4Address": "@ADDRESS@/20",
    "nfd.node.kubernetes.io/feature-labels": Array.from({ length: 20 }, (_, i) => `cpu-cpuid.FEATURE${i}`).join(","),
  };
  const conditions = topics.map((type) => ({
    type,
    status: type === "Ready" ? "True" : "False",
    reason: `Kubelet${type}`,
    message: `kubelet has said of ${type} what it has to say`,
    lastHeartbeatTime: "@BEAT@",
    lastTransitionTime: "@SINCE@",
  }));
  const status = {
    addresses: [
      { type: "InternalIP", address: "@ADDRESS@" },
      { type: "Hostname", address: "@NAME@" },
    ],
    allocatable: machine,
    capacity: machine,
    conditions,
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    images: Array.from({ length: images }, (_, i) => ({
      names: [
        `registry.example.com/platform/service-${i}@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a${10 + i}`,
        `registry.example.com/platform/service-${i}:v1.${i}.0`,
      ],
      sizeBytes: 123_456_789 + i,
    })),
    nodeInfo: {
      bootID: "@BOOT@",
      machineID: "@UID@",
      systemUUID: "@UID@",
      kernelVersion: "6.12.0-31-cloud-amd64",
      osImage: "Debian GNU/Linux 13 (trixie)",
      containerRuntimeVersion: "containerd://2.1.4",
      kubeletVersion: "v1.36.3",
      kubeProxyVersion: "v1.36.3",
      operatingSystem: "linux",
      architecture: "amd64",
    },
  };
  const written = (manager: string, fields: Json, subresource?: string): object => ({
    manager,
    operation: "Update",
    apiVersion: "v1",
    time: "@BEAT@",
    fieldsType: "FieldsV1",
    fieldsV1: fields,
    ...(subresource === undefined ? {} : { subresource }),
  });
  return {
    kind: "Node",
    apiVersion: "v1",
    metadata: {
      name: "@NAME@",
      uid: "@UID@",
      resourceVersion: "@VERSION@",
      creationTimestamp: "@SINCE@",
      labels,
      annotations,
      managedFields: [
        written("kubelet", { "f:metadata": fieldsOf({ labels, annotations }) }),
        written("kubelet", { "f:status": fieldsOf({ conditions, allocatable: machine, capacity: machine }) }, "status"),
      ],
    },
    spec: { providerID: "aws:///eu-central-1/i-@UID@", podCIDR: "10.64.0.0/24" },
    status,
  };
}
