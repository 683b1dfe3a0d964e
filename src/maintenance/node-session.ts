import { type LiveCluster, watchCluster } from "../cluster/live/live-cluster.ts";
import type { Readiness } from "../cluster/live/readiness.ts";
import type { ClusterView } from "../cluster/view/cluster-view.ts";
import { Executor } from "../execution/executor.ts";
import type { NodeDeadline, NodeProgress, Reach } from "../execution/progress.ts";
import { formatTime } from "../kube/time.ts";
import { composePlan } from "../plan/compose.ts";
import { refusals } from "../plan/judge.ts";
import type { Plan } from "../plan/plan.ts";
import { type PlanRequest, readsNamespaces } from "../plan/request.ts";
import type { Millis } from "../runtime/clock.ts";
import { InvariantError } from "../runtime/errors.ts";
import { createLatch } from "../runtime/latch.ts";
import { crafts } from "./crafts.ts";
import { DrainAlarms } from "./drain-alarms.ts";
import { Forecaster } from "./forecaster.ts";
import { deadlineFor, recordOf } from "./node-deadline.ts";
import { RecordNotes } from "./record-notes.ts";
import { settledPlan } from "./second-look.ts";
import type { SessionOptions, SessionOrder, SessionState } from "./session-contract.ts";
import type { Surroundings } from "./work.ts";

interface Outlook {
  readonly plan: Plan;
  readonly forecaster: Forecaster;
  /** undefined: nothing was begun by this plan. */
  executor: Executor | undefined;
  isStopped: boolean;
}

/** After a stop, answers under way are waited for this long: an eviction that is broken off leaves its budget spent for two minutes. */
const answerPatience: Millis = 3_000;

/**
 * One node's way out for somebody who has many: never waits. It looks as soon as it is made; from when that is done, each `pass` says how
 * things stand and begins what may begin, and `wake` says when another is due. The same look, planner and executor as a command's.
 */
export class NodeSession implements AsyncDisposable {
  readonly #o: SessionOptions;
  readonly #s: Surroundings;
  readonly #live: LiveCluster;
  readonly #owned = new DisposableStack();
  readonly #requests = new AbortController();
  readonly #notes: RecordNotes;
  readonly #answered = createLatch();
  #alarms: DrainAlarms | undefined;
  #order: SessionOrder;
  #outlook: Outlook | undefined;
  #planning = false;
  #readiness: Readiness | undefined;
  #fault: Error | undefined;
  #deadline: NodeDeadline | undefined;
  #remaining: SessionState["remaining"];
  #progress: NodeProgress | undefined;
  #readsBeside = false;
  #isNoted = false;

  constructor(o: SessionOptions) {
    this.#o = o;
    this.#order = o.order;
    this.#s = o.s;
    this.#notes = new RecordNotes(this.#s, o.holder, this.#requests.signal);
    this.#live = watchCluster({
      api: o.s.api,
      clock: o.s.clock,
      random: o.s.random,
      nodes: [o.node],
      namespaces: readsNamespaces(o.order.request),
      signal: this.#requests.signal,
      shared: o.shared,
    });
    this.#owned.use(this.#live.onChange(o.wake));
    void this.#guarded(() => this.#begin());
  }

  get node(): string {
    return this.#o.node;
  }

  /** Could not be looked at: denied, or failed for good. */
  get trouble(): Exclude<Readiness, { readonly kind: "ready" }> | undefined {
    return this.#readiness === undefined || this.#readiness.kind === "ready" ? undefined : this.#readiness;
  }

  /** Waits for an answer to somebody else's request: whoever shares our accounts may have been it. */
  get awaitsOthers(): boolean {
    return this.#progress?.blockers.some(({ code }) => code === "budget-in-flight" || code === "throttled") ?? false;
  }

  view(): ClusterView {
    return this.#live.view();
  }

  /** What is wanted is other than it was. What is under way goes on; nothing that was learned is lost. */
  change(order: SessionOrder): void {
    if (order.key === this.#order.key) return;
    this.#order = order;
    this.#outlook?.executor?.stop();
    this.#outlook = undefined;
    this.#deadline = undefined;
    if (this.#readiness?.kind === "ready") void this.#guarded(() => this.#plan());
  }

  /**
   * How things stand; and, unless told not to, begins what may begin.
   *
   * @returns undefined while it is still being looked at
   * @throws what broke the look, which is a bug
   */
  pass(reach: Reach, begins = true): SessionState | undefined {
    if (this.#fault !== undefined) throw this.#fault;
    const outlook = this.#outlook;
    if (outlook === undefined) return undefined;
    const view = this.#live.view();
    const { plan, forecaster } = outlook;
    const podsOnNode = view.podsOn(this.#o.node).length;
    const refused = refusals(plan, this.#order.allow);
    if (reach === "nowhere" || refused.length > 0) {
      return { plan, refusals: refused, progress: this.#progress, remaining: this.#remaining, podsOnNode, isIdle: true, wakeAt: undefined };
    }
    const executor = this.#executor(outlook, begins);
    if (reach === "verdict" && begins) this.#beginEvicting(plan, view);
    const deadlines = new Map(this.#deadline === undefined ? [] : [[this.#o.node, this.#deadline] as const]);
    const result = executor.pass(view, new Map([[this.#o.node, reach]]), deadlines);
    const progress = result.nodes[0];
    this.#progress = progress;
    const forecast = reach === "verdict" && progress?.verdict === undefined ? forecaster.next(view) : undefined;
    if (forecast !== undefined) this.#remaining = { at: forecast.at, range: forecast.remaining };
    if (progress?.verdict?.proven === true && progress.gone.every(({ proven }) => proven)) this.#noteProven(view);
    // What is due while nothing may begin is due for nobody.
    const wakeAt = begins ? result.wakeAt : undefined;
    this.#alarms ??= this.#owned.use(new DrainAlarms(this.#s, this.#live, this.#o.wake));
    this.#alarms.arm(view.asOf, wakeAt ?? Number.POSITIVE_INFINITY, progress?.blockers ?? []);
    return { plan, refusals: refused, progress, remaining: this.#remaining, podsOnNode, isIdle: executor.inFlight === 0, wakeAt };
  }

  async #begin(): Promise<void> {
    this.#readiness = await this.#live.ready;
    if (this.#readiness.kind === "ready") await this.#plan();
  }

  /** What breaks it is told by the next pass. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.#requests.signal.aborted) this.#fault = error instanceof Error ? error : new InvariantError(String(error));
    }
    this.#o.wake();
  }

  async #plan(): Promise<void> {
    if (this.#planning) return;
    this.#planning = true;
    try {
      for (;;) {
        const order = this.#order;
        const request: PlanRequest = { ...order.request, nodes: [this.#o.node] };
        // An order that came later may be the first that asks for their labels.
        if (readsNamespaces(request)) await this.#live.readNamespaces();
        const plan = await settledPlan(this.#live, (view) => composePlan(crafts, view, request, { parallel: 1 }), {
          ...this.#s,
          stop: this.#requests.signal,
        });
        if (order.key !== this.#order.key) continue;
        this.#outlook = { plan, forecaster: new Forecaster(plan, { parallel: 1 }), executor: undefined, isStopped: false };
        break;
      }
    } finally {
      this.#planning = false;
    }
    this.#o.wake();
  }

  /** One that was stopped starts nothing for ever: to go on takes another. */
  #executor(outlook: Outlook, begins: boolean): Executor {
    if (outlook.executor === undefined || (begins && outlook.isStopped)) {
      outlook.executor = this.#executorFor(outlook.plan);
      outlook.isStopped = false;
    }
    if (!begins && !outlook.isStopped) {
      outlook.executor.stop();
      outlook.isStopped = true;
    }
    return outlook.executor;
  }

  #executorFor(plan: Plan): Executor {
    const { s, holder, accounts, wake } = this.#o;
    const evicts = plan.request.mode !== "CordonOnly";
    return new Executor({
      api: s.api,
      clock: s.clock,
      random: s.random.fork("executor"),
      crafts,
      plan,
      allowed: this.#order.allow,
      holder: evicts ? { ...holder, evictingSince: formatTime(s.clock.now()) } : holder,
      observe: this.#s.observe,
      wake: () => {
        this.#answered.set();
        wake();
      },
      signal: this.#requests.signal,
      shared: accounts,
    });
  }

  #beginEvicting(plan: Plan, view: ClusterView): void {
    const { deadline } = plan.request;
    if (deadline !== undefined && this.#deadline === undefined) {
      const node = view.node(this.#o.node);
      this.#deadline = deadlineFor(node, this.#o.holder, deadline, view);
      this.#notes.deadline(node, recordOf(this.#deadline, deadline, view));
    }
    if (this.#readsBeside) return;
    this.#readsBeside = true;
    void this.#live.readVolumes(plan.nodes.some(({ steps }) => steps.some(({ stage }) => stage === "detach")));
  }

  #noteProven(view: ClusterView): void {
    if (this.#isNoted) return;
    this.#isNoted = true;
    this.#notes.proven(view.node(this.#o.node));
  }

  async #answers(executor: Executor): Promise<void> {
    using deadline = this.#s.clock.deadline(answerPatience, this.#requests.signal);
    const { signal } = deadline;
    signal.addEventListener("abort", this.#answered.set, { once: true });
    while (executor.inFlight > 0 && !signal.aborted) await this.#answered.wait();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { executor } = this.#outlook ?? {};
    executor?.stop();
    if (executor !== undefined) await this.#answers(executor);
    await this.#notes.written();
    this.#requests.abort();
    this.#owned.dispose();
    await this.#live[Symbol.asyncDispose]();
  }
}
