import type { LiveCluster } from "../cluster/live/live-cluster.ts";
import type { ClusterView, PodView } from "../cluster/view/cluster-view.ts";
import { isCountInDoubt } from "../cluster/view/count-in-doubt.ts";
import type { Plan } from "../plan/plan.ts";
import type { Millis } from "../runtime/clock.ts";
import { createLatch } from "../runtime/latch.ts";
import type { Surroundings } from "./work.ts";

/** A pod that is being made anew is counted again within this time, or something keeps it. */
const secondLook: Millis = 2_000;

/**
 * The plan, once no refusal rests on a moment. A budget with an integer minAvailable counts the pods there are: while a StatefulSet's pod is
 * between two lives it looks as if it could never allow one. Then the scales of the owners are read; where that does not settle it, the next
 * count is waited for, shortly. A plan without such a doubt costs nothing.
 */
export async function settledPlan(live: LiveCluster, planOf: (view: ClusterView) => Plan, { clock, stop }: Surroundings): Promise<Plan> {
  const first = live.view();
  const plan = planOf(first);
  const doubtful = podsInDoubt(plan, first);
  if (doubtful.length === 0) return plan;
  const latch = createLatch();
  using _changes = live.onChange(latch.set);
  using patience = clock.deadline(secondLook, stop);
  const { signal } = patience;
  signal.addEventListener("abort", latch.set, { once: true });
  const owners = doubtful.flatMap(({ namespace, controller }) => (controller === undefined ? [] : [{ namespace, controller }]));
  const faults: unknown[] = [];
  live.readScales(owners).then(latch.set, (error: unknown) => {
    faults.push(error);
    latch.set();
  });
  for (;;) {
    await latch.wait();
    stop.throwIfAborted();
    if (faults.length > 0) throw faults[0];
    const view = live.view();
    const settled = planOf(view);
    if (signal.aborted || podsInDoubt(settled, view).length === 0) return settled;
  }
}

/** Pods that could never go by a count that may be at fault. */
function podsInDoubt(plan: Plan, view: ClusterView): readonly PodView[] {
  return plan.findings.flatMap(({ code, objects: [subject, ...others] }) => {
    const pod = code === "budget-never-allows" ? view.pod(subject?.uid ?? "") : undefined;
    if (pod === undefined) return [];
    const budgets = view.budgets(pod.namespace).filter(({ uid }) => others.some((other) => other.uid === uid));
    return budgets.some((budget) => isCountInDoubt(budget, pod, view)) ? [pod] : [];
  });
}
