import type { NodeView } from "../cluster/view/cluster-view.ts";
import type { Holder } from "../cluster/view/holder.ts";
import { faultsOf, type TaintOrder } from "../execution/taint.ts";
import { taintNode, type TaintResult } from "../execution/taint-requests.ts";
import type { Taint } from "../kube/node.ts";
import { formatTaint, type TaintChanges } from "../kube/taint-spec.ts";
import { composePlan } from "../plan/compose.ts";
import type { Consent } from "../plan/consent.ts";
import { type Refusal, refusals } from "../plan/judge.ts";
import type { Plan } from "../plan/plan.ts";
import type { Args } from "../plan/step.ts";
import { chosenNames, readNodes } from "./choose-nodes.ts";
import { crafts } from "./crafts.ts";
import { holderOfCommand } from "./identity.ts";
import { look, type NoLook } from "./look.ts";
import type { NodeChoice, NodeOutcome, NodeState, Outcome } from "./outcome.ts";
import { missingPermissions, patchNodes } from "./permissions.ts";
import { unlessStopped } from "./unless-stopped.ts";
import type { Surroundings } from "./work.ts";

/** What a NoExecute taint would do: its plan (mode Taint), and what of it needs a person's word that was not given. */
export interface TaintEffects {
  readonly taint: Taint;
  readonly plan: Plan;
  readonly refusals: readonly Refusal[];
}

export interface TaintOptions {
  /** All nodes: an empty selector. */
  readonly choice: NodeChoice;
  readonly changes: TaintChanges;
  readonly overwrite: boolean;
  readonly allow: ReadonlySet<Consent>;
  readonly dryRun: "none" | "client" | "server";
  /** Shown before anything is asked or written, once, where pods would be deleted. */
  readonly show: (effects: readonly TaintEffects[]) => void;
  /** A person's yes or no to what was shown; it stands for the consents that are missing. Absent: nobody can be asked. */
  readonly ask?: (effects: readonly TaintEffects[]) => Promise<boolean>;
}

const pageSize = 500;

/**
 * Changes taints. Nothing is touched on any node unless it can be changed on all of them, as far as can be known beforehand; and, where pods
 * would be deleted, unless that was shown and agreed to.
 */
export async function taintNodes(s: Surroundings, o: TaintOptions): Promise<Outcome> {
  return await unlessStopped(s, () => taintAll(s, o));
}

async function taintAll(s: Surroundings, o: TaintOptions): Promise<Outcome> {
  const names = await chosenNames(o.choice, pageSize, s);
  if ("kind" in names) return names;
  const [nodes, missing, holder] = await Promise.all([
    readNodes(names, s),
    o.dryRun === "client" ? [] : missingPermissions([patchNodes], s),
    holderOfCommand(s),
  ]);
  if ("kind" in nodes) return nodes;
  if (missing.length > 0) return { kind: "denied", missing };
  const present = o.overwrite ? "overwrite" : "refuse";
  const faults = nodes.map((node) => ({ node, fault: faultsOf(node.taints, o.changes, present) }));
  if (faults.some(({ fault }) => fault !== undefined)) {
    const told = faults.map(({ node, fault }) =>
      fault === undefined ? settled(node, "untouched") : failed(node, o, fault.code, { names: fault.names }),
    );
    return { kind: "finished", nodes: told };
  }
  const agreed = await agreedTo(names, s, o);
  if (agreed !== "agreed") return agreed;
  if (s.stop.aborted) return { kind: "stopped-before", why: "interrupted" };
  return { kind: "finished", nodes: await Promise.all(nodes.map((node) => taintOne(node, holder, s, o))) };
}

/** What was agreed to is what is shown: the plan that a drain by this taint would begin with. */
async function agreedTo(
  names: readonly string[],
  s: Surroundings,
  o: TaintOptions,
): Promise<"agreed" | NoLook | Extract<Outcome, { readonly kind: "refused" }>> {
  const effects = await effectsOf(names, s, o);
  if ("kind" in effects) return effects;
  if (!effects.some(({ plan }) => deletes(plan))) return "agreed";
  o.show(effects);
  const fatal = effects.find(({ refusals: some }) => some.some(isFatal));
  const lacking = effects.find(({ refusals: some }) => some.length > 0);
  if (fatal !== undefined) return { kind: "refused", plan: fatal.plan, refusals: fatal.refusals };
  if (o.dryRun !== "none") return "agreed";
  if (o.ask !== undefined) return (await o.ask(effects)) ? "agreed" : { kind: "stopped-before", why: "declined" };
  return lacking === undefined ? "agreed" : { kind: "refused", plan: lacking.plan, refusals: lacking.refusals };
}

async function effectsOf(names: readonly string[], s: Surroundings, o: TaintOptions): Promise<readonly TaintEffects[] | NoLook> {
  const [first, ...others] = o.changes.add.filter(({ effect }) => effect === "NoExecute");
  if (first === undefined) return [];
  const request = { mode: "Taint", taint: first, disableEviction: false } as const;
  const asked = { choice: { names }, request, allow: o.allow, parallel: names.length, pageSize, dryRun: o.dryRun };
  const seen = await look(s, asked, "asked-for");
  if (seen.kind !== "looked") return seen;
  await using _ = seen;
  const plans = [seen.plan, ...others.map((taint) => composePlan(crafts, seen.live.view(), { ...seen.plan.request, taint }))];
  return [first, ...others].map((taint, i): TaintEffects => {
    const plan = plans[i] ?? seen.plan;
    // That the taint is replaced was asked for.
    const found = refusals(plan, o.allow).filter(
      (refusal) => !(o.overwrite && refusal.kind === "finding" && refusal.finding.code === "taint-conflict"),
    );
    return { taint, plan, refusals: found };
  });
}

/** Is any pod deleted by it? */
function deletes({ nodes }: Plan): boolean {
  return nodes.some(({ steps }) => steps.some(({ byTaint }) => byTaint !== undefined));
}

function isFatal(refusal: Refusal): boolean {
  return refusal.kind === "finding" && refusal.finding.consent === undefined;
}

async function taintOne(node: NodeView, holder: Holder, s: Surroundings, o: TaintOptions): Promise<NodeOutcome> {
  // From now on pods are deleted that nobody watches: whoever looks later must not take them for proven.
  const isFelt = o.changes.add.some(({ effect }) => effect === "NoExecute");
  const by = isFelt ? { ...holder, evictingSince: holder.since } : holder;
  const order: TaintOrder = { changes: o.changes, present: o.overwrite ? "overwrite" : "refuse", holder: by };
  const dryRun = o.dryRun !== "none";
  const result: TaintResult | undefined =
    o.dryRun === "client" ? undefined : await taintNode(node, order, { api: s.api, signal: s.stop, dryRun });
  if (result?.kind === "refused") return failed(node, o, result.code, { names: result.names });
  if (result?.kind === "failed") {
    const code = result.error.code === "forbidden" ? "denied" : "taint-failed";
    return failed(node, o, code, { message: result.error.message });
  }
  const change = result?.change ?? changeInDryRun(o);
  const taints = [...o.changes.add.map(formatTaint), ...o.changes.remove.map((pattern) => `${formatTaint(pattern)}-`)];
  s.observe({ kind: "tainted", at: s.clock.now(), node: node.name, taints, change, already: false, foreign: false, again: false, dryRun });
  return settled(node, dryRun ? "untouched" : change);
}

/** Of a client dry run, which asks nobody: every taint to add is new, else it would have been refused. */
function changeInDryRun({ changes: { add, remove }, overwrite }: TaintOptions): "tainted" | "untainted" | "modified" {
  if (overwrite || (add.length > 0 && remove.length > 0)) return "modified";
  return add.length > 0 ? "tainted" : "untainted";
}

function settled({ name }: NodeView, state: NodeState): NodeOutcome {
  return { node: name, state, cordoned: "unknown", moved: 0, left: [], blockers: [] };
}

function failed(node: NodeView, { changes }: TaintOptions, code: string, args: Args): NodeOutcome {
  const taint = [...changes.add, ...changes.remove].map(formatTaint);
  return { ...settled(node, "failed"), error: { code, args: { node: node.name, taint, ...args } } };
}
