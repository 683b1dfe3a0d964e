import type { KubeApi } from "../client/kube-api.ts";
import type { BudgetView, ClusterView } from "../cluster/view/cluster-view.ts";
import type { Holder } from "../cluster/view/held-record.ts";
import type { Command, MovePod } from "../plan/command.ts";
import { compose, type Composition } from "../plan/compose.ts";
import type { Consent } from "../plan/consent.ts";
import type { Advance, Craft } from "../plan/craft.ts";
import type { Blocker, Finding, Proof } from "../plan/finding.ts";
import { missingConsents } from "../plan/judge.ts";
import type { Plan } from "../plan/plan.ts";
import { podOfStep } from "../plan/refs.ts";
import type { Args, Step, StepId } from "../plan/step.ts";
import type { Clock, Instant } from "../runtime/clock.ts";
import { unreachable } from "../runtime/errors.ts";
import type { Random } from "../runtime/random.ts";
import { BlockerJournal } from "./blocker-journal.ts";
import type { ExecutionEvent } from "./event.ts";
import { createLedger } from "./ledger.ts";
import { createLimiter } from "./limiter.ts";
import { isPersons, type NodeProgress, type PassResult, progressOf, type Reach, type StepResult } from "./progress.ts";
import { replan, type StepChange } from "./replan.ts";
import { type Desk, hold, movePod } from "./requests.ts";
import { createStepState, memoryOf, type StepState } from "./step-state.ts";
import { steadyTime } from "../runtime/steady-time.ts";

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
}

/**
 * Level-triggered: a pass looks at the view, plans, asks each step of the stage that is due what to do now, and starts what may start.
 * It never waits, and everything it remembers may be lost between two passes: a new executor with the same plan goes on, and knows less,
 * never more.
 */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #desk: Desk;
  readonly #states = new Map<StepId, StepState>();
  readonly #gone = new Map<StepId, { readonly step: Step; readonly proof: Proof }>();
  readonly #journal = new BlockerJournal();
  readonly #findings: Set<string>;
  #steps: ReadonlyMap<StepId, Step>;
  #inFlight = 0;
  #stopped = false;

  constructor(options: ExecutorOptions) {
    const { api, clock, random, plan, signal, holder } = options;
    const now = steadyTime(clock);
    this.#options = options;
    this.#steps = new Map(plan.nodes.flatMap((node) => node.steps.map((step) => [step.id, step] as const)));
    this.#findings = new Set(plan.findings.map(findingKey));
    const observe: Desk["observe"] = (event) => options.observe({ ...event, at: clock.now() } as ExecutionEvent);
    this.#desk = { api, clock, random, signal, holder, now, observe, ledger: createLedger(now), limiter: createLimiter() };
  }

  /** Requests whose answer has not come. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Nothing new is started any more; what is under way is answered for. */
  stop(): void {
    this.#stopped = true;
  }

  pass(view: ClusterView, reach: ReadonlyMap<string, Reach>): PassResult {
    const plan = compose(this.#options.crafts, view, this.#options.plan.request);
    this.#adopt(plan, view);
    this.#settleLedger(view);
    const nodes: NodeProgress[] = [];
    const wakes: Instant[] = [];
    for (const [node, to] of reach) {
      const results = this.#advanceNode(node, to, view);
      wakes.push(...results.flatMap(({ wakeAt }) => (wakeAt === undefined ? [] : [wakeAt])));
      nodes.push(progressOf(node, results, this.#goneFrom(node), this.#isTouched(node)));
    }
    for (const change of this.#journal.changes(
      nodes.flatMap((node) => node.blockers),
      this.#desk.now(),
    ))
      this.#desk.observe(change);
    return { nodes, ...(wakes.length === 0 ? {} : { wakeAt: Math.min(...wakes) }) };
  }

  #adopt(plan: Composition, view: ClusterView): void {
    const { steps, changes } = replan(this.#steps, plan, view, (id) => this.#states.get(id));
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
      const advance = this.#ask(step, view);
      if (advance.kind !== "done" || this.#gone.has(step.id)) return;
      this.#gone.set(step.id, { step, proof: advance.proof });
      this.#states.delete(step.id);
      this.#desk.observe({ kind: "gone", node: step.node, pod: podOfStep(step), action: step.action, proof: advance.proof });
      return;
    }
    const step = change.to ?? change.from;
    if (step === undefined || step.stage !== "evacuate") return;
    // What was waited for under another decision tells nothing about this one.
    const state = this.#states.get(step.id);
    if (state !== undefined) state.since = this.#desk.now();
    this.#desk.observe({
      kind: "replanned",
      node: step.node,
      step: step.id,
      subject: step.subject,
      from: decisionOf(change.from),
      to: decisionOf(change.to),
      cause: change.cause,
    });
  }

  #settleLedger(view: ClusterView): void {
    const namespaces = new Set([...this.#steps.values()].flatMap((step) => step.budgets.map((budget) => budget.namespace ?? "")));
    const marked = (uid: string): string | undefined => {
      const pod = view.pod(uid) ?? view.gone(uid)?.pod;
      return pod?.deletionTimestamp === undefined ? undefined : pod.resourceVersion;
    };
    for (const namespace of namespaces) this.#desk.ledger.settle(view.budgets(namespace), marked, this.#desk.now());
  }

  #advanceNode(node: string, reach: Reach, view: ClusterView): readonly StepResult[] {
    const own = [...this.#steps.values()].filter((step) => step.node === node);
    const results: StepResult[] = own.filter((step) => step.stage === "cordon").map((step) => this.#advance(step, view));
    // A cordon that is given up lets new pods in as fast as others leave.
    const cordoned = results.every(
      (result) => result.isDone || (this.#state(result.step.id).acceptedAt !== undefined && !isPersons(result)),
    );
    const evacuation = own.filter((step) => step.stage === "evacuate");
    if (reach === "cordon" || !cordoned) return [...results, ...evacuation.map(notYet)];
    const pods = this.#inWaves(evacuation, view);
    results.push(...pods);
    const verify = own.filter((step) => step.stage === "verify");
    results.push(...(pods.every((result) => result.isDone) ? verify.map((step) => this.#verify(step, view)) : verify.map(notYet)));
    return results;
  }

  /** Nothing is proven of pods that are not known as they are now. */
  #verify(step: Step, view: ClusterView): StepResult {
    if (view.fresh(step.node)) return this.#advance(step, view);
    const { since } = this.#state(step.id);
    const blocker: Blocker = {
      code: "view-stale",
      node: step.node,
      object: step.subject,
      step: step.id,
      args: { node: step.node },
      since,
      endsBy: "cluster",
    };
    return { step, isDone: false, blockers: [blocker] };
  }

  #isTouched(node: string): boolean {
    return [...this.#steps.values()].some((step) => step.node === node && this.#states.get(step.id)?.touched === true);
  }

  /** The next wave starts when the former is gone. */
  #inWaves(steps: readonly Step[], view: ClusterView): readonly StepResult[] {
    const results: StepResult[] = [];
    for (const wave of [...new Set(steps.map((step) => step.wave))].toSorted((a, b) => a - b)) {
      const members = steps.filter((step) => step.wave === wave);
      const open = results.every((result) => result.isDone);
      results.push(...members.map((step) => (open ? this.#advance(step, view) : notYet(step))));
    }
    return results;
  }

  #ask(step: Step, view: ClusterView): Advance {
    const craft = this.#options.crafts.find((candidate) => candidate.name === step.craft);
    if (craft === undefined) return { kind: "wait", blockers: [] };
    return craft.advance(step, view, memoryOf(this.#state(step.id)), this.#options.plan.request);
  }

  #advance(step: Step, view: ClusterView): StepResult {
    const advance = this.#ask(step, view);
    switch (advance.kind) {
      case "done":
        return { step, isDone: true, blockers: [], proof: advance.proof };
      case "wait":
        return { step, isDone: false, blockers: advance.blockers, ...(advance.wakeAt === undefined ? {} : { wakeAt: advance.wakeAt }) };
      case "act":
        return this.#act(step, advance.commands, view);
      default:
        return unreachable(advance);
    }
  }

  #act(step: Step, commands: readonly Command[], view: ClusterView): StepResult {
    const state = this.#state(step.id);
    const waiting = (code: string, args: Args, endsBy: Blocker["endsBy"], wakeAt?: Instant): StepResult => {
      const blocker: Blocker = { code, node: step.node, object: step.subject, step: step.id, args, since: state.since, endsBy };
      return { step, isDone: false, blockers: [blocker], ...(wakeAt === undefined || !Number.isFinite(wakeAt) ? {} : { wakeAt }) };
    };
    const quiet: StepResult = { step, isDone: false, blockers: [] };
    if (state.inFlight) return quiet;
    const missing = missingConsents(step, this.#options.allowed);
    if (missing.length > 0) return waiting("consent-missing", { consents: missing, reason: step.reason.code }, "person");
    const { setback } = state;
    if (setback !== undefined && this.#desk.now() < setback.until)
      return waiting(setback.code, setback.args, setback.endsBy, setback.until);
    if (this.#stopped) return quiet;
    for (const command of commands) {
      if (command.kind === "hold") this.#start(hold(command, view, state, this.#desk));
      else return this.#move(command, step, view, state, waiting, quiet);
    }
    return quiet;
  }

  #move(
    command: MovePod,
    step: Step,
    view: ClusterView,
    state: StepState,
    waiting: (code: string, args: Args, endsBy: Blocker["endsBy"], wakeAt?: Instant) => StepResult,
    quiet: StepResult,
  ): StepResult {
    // The server spends budget before it compares uids, so the store must still hold this very pod on this node, and be up to date.
    const pod = view.pod(command.pod.uid);
    if (pod === undefined || pod.node !== command.node) return quiet;
    if (!view.fresh(step.node)) return waiting("view-stale", { node: step.node }, "cluster");
    const budgets = command.kind === "evict" ? budgetsOf(step, view) : [];
    for (const budget of budgets) {
      const gate = this.#desk.ledger.gate(pod, budget, this.#desk.now());
      if (!gate.open) return waiting(gate.code, gate.args, "cluster", gate.until);
    }
    const closed = this.#desk.limiter.closed(this.#desk.now());
    if (closed !== undefined) return closed.until === undefined ? quiet : waiting("throttled", {}, "cluster", closed.until);
    this.#start(movePod(command, step, pod, budgets, state, this.#desk));
    return quiet;
  }

  #start(work: Promise<void>): void {
    this.#inFlight += 1;
    void work.finally(() => {
      this.#inFlight -= 1;
      this.#options.wake();
    });
  }

  #state(id: StepId): StepState {
    const known = this.#states.get(id);
    if (known !== undefined) return known;
    const fresh = createStepState(id, this.#desk.now());
    this.#states.set(id, fresh);
    return fresh;
  }

  #goneFrom(node: string): readonly Proof[] {
    return [...this.#gone.values()].flatMap(({ step, proof }) => (step.node === node && step.action !== "stay" ? [proof] : []));
  }
}

function notYet(step: Step): StepResult {
  return { step, isDone: false, blockers: [] };
}

function budgetsOf(step: Step, view: ClusterView): readonly BudgetView[] {
  return step.budgets.flatMap((ref) => view.budgets(ref.namespace ?? "").filter((budget) => budget.uid === ref.uid));
}

function findingKey({ code, args }: Finding): string {
  return `${code} ${JSON.stringify(args)}`;
}

function decisionOf(step: Step | undefined): string | undefined {
  return step === undefined ? undefined : `${step.action}/${step.reason.code}`;
}
