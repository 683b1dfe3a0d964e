import type { BudgetView, ClusterView, PodView } from "../../../cluster/view/cluster-view.ts";
import { unschedulableTaint } from "../../../kube/node.ts";
import { parseTime } from "../../../kube/time.ts";
import type { Forecast, Pace } from "../../../plan/forecast.ts";
import type { NodePlan } from "../../../plan/plan.ts";
import { addRanges, eachLevel, longest, nothing, restOf } from "../../../plan/range.ts";
import type { PlanRequest } from "../../../plan/request.ts";
import type { Range, Step } from "../../../plan/step.ts";
import { defaultScheduler } from "../findings.ts";
import { goesPast, slotsOf } from "./budgets.ts";
import { latestOf } from "./limits.ts";
import { volumeMove } from "./hold.ts";
import { type DrainModel, type Mover, type NodeRun, play } from "./run.ts";
import { Times } from "./times.ts";
import { arrivalQuiet } from "../verdict.ts";

/** One patch of each node, side by side, and what the first passes take. */
const cordonTime: Range = { low: 10, likely: 80, high: 1_000 };
/** Until the node lifecycle controller has made a taint of the cordon; it is waited for 5 s at most. */
const taintTime: Range = { low: 50, likely: 300, high: 5_000 };
/** Nobody can tell when a pod that is only waited for has done its work. */
const untilDone: Range = { low: 0, likely: Number.POSITIVE_INFINITY, high: Number.POSITIVE_INFINITY };
const verdictTime: Range = { low: 0, likely: 50, high: 1_000 };

/**
 * When the steps that move pods will have happened, from this view on. Asked at the beginning it is the prediction, asked under way it is
 * what remains: pods that terminate take only the rest of their time, budgets wait for the rest of what was evicted last, and what was seen
 * of starts and ends so far counts.
 */
export function predictDrain(nodes: readonly NodePlan[], view: ClusterView, request: PlanRequest, { parallel }: Pace): Forecast {
  if (request.mode === "CordonOnly") return { steps: new Map(), nodes: new Map(), whole: nothing };
  const times = new Times(view, request);
  const waiting = new Map<string, { readonly budget: BudgetView; readonly pods: PodView[] }>();
  const runs = nodes.map(({ node, steps }): NodeRun => {
    const movers = steps.flatMap((step) => moverOf(step, times, request, waiting) ?? []);
    return { node, movers };
  });
  const budgets = new Map([...waiting].map(([uid, { budget, pods }]) => [uid, slotsOf(budget, pods, times)]));
  const cordon = nodes.every(({ node }) => view.node(node)?.unschedulable === true) ? nothing : cordonTime;
  const model: DrainModel = { nodes: runs, parallel, cordon, budgets };
  const played = { low: play(model, "low"), likely: play(model, "likely"), high: play(model, "high") };
  const steps = new Map(
    runs.flatMap(({ movers }) => movers.map(({ id }) => [id, eachLevel((level) => played[level].pods.get(id) ?? 0)] as const)),
  );
  const empty = new Map(runs.map(({ node }) => [node, eachLevel((level) => played[level].nodes.get(node) ?? 0)]));
  const verdicts = runs.map(({ node }) => addRanges(longest([volumes(node, nodes, view, empty), quiet(node, view)]), verdictTime));
  return { steps, nodes: empty, whole: longest(verdicts) };
}

function moverOf(
  step: Step,
  times: Times,
  request: PlanRequest,
  waiting: Map<string, { readonly budget: BudgetView; readonly pods: PodView[] }>,
): Mover | undefined {
  const { view } = times;
  const { action, wave, id } = step;
  const pod = step.stage === "evacuate" ? view.pod(step.subject.uid) : undefined;
  if (pod === undefined || action === "stay") return undefined;
  const isLeaving = pod.deletionTimestamp !== undefined;
  const end = times.end(pod);
  const latest = latestOf(step, pod, end, view, request);
  const limit = latest === undefined ? {} : { latest };
  const base: Mover = { id, wave, isLeaving, delay: delayOf(step, pod, view, request), end, hold: nothing, ...limit };
  // Nothing but a limit moves it.
  if (action === "ask" || isLeftToTaint(step, request)) return latest === undefined ? undefined : { ...base, isLeaving: true, end: latest };
  // Nothing of it runs, and its object is not waited for.
  if (step.reason.code === "finished") return { ...base, isLeaving: false, end: nothing };
  if (action === "wait" && !isLeaving) return { ...base, isLeaving: true, end: untilItsTime(step, base.end, view) ?? untilDone };
  const budget = action === "evict" && !isLeaving && request.mode !== "Taint" ? budgetOf(step, view) : undefined;
  // The eviction subresource asks no budget about a pod that is Pending.
  if (budget === undefined || pod.phase === "Pending") return base;
  const queue = waiting.get(budget.uid);
  if (queue === undefined) waiting.set(budget.uid, { budget, pods: [pod] });
  else queue.pods.push(pod);
  return goesPast(budget, pod) ? base : { ...base, budget: budget.uid, hold: times.hold(pod) };
}

/** It is evicted when its time has passed. The budget that it may have to wait for then is too far away to tell. */
function untilItsTime({ reason }: Step, end: Range, view: ClusterView): Range | undefined {
  const until = typeof reason.args["until"] === "string" ? parseTime(reason.args["until"]) : undefined;
  return until === undefined ? undefined : eachLevel((level) => Math.max(0, until - view.serverNow) + end[level]);
}

function budgetOf({ budgets: [ref] }: Step, view: ClusterView): BudgetView | undefined {
  return ref === undefined ? undefined : view.budgets(ref.namespace ?? "").find(({ uid }) => uid === ref.uid);
}

/** What no budget will ever let go is not asked to: the taint will delete it. */
function isLeftToTaint({ action, byTaint }: Step, { mode, disableEviction }: PlanRequest): boolean {
  return mode === "EvictThenTaint" && action === "delete" && !disableEviction && byTaint !== undefined;
}

/** Schedulers of other makes read taints; and a pod may tolerate the one that is set for a while. */
function delayOf({ byTaint = 0 }: Step, { schedulerName, node }: PodView, view: ClusterView, { mode }: PlanRequest): Range {
  if (mode === "Taint") return { low: byTaint * 1000, likely: byTaint * 1000, high: byTaint * 1000 };
  if (schedulerName === defaultScheduler || view.node(node)?.taints.some(({ key }) => key === unschedulableTaint) === true) return nothing;
  return taintTime;
}

/** What is left of the quiet after the cordon; a pod that arrives begins it anew, which nobody can foresee. */
function quiet(node: string, view: ClusterView): Range {
  const since = view.cordonAcknowledged(node);
  const whole = { low: arrivalQuiet, likely: arrivalQuiet, high: arrivalQuiet };
  return since === undefined ? addRanges(cordonTime, whole) : restOf(whole, view.asOf - since);
}

/** Volumes leave the node after the last pod that uses them. */
function volumes(node: string, nodes: readonly NodePlan[], view: ClusterView, empty: ReadonlyMap<string, Range>): Range {
  const end = empty.get(node) ?? nothing;
  const steps = nodes.find((plan) => plan.node === node)?.steps ?? [];
  const uses = steps.some(({ action, subject }) => action !== "stay" && (view.pod(subject.uid)?.claims.length ?? 0) > 0);
  return uses ? eachLevel((level) => end[level] + (level === "low" ? 0 : volumeMove[level])) : end;
}
