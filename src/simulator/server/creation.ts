import { type CustomResourceDefinition, customResourceDefinitions } from "../../kube/custom-resource-definition.ts";
import { isJsonObject } from "../../kube/json-equal.ts";
import type { Json, KubeObject, ObjectMeta } from "../../kube/object.ts";
import type { PodSpec } from "../../kube/pod.ts";
import { apiVersionOf, namespaces, nodes, pods, type Resource } from "../../kube/resource.ts";
import { formatTime } from "../../kube/time.ts";
import type { At } from "../store/change.ts";
import { isSame } from "../store/store.ts";
import type { World } from "../world.ts";
import { demandValid } from "./built-in-validation.ts";
import { defaulted } from "./custom-resources/definition-admission.ts";
import { demandTyped } from "./custom-resources/type-meta.ts";
import { withManagedFields } from "./managed-fields.ts";
import { generatedName } from "./names.ts";
import { admittedPodSpec, newPodStatus } from "./pod-admission.ts";
import { alreadyExists, badRequest, invalid, notFound, refused } from "./refusal.ts";
import type { Requester } from "./requester.ts";
import type { ServedKind } from "./served-kind.ts";

const mostNames = 8;

type Body = Partial<Omit<KubeObject, "metadata">> & {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec?: Json;
  readonly status?: Json;
};

/**
 * The object that a create would store: named, stamped, defaulted, its status wiped where it has a subresource of its own.
 *
 * @throws KubeError 400, 403 (its definition goes), 404 (no such namespace), 409 (there is one), 422 (no name, or against the kind's rules)
 */
export function newObject(world: World, kind: ServedKind, body: object, namespace: string | undefined, by: Requester): KubeObject {
  const { resource } = kind;
  const given: Body = body;
  const meta: Partial<ObjectMeta> = isJsonObject(given.metadata as Json) ? (given.metadata ?? {}) : {};
  if (kind.defined !== undefined) demandTyped(resource, given);
  const place = placeOf(world, kind, meta.namespace, namespace);
  if (kind.defined?.terminating === true) {
    throw refused(resource, meta.name ?? "", "create not allowed while custom resource definition is terminating");
  }
  const name = nameFor(world, kind, meta, place);
  const now = world.life.clock.now();
  const { resourceVersion: _, deletionTimestamp: __, deletionGracePeriodSeconds: ___, managedFields: ____, ...kept } = meta;
  const metadata: ObjectMeta = {
    ...kept,
    name,
    ...(place === undefined ? {} : { namespace: place }),
    uid: world.random.uuid(),
    resourceVersion: "",
    creationTimestamp: formatTime(now),
    ...(kind.generations ? { generation: 1 } : {}),
  };
  const { status, ...content } = given;
  const keepsStatus = !kind.subresources.includes("status") && status !== undefined;
  const object: KubeObject = {
    ...content,
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata,
    ...(keepsStatus ? { status } : {}),
  };
  if (isSame(resource, pods)) {
    const spec = admittedPodSpec((given.spec ?? {}) as PodSpec);
    return { ...object, spec, status: newPodStatus } as KubeObject;
  }
  const whole = isSame(resource, customResourceDefinitions) ? defaulted(object as CustomResourceDefinition) : object;
  demandValid(resource, whole);
  return isSame(resource, nodes) ? withManagedFields(undefined, whole, by.manager, now) : whole;
}

function placeOf(world: World, { resource }: ServedKind, own: string | undefined, asked: string | undefined): string | undefined {
  if (!resource.namespaced) return undefined;
  const place = asked ?? own;
  if (place === undefined) throw badRequest("an empty namespace may not be set during creation");
  if (own !== undefined && own !== place) {
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  }
  if (world.store.find(namespaces, { name: place }) === undefined) throw notFound(namespaces, place);
  return place;
}

/** @throws KubeError 409 */
export function demandFree(world: World, r: Resource, at: At): void {
  if (world.store.find(r, at) !== undefined) throw alreadyExists(r, at.name);
}

function nameFor(world: World, { resource, custom }: ServedKind, meta: Partial<ObjectMeta>, namespace: string | undefined): string {
  const isTaken = (name: string): boolean =>
    world.store.find(resource, { name, ...(namespace === undefined ? {} : { namespace }) }) !== undefined;
  if (meta.name !== undefined && meta.name !== "") {
    // Of a custom resource only after its webhooks were asked: the generic registry looks when it stores.
    if (!custom && isTaken(meta.name)) throw alreadyExists(resource, meta.name);
    return meta.name;
  }
  if (meta.generateName === undefined || meta.generateName === "") {
    throw invalid(resource, "", "metadata.name: Required value: name or generateName is required");
  }
  let name = generatedName(meta.generateName, world.random);
  for (let tries = 1; isTaken(name); tries += 1) {
    if (tries === mostNames) throw alreadyExists(resource, name);
    name = generatedName(meta.generateName, world.random);
  }
  return name;
}
