import { isKubeError } from "../../client/errors.ts";
import type { Json, KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Millis } from "../../runtime/clock.ts";
import type { Estate } from "./estate.ts";
import { mergeDiff } from "./merge-diff.ts";
import type { Newest } from "./newest.ts";

/** A single write is waited for no longer than this; the next pass looks again. */
export const writePatience: Millis = 10_000;

/** Every write to an object carries what it was made from: its uid and the version that was seen. */
export class ObjectWriter<T extends KubeObject> {
  readonly #estate: Pick<Estate, "api" | "clock">;
  readonly #resource: Resource<T>;
  readonly #objects: Newest<T>;

  constructor(estate: Pick<Estate, "api" | "clock">, resource: Resource<T>, objects: Newest<T>) {
    this.#estate = estate;
    this.#resource = resource;
    this.#objects = objects;
  }

  /** @returns whether they stand so now */
  async finalizers(object: T, finalizers: readonly string[], signal: AbortSignal): Promise<boolean> {
    return (await this.#patch(object, { metadata: { finalizers } }, {}, signal)) === "written";
  }

  async status(object: T, status: Json, signal: AbortSignal): Promise<"written" | "conflict"> {
    const before = (object as { readonly status?: Json }).status;
    return await this.#patch(object, { status: mergeDiff(before, status) }, { subresource: "status" }, signal);
  }

  /** @returns false: the watch tells when it is gone */
  async remove({ metadata: { name, uid } }: T, signal: AbortSignal): Promise<false> {
    using deadline = this.#estate.clock.deadline(writePatience, signal);
    try {
      await this.#estate.api.remove(this.#resource, { name, uid }, {}, { signal: deadline.signal, lane: "control" });
    } catch (error) {
      if (!isKubeError(error, "not-found", "conflict")) throw error;
    }
    return false;
  }

  async #patch(
    { metadata: { name, uid, resourceVersion } }: T,
    change: { readonly metadata?: { readonly [field: string]: Json }; readonly status?: Json },
    options: { readonly subresource?: string },
    signal: AbortSignal,
  ): Promise<"written" | "conflict"> {
    using deadline = this.#estate.clock.deadline(writePatience, signal);
    const body = { ...change, metadata: { uid, resourceVersion, ...change.metadata } };
    try {
      const call = { signal: deadline.signal, lane: "control" } as const;
      const { object } = await this.#estate.api.patch<T>(this.#resource, { name }, { kind: "merge", body }, options, call);
      this.#objects.wrote(object);
      return "written";
    } catch (error) {
      // Somebody else wrote it meanwhile, or it is gone: the watch tells, and the next pass decides anew.
      if (isKubeError(error, "conflict", "not-found")) return "conflict";
      throw error;
    }
  }
}
