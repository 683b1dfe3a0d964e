import type { KubeApi } from "../client/kube-api.ts";
import type { ClusterView } from "../cluster/view/cluster-view.ts";
import type { Holder } from "../cluster/view/holder.ts";
import { compareResourceVersions } from "../kube/resource-version.ts";
import { compose, type Composition } from "../plan/compose.ts";
import type { Consent } from "../plan/consent.ts";
import type { Craft } from "../plan/craft.ts";
import type { Finding, Proof } from "../plan/finding.ts";
import type { Plan } from "../plan/plan.ts";
import { podOfStep } from "../plan/refs.ts";
import type { Step, StepId } from "../plan/step.ts";
import type { Clock, Instant } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import { steadyTime } from "../runtime/steady-time.ts";
import { BlockerJournal } from "./blocker-journal.ts";
import { ForceLog, forcesOf, wentByTaint } from "./by-force.ts";
import { duePods } from "./due-pods.ts";
import type { ExecutionEvent } from "./event.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { createLimiter, type Limiter } from "./limiter.ts";
import { type Forced, type NodeDeadline, type NodeProgress, type PassResult, progressOf, type Reach, type StepResult } from "./progress.ts";
import { replan, type StepChange } from "./replan.ts";
import type { Desk } from "./requests.ts";
import { advanceStages } from "./stage-order.ts";
import { StepRunner } from "./step-runner.ts";

export interface ExecutorOptions {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly crafts: readonly Craft[];
  /** The plan that was judged; every later difference from it is an event. */
  readonly plan: Plan;
  readonly allowed: ReadonlySet<Consent>;
  readonly holder: Holder;
  readonly observe: (event: ExecutionEvent) => void;
  /** An answer came: make a pass. */
  readonly wake: () => void;
  /** Aborts requests under way. */
  readonly signal: AbortSignal;
  /** Where several executors of one process ask one server: what they know of its budgets and of its health is one. */
  readonly shared?: SharedAccounts;
}

export interface SharedAccounts {
  readonly ledger: Ledger;
  readonly limiter: Limiter;
}

/**
 * Level-triggered: a pass looks at the view, plans, asks each step of the stage that is due what to do now, and starts what may start.
 * It never waits, and everything it remembers may be lost between two passes: a new executor with the same plan goes on, and knows less,
 * never more.
 */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #desk: Desk;
  readonly #runner: StepRunner;
  readonly #gone = new Map<StepId, { readonly step: Step; readonly proof: Proof }>();
  readonly #journal = new BlockerJournal();
  readonly #findings: Set<string>;
  readonly #forced = new Map<string, readonly Forced[]>();
  readonly #byForce = new ForceLog();
  readonly #announced = new Set<string>();
  #steps: ReadonlyMap<StepId, Step>;

  constructor(options: ExecutorOptions) {
    const { api, clock, random, plan, signal, holder } = options;
    const now = steadyTime(clock);
    this.#options = options;
    this.#steps = new Map(plan.nodes.flatMap((node) => node.steps.map((step) => [step.id, step] as const)));
    this.#findings = new Set(plan.findings.map(findingKey));
    const observe: Desk["observe"] = (event) => {
      const told = { ...event, at: clock.now() } as ExecutionEvent;
      this.#noteForce(told);
      options.observe(told);
    };
    const { ledger, limiter } = options.shared ?? { ledger: createLedger(now), limiter: createLimiter() };
    this.#desk = { api, clock, random, signal, holder, now, observe, ledger, limiter };
    const { crafts, allowed, wake } = options;
    this.#runner = new StepRunner({ desk: this.#desk, crafts, request: plan.request, allowed, wake });
  }

  /** Requests whose answer has not come. */
  get inFlight(): number {
    return this.#runner.inFlight;
  }

  /** Nothing new is started any more; what is under way is answered for. */
  stop(): void {
    this.#runner.stop();
  }

  /** @param deadlines of the nodes whose evictions have begun, where they have any */
  pass(view: ClusterView, reach: ReadonlyMap<string, Reach>, deadlines: ReadonlyMap<string, NodeDeadline> = new Map()): PassResult {
    this.#runner.heed(reach.keys(), view, deadlines);
    const plan = compose(this.#options.crafts, view, this.#options.plan.request);
    this.#adopt(plan, view);
    this.#settleLedger(view);
    const nodes: NodeProgress[] = [];
    const wakes: Instant[] = [];
    for (const [node, deadline] of deadlines) this.#announce(node, deadline, view);
    for (const [node, to] of reach) {
      const own = [...this.#steps.values()].filter((step) => step.node === node);
      const results = advanceStages(own, to, view, this.#runner);
      for (const result of results) this.#tellEnded(result);
      wakes.push(...results.flatMap(({ wakeAt }) => (wakeAt === undefined ? [] : [wakeAt])));
      nodes.push({
        ...progressOf(node, results, this.#goneFrom(node), this.#isTouched(node), this.#forced.get(node)),
        ...this.#unseenTaint(node, view),
        ...this.#wentByForce(node),
      });
    }
    for (const change of this.#journal.changes(
      nodes.flatMap((node) => node.blockers),
      this.#desk.now(),
    ))
      this.#desk.observe(change);
    if (this.#journal.dueAt !== undefined) wakes.push(this.#journal.dueAt);
    return { nodes, ...(wakes.length === 0 ? {} : { wakeAt: Math.min(...wakes) }) };
  }

  #adopt(plan: Composition, view: ClusterView): void {
    const { steps, changes } = replan(
      this.#steps,
      plan,
      view,
      (id) => this.#runner.known(id),
      (id) => this.#runner.isForced(id),
    );
    this.#steps = steps;
    for (const change of changes) this.#report(change, view);
    for (const finding of plan.findings) {
      if (this.#findings.has(findingKey(finding))) continue;
      this.#findings.add(findingKey(finding));
      this.#desk.observe({ kind: "finding", finding });
    }
  }

  #report(change: StepChange, view: ClusterView): void {
    if (change.kind === "gone") {
      const { step } = change;
      if (wentByTaint(step, view)) this.#byForce.note(step.node, podOfStep(step), ["taint", ...forcesOf(step)], view.asOf);
      const advance = this.#runner.ask(step, view);
      if (advance.kind === "done") this.#tellGone(step, advance.proof);
      this.#runner.forget(step.id);
      return;
    }
    if (change.kind === "marked") {
      const { step } = change;
      const state = this.#runner.state(step.id);
      if (state.acceptedAt !== undefined) return;
      state.acceptedAt = this.#desk.now();
      this.#byForce.note(step.node, podOfStep(step), ["taint"], this.#options.clock.now());
      this.#desk.observe({ kind: "accepted", node: step.node, pod: podOfStep(step), action: step.action });
      return;
    }
    const step = change.to ?? change.from;
    if (step === undefined || step.stage !== "evacuate") return;
    // What was waited for under another decision tells nothing about this one.
    const state = this.#runner.known(step.id);
    if (state !== undefined) state.since = this.#desk.now();
    this.#desk.observe({
      kind: "replanned",
      node: step.node,
      step: step.id,
      subject: step.subject,
      from: decisionOf(change.from),
      to: decisionOf(change.to),
      cause: change.cause,
      ...(change.to === undefined ? {} : { args: change.to.reason.args }),
    });
  }

  /** Once for each node, before the first of its pods is asked to go: what its deadline will delete, and when. */
  #announce(node: string, { at, resumed }: NodeDeadline, view: ClusterView): void {
    if (this.#announced.has(node)) return;
    this.#announced.add(node);
    const steps = [...this.#steps.values()].filter((step) => step.node === node && step.stage === "evacuate");
    const pods = duePods(steps, (step) => this.#runner.ask(step, view), view);
    this.#desk.observe({ kind: "deadline", node, deadlineAt: at, resumed, pods });
  }

  #tellGone(step: Step, proof: Proof): void {
    if (this.#gone.has(step.id)) return;
    this.#gone.set(step.id, { step, proof });
    const action = this.#runner.wasForced(step.id) ? "delete" : step.action;
    this.#desk.observe({ kind: "gone", node: step.node, pod: podOfStep(step), action, proof });
  }

  /** A finished pod is waited for no longer than until the server has marked it: whatever ends the drain then, that it went is told. */
  #tellEnded({ step, proof }: StepResult): void {
    if (step.stage !== "evacuate" || step.action === "stay" || proof === undefined) return;
    if (this.#runner.known(step.id)?.acceptedAt !== undefined) this.#tellGone(step, proof);
  }

  #settleLedger(view: ClusterView): void {
    const namespaces = new Set([...this.#steps.values()].flatMap((step) => step.budgets.map((budget) => budget.namespace ?? "")));
    const marked = (uid: string): string | undefined => {
      const pod = view.pod(uid) ?? view.gone(uid)?.pod;
      return pod?.deletionTimestamp === undefined ? undefined : pod.resourceVersion;
    };
    for (const namespace of namespaces) this.#desk.ledger.settle(view.budgets(namespace), marked, this.#desk.now());
  }

  #noteForce(told: ExecutionEvent): void {
    if (told.kind !== "forced" && told.kind !== "accepted") return;
    const isForced = told.kind === "forced";
    if (isForced) this.#forced.set(told.node, [...(this.#forced.get(told.node) ?? []), told]);
    // The watch may have shown its end before the answer came.
    const known = [...this.#steps.values(), ...[...this.#gone.values()].map((gone) => gone.step)];
    const step = known.find(({ stage, subject }) => stage === "evacuate" && subject.uid === told.pod.uid);
    const consents = step === undefined ? [] : forcesOf(step);
    this.#byForce.note(told.node, told.pod, isForced ? ["deadline", ...consents] : consents, told.at);
  }

  #wentByForce(node: string): Pick<NodeProgress, "byForce"> {
    const byForce = this.#byForce.of(node);
    return byForce.length === 0 ? {} : { byForce };
  }

  #isTouched(node: string): boolean {
    return [...this.#steps.values()].some((step) => step.node === node && this.#runner.known(step.id)?.touched === true);
  }

  #unseenTaint(node: string, view: ClusterView): Pick<NodeProgress, "isTaintUnseen"> {
    const states = [...this.#steps.values()].flatMap((step) => (step.node === node ? (this.#runner.known(step.id) ?? []) : []));
    const version = states.find((state) => state.tainted)?.acceptedVersion;
    const seen = view.node(node)?.resourceVersion;
    const isAhead = version !== undefined && seen !== undefined && compareResourceVersions(seen, version) === -1;
    return isAhead ? { isTaintUnseen: true } : {};
  }

  #goneFrom(node: string): readonly Proof[] {
    return [...this.#gone.values()].flatMap(({ step, proof }) => (step.node === node && step.action !== "stay" ? [proof] : []));
  }
}

function findingKey({ code, args }: Finding): string {
  return `${code} ${JSON.stringify(args)}`;
}

function decisionOf(step: Step | undefined): string | undefined {
  return step === undefined ? undefined : `${step.action}/${step.reason.code}`;
}
