import type { NodeView } from "../cluster/view/cluster-view.ts";
import { markEntry, stands } from "../cluster/view/held-entry.ts";
import { ourMarks, type UndoEntry } from "../cluster/view/held-record.ts";
import { type Holder, holderName } from "../cluster/view/holder.ts";
import { type ReleaseResult, releaseNode } from "../execution/node-requests.ts";
import { planRelease, type ReleasePlan } from "../execution/release.ts";
import { InvariantError } from "../runtime/errors.ts";
import { chosenNames, readNodes } from "./choose-nodes.ts";
import type { NodeChoice, Outcome } from "./outcome.ts";
import { missingPermissions, patchNodes } from "./permissions.ts";
import { unlessStopped } from "./unless-stopped.ts";
import type { Surroundings } from "./work.ts";

export interface ReturnDirectOptions {
  readonly choice: NodeChoice;
  /** By name ("jane", "maintenance/rack-7"): only this holder leaves. Without it all do, and whoever left the node out is overruled. */
  readonly holder?: string;
  readonly dryRun: "none" | "client" | "server";
  /** What is going to be done, before anything is. */
  readonly show: (plans: readonly DirectReturn[]) => void;
  /** Asked after it was shown; without it nobody is. */
  readonly agree?: (plans: readonly DirectReturn[]) => Promise<boolean>;
}

/** What is going to be done to one node, from its record alone: no operator has to run, and no check is made. */
export interface DirectReturn {
  readonly node: string;
  /** Who is in the record, and who of them leaves. */
  readonly holders: readonly Holder[];
  readonly leaving: readonly Holder[];
  /** What goes from the node, as it stands in the record, and the values that come back. */
  readonly undoes: readonly string[];
  readonly putsBack: readonly { readonly entry: string; readonly former: string }[];
  /** What the record names and is not ours any more: it stays as it is. */
  readonly notOurs: readonly string[];
  /** Changes elsewhere that the record names: nothing here takes them back. */
  readonly elsewhere: readonly UndoEntry[];
  readonly ends: ReleasePlan;
}

export interface NodeReturn {
  readonly plan: DirectReturn;
  /** "planned": of a dry run on the client's side. */
  readonly result: ReleaseResult | { readonly kind: "planned" };
}

export type ReturnDirectOutcome =
  | Exclude<Outcome, { readonly kind: "finished" | "refused" }>
  /** Nobody of this name holds these nodes; nothing is touched on any. `holders`: who does. */
  | { readonly kind: "no-such-holder"; readonly nodes: readonly { readonly node: string; readonly holders: readonly string[] }[] }
  | { readonly kind: "returned"; readonly nodes: readonly NodeReturn[] };

/**
 * Brings nodes back by their records alone, exactly as they were: without checks, and without any operator. What others put there stays. An
 * operator that runs and holds the node takes it out again: end its object first.
 */
export async function returnDirect(s: Surroundings, o: ReturnDirectOptions): Promise<ReturnDirectOutcome> {
  const seen = await unlessStopped(s, () => readAll(s, o));
  if (seen.kind !== "read") return seen;
  const works = seen.nodes.map((node) => ({ node, plan: planDirectReturn(node, o.holder) }));
  const strangers = works.filter(({ plan }) => plan === undefined);
  if (strangers.length > 0)
    return { kind: "no-such-holder", nodes: strangers.map(({ node }) => ({ node: node.name, holders: holdersOf(node).map(holderName) })) };
  const planned = works.flatMap(({ node, plan }) => (plan === undefined ? [] : [{ node, plan }]));
  const plans = planned.map(({ plan }) => plan);
  o.show(plans);
  if (o.dryRun === "none" && o.agree !== undefined && plans.some(changesAnything) && !(await o.agree(plans)))
    return { kind: "stopped-before", why: "declined" };
  if (s.stop.aborted) return { kind: "stopped-before", why: "interrupted" };
  return {
    kind: "returned",
    nodes: await Promise.all(planned.map(async ({ node, plan }) => ({ plan, result: await carriedOut(node, s, o) }))),
  };
}

/** A node without any record has nothing to be put back, and nobody has to agree to that. */
export function changesAnything({ holders, undoes, elsewhere }: DirectReturn): boolean {
  return holders.length > 0 || undoes.length > 0 || elsewhere.length > 0;
}

/** What would be done to this node; undefined: nobody of this name holds it. */
export function planDirectReturn(node: NodeView, holder?: string): DirectReturn | undefined {
  const by = whoLeaves(node, holder);
  if (by === undefined) return undefined;
  const ends = planRelease(node, by);
  const record = typeof node.held === "object" && node.held.nodeUID === node.uid ? node.held : undefined;
  const undoes = new Set(ends.undone);
  const putsBack = ourMarks(record, node).flatMap((mark) => {
    const entry = markEntry(mark);
    return mark.former === undefined || !undoes.has(entry) ? [] : [{ entry, former: mark.former }];
  });
  return {
    node: node.name,
    holders: holdersOf(node),
    leaving: by === "everyone" ? holdersOf(node) : [by],
    undoes: ends.undone,
    putsBack,
    notOurs: record?.added.filter((entry) => !stands(entry, node)) ?? [],
    elsewhere: record?.undo ?? [],
    ends,
  };
}

type Reading =
  | { readonly kind: "read"; readonly nodes: readonly NodeView[] }
  | Extract<Outcome, { readonly kind: "no-such-node" | "no-node-selected" | "denied" }>;

async function readAll(s: Surroundings, { choice, dryRun }: ReturnDirectOptions): Promise<Reading> {
  const names = await chosenNames(choice, undefined, s);
  if ("kind" in names) return names;
  const [nodes, missing] = await Promise.all([readNodes(names, s), dryRun === "client" ? [] : missingPermissions([patchNodes], s)]);
  if ("kind" in nodes) return nodes;
  return missing.length > 0 ? { kind: "denied", missing } : { kind: "read", nodes };
}

/** The node may have changed since: what is done follows from what is there then, under the same rules. */
async function carriedOut(node: NodeView, s: Surroundings, { holder, dryRun }: ReturnDirectOptions): Promise<NodeReturn["result"]> {
  if (dryRun === "client") return { kind: "planned" };
  const by = whoLeaves(node, holder);
  if (by === undefined) throw new InvariantError(`${holder ?? ""} does not hold ${node.name}`);
  return await releaseNode(node, by, { api: s.api, signal: s.stop, dryRun: dryRun === "server" });
}

function whoLeaves(node: NodeView, name: string | undefined): Holder | "everyone" | undefined {
  return name === undefined ? "everyone" : holdersOf(node).find((holder) => holderName(holder) === name);
}

function holdersOf({ held, uid }: NodeView): readonly Holder[] {
  return typeof held === "object" && held.nodeUID === uid ? held.holders : [];
}
