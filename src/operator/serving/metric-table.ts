/** One metric as it is exposed. */
export interface Metric {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
}

/** Of controller-runtime (pkg/internal/controller/metrics). */
const reconcileBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5,
  5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];
/** Of controller-runtime (pkg/metrics/workqueue.go): from 10 ns to 1000 s. */
const queueBuckets = Array.from({ length: 12 }, (_, n) => Number(`1e${n - 8}`));
/** Of client_golang, which its webhook server uses. */
const usualBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const minute = 60;
const hour = 3_600;
const maintenanceBuckets = [
  10,
  30,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  20 * minute,
  40 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
  24 * hour,
];

const queue = ["name", "controller"];

/**
 * Every metric that the operator writes by itself, under the names of controller-runtime and client-go where they have one: dashboards and alerts
 * made for any operator work. Metrics of the process (`process_*`, `nodejs_*`) are prom-client's own.
 */
export const metricTable = {
  controller_runtime_reconcile_total: {
    type: "counter",
    help: "Reconciles by result: success, requeue_after, error.",
    labels: ["controller", "result"],
  },
  controller_runtime_reconcile_errors_total: { type: "counter", help: "Reconciles that failed.", labels: ["controller"] },
  controller_runtime_reconcile_time_seconds: {
    type: "histogram",
    help: "How long a reconcile took.",
    labels: ["controller"],
    buckets: reconcileBuckets,
  },
  controller_runtime_active_workers: { type: "gauge", help: "Reconciles under way.", labels: ["controller"] },
  controller_runtime_max_concurrent_reconciles: {
    type: "gauge",
    help: "How many reconciles may be under way at once.",
    labels: ["controller"],
  },
  workqueue_depth: { type: "gauge", help: "Keys that wait for a worker, by priority.", labels: [...queue, "priority"] },
  workqueue_adds_total: { type: "counter", help: "Keys added that were not waiting already.", labels: queue },
  workqueue_queue_duration_seconds: {
    type: "histogram",
    help: "How long a key waited for a worker.",
    labels: queue,
    buckets: queueBuckets,
  },
  workqueue_work_duration_seconds: {
    type: "histogram",
    help: "How long a worker was busy with a key.",
    labels: queue,
    buckets: queueBuckets,
  },
  workqueue_unfinished_work_seconds: { type: "gauge", help: "Age of the work under way, summed up.", labels: queue },
  workqueue_longest_running_processor_seconds: { type: "gauge", help: "Age of the oldest work under way.", labels: queue },
  workqueue_retries_total: { type: "counter", help: "Keys that came back after a failure.", labels: queue },
  rest_client_requests_total: {
    type: "counter",
    help: 'Requests to the API server by status; "<error>" where no answer came.',
    labels: ["code", "method", "host"],
  },
  leader_election_master_status: { type: "gauge", help: "1: this replica leads. 0: it stands by.", labels: ["name"] },
  controller_runtime_webhook_requests_total: {
    type: "counter",
    help: "Requests for admission by HTTP status.",
    labels: ["webhook", "code"],
  },
  controller_runtime_webhook_latency_seconds: {
    type: "histogram",
    help: "How long they took to answer.",
    labels: ["webhook"],
    buckets: usualBuckets,
  },
  controller_runtime_webhook_requests_in_flight: { type: "gauge", help: "Requests for admission under way.", labels: ["webhook"] },
  certwatcher_read_certificate_total: { type: "counter", help: "Looks at the webhook's certificate.", labels: [] },
  certwatcher_read_certificate_errors_total: { type: "counter", help: "Looks at the webhook's certificate that failed.", labels: [] },
  drydock_certificate_expires_seconds: {
    type: "gauge",
    help: "When the webhook's certificate expires, in seconds since 1970.",
    labels: [],
  },
  drydock_maintenances: { type: "gauge", help: "Objects that take nodes out of service, by phase.", labels: ["kind", "phase"] },
  drydock_maintenance_duration_seconds: {
    type: "histogram",
    help: "From the first change of the node to the end of the maintenance.",
    labels: ["kind", "outcome"],
    buckets: maintenanceBuckets,
  },
  drydock_pods_left: { type: "gauge", help: "Pods that are yet to leave a node.", labels: ["node"] },
  drydock_pods_blocked: {
    type: "gauge",
    help: "Pods that cannot leave a node now, by what blocks them (drydock explain CODE).",
    labels: ["node", "code"],
  },
  drydock_pods_evicted_total: { type: "counter", help: "Pods whose eviction the server accepted.", labels: [] },
  drydock_evictions_total: { type: "counter", help: "Requests to evict, by the server's answer.", labels: ["answer"] },
  drydock_node_lease_held: {
    type: "gauge",
    help: "1: the lease of a node that is out is ours, and no remediation touches it. 0: somebody else has it.",
    labels: ["node"],
  },
  drydock_watch_last_heard_seconds: {
    type: "gauge",
    help: "Seconds since a watch last said anything, a bookmark included; of several watches of one resource, the most silent one.",
    labels: ["resource"],
  },
  drydock_event_loop_delay_seconds: {
    type: "histogram",
    help: "How late a timer came: above a second, leases are in danger.",
    labels: [],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  },
  drydock_status_writes_total: { type: "counter", help: "Writes of a status by what came of them.", labels: ["kind", "result"] },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof metricTable;
