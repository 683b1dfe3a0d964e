import type { ClusterView } from "../cluster/view/cluster-view.ts";
import { type Stage, type Step, stages } from "../plan/step.ts";
import { isPersons, type Reach, type StepResult } from "./progress.ts";
import { quiet, type StepRunner } from "./step-runner.ts";

/** Advances the steps of one node as far as it may go, stage by stage: the next one is due when nothing of those before it is open. */
export function advanceStages(own: readonly Step[], reach: Reach, view: ClusterView, runner: StepRunner): readonly StepResult[] {
  const byStage = Map.groupBy(own, (step) => step.stage);
  const results: StepResult[] = [];
  for (const stage of stages) {
    const steps = byStage.get(stage) ?? [];
    const isWithinReach = reach === "verdict" || (reach === "cordon" && stages.indexOf(stage) <= stages.indexOf("cordon"));
    const isDue = isWithinReach && results.every((result) => isThrough(result, runner));
    results.push(...(isDue ? advanceStage(stage, steps, view, runner) : steps.map(quiet)));
  }
  return results;
}

function advanceStage(stage: Stage, steps: readonly Step[], view: ClusterView, runner: StepRunner): readonly StepResult[] {
  if (stage === "evacuate") return inWaves(steps, view, runner);
  const isAboutPods = stages.indexOf(stage) > stages.indexOf("evacuate");
  return steps.map((step) => (isAboutPods ? runner.verify(step, view) : runner.advance(step, view)));
}

/** Evictions follow the server's yes to the cordon, not the watch; but one that is given up lets new pods in as fast as others leave. */
function isThrough(result: StepResult, runner: StepRunner): boolean {
  if (result.isDone || result.step.stage !== "cordon") return result.isDone;
  return runner.state(result.step.id).acceptedAt !== undefined && !isPersons(result);
}

/** The next wave starts when the former is gone, or waits for persons only: what is kept keeps none of the others. */
function inWaves(steps: readonly Step[], view: ClusterView, runner: StepRunner): readonly StepResult[] {
  const results: StepResult[] = [];
  for (const wave of [...new Set(steps.map((step) => step.wave))].toSorted((a, b) => a - b)) {
    const members = steps.filter((step) => step.wave === wave);
    const before = results.filter((result) => !result.isDone && !isPersons(result)).length;
    results.push(...members.map((step) => (before === 0 ? runner.advance(step, view) : runner.behind(step, before, view))));
  }
  return results;
}
