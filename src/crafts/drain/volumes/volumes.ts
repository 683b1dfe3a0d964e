import type { ClusterView, NodeView, PodView } from "../../../cluster/view/cluster-view.ts";
import type { AttachmentView, VolumeView } from "../../../cluster/view/volume-view.ts";
import type { ObjectRef } from "../../../kube/object.ts";
import { isPodFinished } from "../../../kube/pod.ts";
import { hostnameLabel, isPinnedTo } from "../../../kube/volume.ts";
import type { Finding } from "../../../plan/finding.ts";
import { podRef } from "../../../plan/refs.ts";
import type { Action } from "../../../plan/step.ts";
import { compareText } from "../../../runtime/text-order.ts";
import type { DrainCode } from "../codes.ts";

/** An attachment that keeps a node from being let go, and whose claim it serves, where that is known. */
export interface Attached {
  readonly attachment: AttachmentView;
  /** The volume's name, or the attachment's own where the volume has none. */
  readonly name: string;
  /** "namespace/name" */
  readonly claim?: string;
}

/** What keeps a node's volumes from being judged. */
export type Attachments =
  | { readonly kind: "known"; readonly attached: readonly Attached[] }
  | { readonly kind: "unread" }
  | { readonly kind: "denied" };

/**
 * The volumes that are to be detached before the node is let go: all that are attached to it, less those of pods that stay. Attachments of
 * pods that nobody knows are waited for too, as Cluster API does: the attach/detach controller takes away what no pod on the node needs, a
 * drain that goes on after a crash has not seen the pods that went before it, and a machine that is switched off with a volume attached
 * holds it for six minutes more (the controller's force-detach timeout), whoever's it was.
 */
export function attachmentsOf(node: string, view: ClusterView): Attachments {
  const { volumes } = view;
  if (volumes.attachmentsKnown === "denied") return { kind: "denied" };
  if (volumes.attachmentsKnown !== "known") return { kind: "unread" };
  const all = volumes.attachments(node);
  if (all.length === 0) return { kind: "known", attached: [] };
  const staying = view.podsOn(node).filter((pod) => pod.claims.length > 0 && !isPodFinished(pod.phase));
  // Without the volumes nobody can tell whose an attachment is; that matters only beside pods that keep theirs.
  if (volumes.volumesKnown !== "known" && staying.length > 0)
    return volumes.volumesKnown === "denied" ? { kind: "denied" } : { kind: "unread" };
  const kept = new Set(staying.flatMap((pod) => volumesOf(pod, view).map(({ volume }) => volume.name)));
  return {
    kind: "known",
    attached: all
      .filter(({ volume }) => volume === undefined || !kept.has(volume))
      .map((attachment) => attachedAs(attachment, view))
      .toSorted((a, b) => compareText(a.name, b.name)),
  };
}

function attachedAs(attachment: AttachmentView, view: ClusterView): Attached {
  const { claim } = view.volumes.volume(attachment.volume ?? "") ?? {};
  return {
    attachment,
    name: attachment.volume ?? attachment.name,
    ...(claim === undefined ? {} : { claim: `${claim.namespace}/${claim.name}` }),
  };
}

/** "pv-1 (claim web/data-0)" */
export function wordsOf({ name, claim }: Attached): string {
  return claim === undefined ? name : `${name} (claim ${claim})`;
}

export function attachmentRef({ attachment }: Attached): ObjectRef {
  return { kind: "VolumeAttachment", name: attachment.name, uid: attachment.uid };
}

interface Claimed {
  readonly claim: string;
  readonly volume: VolumeView;
}

/** The volumes behind a pod's claims, as far as they are known. */
function volumesOf({ namespace, claims }: PodView, { volumes }: ClusterView): readonly Claimed[] {
  return claims.flatMap((claim) => {
    const volume = volumes.volumeOf({ namespace, name: claim });
    return volume === undefined ? [] : [{ claim, volume }];
  });
}

/** A pod that moves, whose data cannot follow: on this machine's disk, or allowed on this node only. Known once volumes are read. */
export function localVolumeFindings(
  node: NodeView,
  decided: readonly { readonly pod: PodView; readonly decision: { readonly action: Action } }[],
  view: ClusterView,
): readonly Finding<DrainCode>[] {
  return decided.flatMap(({ pod, decision }) => {
    if (decision.action === "stay" || isPodFinished(pod.phase)) return [];
    return volumesOf(pod, view).flatMap(({ claim, volume }): Finding<DrainCode>[] => {
      const kind = boundTo(node, volume);
      if (kind === undefined) return [];
      const args = { pod: `${pod.namespace}/${pod.name}`, claim, volume: volume.name, node: node.name, kind };
      const objects = [podRef(pod), { kind: "PersistentVolume", name: volume.name, uid: volume.uid }];
      return [{ code: "local-volume", severity: "warning", objects, args, beside: true }];
    });
  });
}

function boundTo(node: NodeView, { kind, affinity }: VolumeView): "local" | "hostPath" | "pinned" | undefined {
  if (kind !== "other") return kind;
  const hostname = node.labels[hostnameLabel] ?? node.name;
  return affinity !== undefined && isPinnedTo({ name: node.name, hostname }, affinity) ? "pinned" : undefined;
}

/** What may not be read, where it is missed: only beside pods that have claims. */
export function unreadVolumesFindings(
  decided: readonly { readonly pod: PodView }[],
  { volumes }: ClusterView,
): readonly Finding<DrainCode>[] {
  if (decided.every(({ pod }) => pod.claims.length === 0)) return [];
  const denied = [
    ...(volumes.attachmentsKnown === "denied" ? ["volumeattachments.storage.k8s.io"] : []),
    ...(volumes.volumesKnown === "denied" ? ["persistentvolumes"] : []),
  ];
  return denied.map((resource) => ({ code: "volumes-unread", severity: "warning", objects: [], args: { resource }, beside: true }));
}
