import type { StringMap } from "../kube/object.ts";
import type { NodeStatus } from "../kube/node.ts";
import { mirrorAnnotation, type PodSpec } from "../kube/pod.ts";
import { formatDuration } from "./controllers/durations.ts";
import { podScript } from "./controllers/pod-script.ts";
import { detachScript, driver } from "./controllers/volumes.ts";
import type { BarePodSketch, BudgetSketch, NodeSketch, PodSketch, VolumeSketch, WorkloadSketch } from "./sketch.ts";

/** Sketches as the bodies of creates; a real API server takes them too. */

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: StringMap; readonly annotations?: StringMap };
}

export function nodeStatus({ cpu = "8", memory = "32Gi", pods = 110 }: NodeSketch, bootID: string): NodeStatus {
  const room = { cpu, memory, pods: String(pods) };
  return { capacity: room, allocatable: room, nodeInfo: { kubeletVersion: "v1.36.3", bootID } };
}

export function nodeManifest(sketch: NodeSketch, bootID: string): Manifest {
  const { name, labels, taints, unschedulable } = sketch;
  const spec = { ...(taints === undefined ? {} : { taints }), ...(unschedulable === true ? { unschedulable } : {}) };
  const metadata = { name, labels: { "kubernetes.io/hostname": name, ...labels } };
  return { apiVersion: "v1", kind: "Node", metadata, ...{ spec, status: nodeStatus(sketch, bootID) } };
}

function podAnnotations({ annotations, ready, gone }: PodSketch): StringMap {
  return {
    ...annotations,
    ...(ready === undefined ? {} : { [podScript.ready]: formatDuration(ready) }),
    ...(gone === undefined ? {} : { [podScript.gone]: gone === "hang" ? gone : formatDuration(gone) }),
  };
}

function podSpec({
  cpu = "100m",
  memory = "64Mi",
  grace,
  emptyDir,
  claims = [],
  nodeSelector,
  tolerations,
  priority,
  restartPolicy,
}: PodSketch): PodSpec {
  const volumes = [
    ...(emptyDir === true ? [{ name: "scratch", emptyDir: {} }] : []),
    ...claims.map((claimName, i) => ({ name: `claim-${i}`, persistentVolumeClaim: { claimName } })),
  ];
  return {
    containers: [{ name: "main", image: "registry.k8s.io/pause:3.10", resources: { requests: { cpu, memory } } }],
    ...(grace === undefined ? {} : { terminationGracePeriodSeconds: grace }),
    ...(volumes.length === 0 ? {} : { volumes }),
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
    ...(tolerations === undefined ? {} : { tolerations }),
    ...(priority === undefined ? {} : { priority }),
    ...(restartPolicy === undefined ? {} : { restartPolicy }),
  };
}

/** For a Deployment as well as for the ReplicaSet beneath it. */
export function workloadManifest({ kind, namespace, name, replicas = 1, pod = {} }: WorkloadSketch): Manifest {
  const labels = pod.labels ?? { app: name };
  const { finalizers } = pod;
  const metadata = { labels, annotations: podAnnotations(pod), ...(finalizers === undefined ? {} : { finalizers }) };
  const spec = {
    ...(kind === "DaemonSet" ? {} : { replicas }),
    ...(kind === "StatefulSet" ? { serviceName: name } : {}),
    selector: { matchLabels: labels },
    template: { metadata, spec: podSpec(pod) },
  };
  return { apiVersion: "apps/v1", kind, metadata: { namespace, name, labels }, ...{ spec } };
}

export function budgetManifest({ namespace, name, spec }: BudgetSketch): Manifest {
  return { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { namespace, name }, ...{ spec } };
}

export function barePodManifest(pod: BarePodSketch): Manifest {
  const { namespace, name, labels = { app: name }, finalizers, on, mirror, unready } = pod;
  const annotations = {
    ...podAnnotations(pod),
    ...(mirror === true ? { [mirrorAnnotation]: `mirror-of-${name}` } : {}),
    ...(unready === true ? { [podScript.unready]: "true" } : {}),
  };
  const metadata = { namespace, name, labels, annotations, ...(finalizers === undefined ? {} : { finalizers }) };
  return { apiVersion: "v1", kind: "Pod", metadata, ...{ spec: { ...podSpec(pod), nodeName: on } } };
}

export function volumeManifest({ namespace, claim, name = `${namespace}-${claim}`, detach, localTo }: VolumeSketch): Manifest {
  const metadata = {
    name,
    ...(detach === undefined ? {} : { annotations: { [detachScript]: detach === "hang" ? detach : formatDuration(detach) } }),
  };
  const required = { nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [localTo] }] }] };
  const source = localTo === undefined ? { csi: { driver } } : { local: { path: `/mnt/${name}` }, nodeAffinity: { required } };
  return { apiVersion: "v1", kind: "PersistentVolume", metadata, ...{ spec: { claimRef: { namespace, name: claim }, ...source } } };
}

export function claimManifest({ namespace, claim, name = `${namespace}-${claim}` }: VolumeSketch): Manifest {
  return { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { namespace, name: claim }, ...{ spec: { volumeName: name } } };
}
