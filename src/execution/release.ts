import type { FieldWriter, NodeView } from "../cluster/view/cluster-view.ts";
import { cordonEntry, mirrorEntry, stands } from "../cluster/view/held-entry.ts";
import { type HeldRecord, isInForce, type LeftBy } from "../cluster/view/held-record.ts";
import { type Holder, holderName, holderTitle, isSameHolder } from "../cluster/view/holder.ts";
import type { Patch } from "../kube/patch.ts";
import { isKnownEntry, patchOf, withoutEntries } from "./node-draft.ts";
import { wants } from "./wishes.ts";

/**
 * A cordon that stays because it is not ours: who set it and when, where managedFields tell. "before": it was there before the first of us;
 * "since": it was set after ours was lifted; neither where no record tells.
 */
export interface ForeignCordon extends Partial<FieldWriter> {
  readonly when?: "before" | "since";
}

export interface Released {
  /** undefined: there is nothing to write. */
  readonly patch?: Patch;
  /** What of ours went from the node, as it stood in `added`. */
  readonly undone: readonly string[];
}

export type ReleasePlan =
  /** The node is in scheduling, and nothing of ours is left on it. */
  | ({ readonly kind: "released" } & Released)
  /** The last has left, and the node stays cordoned: by somebody else, named where that is known. */
  | ({ readonly kind: "kept"; readonly why: "foreign"; readonly by: readonly string[]; readonly cordon: ForeignCordon } & Released)
  /**
   * "held": others hold the node too ("jane on laptop", "maintenance/rack-7"). "left-out": an older one left and wanted it kept out.
   * "unreadable": what stands in the annotation is no record; nothing is known of what to undo, and nothing is touched.
   */
  | ({ readonly kind: "kept"; readonly why: "held" | "left-out" | "unreadable"; readonly by: readonly string[] } & Released);

/**
 * One holder leaves. What only it wanted goes; the last to leave takes with it all that was ours, each thing only where its value is still
 * ours. What somebody else put there stays.
 *
 * @param by "everyone": by a person's order nobody holds the node any more, nor is it kept out
 */
export function planRelease(seen: NodeView, by: Holder | "everyone"): ReleasePlan {
  const { held } = seen;
  if (by === "everyone") return planReturn(seen);
  if (held === "unreadable") return { kind: "kept", why: "unreadable", by: [], undone: [] };
  const own = held?.holders.find((other) => isSameHolder(other, by));
  const isOfThis = held?.nodeUID === seen.uid && (own !== undefined || isInForce(held, seen));
  // The void record of a machine that is gone goes with the one that held that.
  if (held === undefined || !isOfThis) return ended(seen, undefined, own === undefined ? { node: seen, undone: [] } : without(seen));
  const others = held.holders.filter((other) => other !== own);
  if (isInForce(held, seen) && others.length > 0) {
    const { node: _, ...released } = departure(seen, held, own, held.leftBy);
    return { kind: "kept", why: "held", by: others.map(holderTitle), ...released };
  }
  const { leftBy } = held;
  if (leftBy === undefined || !seen.unschedulable || (own !== undefined && own.since < leftBy.since))
    return ended(seen, held, departure(seen, { ...held, holders: own === undefined ? [] : [own] }, own, undefined));
  const { node: _, ...released } = departure(seen, held, own, leftBy);
  return { kind: "kept", why: "left-out", by: [leftBy.who], ...released };
}

function planReturn(seen: NodeView): ReleasePlan {
  const { held } = seen;
  if (held === "unreadable") return { kind: "kept", why: "unreadable", by: [], undone: [] };
  if (held === undefined) return ended(seen, undefined, { node: seen, undone: [] });
  if (held.nodeUID !== seen.uid) return ended(seen, undefined, without(seen));
  return ended(seen, held, departure(seen, { ...held, holders: [] }, undefined, undefined));
}

/**
 * One holder leaves, and the node is kept out (`onDelete: KeepOut`): the cordon stays with its record, which says who left it. All else that
 * only this holder wanted goes.
 *
 * @param at now, RFC 3339
 */
export function planLeave(seen: NodeView, by: Holder, at: string): ReleasePlan {
  const { held } = seen;
  if (held === undefined || held === "unreadable" || held.nodeUID !== seen.uid || !seen.unschedulable) return planRelease(seen, by);
  const own = held.holders.find((other) => isSameHolder(other, by));
  if (own === undefined) return planRelease(seen, by);
  const mine = { who: holderName(own), since: own.since, at };
  const leftBy = held.leftBy !== undefined && held.leftBy.since <= mine.since ? held.leftBy : mine;
  const others = held.holders.filter((other) => other !== own);
  const { node: _, ...released } = departure(seen, held, own, leftBy);
  if (others.length > 0) return { kind: "kept", why: "held", by: others.map(holderTitle), ...released };
  return { kind: "kept", why: "left-out", by: [leftBy.who], ...released };
}

interface Departure extends Released {
  /** As it is to be. */
  readonly node: NodeView;
}

/** @param leftBy given: the cordon stays even where nobody holds the node any more */
function departure(seen: NodeView, held: HeldRecord, own: Holder | undefined, leftBy: LeftBy | undefined): Departure {
  const others = held.holders.filter((other) => other !== own);
  const isLast = others.length === 0;
  const staysOut = !isLast || leftBy !== undefined;
  const leaving = held.added
    .filter((entry) => isKnownEntry(entry) && !(staysOut && (entry === cordonEntry || entry === mirrorEntry)))
    .filter((entry) => isLast || (own !== undefined && wants(own, entry) && !others.some((other) => wants(other, entry))));
  const { node, record } = withoutEntries({ node: seen, record: held }, new Set(leaving));
  const { leftBy: _, ...rest } = { ...record, holders: others };
  const isOver = !staysOut && rest.added.length === 0 && rest.undo.length === 0;
  const patch = patchOf(seen, { node, record: isOver ? undefined : { ...rest, ...(leftBy === undefined ? {} : { leftBy }) } });
  return { node, undone: leaving.filter((entry) => stands(entry, seen)), ...(patch === undefined ? {} : { patch }) };
}

/** The record is void, and goes. */
function without(seen: NodeView): Departure {
  const patch = patchOf(seen, { node: seen, record: undefined });
  return { node: seen, undone: [], ...(patch === undefined ? {} : { patch }) };
}

/** Nobody of us holds it any more. */
function ended({ cordonedBy }: NodeView, held: HeldRecord | undefined, { node, ...released }: Departure): ReleasePlan {
  if (!node.unschedulable) return { kind: "released", ...released };
  const when = held === undefined ? {} : ({ when: held.wasCordoned ? "before" : "since" } as const);
  const by = cordonedBy === undefined ? [] : [cordonedBy.manager];
  return { kind: "kept", why: "foreign", by, cordon: { ...cordonedBy, ...when }, ...released };
}
