import type { NodeView, PodView } from "../cluster/view/cluster-view.ts";
import type { Workload } from "../cluster/view/workload/workload.ts";
import { workloadOf } from "../cluster/view/workload/workload-of.ts";
import type { Blocker } from "../plan/finding.ts";
import type { Plan } from "../plan/plan.ts";
import type { Step } from "../plan/step.ts";
import type { Instant } from "../runtime/clock.ts";
import { compareText } from "../runtime/text-order.ts";
import { type NoLook, look } from "./look.ts";
import { nodeStandings } from "./standing.ts";
import type { DrainOptions, Surroundings } from "./work.ts";

/** A pod on a node: whose it is, and what becomes of it. */
export interface PodReport {
  readonly pod: PodView;
  readonly workload: Workload;
  /** What a drain would do with it, and why. */
  readonly step: Step;
  /** What would keep it now. */
  readonly blockers: readonly Blocker[];
}

export interface PodsReport {
  readonly kind: "reported";
  readonly plan: Plan;
  /** The server's clock: the stamps of pods are its. */
  readonly serverNow: Instant;
  readonly nodes: readonly { readonly node: NodeView; readonly pods: readonly PodReport[] }[];
}

/** What is on these nodes, by namespace and name. Changes nothing; the decisions are those of the plan that `drain` would begin with. */
export async function podsOnNodes(s: Surroundings, o: DrainOptions): Promise<PodsReport | NoLook> {
  const seen = await look(s, o, "none");
  if (seen.kind !== "looked") return seen;
  await using _ = seen;
  const view = seen.live.view();
  const standings = nodeStandings(seen.plan, view, s);
  const nodes = seen.plan.nodes.flatMap(({ node: name, steps }) => {
    const node = view.node(name);
    if (node === undefined) return [];
    const pods = steps.flatMap((step): PodReport[] => {
      const pod = view.pod(step.subject.uid);
      if (step.subject.kind !== "Pod" || pod === undefined) return [];
      const blockers = standings.get(name)?.left.find((one) => one.step.id === step.id)?.blockers ?? [];
      return [{ pod, workload: workloadOf(pod), step, blockers }];
    });
    return [{ node, pods: pods.toSorted(byName) }];
  });
  return { kind: "reported", plan: seen.plan, serverNow: view.serverNow, nodes };
}

function byName(a: PodReport, b: PodReport): number {
  return compareText(a.pod.namespace, b.pod.namespace) || compareText(a.pod.name, b.pod.name);
}
