import { isKubeError } from "../../src/client/errors.ts";
import type { KubeApi, Written } from "../../src/client/kube-api.ts";
import { type CustomResourceDefinition, customResourceDefinitions, isEstablished } from "../../src/kube/custom-resource-definition.ts";
import type { Json, KubeObject } from "../../src/kube/object.ts";
import type { Patch } from "../../src/kube/patch.ts";
import { apiVersionOf, qualifiedName, type Resource } from "../../src/kube/resource.ts";
import type { StructuralSchema } from "../../src/kube/structural-schema/schema.ts";

/**
 * How an API server treats custom resources, call by call, as data: the same cases are run through `KubeApi` on the embedded cluster and on
 * a real API server. Each has a group and a namespace of its own.
 */
export interface CustomResourceCase {
  readonly name: string;
  readonly run: (scene: Scene) => Promise<unknown>;
  /** What `run` gives, on both. */
  readonly gives: unknown;
}

export interface Scene {
  readonly api: KubeApi;
  readonly signal: AbortSignal;
  readonly namespace: string;
  /** For the definitions of this case. */
  readonly group: string;
  /** For the definitions that several cases use: each costs a real API server a second or so. */
  readonly commonGroup: string;
}

export interface Thing extends KubeObject {
  readonly spec?: Json;
  readonly status?: Json;
}

export interface Choice {
  readonly scope?: "Cluster" | "Namespaced";
  /** Default: true. */
  readonly hasStatus?: boolean;
  readonly selectable?: readonly string[];
}

/** What stands in `spec`; without it anything may. */
export function withSpec(spec: StructuralSchema): StructuralSchema {
  return { type: "object", properties: { spec, status: { type: "object", "x-kubernetes-preserve-unknown-fields": true } } };
}

export const anything: StructuralSchema = withSpec({ type: "object", "x-kubernetes-preserve-unknown-fields": true });

export function definitionOf(
  group: string,
  schema: StructuralSchema,
  { scope = "Cluster", hasStatus = true, selectable }: Choice = {},
): object {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `things.${group}` },
    spec: {
      group,
      scope,
      names: { plural: "things", kind: "Thing" },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schema },
          ...(hasStatus ? { subresources: { status: {} } } : {}),
          ...(selectable === undefined ? {} : { selectableFields: selectable.map((jsonPath) => ({ jsonPath })) }),
        },
      ],
    },
  };
}

/** A namespaced kind of which all cases have objects in their own namespaces. Without a schema anything may stand in `spec`. */
export function common(scene: Scene, name = "anything", schema: StructuralSchema = anything): Promise<Resource<Thing>> {
  return defined({ ...scene, group: `${name}.${scene.commonGroup}` }, schema, { scope: "Namespaced" });
}

/** Creates the definition where it is missing; resolves when its objects are served. */
export async function defined(scene: Scene, schema: StructuralSchema = anything, choice: Choice = {}): Promise<Resource<Thing>> {
  const { api, signal, group } = scene;
  const resource: Resource<Thing> = { group, version: "v1", plural: "things", kind: "Thing", namespaced: choice.scope === "Namespaced" };
  const definition = definitionOf(group, schema, choice);
  const object = await api.create(customResourceDefinitions, definition, {}, { signal }).then(
    (written) => written.object,
    (error: unknown) => {
      if (!isKubeError(error, "already-exists")) throw error;
      return api.get(customResourceDefinitions, { name: qualifiedName(resource) }, { signal });
    },
  );
  await establishedOf(scene, object);
  // Established is told a moment before the endpoints answer. Not asked by a list: those are turned away (429, one second) until the
  // server's cache of the new kind is filled.
  const at = { name: "probe", ...(resource.namespaced ? { namespace: scene.namespace } : {}) };
  for (;;) {
    const { message = "" } = await failureOf(api.get(resource, at, { signal }));
    if (message.includes('"probe" not found')) return resource;
  }
}

async function establishedOf({ api, signal }: Scene, { metadata }: CustomResourceDefinition): Promise<void> {
  const query = { from: "initial-events", fieldSelector: `metadata.name=${metadata.name}` };
  for await (const batch of api.watch(customResourceDefinitions, query, { signal })) {
    for (const event of batch) if ("item" in event && isEstablished(event.item.value)) return;
  }
  throw new Error(`the watch ended before ${metadata.name} was established`);
}

export interface Failure {
  readonly http?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly causes?: readonly (readonly [reason: string | undefined, field: string | undefined, message: string | undefined])[];
}

/** How a call was refused; {} where it was not. Causes are in the order of their fields: the server's own is that of a Go map. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
    return {};
  } catch (error) {
    if (!isKubeError(error)) throw error;
    const { http, status, message } = error;
    const causes = status?.details?.causes?.map(({ reason, field, message: text }) => [reason, field, text] as const);
    return {
      ...(http === undefined ? {} : { http }),
      ...(status?.reason === undefined ? {} : { reason: status.reason }),
      message,
      ...(causes === undefined ? {} : { causes: causes.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) }),
    };
  }
}

/** The causes of a refusal as "field: message", sorted; "accepted" where there was none. */
export async function faultsOf(work: Promise<unknown>): Promise<readonly string[] | "accepted"> {
  const failure = await failureOf(work);
  if (failure.http === undefined) return "accepted";
  if (failure.causes === undefined) return [`${failure.http} ${failure.message}`];
  return failure.causes.map(([, field, message]) => `${field}: ${message}`).toSorted();
}

export function create({ api, signal, namespace }: Scene, r: Resource<Thing>, body: object): Promise<Written<Thing>> {
  const whole = { apiVersion: apiVersionOf(r), kind: r.kind, ...body };
  return api.create(r, whole, r.namespaced ? { namespace } : {}, { signal });
}

/** Creates one of the name "a" with this spec. */
export async function made(scene: Scene, r: Resource<Thing>, spec: Json, more: object = {}): Promise<Thing> {
  return (await create(scene, r, { metadata: { name: "a" }, spec, ...more })).object;
}

export async function patched({ api, signal, namespace }: Scene, r: Resource<Thing>, patch: Patch, subresource?: string): Promise<Thing> {
  const at = { name: "a", ...(r.namespaced ? { namespace } : {}) };
  return (await api.patch(r, at, patch, subresource === undefined ? {} : { subresource }, { signal })).object;
}

export const merge = (body: Json): Patch => ({ kind: "merge", body });
