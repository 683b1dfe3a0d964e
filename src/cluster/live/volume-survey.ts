import { isKubeError } from "../../client/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import { csiNodes, persistentVolumes, qualifiedName, type Resource, volumeAttachments } from "../../kube/resource.ts";
import { type ClaimPlace, type VolumePlace, volumePlaceOf, type Volumes } from "../../kube/scheduling/volumes.ts";
import type { Mover } from "../view/room-view.ts";
import { pagesOf, type SurveyOptions } from "./survey-pages.ts";

type Unread = { readonly unread: string };

/** Where the movers' volumes can be used, and how many more each node can attach. Nothing is read where no mover has a volume. */
export async function surveyVolumes(movers: readonly Mover[], options: SurveyOptions): Promise<Volumes> {
  const wanted = new Set(movers.flatMap(({ namespace, demand }) => demand.claims.map((claim) => `${namespace}/${claim}`)));
  if (wanted.size === 0) return { claim: () => "unbound", attachable: () => Number.POSITIVE_INFINITY };
  const places = new Map<string, VolumePlace>();
  const denied = await readAll(
    persistentVolumes,
    (volume) => {
      const { namespace = "", name = "" } = volume.spec?.claimRef ?? {};
      return wanted.has(`${namespace}/${name}`) ? { claim: `${namespace}/${name}`, place: volumePlaceOf(volume) } : undefined;
    },
    (found) => void (found !== undefined && places.set(found.claim, found.place)),
    options,
  );
  const drivers = new Set([...places.values()].flatMap(({ driver }) => (driver === undefined ? [] : [driver])));
  return {
    claim: (namespace, claim): ClaimPlace => denied ?? places.get(`${namespace}/${claim}`) ?? "unbound",
    attachable: drivers.size === 0 ? () => Number.POSITIVE_INFINITY : await attachableOf(drivers, options),
  };
}

/** What is attached is read only where some node has a limit. */
async function attachableOf(drivers: ReadonlySet<string>, options: SurveyOptions): Promise<Volumes["attachable"]> {
  const limits = new Map<string, number>();
  const noLimits = await readAll(
    csiNodes,
    ({ metadata, spec }) => ({ node: metadata.name, drivers: spec.drivers ?? [] }),
    ({ node, drivers: on }) => {
      for (const { name, allocatable } of on)
        if (drivers.has(name) && allocatable?.count !== undefined) limits.set(`${node} ${name}`, allocatable.count);
    },
    options,
  );
  if (noLimits !== undefined) return () => noLimits;
  if (limits.size === 0) return () => Number.POSITIVE_INFINITY;
  const attached = new Map<string, number>();
  const noCounts = await readAll(
    volumeAttachments,
    ({ spec }) => `${spec.nodeName} ${spec.attacher}`,
    (key) => void attached.set(key, (attached.get(key) ?? 0) + 1),
    options,
  );
  return (node, driver) => {
    const limit = limits.get(`${node} ${driver}`);
    if (limit === undefined) return Number.POSITIVE_INFINITY;
    return noCounts ?? limit - (attached.get(`${node} ${driver}`) ?? 0);
  };
}

/** Each object once; what could not be read, by name. A cluster without the resource has none of it. */
async function readAll<T extends KubeObject, P>(
  resource: Resource<T>,
  project: (object: T) => P,
  keep: (value: P) => void,
  options: SurveyOptions,
): Promise<Unread | undefined> {
  try {
    let values: P[] = [];
    for await (const { items, restarted } of pagesOf(resource, { project }, options)) {
      if (restarted) values = [];
      for (const { value } of items) if (value !== undefined) values.push(value);
    }
    for (const value of values) keep(value);
    return undefined;
  } catch (error) {
    options.signal.throwIfAborted();
    if (!isKubeError(error)) throw error;
    return error.code === "not-found" ? undefined : { unread: qualifiedName(resource) };
  }
}
