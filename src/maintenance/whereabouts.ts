import type { PodView } from "../cluster/view/cluster-view.ts";
import type { Millis } from "../runtime/clock.ts";
import { destinationsOf } from "./destinations.ts";
import type { Look } from "./look.ts";
import type { NodeEnd } from "./node-end.ts";
import type { NodeOutcome } from "./outcome.ts";
import { explainUnreplaced } from "./unreplaced.ts";
import type { Surroundings } from "./work.ts";

/** The end of a drain waits no longer than this for what explains why a pod was not replaced. */
const patience: Millis = 400;

/** The ends of nodes with where their workloads went, as far as that is known by now; what had ended before it was moved went nowhere. */
export async function withDestinations(
  ends: readonly NodeEnd[],
  { live, plan }: Pick<Look, "live" | "plan">,
  { api, clock }: Pick<Surroundings, "api" | "clock">,
): Promise<readonly NodeOutcome[]> {
  const view = live.view();
  const nodes = plan.nodes.map(({ node }) => node);
  const finished = new Set(
    plan.nodes.flatMap(({ steps }) => steps.filter(({ reason }) => reason.code === "finished")).map(({ subject }) => subject.uid),
  );
  const movedFrom = ({ proofs }: NodeEnd): readonly PodView[] =>
    proofs.flatMap(({ subject: { kind, uid = "" } }) => (kind === "Pod" && !finished.has(uid) ? (view.gone(uid)?.pod ?? []) : []));
  using deadline = clock.deadline(patience, new AbortController().signal);
  return await Promise.all(
    ends.map(async (end): Promise<NodeOutcome> => {
      const moved = movedFrom(end);
      if (moved.length === 0) return end.outcome;
      const destinations = await explainUnreplaced(destinationsOf(moved, view, nodes), moved, view, api, deadline.signal);
      return { ...end.outcome, destinations };
    }),
  );
}
