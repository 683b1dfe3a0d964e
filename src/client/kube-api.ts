import type { Identified, KubeObject } from "../kube/object.ts";
import type { Patch } from "../kube/patch.ts";
import type { Resource } from "../kube/resource.ts";
import type { Status } from "../kube/status.ts";
import type { Instant, Millis } from "../runtime/clock.ts";

/** What every call carries. Evictions are never retried at this level, whatever `retry` says. */
export interface Call {
  readonly signal: AbortSignal;
  readonly lane?: "control" | "bulk" | "lease";
  /**
   * "safe" (the default for reads): 429 with Retry-After, 5xx and lost connections are tried again with jitter. Writes default to "none".
   * Watches are never retried at this level: where to go on from is known to whoever reads them.
   */
  readonly retry?: "none" | "safe";
}

/** One object as the projection left it, with what a store needs to keep it. */
export interface Item<P> {
  readonly uid: string;
  readonly namespace?: string;
  readonly name: string;
  readonly resourceVersion: string;
  readonly value: P;
}

export interface Page<I> {
  readonly items: readonly I[];
  readonly resourceVersion: string;
  /** How many are still to come, where the server says so. */
  readonly remaining?: number;
  /** The list's place was lost (410) and it begins anew with this page: what the pages before it said no longer counts. */
  readonly restarted?: true;
}

/** Which objects: one namespace or all, by labels and fields in the API's own string syntax. */
export interface Selection {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface ListQuery<T, P> extends Selection {
  /** Runs on each object as it is parsed, before anything is kept. */
  readonly project?: (object: T) => P;
  /** Default 500; 0 asks for everything at once. */
  readonly pageSize?: number;
  readonly resourceVersion?: string;
}

export interface WatchQuery<T, P> extends Selection {
  readonly project?: (object: T) => P;
  /** A resource version to go on from, or a watch-list: state first, then a bookmark with `initial`, then changes. */
  readonly from: string | "initial-events";
  /** How long the server shall keep the watch open. Default: random, 5–10 min, chosen by the caller. */
  readonly timeoutSeconds?: number;
}

export type WatchEvent<I> =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly item: I }
  /** `initial`: the state asked for by "initial-events" is complete as of this version. */
  | { readonly type: "BOOKMARK"; readonly resourceVersion: string; readonly initial: boolean }
  | { readonly type: "ERROR"; readonly status: Status };

export interface WriteOptions {
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  /** "status", "eviction"…: a subresource of the object. */
  readonly subresource?: string;
}

export interface Written<T> {
  readonly object: T;
  /** Texts of the server's Warning headers. */
  readonly warnings: readonly string[];
}

export type Propagation = "Background" | "Foreground" | "Orphan";

export interface RemoveOptions extends WriteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagation?: Propagation;
  /** The deletion is refused (409) where the object is of another version by then. */
  readonly resourceVersion?: string;
}

/** Every HTTP answer to an eviction is a value; only no answer at all throws (a `NoAnswerError`). */
export interface EvictionAnswer {
  readonly http: number;
  readonly status?: Status;
  /** Seconds, from the Retry-After header. Absent where the server sent none. */
  readonly retryAfter?: number;
  /** The body, shortened, where it was not a Status (a proxy, or priority and fairness). */
  readonly text?: string;
}

/** Which log, and how much of it. */
export interface LogQuery {
  readonly container: string;
  /** Of the container's life before this one. */
  readonly previous?: boolean;
  /** The last lines only. */
  readonly tailLines: number;
  /**
   * Nothing is read beyond these bytes. The kubelet counts them from the beginning of the tail: what is cut off is the newest
   * (core/v1 PodLogOptions), so whoever wants that asks again for fewer lines.
   */
  readonly limitBytes: number;
}

export interface ServerVersion {
  readonly major: number;
  readonly minor: number;
  readonly gitVersion: string;
}

/** A group of the API, as discovery lists it. */
export interface ApiGroup {
  readonly name: string;
  readonly versions: readonly string[];
  readonly preferred: string;
}

/** The server's clock against ours, from Date headers: server time = our time + offset, ± 1 s. */
export interface ServerTime {
  readonly offset: Millis;
  readonly rate: number;
  readonly seen: Instant;
}

/**
 * All we ask of a cluster. Two implementations: HTTP (`http/`), and the simulator's in process. Objects are raw wire JSON, deep-readonly.
 * Failures throw `KubeError` (client/errors.ts), which keeps the Status object.
 */
export interface KubeApi extends AsyncDisposable {
  /** For messages: "https://127.0.0.1:6443", "the embedded cluster". */
  readonly server: string;
  version(call: Call): Promise<ServerVersion>;
  /** Which groups are served, less the core group (`GET /apis`): open to every authenticated user (`system:discovery`). */
  groups(call: Call): Promise<readonly ApiGroup[]>;
  get<T extends KubeObject>(r: Resource<T>, at: { readonly namespace?: string; readonly name: string }, call: Call): Promise<T>;
  list<T extends KubeObject, P = T>(r: Resource<T>, q: ListQuery<T, P>, call: Call): AsyncIterable<Page<Item<P>>>;
  /**
   * Yields batches in the order they came; the first is empty and comes as soon as the server has accepted the watch (a quiet watch is
   * otherwise not to be told from a hung one). Ends when the server ends it; throws when the connection breaks.
   */
  watch<T extends KubeObject, P = T>(r: Resource<T>, q: WatchQuery<T, P>, call: Call): AsyncIterable<readonly WatchEvent<Item<P>>[]>;
  create<T extends KubeObject>(
    r: Resource<T>,
    body: object,
    o: WriteOptions & { readonly namespace?: string },
    call: Call,
  ): Promise<Written<T>>;
  patch<T extends KubeObject>(
    r: Resource<T>,
    at: { readonly namespace?: string; readonly name: string },
    p: Patch,
    o: WriteOptions,
    call: Call,
  ): Promise<Written<T>>;
  /** Always sends the uid as a precondition. */
  remove<T extends KubeObject>(r: Resource<T>, at: Identified, o: RemoveOptions, call: Call): Promise<void>;
  /** policy/v1 Eviction with `preconditions.uid`. Never retried here. */
  evict(pod: Identified, o: { readonly gracePeriodSeconds?: number; readonly dryRun?: boolean }, call: Call): Promise<EvictionAnswer>;
  /**
   * What a container wrote (`pods/log`). The API server asks the kubelet for it, so it may fail where all else works; not tried again but
   * with retry "safe".
   */
  log(pod: { readonly namespace: string; readonly name: string }, q: LogQuery, call: Call): Promise<string>;
  serverTime(): ServerTime | undefined;
}
