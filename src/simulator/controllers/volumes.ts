import type { KubeObject } from "../../kube/object.ts";
import { isPodFinished, type Pod } from "../../kube/pod.ts";
import { nodes, persistentVolumes, pods, volumeAttachments } from "../../kube/resource.ts";
import type { PersistentVolume, VolumeAttachment } from "../../kube/volume.ts";
import { newObject } from "../server/creation.ts";
import { deleteObject } from "../server/deletion.ts";
import { persistentVolumeClaims } from "../server/served-kinds.ts";
import { subjectOf } from "../store/change.ts";
import { isSame } from "../store/store.ts";
import type { World } from "../world.ts";
import { actor, type Actor, noteOf, ReactionQueue } from "./actor.ts";
import { parseDuration } from "./durations.ts";

/**
 * On a PersistentVolume, or on one VolumeAttachment (which goes before it): how long its driver takes to detach it; "hang": until the
 * annotation says otherwise.
 */
export const detachScript = "sim.drydock.dev/detach";

/** The driver of every volume here, and what keeps an attachment until it has detached the volume. */
export const driver = "csi.sim.drydock.dev";
const finalizer = "external-attacher/csi-sim-drydock-dev";

/**
 * The attach/detach controller, and the attacher of the one driver there is. A node gets an attachment for each volume of a driver that a
 * pod on it uses, once no other node holds that volume; when no pod uses it any more the attachment is deleted, and goes when the driver
 * is done. (The controller waits for the kubelet to unmount; a simulated one has nothing mounted.)
 */
export function startVolumeControllers(world: World): void {
  const controller = actor(world, "attachdetach-controller");
  const queue = new ReactionQueue(controller, (node) => attachAndDetach(controller, node));
  const attacher = new Attacher(actor(world, "external-attacher"));
  world.store.onChange((change) => {
    const { resource, before, after } = change;
    if (isSame(resource, pods)) {
      for (const pod of [before, after]) {
        const { nodeName, volumes } = (pod as Pod | undefined)?.spec ?? {};
        if (nodeName !== undefined && (volumes ?? []).some((volume) => volume.persistentVolumeClaim !== undefined)) queue.add(nodeName);
      }
    } else if (isSame(resource, volumeAttachments)) {
      attacher.see(subjectOf(change) as VolumeAttachment, after === undefined);
      // The volume is free for the next node.
      if (after === undefined) for (const { metadata } of world.store.each(nodes)) queue.add(metadata.name);
    }
  });
}

/** Names of the volumes of a driver that pods on this node use. */
export function volumesUsedOn({ store, index }: World, node: string): readonly string[] {
  const names = index.on(node).flatMap(({ metadata, spec, status }) => {
    if (isPodFinished(status?.phase)) return [];
    return (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: at }) => {
      if (at === undefined) return [];
      const claim = store.find(persistentVolumeClaims, { namespace: metadata.namespace ?? "", name: at.claimName });
      const volume = store.find<PersistentVolume>(persistentVolumes, { name: claim?.spec?.volumeName ?? "" });
      return volume?.spec?.csi === undefined ? [] : [volume.metadata.name];
    });
  });
  return [...new Set(names)].sort();
}

/** What the controller makes; with `attached`, as the attacher leaves it. */
export function attachmentBody(volume: string, node: string): Pick<VolumeAttachment, "spec"> & { readonly metadata: object } {
  return {
    metadata: { name: `csi-${volume}-${node}` },
    spec: { attacher: driver, nodeName: node, source: { persistentVolumeName: volume } },
  };
}

export function attached(attachment: VolumeAttachment): VolumeAttachment {
  return { ...attachment, metadata: { ...attachment.metadata, finalizers: [finalizer] }, status: { attached: true } };
}

function attachAndDetach(self: Actor, node: string): void {
  const { world } = self;
  const used = volumesUsedOn(world, node);
  const all = [...world.store.each(volumeAttachments)];
  for (const volume of used) {
    if (all.some(({ spec }) => spec.source.persistentVolumeName === volume)) continue;
    const by = { name: self.name, manager: "kube-controller-manager" };
    const made = newObject(world, world.kinds.of(volumeAttachments), attachmentBody(volume, node), undefined, by) as VolumeAttachment;
    world.store.put(volumeAttachments, { ...made, status: { attached: false } }, noteOf(self, "create"));
  }
  for (const attachment of all) {
    const { spec, metadata } = attachment;
    if (spec.nodeName !== node || metadata.deletionTimestamp !== undefined || used.includes(spec.source.persistentVolumeName ?? ""))
      continue;
    deleteObject(world, volumeAttachments, attachment, undefined, noteOf(self, "delete"));
  }
}

class Attacher {
  readonly #actor: Actor;
  readonly #attaching: ReactionQueue;
  readonly #detaching = new Map<string, { readonly script: string; readonly timer: Disposable }>();

  constructor(self: Actor) {
    this.#actor = self;
    this.#attaching = new ReactionQueue(self, (name) => this.#attach(name));
  }

  see(attachment: VolumeAttachment, isGone: boolean): void {
    const { metadata, status } = attachment;
    if (isGone) this.#forget(metadata.uid);
    else if (metadata.deletionTimestamp !== undefined) this.#detach(attachment);
    else if (status?.attached !== true) this.#attaching.add(metadata.name);
  }

  #attach(name: string): void {
    const { store } = this.#actor.world;
    const present = store.find(volumeAttachments, { name });
    if (present?.metadata.deletionTimestamp === undefined && present?.status?.attached === false)
      store.put(volumeAttachments, attached(present), noteOf(this.#actor, "status"));
  }

  #detach(attachment: VolumeAttachment): void {
    const { uid, name } = attachment.metadata;
    const { life, store } = this.#actor.world;
    const script = this.#scriptOf(attachment);
    if (this.#detaching.get(uid)?.script === script) return;
    this.#forget(uid);
    if (script === "hang") return;
    const timer = life.timer(parseDuration(script), () => {
      this.#detaching.delete(uid);
      store.drop(volumeAttachments, { name }, noteOf(this.#actor, "remove"));
    });
    this.#detaching.set(uid, { script, timer });
  }

  #scriptOf({ metadata, spec }: VolumeAttachment): string {
    const volume: KubeObject | undefined = this.#actor.world.store.find(persistentVolumes, {
      name: spec.source.persistentVolumeName ?? "",
    });
    return metadata.annotations?.[detachScript] ?? volume?.metadata.annotations?.[detachScript] ?? "1s";
  }

  #forget(uid: string): void {
    this.#detaching.get(uid)?.timer[Symbol.dispose]();
    this.#detaching.delete(uid);
  }
}
