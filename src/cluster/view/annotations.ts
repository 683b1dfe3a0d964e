import type { StringMap } from "../../kube/object.ts";

/**
 * The annotations of pods and nodes that some decision reads. Annotations can be 256 KiB an object: no other is kept.
 * A prefix ends in "/".
 */
export const readAnnotations: readonly string[] = [
  "kubernetes.io/config.mirror",
  "cluster-autoscaler.kubernetes.io/",
  "karpenter.sh/",
  // Workload managers: whose pod it is.
  "run.ai/top-owner-metadata",
  "kai.scheduler/top-owner-metadata",
  "user",
  "hub.jupyter.org/username",
  // Other tools at work on a node.
  "weave.works/",
  "kured.dev/",
  "machineconfiguration.openshift.io/",
  "machine.openshift.io/",
  "cluster.x-k8s.io/",
];

/** Long values are no marks; what is longer than this is cut nowhere but left out. */
const longest = 4096;

const nothing: StringMap = {};

/** @param named keys that are kept beside those, however long their values: a record names them, or a wish */
export function keptAnnotations(all: StringMap | undefined, named: readonly string[] = []): StringMap {
  if (all === undefined) return nothing;
  const kept = Object.entries(all).filter(([key, value]) => named.includes(key) || (isRead(key) && value.length <= longest));
  return kept.length === 0 ? nothing : Object.fromEntries(kept);
}

/** Does every view keep the annotation with this key? */
export function isRead(key: string): boolean {
  return readAnnotations.some((known) => (known.endsWith("/") ? key.startsWith(known) : key === known));
}
