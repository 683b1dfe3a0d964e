import type { PersistentVolume } from "../volume.ts";
import type { Demand, Unjudged } from "./demand.ts";
import { matchesNodeSelector, valueOf } from "./node-affinity.ts";
import type { SchedulingNode } from "./scheduling-node.ts";
import type { Refusal } from "./verdict.ts";
import type { NodeSelector } from "./wire.ts";

/** Where a volume can be used. */
export interface VolumePlace {
  readonly nodes?: NodeSelector;
  /** Labels of old volumes that name their zone or region: key, and the values that will do. */
  readonly topology: readonly { readonly key: string; readonly values: readonly string[] }[];
  /** Of CSI; absent for other kinds of volumes. */
  readonly driver?: string;
}

/** What is known of a claim: the place of its volume, that no volume is bound to it, or what would have to be read. */
export type ClaimPlace = VolumePlace | "unbound" | { readonly unread: string };

/** What is known of volumes. */
export interface Volumes {
  claim(namespace: string, claim: string): ClaimPlace;
  /** How many more volumes of this CSI driver the node can attach: as many as one likes (Infinity), or not known. */
  attachable(node: string, driver: string): number | { readonly unread: string };
}

const zone = "topology.kubernetes.io/zone";
const region = "topology.kubernetes.io/region";

/** Each label, and the one that took its place. */
const topologyLabels: Readonly<Record<string, string>> = {
  [zone]: zone,
  [region]: region,
  "failure-domain.beta.kubernetes.io/zone": zone,
  "failure-domain.beta.kubernetes.io/region": region,
};

export function volumePlaceOf({ metadata, spec }: PersistentVolume): VolumePlace {
  const required = spec?.nodeAffinity?.required;
  const driver = spec?.csi?.driver;
  return {
    ...(required === undefined ? {} : { nodes: required }),
    ...(driver === undefined ? {} : { driver }),
    // Several zones of one volume are joined like this (cloud-provider volume/helpers, LabelZonesToSet).
    topology: Object.keys(topologyLabels).flatMap((key) => {
      const text = valueOf(metadata.labels ?? {}, key);
      return text === undefined ? [] : [{ key, values: text.split("__") }];
    }),
  };
}

/** What a demand's volumes ask of its node (scheduler volumebinding, volumezone, nodevolumelimits). */
export interface VolumeWishes {
  refusal(node: SchedulingNode): Refusal | undefined;
  unjudged(node: SchedulingNode): readonly Unjudged[];
  /** How many volumes of which CSI driver would be attached. */
  readonly drivers: ReadonlyMap<string, number>;
}

export function volumeWishesOf({ namespace, claims }: Demand, volumes: Volumes): VolumeWishes {
  const found = claims.map((claim) => volumes.claim(namespace, claim));
  const places = found.filter((place): place is VolumePlace => isKnown(place));
  const general = found.flatMap((place): Unjudged[] =>
    place === "unbound" ? ["a volume yet to be made"] : isKnown(place) ? [] : [unread(place)],
  );
  const drivers = new Map<string, number>();
  for (const { driver } of places) if (driver !== undefined) drivers.set(driver, (drivers.get(driver) ?? 0) + 1);
  return {
    drivers,
    refusal: (node) => {
      for (const [driver, count] of drivers) {
        const free = volumes.attachable(node.name, driver);
        if (typeof free === "number" && count > free) return "volume limit";
      }
      if (places.some(({ nodes }) => nodes !== undefined && !matchesNodeSelector(nodes, node))) return "volume node affinity";
      return places.every((place) => isInZone(place, node)) ? undefined : "volume zone";
    },
    unjudged: (node) => [
      ...general,
      ...[...drivers.keys()].flatMap((driver): Unjudged[] => {
        const free = volumes.attachable(node.name, driver);
        return typeof free === "number" ? [] : [unread(free)];
      }),
    ],
  };
}

function isKnown(place: ClaimPlace): place is VolumePlace {
  return typeof place === "object" && !("unread" in place);
}

function unread({ unread: resource }: { readonly unread: string }): Unjudged {
  return `${resource} could not be read`;
}

/** A node without any such label is in no zone, and nobody asks for its zone. */
function isInZone({ topology }: VolumePlace, { labels }: SchedulingNode): boolean {
  if (!Object.keys(topologyLabels).some((key) => valueOf(labels, key) !== undefined)) return true;
  return topology.every(({ key, values }) => {
    const value = valueOf(labels, key) ?? valueOf(labels, topologyLabels[key] ?? key);
    return value !== undefined && values.includes(value);
  });
}
