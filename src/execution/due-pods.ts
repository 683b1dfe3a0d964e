import type { ClusterView } from "../cluster/view/cluster-view.ts";
import type { Command } from "../plan/command.ts";
import type { Advance } from "../plan/craft.ts";
import { type PodRef, podOfStep } from "../plan/refs.ts";
import type { Step } from "../plan/step.ts";
import type { Instant } from "../runtime/clock.ts";

/** A deletion ahead of a deadline: past budgets, waves and whatever keeps an eviction waiting. */
export function isAhead(command: Command): boolean {
  return command.kind === "delete" && command.aheadOf !== undefined;
}

/** Which pods a deadline will delete, and when, should they still be there then; the first first. @param ask what the craft of a step says of it now */
export function duePods(
  steps: readonly Step[],
  ask: (step: Step) => Advance,
  { asOf }: ClusterView,
): readonly { readonly pod: PodRef; readonly dueAt: Instant }[] {
  return steps
    .flatMap((step) => {
      const advance = ask(step);
      if (advance.kind === "done") return [];
      const dueAt = advance.kind === "act" && advance.commands.some(isAhead) ? asOf : advance.dueAt;
      return dueAt === undefined ? [] : [{ pod: podOfStep(step), dueAt }];
    })
    .toSorted((a, b) => a.dueAt - b.dueAt);
}
