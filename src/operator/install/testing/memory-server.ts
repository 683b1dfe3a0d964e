import { KubeError, type KubeErrorCode } from "../../../client/errors.ts";
import type { Call, Item, KubeApi, ListQuery, Page, WatchEvent, WatchQuery, WriteOptions, Written } from "../../../client/kube-api.ts";
import type { Identified, Json, KubeObject } from "../../../kube/object.ts";
import { applyMergePatch, type Patch } from "../../../kube/patch.ts";
import { qualifiedName, type Resource } from "../../../kube/resource.ts";

type At = { readonly namespace?: string; readonly name: string };

/** What the server says instead, where the test wants it to. */
export interface Answers {
  /** Verbs on resources that are denied: "delete namespaces". */
  readonly denied?: readonly string[];
  /** Fields that somebody else keeps, by the name of the object; taken over only with force. */
  readonly conflicts?: Readonly<Record<string, readonly string[]>>;
  /** Roles and other objects that the server would not let be written, by name. */
  readonly forbidden?: Readonly<Record<string, string>>;
  /** Called before each write that is no dry run. */
  readonly before?: (verb: string, name: string) => void;
}

/** Keeps objects of any kind, as far as installing needs a server: no schema, no controllers, nothing outlives its deletion. */
export class MemoryServer {
  readonly writes: string[] = [];
  readonly #objects = new Map<string, KubeObject>();
  readonly #answers: Answers;
  #version = 1;

  constructor(answers: Answers = {}, objects: readonly (readonly [Resource, object])[] = []) {
    this.#answers = answers;
    for (const [resource, object] of objects) this.#keep(resource, object as KubeObject);
  }

  find<T extends KubeObject>(r: Resource<T>, at: At): T | undefined {
    return this.#objects.get(keyOf(r, at)) as T | undefined;
  }

  api(): KubeApi {
    return {
      server: "https://memory",
      get: async (r: Resource, at: At) => await Promise.resolve(this.#must(r, at)),
      list: (r: Resource, q: ListQuery<KubeObject, unknown>) => this.#list(r, q),
      watch: (r: Resource, q: WatchQuery<KubeObject, unknown>, call: Call) => this.#watch(r, q, call),
      create: async (r: Resource, body: object) => await Promise.resolve({ object: this.#answer(r, body), warnings: [] }),
      patch: async (r: Resource, at: At, p: Patch, o: WriteOptions) => await Promise.resolve(this.#patch(r, at, p, o)),
      remove: async (r: Resource, at: Identified) => await Promise.resolve(this.#remove(r, at)),
      serverTime: () => undefined,
      [Symbol.asyncDispose]: async () => {},
    } as unknown as KubeApi;
  }

  #keep(r: Resource, object: KubeObject): KubeObject {
    const { name, namespace } = object.metadata;
    const key = keyOf(r, { name, ...(namespace === undefined ? {} : { namespace }) });
    const uid = this.#objects.get(key)?.metadata.uid ?? object.metadata.uid ?? `uid-${name}`;
    const kept = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(this.#version++) } };
    this.#objects.set(key, kept);
    return kept;
  }

  #must(r: Resource, at: At): KubeObject {
    const found = this.#objects.get(keyOf(r, at));
    if (found === undefined) throw failure("not-found", 404, `${qualifiedName(r)} "${at.name}" not found`);
    return found;
  }

  #patch(r: Resource, at: At, p: Patch, { dryRun }: WriteOptions): Written<KubeObject> {
    const { forbidden, conflicts, before } = this.#answers;
    const words = forbidden?.[at.name];
    if (words !== undefined) throw failure("forbidden", 403, words);
    if (p.kind !== "apply" && p.kind !== "merge") throw new Error(`nothing here patches by ${p.kind}`);
    const fields = conflicts?.[at.name] ?? [];
    if (p.kind === "apply" && !p.force && fields.length > 0) {
      const causes = fields.map((field) => ({ reason: "FieldManagerConflict", message: 'conflict with "kubectl"', field }));
      throw failure("conflict", 409, "Apply failed", causes);
    }
    const found = this.#objects.get(keyOf(r, at));
    if (found === undefined && p.kind === "merge") throw failure("not-found", 404, `${at.name} not found`);
    const next = applyMergePatch((found ?? {}) as unknown as Json, p.body) as unknown as KubeObject;
    if (dryRun === true) return { object: next, warnings: [] };
    before?.(p.kind, at.name);
    this.writes.push(`${p.kind} ${r.kind}/${at.name}`);
    return { object: this.#keep(r, next), warnings: [] };
  }

  #remove(r: Resource, at: Identified): void {
    this.#answers.before?.("delete", at.name);
    this.#must(r, at);
    this.writes.push(`delete ${r.kind}/${at.name}`);
    this.#objects.delete(keyOf(r, at));
  }

  /** Who asks, and what they may. */
  #answer(r: Resource, body: object): KubeObject {
    if (r.kind === "SelfSubjectReview") return { ...body, status: { userInfo: { username: "jane" } } } as unknown as KubeObject;
    const { spec } = body as { readonly spec: { readonly resourceAttributes: { readonly verb: string; readonly resource: string } } };
    const { verb, resource } = spec.resourceAttributes;
    return { ...body, status: { allowed: this.#answers.denied?.includes(`${verb} ${resource}`) !== true } } as unknown as KubeObject;
  }

  #items(
    r: Resource,
    { namespace, fieldSelector }: { readonly namespace?: string; readonly fieldSelector?: string },
  ): readonly KubeObject[] {
    const name = fieldSelector?.replace(/^metadata\.name=/, "");
    return [...this.#objects].flatMap(([key, object]) => {
      const { metadata } = object;
      const isOf = key.startsWith(`${r.plural}/`) && (namespace === undefined || metadata.namespace === namespace);
      return isOf && (name === undefined || metadata.name === name) ? [object] : [];
    });
  }

  async *#list(r: Resource, q: ListQuery<KubeObject, unknown>): AsyncGenerator<Page<Item<unknown>>> {
    await Promise.resolve();
    yield { items: this.#items(r, q).map((object) => itemOf(object, q.project)), resourceVersion: String(this.#version) };
  }

  async *#watch(r: Resource, q: WatchQuery<KubeObject, unknown>, { signal }: Call): AsyncGenerator<readonly WatchEvent<Item<unknown>>[]> {
    yield [];
    const events = this.#items(r, q).map((object) => ({ type: "ADDED" as const, item: itemOf(object, q.project) }));
    yield [...events, { type: "BOOKMARK", resourceVersion: String(this.#version), initial: true }];
    await new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
  }
}

function keyOf(r: Resource, { namespace, name }: At): string {
  return `${r.plural}/${r.namespaced ? (namespace ?? "") : ""}/${name}`;
}

function itemOf(object: KubeObject, project: ((object: KubeObject) => unknown) | undefined): Item<unknown> {
  const { uid, name, resourceVersion } = object.metadata;
  return { uid, name, resourceVersion, value: project === undefined ? object : project(object) };
}

function failure(
  code: KubeErrorCode,
  http: number,
  message: string,
  causes: readonly { readonly field: string; readonly message: string; readonly reason: string }[] = [],
): KubeError {
  return new KubeError(code, message, { http, status: { kind: "Status", message, code: http, details: { causes } } });
}
