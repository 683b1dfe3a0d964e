import { definitions } from "../api/crd.ts";
import { nodeMaintenances } from "../api/node-maintenance.ts";
import { startEventRecorder } from "../client/event-recorder.ts";
import type { KubeError } from "../client/errors.ts";
import type { LeaderLease } from "../client/leader-lease/contract.ts";
import { startLeaderLease, uniqueIdentity } from "../client/leader-lease/leader-lease.ts";
import type { Surroundings } from "../maintenance/work.ts";
import type { Millis } from "../runtime/clock.ts";
import { DrydockError } from "../runtime/errors.ts";
import { giveBackMemory } from "../runtime/heap-growth.ts";
import { createLatch } from "../runtime/latch.ts";
import { applyDefinitions } from "./crds.ts";
import { faces } from "./faces/faces.ts";
import { tellNotice } from "./keeping/tell-notice.ts";
import { names } from "./manifests/names.ts";
import { Operator, type OperatorOptions } from "./operator.ts";
import type { PodName } from "./own-pod.ts";
import type { HealthCheck } from "./serving/health-check.ts";
import { startEndpoints } from "./serving/http-endpoints.ts";
import type { ListenAddress } from "./serving/listen-address.ts";
import { createLogger, plainLine } from "./serving/log.ts";
import type { Logger, LogLevel } from "./serving/logger.ts";
import { loadMetrics, type Metrics } from "./serving/metrics.ts";
import { createReadiness } from "./serving/readiness.ts";
import { startWebhooks } from "./webhooks.ts";

export interface OperatorWishes {
  readonly version: string;
  /** Where the leader's Lease and the webhooks' certificate are. */
  readonly namespace: string;
  /** Of this process: its pod, or the machine it was started on. */
  readonly host: string;
  /** In which it runs, where it runs in one: it does not evict that. */
  readonly pod?: PodName;
  readonly leaderElect: boolean;
  readonly metricsAt: ListenAddress | "off";
  readonly healthAt: ListenAddress | "off";
  readonly webhooks: { readonly at: ListenAddress; readonly service: string } | "off";
  readonly leaseNamespace: string;
  readonly medik8s: boolean;
  readonly logFormat: "json" | "text";
  readonly logLevel: LogLevel;
  /** Takes one line of the log, with its newline. */
  readonly sink: (line: string) => void;
}

/** What is being written is waited for so long, of the 30 s that a pod has to end. */
const drainPatience: Millis = 15_000;
const flushPatience: Millis = 3_000;
const closePatience: Millis = 3_000;

/**
 * "lost": it led, and another does now, or nobody could be told; a process that goes on would know nothing of that. "handed-over": it gave the
 * lead to another replica by its own will, and is to be started again to stand by.
 */
export type RunEnd = "stopped" | "lost" | "handed-over";

const whyItEnds: Readonly<Record<RunEnd, string>> = {
  stopped: "it was told to end",
  lost: "it leads no more",
  "handed-over": "it has handed over to another replica",
};

/** A kind cannot be served, or may not be. */
export class NotServedError extends DrydockError<"not-served"> {
  constructor(name: string, why: string) {
    super("not-served", `${name} cannot be served: ${why}`);
  }
}

/**
 * One process of the operator: from its start until `stop`, or until it leads no more. Every replica answers webhooks and probes; one of them
 * leads and works. It ends in this order: not ready, nothing new begun, what is being written finished, leadership handed over, servers closed.
 */
export async function runOperator(s: Surroundings, o: OperatorWishes): Promise<RunEnd> {
  const { clock } = s;
  const log = createLogger("operator", {
    now: () => clock.now(),
    sink: o.sink,
    level: o.logLevel,
    ...(o.logFormat === "text" ? { form: plainLine } : {}),
  });
  const metrics = await clock.outside("the library of the metrics", () => loadMetrics(clock));
  await using parts = new AsyncDisposableStack();
  parts.use(metrics.followRequests(s.api.server));
  parts.use(metrics.followEventLoop());
  const readiness = createReadiness();
  const checks: HealthCheck[] = [readiness.check];
  log.info("starting", { version: o.version, server: s.api.server, namespace: o.namespace });
  await serve(s, o, { log, metrics, checks }, parts);
  await applyKinds(s, o, log);
  const ended = new AbortController();
  if (o.webhooks !== "off") {
    const webhooks = parts.use(await startWebhooks({ ...s, ...o, ...o.webhooks, log, metrics, signal: ended.signal }));
    checks.push(...webhooks.checks);
    log.info("webhooks are answered", { port: webhooks.port });
  }
  const run = new Run(s, o, log, metrics, ended.signal);
  const end = await run.untilItEnds();
  readiness.off(whyItEnds[end]);
  await run.end(end);
  ended.abort();
  return end;
}

class Run {
  readonly #s: Surroundings;
  readonly #o: OperatorWishes;
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #signal: AbortSignal;
  readonly #latch = createLatch();
  readonly #lease: LeaderLease | undefined;
  readonly #recorder;
  #operator: Operator | undefined;
  #isLost = false;
  #handsOver = false;

  constructor(s: Surroundings, o: OperatorWishes, log: Logger, metrics: Metrics, signal: AbortSignal) {
    this.#s = s;
    this.#o = o;
    this.#log = log;
    this.#metrics = metrics;
    this.#signal = signal;
    const { api, clock, random } = s;
    this.#recorder = startEventRecorder({ api, clock, random: random.fork("events"), host: o.host, signal });
    s.stop.addEventListener("abort", this.#latch.set, { once: true });
    this.#lease = o.leaderElect ? this.#candidate() : undefined;
    if (this.#lease === undefined) this.#begin(signal);
  }

  async untilItEnds(): Promise<RunEnd> {
    while (!this.#s.stop.aborted && !this.#isLost && !this.#handsOver) await this.#latch.wait();
    if (this.#isLost) return "lost";
    return this.#handsOver && !this.#s.stop.aborted ? "handed-over" : "stopped";
  }

  async end(why: RunEnd): Promise<void> {
    this.#log.info("ending", { why: whyItEnds[why] });
    if (why !== "lost") await this.#operator?.drain(drainPatience);
    await this.#operator?.[Symbol.asyncDispose]();
    await this.#recorder.flush(flushPatience);
    await this.#recorder[Symbol.asyncDispose]();
    await this.#lease?.[Symbol.asyncDispose]();
    this.#log.info("ended");
  }

  #candidate(): LeaderLease {
    const { api, clock, random } = this.#s;
    const identity = uniqueIdentity(this.#o.host, random);
    const lease = startLeaderLease({
      api,
      namespace: this.#o.namespace,
      name: names.operator,
      identity,
      clock,
      random: random.fork("leader"),
    });
    lease.onChange((change) => {
      if (change.kind === "started") this.#begin(change.signal);
      else if (change.kind === "stopped") this.#log.warn("leads no more", { why: change.why });
      else if (change.kind === "trouble")
        this.#log.warn("the leader's Lease cannot be reached", { error: change.error, ...this.#mendBy(change) });
      else if (change.identity === undefined) this.#log.info("nobody leads now");
      else if (change.identity !== identity) this.#log.info("another replica leads", { leader: change.identity });
    });
    void lease.ended.then((end) => {
      this.#metrics.leader.leads(names.operator, false);
      this.#isLost = end === "lost";
      this.#latch.set();
    });
    return lease;
  }

  /** A namespace is made by whoever installs the operator: it may not make one itself. */
  #mendBy({ error }: { readonly error: KubeError }): { readonly next?: string } {
    return error.code === "not-found" ? { next: `kubectl create namespace ${this.#o.namespace}, or choose one with -n` } : {};
  }

  #begin(signal: AbortSignal): void {
    this.#log.info("leads");
    if (!this.#o.leaderElect)
      this.#log.warn("commands do not find this operator, and do the work themselves", {
        why: `without --leader-elect nobody holds the Lease ${names.operator}`,
      });
    this.#metrics.leader.leads(names.operator, true);
    const queue = this.#metrics.queue("maintenance", Operator.workers);
    const operator = new Operator({
      ...this.#s,
      random: this.#s.random.fork("operator"),
      log: this.#log,
      metrics: this.#metrics.domain,
      queue,
      tell: (notice, told) => tellNotice(this.#recorder, notice, told),
      faces: faces(this.#o),
      leads: () => this.#lease?.isLeader ?? true,
      leaseNamespace: this.#o.leaseNamespace,
      host: this.#o.host,
      letGo: giveBackMemory,
      ...this.#place(),
      signal: AbortSignal.any([signal, this.#signal]),
    });
    queue.followed(() => operator.household.load);
    this.#operator = operator;
    void operator.ready.then(() => this.#log.info("every object is looked after"));
  }

  /** Without a leader's lease there is nobody to hand over to. */
  #place(): Pick<OperatorOptions, "pod" | "handOver"> {
    const { pod, leaderElect } = this.#o;
    if (pod === undefined) return {};
    if (!leaderElect) return { pod };
    return {
      pod,
      handOver: () => {
        this.#handsOver = true;
        this.#latch.set();
      },
    };
  }
}

async function applyKinds(s: Surroundings, { version, medik8s }: OperatorWishes, log: Logger): Promise<void> {
  const wanted = definitions.filter(({ spec }) => medik8s || spec.group !== nodeMaintenances.group);
  for (const outcome of await applyDefinitions(wanted, { version }, s)) {
    const { name, kind } = outcome;
    if (kind === "established") log.info("the kind is served", { definition: name, change: outcome.change.kind });
    else if (kind === "awaited")
      log.info("the kind stands; it may not be watched until it is served", { definition: name, change: outcome.change.kind });
    else throw new NotServedError(name, "message" in outcome ? outcome.message : kind);
  }
}

async function serve(
  { clock }: Surroundings,
  { healthAt, metricsAt }: OperatorWishes,
  { log, metrics, checks }: { readonly log: Logger; readonly metrics: Metrics; readonly checks: readonly HealthCheck[] },
  parts: AsyncDisposableStack,
): Promise<void> {
  const close = (endpoints: { close(grace: Millis): Promise<void> }): void => parts.defer(() => endpoints.close(closePatience));
  if (healthAt !== "off") close(await startEndpoints({ at: healthAt, alive: [], ready: checks, clock, log: log.named("health") }));
  if (metricsAt !== "off") {
    const endpoints = await startEndpoints({ at: metricsAt, metrics: () => metrics.text(), clock, log: log.named("metrics") });
    close(endpoints);
    log.info("metrics are served", { port: endpoints.port });
  }
}
