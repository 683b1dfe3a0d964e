import { surveyRoom } from "../../cluster/live/room-survey.ts";
import { composePlan } from "../../plan/compose.ts";
import type { Finding } from "../../plan/finding.ts";
import type { NodePlan, Plan } from "../../plan/plan.ts";
import { compareText } from "../../runtime/text-order.ts";
import { crafts } from "../crafts.ts";
import { type Look, look, type NoLook } from "../look.ts";
import { roomNotChecked } from "../room/findings.ts";
import { moversOf, type Placed, placesFor } from "../room/places.ts";
import { unlessStopped } from "../unless-stopped.ts";
import type { DrainOptions, Surroundings } from "../work.ts";
import { type Disturbance, disturbanceOf } from "./disturbance.ts";

/** One node, as if it alone were drained now. */
export interface RankedNode extends Disturbance {
  readonly node: string;
  /** From 1; nodes with the same points share it. */
  readonly rank: number;
  /** How many pods would leave. */
  readonly pods: number;
  readonly predicted: NodePlan["predicted"];
}

export interface Ranking {
  readonly kind: "ranked";
  /** The least disturbed first. */
  readonly nodes: readonly RankedNode[];
  /** What could not be taken into account. */
  readonly findings: readonly Finding[];
}

/** Which of these nodes to drain first, with the least disturbance. One look at all of them; each is planned as if it alone were drained. */
export async function rankNodes(s: Surroundings, o: DrainOptions): Promise<Ranking | NoLook> {
  const seen = await look(s, o, "none");
  if (seen.kind !== "looked") return seen;
  await using _ = seen;
  return await unlessStopped(s, () => rank(s, o, seen));
}

async function rank(s: Surroundings, { pageSize }: DrainOptions, seen: Look): Promise<Ranking> {
  const { api, clock, stop } = s;
  const view = seen.live.view();
  const plans: Plan[] = [];
  for (const { node } of seen.plan.nodes) {
    plans.push(composePlan(crafts, view, { ...seen.plan.request, nodes: [node] }));
    await clock.breathe();
  }
  const movers = moversOf(
    plans.flatMap(({ nodes }) => nodes),
    view,
  );
  const survey = movers.length === 0 ? undefined : await surveyRoom(movers, view.serverNow, { api, clock, pageSize, signal: stop });
  const isSurveyed = survey !== undefined && !("kind" in survey);
  const measured: Omit<RankedNode, "rank">[] = [];
  for (const plan of plans) {
    const [node] = plan.nodes;
    if (node === undefined) continue;
    const placed: Placed[] = [];
    if (isSurveyed) {
      for (const one of placesFor(moversOf(plan.nodes, view), new Set([node.node]), { ...survey, waiting: [] })) {
        placed.push(one);
        await clock.breathe();
      }
    }
    const disturbance = disturbanceOf(plan, view, isSurveyed ? { placed, replicas: survey.replicas } : undefined);
    const pods = disturbance.parts.find(({ part }) => part === "pods")?.count ?? 0;
    measured.push({ node: node.node, ...disturbance, pods, predicted: node.predicted });
  }
  const unchecked = survey !== undefined && "kind" in survey ? [roomNotChecked(survey.resource, survey.error.code === "forbidden")] : [];
  return { kind: "ranked", nodes: inRank(measured), findings: unchecked };
}

function inRank(measured: readonly Omit<RankedNode, "rank">[]): readonly RankedNode[] {
  const sorted = measured.toSorted((a, b) => a.points - b.points || compareText(a.node, b.node));
  return sorted.map((one) => ({ ...one, rank: sorted.findIndex(({ points }) => points === one.points) + 1 }));
}
