import { isKubeError } from "../client/errors.ts";
import { readEviction } from "../execution/answers.ts";
import { consequenceOf } from "../execution/consequences.ts";
import { holdNode } from "../execution/node-requests.ts";
import { pods } from "../kube/resource.ts";
import type { Args, Step } from "../plan/step.ts";
import type { Look } from "./look.ts";
import type { NodeOutcome, Outcome } from "./outcome.ts";
import type { DrainOptions, Surroundings } from "./work.ts";

/**
 * kubectl's `--dry-run`, but it ends: "client" only says what would be done; "server" also asks the server once per pod, with dryRun=All.
 * The server judges each pod alone (it spends no budget in a dry run), which the plan's own arithmetic does not forget.
 */
export async function dryRunDrain(s: Surroundings, o: DrainOptions, seen: Look): Promise<Outcome> {
  const view = seen.live.view();
  const nodes: NodeOutcome[] = [];
  for (const { node } of seen.plan.nodes) {
    const at = view.node(node);
    if (at === undefined) continue;
    if (o.dryRun === "server") {
      const held = await holdNode(at, seen.holder, { api: s.api, signal: s.stop, dryRun: true });
      if (held.kind === "failed") throw held.error;
    }
    s.observe({ kind: "cordoned", at: s.clock.now(), node, already: at.unschedulable, foreign: false, dryRun: true });
  }
  for (const { node, steps } of seen.plan.nodes) {
    const moved = steps.filter((step) => step.action === "evict" || step.action === "delete");
    for (const step of moved) s.observe({ kind: "started", at: s.clock.now(), node, pod: podOf(step), action: step.action, dryRun: true });
    const refused = o.dryRun === "server" ? await Promise.all(moved.map((step) => askServer(step, s, o, seen))) : [];
    const allowed = refused.every((no) => !no);
    if (allowed) s.observe({ kind: "drained", at: s.clock.now(), node, proofs: [], proven: false, dryRun: true });
    nodes.push({ node, state: allowed ? "untouched" : "blocked", cordoned: "no", moved: 0, left: moved.map(podOf), blockers: [] });
  }
  return { kind: "finished", plan: seen.plan, nodes };
}

/** One dry-run request for one pod; true where the server refuses. */
async function askServer(step: Step, s: Surroundings, o: DrainOptions, seen: Look): Promise<boolean> {
  const pod = podOf(step);
  const grace = o.request.grace === undefined ? {} : { gracePeriodSeconds: Math.ceil(o.request.grace / 1000) };
  const call = { signal: s.stop, lane: "control" } as const;
  if (step.action === "delete") {
    try {
      await s.api.remove(pods, pod, { ...grace, dryRun: true }, call);
    } catch (error) {
      if (!isKubeError(error)) throw error;
      if (error.code === "not-found") return false;
      s.observe({
        kind: "refused",
        at: s.clock.now(),
        node: step.node,
        pod,
        code: "rejected",
        args: { http: error.http, message: error.message },
        dryRun: true,
      });
      return true;
    }
    return false;
  }
  const reading = readEviction(await s.api.evict(pod, { ...grace, dryRun: true }, call), step.budgets.length > 1);
  if (reading.kind === "accepted" || reading.kind === "gone") return false;
  const { code, args } = consequenceOf(reading, step).setback ?? { code: "budget-exhausted", args: budgetArgs(step, seen) };
  s.observe({ kind: "refused", at: s.clock.now(), node: step.node, pod, code, args, dryRun: true });
  return true;
}

function budgetArgs(step: Step, seen: Look): Args {
  const [ref] = step.budgets;
  const use = seen.plan.budgets.find((budget) => budget.uid === ref?.uid);
  return { budget: ref?.name, needs: use?.desiredHealthy, has: use?.currentHealthy };
}

function podOf({ subject }: Step): { readonly namespace: string; readonly name: string; readonly uid: string } {
  return { namespace: subject.namespace ?? "", name: subject.name, uid: subject.uid };
}
