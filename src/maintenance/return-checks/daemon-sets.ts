import type { KubeObject } from "../../kube/object.ts";
import type { PodSpec } from "../../kube/pod.ts";
import type { DaemonSetView } from "./judge.ts";

interface DaemonSet extends KubeObject {
  readonly spec?: { readonly template?: { readonly spec?: PodSpec } };
}

/** What of a DaemonSet says on which nodes it belongs. */
export function projectDaemonSet(object: KubeObject): DaemonSetView {
  const { metadata, spec } = object as DaemonSet;
  const template = spec?.template?.spec;
  return {
    uid: metadata.uid,
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    nodeSelector: template?.nodeSelector,
    required: template?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution,
    tolerations: template?.tolerations ?? [],
  };
}
