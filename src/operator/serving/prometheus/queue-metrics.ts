import type { QueueLoad, QueueObserver, Result } from "../../../client/work-queue/contract.ts";
import type { Metered } from "./registry.ts";

/** controller-runtime's number for what nobody waits for (pkg/handler LowPriority); everything else is 0. */
const lowPriority = "-100";
const normalPriority = "0";

const results: Readonly<Record<Result["kind"], string>> = { done: "success", again: "requeue_after", failed: "error" };

/** A queue is named after its controller, as controller-runtime does. */
export function queueMetrics(
  metered: Metered,
  controller: string,
  workers: number,
): QueueObserver & { followed(load: () => QueueLoad): void } {
  const labels = { name: controller, controller };
  const of = { controller };
  const adds = metered.counter("workqueue_adds_total");
  const retries = metered.counter("workqueue_retries_total");
  const errors = metered.counter("controller_runtime_reconcile_errors_total");
  const reconciles = metered.counter("controller_runtime_reconcile_total");
  // Series that may never move are there from the beginning: a rate over one that appears with its first value is wrong.
  for (const result of Object.values(results)) reconciles.inc({ ...of, result }, 0);
  errors.inc(of, 0);
  adds.inc(labels, 0);
  retries.inc(labels, 0);
  metered.gauge("controller_runtime_max_concurrent_reconciles").set(of, workers);
  metered.gauge("controller_runtime_active_workers").set(of, 0);
  const depth = metered.gauge("workqueue_depth");
  const setDepth = (normal: number, low: number): void => {
    depth.set({ ...labels, priority: normalPriority }, normal);
    depth.set({ ...labels, priority: lowPriority }, low);
  };
  setDepth(0, 0);
  return {
    added: () => adds.inc(labels),
    retried: () => retries.inc(labels),
    started: (_, waited) => metered.histogram("workqueue_queue_duration_seconds").observe(labels, waited),
    ended: (_, result, seconds) => {
      metered.histogram("workqueue_work_duration_seconds").observe(labels, seconds);
      metered.histogram("controller_runtime_reconcile_time_seconds").observe(of, seconds);
      reconciles.inc({ ...of, result: results[result.kind] });
      if (result.kind === "failed") errors.inc(of);
    },
    depth: setDepth,
    followed: (load) => {
      metered.beforeScrape.push(() => {
        const { running, longestRunning, unfinished } = load();
        metered.gauge("controller_runtime_active_workers").set(of, running);
        metered.gauge("workqueue_longest_running_processor_seconds").set(labels, longestRunning);
        metered.gauge("workqueue_unfinished_work_seconds").set(labels, unfinished);
      });
    },
  };
}
