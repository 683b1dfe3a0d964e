import type { BudgetView, ClusterView } from "../cluster/view/cluster-view.ts";
import type { Command, MovePod } from "../plan/command.ts";
import type { Consent } from "../plan/consent.ts";
import type { Advance, Craft, StepMemory } from "../plan/craft.ts";
import { type Blocker, blockerOf, consentMissing } from "../plan/finding.ts";
import { missingConsents } from "../plan/judge.ts";
import type { PlanRequest } from "../plan/request.ts";
import type { Args, Step, StepId } from "../plan/step.ts";
import type { Instant } from "../runtime/clock.ts";
import { InvariantError, unreachable } from "../runtime/errors.ts";
import type { NodeDeadline, StepResult } from "./progress.ts";
import { isAhead } from "./due-pods.ts";
import { hold, taint } from "./node-changes.ts";
import { type Desk, movePod } from "./requests.ts";
import { Staleness } from "./staleness.ts";
import { createStepState, memoryOf, type StepState } from "./step-state.ts";

export interface StepRunnerOptions {
  readonly desk: Desk;
  readonly crafts: readonly Craft[];
  readonly request: PlanRequest;
  readonly allowed: ReadonlySet<Consent>;
  /** An answer came: make a pass. */
  readonly wake: () => void;
}

/** Carries out one step at a time: asks its craft what to do now, and starts the request if consent, back-off, budget and limiter let it. */
export class StepRunner {
  readonly #options: StepRunnerOptions;
  readonly #states = new Map<StepId, StepState>();
  /** By node: when its first pod was asked about. */
  readonly #evacuations = new Map<string, Instant>();
  readonly #staleness = new Staleness();
  #deadlines: ReadonlyMap<string, NodeDeadline> = new Map();
  #inFlight = 0;
  #stopped = false;

  constructor(options: StepRunnerOptions) {
    this.#options = options;
  }

  /** Requests whose answer has not come. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Nothing new is started any more; what is under way is answered for. */
  stop(): void {
    this.#stopped = true;
  }

  /** How nodes are known, and by when they are to be empty, for the coming pass. */
  heed(nodes: Iterable<string>, view: ClusterView, deadlines: ReadonlyMap<string, NodeDeadline>): void {
    this.#staleness.look(nodes, view, this.#options.desk.now());
    this.#deadlines = deadlines;
  }

  /** What is remembered of a step, if it was ever asked about. */
  known(id: StepId): StepState | undefined {
    return this.#states.get(id);
  }

  /** Have we asked for the deletion of its pod, ahead of a deadline? The watch may show it before the answer comes. */
  isForced(id: StepId): boolean {
    return (this.#states.get(aheadOf(id))?.attempts ?? 0) > 0;
  }

  /** Did the server take our deletion of its pod, ahead of a deadline? */
  wasForced(id: StepId): boolean {
    return this.#states.get(aheadOf(id))?.acceptedAt !== undefined;
  }

  /** What is remembered of a step; from now on, if nothing was. */
  state(id: StepId): StepState {
    const known = this.#states.get(id);
    if (known !== undefined) return known;
    const fresh = createStepState(id, this.#options.desk.now());
    this.#states.set(id, fresh);
    return fresh;
  }

  forget(id: StepId): void {
    this.#states.delete(id);
    this.#states.delete(aheadOf(id));
  }

  /** Nothing is proven of pods that are not known as they are now. */
  verify(step: Step, view: ClusterView): StepResult {
    return this.#unlessStale(step) ?? this.advance(step, view);
  }

  #unlessStale(step: Step): StepResult | undefined {
    const stale = this.#staleness.of(step.node);
    if (stale === undefined) return undefined;
    const { since, tellAt } = stale;
    if (this.#options.desk.now() < tellAt) return { ...quiet(step), wakeAt: tellAt };
    return { step, isDone: false, blockers: [blockerOf(step, "view-stale", { node: step.node }, since, "cluster")] };
  }

  /** Its wave has not come: so many pods of those before it are left. Only a deadline goes past that. */
  behind(step: Step, pods: number, view: ClusterView): StepResult {
    const early = this.#deadlines.has(step.node) ? this.ask(step, view) : undefined;
    if (early?.kind === "act" && early.commands.some(isAhead)) return this.advance(step, view);
    const result = this.#waitsBehind(step, pods);
    return early === undefined || early.kind === "done" ? result : untilDue(result, early.dueAt);
  }

  #waitsBehind(step: Step, pods: number): StepResult {
    const { since } = this.state(step.id);
    const blocker = blockerOf(step, "earlier-wave", { node: step.node, pods }, since, "cluster");
    return { step, isDone: false, blockers: [{ ...blocker, ordinary: true }] };
  }

  /** What the craft of the step says about it now. */
  ask(step: Step, view: ClusterView): Advance {
    const craft = this.#options.crafts.find((candidate) => candidate.name === step.craft);
    if (craft === undefined) throw new InvariantError(`a step of the unknown craft ${step.craft}`);
    const began = this.#evacuations.get(step.node);
    const memory: StepMemory = {
      ...memoryOf(this.state(step.id), this.#options.desk.now()),
      ...(began === undefined ? {} : { evacuatingSince: began }),
      ...this.#deadlineOf(step),
    };
    return craft.advance(step, view, memory, this.#options.request);
  }

  /** A pod that may not be touched at all is kept past every deadline. */
  #deadlineOf(step: Step): Pick<StepMemory, "deadlineAt" | "deletedAt"> {
    const deadline = this.#deadlines.get(step.node);
    const { allowed } = this.#options;
    if (deadline === undefined || !allowed.has("budget-violation") || missingConsents(step, allowed).length > 0) return {};
    const deletedAt = this.#states.get(aheadOf(step.id))?.acceptedAt;
    return { deadlineAt: deadline.at, ...(deletedAt === undefined ? {} : { deletedAt }) };
  }

  /** Asks, and does what may be done. */
  advance(step: Step, view: ClusterView): StepResult {
    if (step.stage === "evacuate" && !this.#evacuations.has(step.node)) this.#evacuations.set(step.node, this.#options.desk.now());
    const advance = this.ask(step, view);
    switch (advance.kind) {
      case "done":
        return {
          step,
          isDone: true,
          blockers: [],
          proof: advance.proof,
          ...(advance.wakeAt === undefined ? {} : { wakeAt: advance.wakeAt }),
        };
      case "wait": {
        const { blockers, wakeAt, dueAt } = advance;
        return untilDue({ step, isDone: false, blockers, ...(wakeAt === undefined ? {} : { wakeAt }) }, dueAt);
      }
      case "act":
        return untilDue(this.#act(step, advance.commands, view), advance.dueAt);
      default:
        return unreachable(advance);
    }
  }

  #act(step: Step, commands: readonly Command[], view: ClusterView): StepResult {
    // A deletion ahead of a deadline waits for no answer and no back-off of the eviction before it.
    const state = this.state(commands.some(isAhead) ? aheadOf(step.id) : step.id);
    if (state.inFlight) return quiet(step);
    const missing = missingConsents(step, this.#options.allowed);
    if (missing.length > 0) return { step, isDone: false, blockers: [consentMissing(step, missing, state.since)] };
    const { setback } = state;
    if (setback !== undefined && this.#options.desk.now() < setback.until)
      return waits(step, state, setback.code, setback.args, setback.endsBy, setback.until);
    for (const command of commands) {
      if (command.kind === "hold") this.#start(() => hold(command, view, state, this.#options.desk));
      else if (command.kind === "taint") this.#start(() => taint(command, view, state, this.#options.desk));
      else return this.#move(command, step, view, state);
    }
    return quiet(step);
  }

  #move(command: MovePod, step: Step, view: ClusterView, state: StepState): StepResult {
    const { desk } = this.#options;
    // The server spends budget before it compares uids, so the store must still hold this very pod on this node, and be up to date.
    const pod = view.pod(command.pod.uid);
    if (pod === undefined || pod.node !== command.node) return quiet(step);
    const stale = this.#unlessStale(step);
    if (stale !== undefined) return stale;
    const budgets = command.kind === "evict" ? budgetsOf(step, view) : [];
    for (const budget of budgets) {
      const gate = desk.ledger.gate(pod, budget, desk.now());
      if (!gate.open) return waits(step, state, gate.code, gate.args, "cluster", gate.until);
    }
    const closed = desk.limiter.closed(desk.now());
    if (closed !== undefined)
      return closed.until === undefined ? quiet(step) : waits(step, state, "throttled", {}, "cluster", closed.until);
    this.#start(() => movePod(command, step, pod, budgets, state, desk));
    return quiet(step);
  }

  /** What stands in the way is answered for a stopped runner too; it only begins nothing. */
  #start(work: () => Promise<void>): void {
    if (this.#stopped) return;
    this.#inFlight += 1;
    void work().finally(() => {
      this.#inFlight -= 1;
      this.#options.wake();
    });
  }
}

/** Under this name the state of a step's deletion ahead of a deadline is kept, apart from that of its eviction. */
function aheadOf(id: StepId): StepId {
  return `${id}/ahead`;
}

/** Whatever is in the way now is in the way until a deadline at most: nobody has to come for it. */
function untilDue(result: StepResult, dueAt: Instant | undefined): StepResult {
  if (dueAt === undefined) return result;
  const wakeAt = Math.min(result.wakeAt ?? dueAt, dueAt);
  return { ...result, wakeAt, blockers: result.blockers.map((blocker) => ({ ...blocker, endsBy: "cluster" })) };
}

/** Open, with nothing to say: its request is under way, or its turn has not come. */
export function quiet(step: Step): StepResult {
  return { step, isDone: false, blockers: [] };
}

function waits(step: Step, { since }: StepState, code: string, args: Args, endsBy: Blocker["endsBy"], wakeAt?: Instant): StepResult {
  const blockers = [blockerOf(step, code, args, since, endsBy)];
  return { step, isDone: false, blockers, ...(wakeAt === undefined || !Number.isFinite(wakeAt) ? {} : { wakeAt }) };
}

function budgetsOf(step: Step, view: ClusterView): readonly BudgetView[] {
  return step.budgets.flatMap((ref) => view.budgets(ref.namespace ?? "").filter((budget) => budget.uid === ref.uid));
}
