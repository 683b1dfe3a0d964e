import { isKubeError } from "../client/errors.ts";
import { readEviction } from "../execution/answers.ts";
import { consequenceOf } from "../execution/consequences.ts";
import type { ExecutionEvent } from "../execution/event.ts";
import { holdNode } from "../execution/node-requests.ts";
import type { TaintOrder } from "../execution/taint.ts";
import { taintNode } from "../execution/taint-requests.ts";
import type { Taint } from "../kube/node.ts";
import { pods } from "../kube/resource.ts";
import type { ClusterView, NodeView } from "../cluster/view/cluster-view.ts";
import type { Holder } from "../cluster/view/holder.ts";
import { formatTaint, isExactTaint } from "../kube/taint-spec.ts";
import type { Consent } from "../plan/consent.ts";
import { taintOf } from "../plan/taint.ts";
import { type Blocker, blockerOf, consentMissing } from "../plan/finding.ts";
import { missingConsents } from "../plan/judge.ts";
import { podOfStep } from "../plan/refs.ts";
import type { Args, Step } from "../plan/step.ts";
import type { Look } from "./look.ts";
import { cordonedBy } from "./node-end.ts";
import type { NodeOutcome, Outcome } from "./outcome.ts";
import type { DrainOptions, Surroundings } from "./work.ts";

/**
 * kubectl's `--dry-run`, but it ends: "client" only says what would be done; "server" also asks the server once per pod, with dryRun=All.
 * The server judges each pod alone (it spends no budget in a dry run), which the plan's own arithmetic does not forget.
 */
export async function dryRunDrain(s: Surroundings, o: DrainOptions, seen: Look): Promise<Outcome> {
  const view = seen.live.view();
  const nodes: NodeOutcome[] = [];
  const unheld = new Map<string, Blocker>();
  for (const { node, steps } of seen.plan.nodes) {
    const at = view.node(node);
    if (at === undefined) continue;
    const taint = seen.plan.request.mode === "Taint" ? taintOf(seen.plan.request) : undefined;
    if (o.dryRun === "server") {
      const asked = { api: s.api, signal: s.stop, dryRun: true };
      const held = taint === undefined ? await holdNode(at, seen.holder, asked) : await taintNode(at, orderOf(taint, seen.holder), asked);
      if (held.kind === "failed") throw held.error;
      const [cordon] = steps.filter((step) => step.stage === "cordon");
      if (held.kind === "refused" && cordon !== undefined) {
        unheld.set(node, blockerOf(cordon, held.code, { node }, s.clock.now(), "person"));
        continue;
      }
    }
    s.observe(heldEvent(at, taint, s));
  }
  for (const { node, steps } of seen.plan.nodes) {
    const kept = steps.flatMap((step) => keptBy(step, o.allow, view));
    const staying = new Set(kept.map(({ step }) => step));
    const moved = steps.filter((step) => (step.action === "evict" || step.action === "delete") && !staying.has(step.id));
    for (const step of moved)
      s.observe({ kind: "started", at: s.clock.now(), node, pod: podOfStep(step), action: step.action, dryRun: true });
    // What the cluster deletes for a taint no request of ours is made for.
    const asked = o.dryRun === "server" ? moved.filter((step) => step.byTaint === undefined || step.action === "evict") : [];
    const refused = (await Promise.all(asked.map((step) => askServer(step, s, o, seen)))).flat();
    const refusedHold = unheld.get(node);
    const blockers = [...(refusedHold === undefined ? [] : [refusedHold]), ...kept, ...refused];
    if (blockers.length === 0) s.observe({ kind: "drained", at: s.clock.now(), node, proofs: [], proven: false, dryRun: true });
    nodes.push({
      node,
      state: blockers.length === 0 ? "untouched" : "blocked",
      cordoned: cordonedBy(node, view.node(node)?.uid ?? "", view),
      moved: 0,
      left: steps.filter((step) => moved.includes(step) || staying.has(step.id)).map(podOfStep),
      blockers,
    });
  }
  return { kind: "finished", plan: seen.plan, nodes };
}

function orderOf(taint: Taint, holder: Holder): TaintOrder {
  return { changes: { add: [taint], remove: [] }, present: "keep", holder };
}

function heldEvent(node: NodeView, taint: Taint | undefined, { clock }: Surroundings): ExecutionEvent {
  const base = { at: clock.now(), node: node.name, foreign: false, dryRun: true } as const;
  if (taint === undefined) return { ...base, kind: "cordoned", already: node.unschedulable };
  const already = node.taints.some((other) => isExactTaint(other, taint));
  return { ...base, kind: "tainted", taints: [formatTaint(taint)], change: "tainted", already, again: false };
}

/** What the drain itself would leave on the node: pods that a person must act for, and those whose consent is not given. */
function keptBy(step: Step, allowed: ReadonlySet<Consent>, { asOf }: ClusterView): readonly Blocker[] {
  if (step.action === "ask") return [blockerOf(step, step.reason.code, step.reason.args, asOf, "person")];
  if (step.action !== "evict" && step.action !== "delete") return [];
  const consents = missingConsents(step, allowed);
  return consents.length === 0 ? [] : [consentMissing(step, consents, asOf)];
}

/** One dry-run request for one pod; the refusal, where the server refuses. */
export async function askServer(
  step: Step,
  s: Surroundings,
  { request }: Pick<DrainOptions, "request">,
  seen: Look,
): Promise<readonly Blocker[]> {
  const pod = podOfStep(step);
  const grace = request.grace === undefined ? {} : { gracePeriodSeconds: Math.ceil(request.grace / 1000) };
  const call = { signal: s.stop, lane: "control" } as const;
  const refused = (code: string, args: Args, endsBy: Blocker["endsBy"]): readonly Blocker[] => {
    const at = s.clock.now();
    s.observe({ kind: "refused", at, node: step.node, pod, code, args, dryRun: true });
    return [blockerOf(step, code, args, at, endsBy)];
  };
  if (step.action === "delete") {
    try {
      await s.api.remove(pods, pod, { ...grace, dryRun: true }, call);
    } catch (error) {
      if (!isKubeError(error)) throw error;
      return error.code === "not-found" ? [] : refused("rejected", { http: error.http, message: error.message }, "person");
    }
    return [];
  }
  const reading = readEviction(await s.api.evict(pod, { ...grace, dryRun: true }, call), step.budgets.length > 1);
  if (reading.kind === "accepted" || reading.kind === "gone") return [];
  const { setback } = consequenceOf(reading, step);
  return setback === undefined
    ? refused("budget-exhausted", budgetArgs(step, seen), "cluster")
    : refused(setback.code, setback.args, setback.endsBy);
}

function budgetArgs(step: Step, seen: Look): Args {
  const [ref] = step.budgets;
  const use = seen.plan.budgets.find((budget) => budget.uid === ref?.uid);
  return { budget: ref?.name, needs: use?.desiredHealthy, has: use?.currentHealthy };
}
