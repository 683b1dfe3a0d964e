import type { EventType, InvolvedObject } from "../../kube/event.ts";
import type { Clock, Millis } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import type { KubeError } from "../errors.ts";
import type { KubeApi } from "../kube-api.ts";

/** What is to be told of an object. */
export interface EventNote {
  /** With the uid: `kubectl describe` finds events by it. One without a namespace is told of in "default". */
  readonly about: InvolvedObject & { readonly name: string };
  /** Who says so, as `kubectl describe` shows it under From: "NodeMaintenance". */
  readonly component: string;
  readonly type: EventType;
  /** UpperCamelCase, for machines: "BeginMaintenance". */
  readonly reason: string;
  readonly message: string;
  /** What makes it the same event as another of this object, component and reason. Default: the message. */
  readonly key?: string;
}

/** Why an event was not written: "full": too many wait; "spam": too many of one object; "refused": the server does not take it, or never did in time; "ended": the recorder was ended before. */
export type EventLoss = "full" | "spam" | "refused" | "ended";

export interface EventRecorderOptions {
  /** With create of Events; to count repetitions, get and patch too. */
  readonly api: Pick<KubeApi, "create" | "get" | "patch">;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** The pod or host that says so. */
  readonly host?: string;
  /** What becomes of one that was written before, by this process or another: nothing more (the default), or its count goes up. */
  readonly repeat?: "drop" | "count";
  /** Told of each event that is not written. Must not throw. */
  readonly onLoss?: (note: EventNote, why: EventLoss, error: KubeError | undefined) => void;
}

/** Writes Events beside the work: nobody waits for it, and nothing fails by it. */
export interface EventRecorder extends AsyncDisposable {
  /** Never throws, never waits. */
  record(note: EventNote): void;
  /** Waits until all is written, at most so long. Resolves with how many still wait. */
  flush(within: Millis): Promise<number>;
  /** How many were written, dropped because they had been written before, and lost. */
  readonly counts: { readonly written: number; readonly repeated: number; readonly lost: number };
  /** Ends at once what is under way; what waits is lost. `flush` before. */
  [Symbol.asyncDispose](): Promise<void>;
}
