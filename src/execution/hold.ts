import type { NodeView } from "../cluster/view/cluster-view.ts";
import { reassertedLately, type Taken, takenFrom } from "../cluster/view/drift.ts";
import { cordonEntry, markEntry, readMark, stands, taintEntry } from "../cluster/view/held-entry.ts";
import { type HeldRecord, isInForce } from "../cluster/view/held-record.ts";
import { type Holder, isSameHolder } from "../cluster/view/holder.ts";
import type { Patch } from "../kube/patch.ts";
import { parseTime } from "../kube/time.ts";
import { cordonOnly, type Wish } from "../plan/wish.ts";
import { type Draft, patchOf, withoutEntries } from "./node-draft.ts";
import { type Granted, granted, marksIn, type Unmet, wants, withCordon } from "./wishes.ts";

/** The largest record written; above it nothing is touched (annotations of one object share 256 KiB). */
export const recordLimit = 32 * 1024;

export interface HoldOptions {
  /** All that the holder wants: what it wanted before and does no more goes. Without it the cordon, and what it wanted before stays wanted. */
  readonly wish?: Wish;
  /** Now, RFC 3339, where the holder has held the node before: what was taken from it meanwhile is put back, and that is noted. */
  readonly reassertedAt?: string;
  /**
   * With `wish`, of an object that another operator kept before us: what the holder wants and stands there when it comes is its own, the cordon
   * too, and goes with it.
   */
  readonly adopts?: boolean;
}

export interface Held {
  /** The cordon is somebody else's, so nothing automatic will ever lift it. */
  readonly foreign: boolean;
  readonly unmet: readonly Unmet[];
}

export type HoldPlan =
  /** Nothing to write: it is held by this holder already, and as it wants. */
  | ({ readonly kind: "held" } & Held)
  | ({
      readonly kind: "patch";
      readonly patch: Patch;
      /** It was unschedulable before. */
      readonly already: boolean;
      /** What somebody had taken away and is put back. */
      readonly retaken: readonly Taken[];
      /** A record that was there was void: another machine's, or nothing of what it names was left. */
      readonly voided?: "another-machine" | "nothing-left";
    } & Held)
  | { readonly kind: "refused"; readonly code: "record-unreadable" | "record-too-large" };

/**
 * The one patch that takes a node out of scheduling, puts on it what the holder wants, and says so: record and change are one write, under the
 * version that was read.
 */
export function planHold(seen: NodeView, holder: Holder, options: HoldOptions = {}): HoldPlan {
  const { held } = seen;
  if (held === "unreadable") return { kind: "refused", code: "record-unreadable" };
  const inForce = held !== undefined && isInForce(held, seen) ? held : undefined;
  const own = held?.nodeUID === seen.uid ? held.holders.find((other) => isSameHolder(other, holder)) : undefined;
  const o = options.wish === undefined ? options : { ...options, wish: withEvictionTaint(options.wish, own) };
  const retaken = held === undefined || own === undefined || o.reassertedAt === undefined ? [] : takenFrom(seen, held, own);
  const found: Draft = { node: seen, record: takenOver(inForce ?? freshRecord(seen, held)) };
  const start = o.adopts === true && own === undefined && o.wish !== undefined ? adopting(found, o.wish) : found;
  const draft = grantedTo(start, holder, o.wish);
  const record = withLists(joined(draft.record, holder), holder, listsOf(own, draft, o, retaken.length > 0));
  const { unmet } = draft;
  const foreign = record.wasCordoned;
  const patch = patchOf(seen, { node: draft.node, record });
  if (patch === undefined) return { kind: "held", foreign, unmet };
  if (isTooLarge(record)) return { kind: "refused", code: "record-too-large" };
  const voided = held === undefined || inForce !== undefined ? undefined : held.nodeUID === seen.uid ? "nothing-left" : "another-machine";
  return { kind: "patch", patch, already: seen.unschedulable, foreign, unmet, retaken, ...(voided === undefined ? {} : { voided }) };
}

/** Set by this holder before: what empties the node is not to be taken off it by what holds it. */
function withEvictionTaint(wish: Wish, own: Holder | undefined): Wish {
  const { evictionTaint, taints } = wish;
  if (evictionTaint === undefined || own?.taints?.includes(taintEntry(evictionTaint)) !== true) return wish;
  return { ...wish, taints: [...taints, evictionTaint] };
}

export function isTooLarge(record: HeldRecord): boolean {
  return Buffer.byteLength(JSON.stringify(record)) > recordLimit;
}

/**
 * @param previous a void one of the same machine leaves what is to be undone elsewhere, and those labels and annotations of ours that stand:
 * else nobody would ever take them back
 */
export function freshRecord(node: NodeView, previous?: HeldRecord): HeldRecord {
  const { uid, bootID, allocatable } = node;
  const machine = { ...(bootID === undefined ? {} : { bootID }), ...(allocatable === undefined ? {} : { allocatable }) };
  const kept = previous?.nodeUID === uid ? previous : undefined;
  const added = kept?.added.filter((entry) => readMark(entry) !== undefined && stands(entry, node)) ?? [];
  const { labels, annotations } = added.length === 0 ? {} : (kept?.before ?? {});
  const before = { ...machine, ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) };
  return {
    nodeUID: uid,
    wasCordoned: false,
    added,
    holders: [],
    undo: kept?.undo ?? [],
    ...(Object.keys(before).length === 0 ? {} : { before }),
  };
}

/** Whoever comes to a node that was left out takes it over: the last to leave brings it back again. */
function takenOver(record: HeldRecord): HeldRecord {
  if (record.holders.length > 0) return record;
  const { leftBy: _, ...rest } = record;
  return rest;
}

function adopting({ node, record }: Draft, { unschedulable, taints, ...wish }: Wish): Draft {
  const own = new Set([...(unschedulable ? [cordonEntry] : []), ...taints.map(taintEntry), ...marksIn(wish).map(markEntry)]);
  // Whoever wrote it.
  const { cordonedBy, writers: _, ...values } = node;
  const standing = [...own].filter((entry) => !record.added.includes(entry) && stands(entry, values));
  const adopted: HeldRecord = {
    ...record,
    wasCordoned: record.wasCordoned && !unschedulable,
    added: [...record.added, ...standing],
    ...(cordonedBy === undefined || standing.length === 0 ? {} : { adopted: cordonedBy.manager }),
  };
  return { node: { ...node, held: adopted }, record: adopted };
}

function grantedTo(start: Draft, holder: Holder, wish: Wish | undefined): Granted {
  const { unschedulable, ...rest } = wish ?? cordonOnly;
  const kept = wish === undefined ? start : withoutEntries(start, outdated(start.record, holder, wish));
  return granted(unschedulable ? withCordon(kept) : kept, holder, rest);
}

/** What only this holder wanted, and does not any more. */
function outdated({ holders }: HeldRecord, holder: Holder, wish: Wish): ReadonlySet<string> {
  const wanted = new Set([...wish.taints.map(taintEntry), ...marksIn(wish).map(markEntry)]);
  const own = holders.find((other) => isSameHolder(other, holder));
  const others = holders.filter((other) => other !== own);
  const before = [...(own?.taints ?? []), ...(own?.marks ?? [])];
  return new Set(before.filter((entry) => !wanted.has(entry) && !others.some((other) => wants(other, entry))));
}

interface Lists {
  readonly taints: readonly string[];
  readonly marks: readonly string[];
  readonly reasserted: readonly string[];
}

/** What the holder has of its own after the write. */
function listsOf(own: Holder | undefined, draft: Granted, o: HoldOptions, isRetaken: boolean): Lists {
  const { taints: before = [], marks = [], reasserted = [] } = own ?? {};
  const at = o.reassertedAt;
  const times = own === undefined || at === undefined ? reasserted : reassertedLately(own, parseTime(at) ?? 0);
  return {
    taints: o.wish === undefined ? before : draft.taints,
    marks: o.wish === undefined ? marks : draft.marks,
    reasserted: isRetaken && at !== undefined ? [...times, at] : times,
  };
}

function withLists(record: HeldRecord, holder: Holder, lists: Lists): HeldRecord {
  const own = record.holders.find((other) => isSameHolder(other, holder));
  if (own === undefined) return record;
  const { taints = [], marks = [], reasserted = [], ...rest } = own;
  if (JSON.stringify({ taints, marks, reasserted }) === JSON.stringify(lists)) return record;
  const after: Holder = {
    ...rest,
    ...(lists.taints.length === 0 ? {} : { taints: lists.taints }),
    ...(lists.marks.length === 0 ? {} : { marks: lists.marks }),
    ...(lists.reasserted.length === 0 ? {} : { reasserted: lists.reasserted }),
  };
  return withHolder(record, own, after);
}

/** One user is one holder, however often and from wherever the command is called, and one object is one; the first time it asked stays. */
export function joined(record: HeldRecord, holder: Holder): HeldRecord {
  const before = record.holders.find((other) => isSameHolder(other, holder));
  if (before === undefined) return { ...record, holders: [...record.holders, holder] };
  return withHolder(record, before, evicting(tainting(before, holder), holder));
}

function tainting(before: Holder, { taints = [] }: Holder): Holder {
  return taints.length === 0 ? before : { ...before, taints: [...new Set([...(before.taints ?? []), ...taints])] };
}

function evicting(before: Holder, { evictingSince }: Holder): Holder {
  if (evictingSince === undefined || (before.evictingSince !== undefined && before.provenAt === undefined)) return before;
  // The same drain, which holds its node on: what it has proven stands.
  if (before.evictingSince === evictingSince) return before;
  // What an earlier drain has proven says nothing of the pods that this one will ask to go.
  const { provenAt: _, deadline: __, ...rest } = before;
  return { ...rest, evictingSince };
}

export function withHolder(record: HeldRecord, before: Holder, after: Holder): HeldRecord {
  return { ...record, holders: record.holders.map((other) => (other === before ? after : other)) };
}
