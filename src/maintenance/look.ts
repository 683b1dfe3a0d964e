import type { Holder } from "../cluster/view/holder.ts";
import { type LiveCluster, watchCluster } from "../cluster/live/live-cluster.ts";
import { composePlan } from "../plan/compose.ts";
import { refusals } from "../plan/judge.ts";
import type { Plan } from "../plan/plan.ts";
import { type PlanRequest, readsNamespaces } from "../plan/request.ts";
import type { Millis } from "../runtime/clock.ts";
import { chosenNames, noSuchNode } from "./choose-nodes.ts";
import { crafts } from "./crafts.ts";
import { unlessStopped } from "./unless-stopped.ts";
import { holderOfCommand, selfOf } from "./identity.ts";
import type { MissingPermission, Outcome, Refusal } from "./outcome.ts";
import { needsOf, stillMissing } from "./needs.ts";
import { missingPermissions } from "./permissions.ts";
import { settledPlan } from "./second-look.ts";
import type { DrainOptions, Surroundings } from "./work.ts";

/** Everything known before anything is touched. Dispose it when the work is over. */
export interface Look extends AsyncDisposable {
  readonly kind: "looked";
  readonly live: LiveCluster;
  readonly plan: Plan;
  readonly refusals: readonly Refusal[];
  readonly holder: Holder;
  readonly missing: readonly MissingPermission[];
}

/** A preview is shown without what a slow server has not said by then. */
const besidePatience: Millis = 3_000;

export type NoLook = Exclude<Outcome, { readonly kind: "finished" | "refused" }>;

/**
 * Reads what the plan needs, and, beside those reads, asks who we are and whether the later writes are permitted. `preview` and `drain`
 * both begin here: the same look, the same planner, the same plan.
 */
export async function look(s: Surroundings, o: DrainOptions, writes: "asked-for" | "none"): Promise<Look | NoLook> {
  return await unlessStopped(s, () => lookAround(s, o, writes));
}

async function lookAround(s: Surroundings, o: DrainOptions, writes: "asked-for" | "none"): Promise<Look | NoLook> {
  const names = await chosenNames(o.choice, o.pageSize, s);
  if ("kind" in names) return names;
  const request: PlanRequest = { ...o.request, nodes: names };
  await using guard = new AsyncDisposableStack();
  const live = guard.use(
    watchCluster({
      api: s.api,
      clock: s.clock,
      random: s.random,
      nodes: names,
      namespaces: readsNamespaces(request),
      pageSize: o.pageSize,
      signal: s.stop,
    }),
  );
  const [readiness, holder, denied] = await Promise.all([
    live.ready,
    holderOfCommand(s),
    writes === "none" ? [] : missingPermissions(needsOf(request), s),
  ]);
  if (readiness.kind === "failed") throw readiness.error;
  if (readiness.kind === "denied") {
    return {
      kind: "denied",
      missing: [{ verb: readiness.verb, resource: readiness.resource, reason: readiness.error.status?.message ?? readiness.error.message }],
    };
  }
  if (writes === "none" || o.dryRun !== "none") await readBeside(live, names, holder, s);
  const view = live.view();
  const unknown = names.filter((name) => view.node(name) === undefined);
  if (unknown.length > 0) return await noSuchNode(unknown, s);
  const plan = await settledPlan(live, (seen) => composePlan(crafts, seen, request, { parallel: o.parallel }), s);
  const missing = await stillMissing(denied, plan, s);
  const owned = guard.move();
  return {
    kind: "looked",
    live,
    plan,
    refusals: refusals(plan, o.allow),
    holder,
    missing,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What nobody waits for in the act is waited for where all is to be shown; not for ever. It is no part of the plan's identity. */
async function readBeside(live: LiveCluster, nodes: readonly string[], holder: Holder, s: Surroundings): Promise<void> {
  using patience = s.clock.deadline(besidePatience, s.stop);
  const { signal } = patience;
  const over = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  const view = live.view();
  const peers = live.watchPeers(nodes.flatMap((node) => view.podsOn(node)));
  await Promise.race([Promise.all([live.readVolumes(false), live.readSurroundings(selfOf(holder, s)), peers]), over]);
}
