import { word } from "../../../plan/args.ts";
import { none, phrase, type Phrases } from "../../../plan/phrase.ts";
import type { VolumeCode } from "../codes.ts";

const whyLocal: Readonly<Record<string, string>> = {
  local: "is on the disk of node",
  hostPath: "is a directory of node",
  pinned: "may be used on no other node than",
};

/** What is said of volumes. Sentences go on from the object's name: "pod web/a: …". */
export const volumePhrases: Phrases<VolumeCode> = {
  "prove-detached": phrase(
    (a) => `node ${word(a, "node")} is shown to hold no volume of the pods that went`,
    none,
    "When the pods are gone, their volumes are waited for until they are detached from the node, for --volume-detach-timeout at most.",
  ),
  "local-volume": phrase(
    (a) => {
      const kind = word(a, "kind");
      const what = `its claim ${word(a, "claim")} (volume ${word(a, "volume")}) ${whyLocal[kind] ?? "is bound to node"} ${word(a, "node")}`;
      return kind === "hostPath" ? `${what}: elsewhere it finds other data, or none` : `${what}: it stays Pending until that node is back`;
    },
    (a) => `copy or replicate its data first, or bring node ${word(a, "node")} back soon; a pod that may wait needs nothing`,
    "The pod's PersistentVolume is local, a hostPath, or allowed on this one node by its node affinity. The data does not move with the pod: it can start only where the volume is.",
  ),
  "volumes-unread": phrase(
    (a) => `not checked: may not list ${word(a, "resource")}`,
    (a) =>
      `allow the verbs list and watch on ${word(a, "resource")}; until then nobody here can say when the volumes of moved pods are off the node`,
    "Volumes are looked at beside the drain: which are attached to the node, and whose they are. Without the permission the drain goes on and its verdict says nothing of them.",
  ),
  "volumes-attached": phrase(
    (a) => `waits for volumes to be detached: ${word(a, "volumes")}`,
    () => "if it lasts: see the VolumeAttachments' status.detachError, and whether the driver's controller runs",
    "The pods are gone and their volumes are still attached to the node. Where a machine is switched off before they are detached, nobody else can use them for six minutes.",
  ),
  "volumes-unknown": phrase(
    () => "waits until the attached volumes are known",
    none,
    "The pods are gone; which volumes are still attached has not been read yet, or the connection to the server is lost.",
  ),
  "volumes-detached": phrase(
    (a) => `node ${word(a, "node")} holds no volume of the pods that went`,
    none,
    "Read from the API: no VolumeAttachment of the node is left, but for those of pods that stay.",
  ),
  "volumes-left-attached": phrase(
    (a) =>
      a["why"] === "not-ready"
        ? `volumes are still attached to node ${word(a, "node")}, which is not Ready, so they were not waited for: ${word(a, "volumes")}`
        : `volumes are still attached to node ${word(a, "node")} after ${word(a, "seconds")} s: ${word(a, "volumes")}`,
    none,
    "The drain went on without them. Switch the machine off only if these volumes may be out of use for six minutes, or fence the node first.",
  ),
  "volumes-unchecked": phrase(
    (a) => {
      const claims = a["claims"];
      return typeof claims === "object" && claims.length > 0
        ? `not checked whether the volumes of ${claims.join(", ")} are off node ${word(a, "node")}`
        : `no pod that went from node ${word(a, "node")} had a volume that is attached`;
    },
    none,
    "VolumeAttachments may not be read, or could not be read in time.",
  ),
};
