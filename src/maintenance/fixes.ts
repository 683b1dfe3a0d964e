import type { ClusterView } from "../cluster/view/cluster-view.ts";
import { changedView } from "../plan/changed-view.ts";
import { composePlan } from "../plan/compose.ts";
import type { Fix, Fixes, Proposal } from "../plan/fix.ts";
import type { Pace } from "../plan/forecast.ts";
import type { Plan } from "../plan/plan.ts";
import { nothing } from "../plan/range.ts";
import type { PlanRequest } from "../plan/request.ts";
import type { Range } from "../plan/step.ts";
import type { Millis } from "../runtime/clock.ts";
import { crafts } from "./crafts.ts";

/** A change that saves less than this, and less than this share of the time, is not worth anybody's review. */
const worthwhile: Millis = 3_000;
const worthwhileShare = 0.2;

/** What could be changed of budgets, each with what it is worth: the plan composed again with it, by the code that made the plan. */
export function fixesOf(view: ClusterView, request: PlanRequest, pace: Pace): Fixes {
  const planWith = (proposals: readonly Proposal[]): Plan => composePlan(crafts, changedView(view, proposals), request, pace);
  const base = planWith([]);
  const fixes = crafts
    .flatMap((craft) => craft.propose?.(base, view) ?? [])
    .map((proposal): Fix => valued(proposal, base, planWith([proposal])))
    .filter(isWorthwhile);
  const all = planWith(fixes);
  return { fixes, before: base.predicted, together: all.predicted, stuck: { before: stuck(base), after: stuck(all) } };
}

function valued(proposal: Proposal, base: Plan, changed: Plan): Fix {
  const own = (plan: Plan): Range => plan.budgets.find(({ uid }) => uid === proposal.budget.metadata.uid)?.predicted ?? nothing;
  return { ...proposal, frees: stuck(base) - stuck(changed), own: { before: own(base), after: own(changed) }, after: changed.predicted };
}

/** Pods that no waiting would move: under budgets that never allow it. */
function stuck({ nodes }: Plan): number {
  const isStuck = new Set(["budget-never-allows", "two-budgets"]);
  return nodes.flatMap(({ steps }) => steps).filter(({ action, reason }) => action === "ask" && isStuck.has(reason.code)).length;
}

function isWorthwhile({ reason, frees, own: { before, after } }: Fix): boolean {
  if (frees > 0) return true;
  if (reason === "never-allows" || reason === "two-budgets") return false;
  if (!Number.isFinite(before.likely)) return Number.isFinite(after.likely);
  const saved = before.likely - after.likely;
  return saved >= worthwhile && saved >= before.likely * worthwhileShare;
}
