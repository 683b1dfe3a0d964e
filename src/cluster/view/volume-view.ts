import type { PersistentVolume, VolumeAttachment } from "../../kube/volume.ts";
import type { NodeSelector } from "../../kube/scheduling/wire.ts";

/** A volume that is attached to a node, or about to be, or on its way off: the object goes when the driver has detached it. */
export interface AttachmentView {
  readonly uid: string;
  readonly name: string;
  readonly node: string;
  /** The PersistentVolume; absent for a volume that stands in the pod itself (in-tree volumes on their way to CSI). */
  readonly volume?: string;
  readonly attached: boolean;
}

/** A PersistentVolume, as far as decisions look at it. */
export interface VolumeView {
  readonly uid: string;
  readonly name: string;
  readonly claim?: { readonly namespace: string; readonly name: string };
  /** Its data is on one machine's own disk. */
  readonly kind: "local" | "hostPath" | "other";
  /** Where it can be used; absent: everywhere. */
  readonly affinity?: NodeSelector;
}

/**
 * How well attachments or volumes are known. Both are read beside the work, never before it: "unread" (not asked for, or the first reading
 * is under way), "known", "stale" (the connection is lost: what is shown may be old) or "denied".
 */
export type Knowledge = "unread" | "known" | "stale" | "denied";

/** Volumes of the nodes that matter. What rests on them is no part of a plan's identity. */
export interface VolumesView {
  readonly attachmentsKnown: Knowledge;
  /** To or from this node, by name of the volume. */
  attachments(node: string): readonly AttachmentView[];
  readonly volumesKnown: Knowledge;
  volume(name: string): VolumeView | undefined;
  /** The volume that is bound to this claim. */
  volumeOf(claim: { readonly namespace: string; readonly name: string }): VolumeView | undefined;
}

export function projectAttachment({ metadata, spec, status }: VolumeAttachment): AttachmentView {
  const { persistentVolumeName: volume } = spec.source;
  const { uid, name } = metadata;
  return { uid, name, node: spec.nodeName, ...(volume === undefined ? {} : { volume }), attached: status?.attached ?? false };
}

export function projectVolume({ metadata, spec = {} }: PersistentVolume): VolumeView {
  const { claimRef, local, hostPath, nodeAffinity } = spec;
  const isClaimed = claimRef?.namespace !== undefined && claimRef.name !== undefined;
  return {
    uid: metadata.uid,
    name: metadata.name,
    ...(isClaimed ? { claim: { namespace: claimRef.namespace ?? "", name: claimRef.name ?? "" } } : {}),
    kind: local !== undefined ? "local" : hostPath !== undefined ? "hostPath" : "other",
    ...(nodeAffinity?.required === undefined ? {} : { affinity: nodeAffinity.required }),
  };
}
