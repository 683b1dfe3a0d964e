import type { z } from "zod";
import type { KubeObject } from "../kube/object.ts";
import type { Resource } from "../kube/resource.ts";
import type { drainSpec } from "./schema/drain.ts";
import type { maintenanceSpec, maintenanceStatus, phases } from "./schema/maintenance.ts";
import type { blockerStatus, condition, progress } from "./schema/parts.ts";

export const drydockGroup = "drydock.dev";
export const drydockVersion = "v1alpha1";

/** Where a Maintenance is. design: pending → checking → cordoned → draining → drained → … → finished; the rest from everywhere. */
export type Phase = (typeof phases)[number];

/** As it is written: without what the API server fills in. */
export type MaintenanceSpec = z.input<typeof maintenanceSpec>;
export type MaintenanceStatus = z.infer<typeof maintenanceStatus>;
export type DrainSpec = z.infer<typeof drainSpec>;
export type Condition = z.infer<typeof condition>;
export type Progress = z.infer<typeof progress>;
export type BlockerStatus = z.infer<typeof blockerStatus>;

export interface Maintenance extends KubeObject {
  readonly spec: MaintenanceSpec;
  readonly status?: MaintenanceStatus;
}

export const maintenances: Resource<Maintenance> = {
  group: drydockGroup,
  version: drydockVersion,
  plural: "maintenances",
  kind: "Maintenance",
  namespaced: false,
};

/** Ours on every object that we look after: deletion waits until what it changed on the node is undone, or left on purpose. */
export const maintenanceFinalizer = "drydock.dev/node-held";

/**
 * The open contract for steps of others, as Cluster API's hooks: while an annotation `HOOK/NAME: OWNER` is on the object, the maintenance
 * waits at that point and says for whom. Whoever put it there takes it away when its work is done.
 */
export const hooks = {
  beforeDrain: "pre-drain.hook.drydock.dev",
  afterDrain: "post-drain.hook.drydock.dev",
  beforeReturn: "pre-return.hook.drydock.dev",
  afterReturn: "post-return.hook.drydock.dev",
} as const;

export type Hook = keyof typeof hooks;

/** Who waits at this point: [name, owner], by name. */
export function openHooks(annotations: Readonly<Record<string, string>> | undefined, hook: Hook): readonly (readonly [string, string])[] {
  const prefix = `${hooks[hook]}/`;
  return Object.entries(annotations ?? {})
    .flatMap(([key, owner]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), owner] as const] : []))
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
