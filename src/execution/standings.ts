import type { ClusterView } from "../cluster/view/cluster-view.ts";
import { allowable, type Consent } from "../plan/consent.ts";
import { type Blocker, blockerOf } from "../plan/finding.ts";
import { missingConsents } from "../plan/judge.ts";
import type { Plan } from "../plan/plan.ts";
import { type Stage, type Step, stages } from "../plan/step.ts";
import { steadyTime } from "../runtime/steady-time.ts";
import type { ExecutorOptions } from "./executor.ts";
import { createLedger } from "./ledger.ts";
import { createLimiter } from "./limiter.ts";
import { StepRunner } from "./step-runner.ts";

/** How a step stands: done, free to go on, or what keeps it. */
export interface Standing {
  readonly step: Step;
  readonly isDone: boolean;
  /** As if every consent were given: a consent that is missing must not hide the budget behind it. */
  readonly blockers: readonly Blocker[];
  readonly missing: readonly Consent[];
}

export type StandingOptions = Pick<ExecutorOptions, "api" | "clock" | "random" | "crafts" | "allowed" | "holder" | "signal">;

const everyConsent: ReadonlySet<Consent> = new Set([...allowable, "daemonsets"]);

/**
 * Asks each step that moves something the questions that an executor's pass would ask it now (its craft's `advance`, the back-off, the
 * budget's ledger, the limiter), with a runner that may start nothing. The cordon is taken as given: what would wait behind it is told too.
 */
export function standingsOf(plan: Plan, view: ClusterView, options: StandingOptions): readonly Standing[] {
  const { api, clock, random, holder, signal, crafts, allowed } = options;
  const now = steadyTime(clock);
  const desk = { api, clock, random, signal, holder, now, observe: () => {}, ledger: createLedger(now), limiter: createLimiter() };
  const runner = new StepRunner({ desk, crafts, request: plan.request, allowed: everyConsent, wake: () => {} });
  runner.stop();
  return plan.nodes.flatMap(({ steps }) => {
    const standings: Standing[] = [];
    for (const step of steps.filter(({ stage }) => isBetween(stage))) {
      // What comes after the pods is looked at when the last of them is gone: until then their own turn is all there is to say.
      if (step.stage !== "evacuate" && standings.some(({ isDone }) => !isDone)) continue;
      const { isDone, blockers } = runner.advance(step, view);
      const before = standings.filter((other) => !other.isDone && other.step.wave < step.wave);
      const first = before.length === 0 || isDone ? [] : [earlierWave(step, before, view)];
      standings.push({ step, isDone, blockers: [...first, ...blockers.map(certain(step))], missing: missingConsents(step, allowed) });
    }
    return standings;
  });
}

/** Between the cordon and the verdict, whose quiet begins when the rest is done. */
function isBetween(stage: Stage): boolean {
  return stages.indexOf(stage) > stages.indexOf("cordon") && stages.indexOf(stage) < stages.indexOf("verify");
}

function earlierWave(step: Step, before: readonly Standing[], view: ClusterView): Blocker {
  return blockerOf(step, "earlier-wave", { node: step.node, pods: before.length }, view.asOf, "cluster");
}

/** A drain waits a while before it believes that a person must act (a StatefulSet's pod between two lives); whoever asks why is told now. */
function certain(step: Step): (blocker: Blocker) => Blocker {
  const { code, args } = step.reason;
  return (blocker) => {
    if (step.action !== "ask") return blocker;
    return { ...blocker, endsBy: "person", ...(blocker.code === "budget-in-doubt" ? { code, args } : {}) };
  };
}
