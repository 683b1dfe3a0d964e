import { KubeError } from "../../src/client/errors.ts";
import type { Call, EvictionAnswer, KubeApi, Written } from "../../src/client/kube-api.ts";
import type { Identified, KubeObject } from "../../src/kube/object.ts";
import type { Patch } from "../../src/kube/patch.ts";
import type { Resource } from "../../src/kube/resource.ts";

/** A request that waits until the test answers it. */
export interface Asked<A> {
  answer(value: A): void;
  fail(error: unknown): void;
}

export interface AskedEviction extends Asked<EvictionAnswer> {
  readonly pod: Identified;
  readonly gracePeriodSeconds?: number;
  readonly signal: AbortSignal;
}

export interface AskedRemoval extends Asked<void> {
  readonly target: Identified;
}

export interface AskedPatch extends Asked<KubeObject> {
  readonly name: string;
  readonly patch: Patch;
}

export interface AskedGet extends Asked<KubeObject> {
  readonly name: string;
}

/** A KubeApi whose every answer the test gives, one request at a time; what is asked for stands here in order. */
export class ScriptedApi implements KubeApi {
  readonly server = "a script";
  readonly evictions: AskedEviction[] = [];
  readonly removals: AskedRemoval[] = [];
  readonly patches: AskedPatch[] = [];
  readonly gets: AskedGet[] = [];

  evict(pod: Identified, o: { readonly gracePeriodSeconds?: number }, { signal }: Call): Promise<EvictionAnswer> {
    return ask((asked) => this.evictions.push({ ...asked, ...o, pod, signal }));
  }

  remove(_: Resource, target: Identified): Promise<void> {
    return ask((asked) => this.removals.push({ ...asked, target }));
  }

  async patch<T extends KubeObject>(_: Resource<T>, at: { readonly name: string }, patch: Patch): Promise<Written<T>> {
    const object = await ask<KubeObject>((asked) => this.patches.push({ ...asked, name: at.name, patch }));
    return { object: object as T, warnings: [] };
  }

  async get<T extends KubeObject>(_: Resource<T>, at: { readonly name: string }): Promise<T> {
    return (await ask<KubeObject>((asked) => this.gets.push({ ...asked, name: at.name }))) as T;
  }

  version(): Promise<never> {
    return unscripted("version");
  }

  groups(): Promise<never> {
    return unscripted("groups");
  }

  list(): AsyncIterable<never> {
    throw new KubeError("unsupported", "list is not scripted");
  }

  watch(): AsyncIterable<never> {
    throw new KubeError("unsupported", "watch is not scripted");
  }

  create(): Promise<never> {
    return unscripted("create");
  }

  log(): Promise<never> {
    return unscripted("log");
  }

  serverTime(): undefined {
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.resolve();
  }
}

function ask<A>(note: (asked: Asked<A>) => void): Promise<A> {
  const { promise, resolve, reject } = Promise.withResolvers<A>();
  note({ answer: resolve, fail: reject });
  return promise;
}

function unscripted(what: string): Promise<never> {
  return Promise.reject(new KubeError("unsupported", `${what} is not scripted`));
}
