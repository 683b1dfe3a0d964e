import type { Clock, Millis } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";

/** "low": what a first list or a resync brings, which nobody waits for. */
export type Priority = "normal" | "low";

/** What a worker says of a key. A failed one comes again by itself, later each time. */
export type Result =
  | { readonly kind: "done" }
  /** `background`: a resync or the like, for which nobody waits (`TimerOptions`). */
  | { readonly kind: "again"; readonly after: Millis; readonly background?: boolean }
  | { readonly kind: "failed"; readonly error: unknown };

/** Told of what happens, for metrics. The names in brackets are those of controller-runtime and client-go. Must not throw. */
export interface QueueObserver {
  /** [workqueue_adds_total] A key that was not waiting already. */
  added?(priority: Priority): void;
  /** [workqueue_queue_duration_seconds] How long it was ready before a worker took it. Seconds. */
  started?(key: string, waited: number): void;
  /** [workqueue_work_duration_seconds, controller_runtime_reconcile_total] Seconds. */
  ended?(key: string, result: Result, seconds: number): void;
  /** [workqueue_retries_total] */
  retried?(key: string): void;
  /** [workqueue_depth] Ready and not taken yet. */
  depth?(normal: number, low: number): void;
}

/** At this moment. */
export interface QueueLoad {
  /** [workqueue_depth] */
  readonly depth: number;
  /** Keys whose time is yet to come. */
  readonly later: number;
  /** [controller_runtime_active_workers] */
  readonly running: number;
  /** [workqueue_longest_running_processor_seconds] 0 where none runs. */
  readonly longestRunning: number;
  /** [workqueue_unfinished_work_seconds] The sum over all that run. */
  readonly unfinished: number;
}

export interface WorkQueueOptions {
  readonly workers: number;
  /** Brings one key to where it belongs. A rejection counts as failed. Never called twice at a time for one key. */
  readonly reconcile: (key: string, signal: AbortSignal) => Promise<Result>;
  readonly clock: Clock;
  readonly random: Random;
  readonly observer?: QueueObserver;
}
