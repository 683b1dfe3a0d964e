import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Clock, Millis } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import type { KubeError } from "../errors.ts";
import type { Item, KubeApi, Selection } from "../kube-api.ts";
import type { Change } from "./copy.ts";
import type { ReflectorStatus } from "./machine.ts";

/** Who keeps the copy. Called synchronously, in order; a throw is a bug and ends the process. */
export interface Sink<P> {
  /** The full state as of `resourceVersion`: what is not among `items` is gone, unseen. */
  replace(items: readonly Item<P>[], resourceVersion: string): void;
  /** Each change once, in order. ADDED: was not kept before. DELETED carries the last state the server told. */
  apply(changes: readonly Change<P>[]): void;
}

export interface ReflectorOptions<T extends KubeObject, P> {
  readonly api: Pick<KubeApi, "list" | "watch">;
  readonly resource: Resource<T>;
  readonly selection: Selection;
  /** `undefined`: this object is not kept. One that was kept before then counts as deleted. */
  readonly project: (object: T) => P | undefined;
  readonly sink: Sink<P>;
  readonly clock: Clock;
  readonly random: Random;
  /** Of lists. Default: that of `KubeApi.list`. */
  readonly pageSize?: number;
  readonly signal?: AbortSignal;
  /** Called when the kind of the status or the code of its error changes. */
  readonly onState?: (status: ReflectorStatus) => void;
  /** Called at each sign of life: a page of a list, a watch that opens, its events and bookmarks, before any of it is told. Not for refusals. */
  readonly onHeard?: () => void;
}

/** "failed": no server, or an answer that one more attempt is unlikely to mend (of passing ones the third in a row). It goes on trying. */
export type FirstOutcome = "synced" | { readonly denied: KubeError } | { readonly failed: KubeError };

export interface Reflector extends AsyncDisposable {
  /** The first complete state is in the sink. Rejects only on dispose or abort. */
  readonly synced: Promise<void>;
  /** What came of the first attempts. Rejects only on dispose or abort. */
  readonly firstOutcome: Promise<FirstOutcome>;
  readonly status: ReflectorStatus;
  /** The version the sink is complete up to. */
  resourceVersion(): string | undefined;
  /** After so long without a sign of life a request is cut and made anew. At least one second. Counts at once. */
  setIdleDeadline(ms: Millis): void;
  /** Make sure of the copy now: ends a back-off, polls, or asks for the watch anew from where it stands. At most once a second. */
  nudge(): void;
}
