import { isKubeError, NoAnswerError } from "../client/errors.ts";
import type { KubeApi } from "../client/kube-api.ts";
import type { BudgetView, PodView } from "../cluster/view/cluster-view.ts";
import type { Holder } from "../cluster/view/holder.ts";
import { pods } from "../kube/resource.ts";
import type { MovePod } from "../plan/command.ts";
import { type PodRef, podOfStep } from "../plan/refs.ts";
import type { Step } from "../plan/step.ts";
import type { Clock, Instant, Millis } from "../runtime/clock.ts";
import { jittered, type Random } from "../runtime/random.ts";
import { readEviction } from "./answers.ts";
import { type Consequence, consequenceOf, type Response } from "./consequences.ts";
import type { ExecutionEvent } from "./event.ts";
import type { Ledger } from "./ledger.ts";
import type { Limiter } from "./limiter.ts";
import { accept, backOff, type StepState } from "./step-state.ts";

/** What requests are made with and what their answers change. */
export interface Desk {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly ledger: Ledger;
  readonly limiter: Limiter;
  readonly holder: Holder;
  readonly now: () => Instant;
  readonly observe: (event: EventBody) => void;
}

export type EventBody = ExecutionEvent extends infer E ? (E extends ExecutionEvent ? Omit<E, "at"> : never) : never;

/** The server holds an eviction of a Pending pod up to 10 s, conflicts on a budget 10 s more, a webhook up to 30 s. */
export const answerPatience: Millis = 60_000;

/** Sends one eviction (or, by consent, a deletion) and puts what the answer means into state, ledger and limiter. Never throws. */
export async function movePod(
  command: MovePod,
  step: Step,
  pod: PodView,
  budgets: readonly BudgetView[],
  state: StepState,
  desk: Desk,
): Promise<void> {
  const ref = podOfStep(step);
  state.inFlight = true;
  state.attempts += 1;
  desk.limiter.start();
  for (const budget of budgets) desk.ledger.sent(budget);
  const { aheadOf } = command;
  if (!state.announced && aheadOf === undefined) {
    state.announced = true;
    desk.observe({ kind: "started", node: step.node, pod: ref, action: step.action, dryRun: false });
  }
  const response = (state.inDoubt ? await taken(ref, desk) : undefined) ?? (await ask(command, ref, budgets.length > 1, desk));
  state.inFlight = false;
  state.inDoubt = response.kind === "no-answer" || response.kind === "server-error";
  conclude(consequenceOf(response, step), step, pod, budgets, state, desk);
  if (response.kind === "accepted") {
    accept(state, desk.now());
    state.setback = undefined;
    state.setbacks = 0;
    if (aheadOf === undefined) desk.observe({ kind: "accepted", node: step.node, pod: ref, action: step.action });
    else desk.observe({ kind: "forced", node: step.node, pod: ref, grace: command.grace ?? 0, deadlineAt: aheadOf });
  }
}

/**
 * Was the request before this one taken, although its answer said no such thing? A watch that is open may still be behind what was written
 * before it, so the pod itself is read. undefined: it was not, or that cannot be told, and the pod is asked again.
 */
async function taken(ref: PodRef, desk: Desk): Promise<Response | undefined> {
  using deadline = desk.clock.deadline(answerPatience, desk.signal);
  try {
    const pod = await desk.api.get(pods, ref, { signal: deadline.signal, lane: "control", retry: "none" });
    return pod.metadata.uid === ref.uid && pod.metadata.deletionTimestamp === undefined ? undefined : { kind: "gone" };
  } catch (error) {
    if (!isKubeError(error) || error instanceof NoAnswerError || error.http === undefined)
      return { kind: "no-answer", message: messageOf(error) };
    if (error.http === 404) return { kind: "gone" };
    // Whoever may not read pods goes on as kubectl would; what the server cannot tell now is asked again later.
    if (error.http < 500 && error.http !== 429) return undefined;
    return readEviction(
      { http: error.http, text: error.message, ...(error.retryAfter === undefined ? {} : { retryAfter: error.retryAfter }) },
      false,
    );
  }
}

async function ask(command: MovePod, ref: PodRef, twoBudgets: boolean, desk: Desk): Promise<Response> {
  using deadline = desk.clock.deadline(answerPatience, desk.signal);
  const call = { signal: deadline.signal, lane: "control", retry: "none" } as const;
  const grace = command.grace === undefined ? {} : { gracePeriodSeconds: Math.ceil(command.grace / 1000) };
  try {
    if (command.kind === "evict") return readEviction(await desk.api.evict(ref, grace, call), twoBudgets);
    await desk.api.remove(pods, ref, grace, call);
    return { kind: "accepted" };
  } catch (error) {
    if (isKubeError(error) && !(error instanceof NoAnswerError) && error.http !== undefined) {
      const { http, status, retryAfter } = error;
      return readEviction(
        { http, ...(status === undefined ? { text: error.message } : { status }), ...(retryAfter === undefined ? {} : { retryAfter }) },
        twoBudgets,
      );
    }
    return { kind: "no-answer", message: messageOf(error) };
  }
}

function conclude(
  { budget, limiter, retryAfter, setback }: Consequence,
  step: Step,
  pod: PodView,
  budgets: readonly BudgetView[],
  state: StepState,
  desk: Desk,
): void {
  const now = desk.now();
  for (const view of budgets) {
    if (budget === "granted") desk.ledger.granted(view, pod);
    else if (budget === "refused") desk.ledger.refused(view, retryAfter === undefined ? undefined : now + retryAfter * 1000);
    else desk.ledger.failed(view);
  }
  if (limiter === "throttled") desk.limiter.throttled(now, (retryAfter ?? 1) * 1000);
  else if (limiter === "failed") desk.limiter.failed();
  else desk.limiter.succeeded();
  if (setback === undefined) return;
  const { code, args, pause, endsBy } = setback;
  const wait = pause.kind === "fixed" ? jittered(pause.ms, 0.2, desk.random) : backOff(state, pause.first, pause.cap, desk.random);
  state.setback = { code, args, until: now + wait, endsBy };
  desk.observe({
    kind: "refused",
    node: step.node,
    pod: podOfStep(step),
    code,
    args,
    dryRun: false,
  });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
