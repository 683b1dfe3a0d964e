import type { KubeObject } from "./object.ts";
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from "./scheduling/wire.ts";

/** The fields of a PersistentVolume that Drydock reads. */
export interface PersistentVolume extends KubeObject {
  readonly spec?: {
    /** The claim that it is bound to, or kept for. */
    readonly claimRef?: { readonly namespace?: string; readonly name?: string; readonly uid?: string };
    readonly local?: { readonly path?: string };
    readonly hostPath?: { readonly path?: string };
    readonly csi?: { readonly driver?: string };
    /** Where it can be used; absent: everywhere. */
    readonly nodeAffinity?: { readonly required?: NodeSelector };
  };
}

/** The fields of a PersistentVolumeClaim that Drydock reads. */
export interface PersistentVolumeClaim extends KubeObject {
  readonly spec?: { readonly volumeName?: string };
}

/** storage.k8s.io/v1: made by the attach/detach controller, carried out by the driver's attacher, which keeps it by a finalizer until it is detached. */
export interface VolumeAttachment extends KubeObject {
  readonly spec: {
    readonly attacher: string;
    readonly nodeName: string;
    readonly source: { readonly persistentVolumeName?: string; readonly inlineVolumeSpec?: object };
  };
  readonly status?: { readonly attached?: boolean };
}

/** Does this affinity leave no other node than this one: by its name, or by a host name that is this node's? */
export function isPinnedTo(node: { readonly name: string; readonly hostname: string }, affinity: NodeSelector): boolean {
  const terms = affinity.nodeSelectorTerms ?? [];
  return terms.length > 0 && terms.every((term) => namesOnly(node, term));
}

function namesOnly({ name, hostname }: { readonly name: string; readonly hostname: string }, term: NodeSelectorTerm): boolean {
  return (
    (term.matchFields ?? []).some((each) => each.key === "metadata.name" && isOnly(each, name)) ||
    (term.matchExpressions ?? []).some((each) => each.key === hostnameLabel && isOnly(each, hostname))
  );
}

function isOnly({ operator, values = [] }: NodeSelectorRequirement, value: string): boolean {
  return operator === "In" && values.length === 1 && values[0] === value;
}

/** What local provisioners pin their volumes by. */
export const hostnameLabel = "kubernetes.io/hostname";
