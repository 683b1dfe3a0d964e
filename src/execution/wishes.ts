import type { NodeView } from "../cluster/view/cluster-view.ts";
import { cordonEntry, isTaintEntry, type Mark, markEntry, readMark, stands, taintEntry, valueOn } from "../cluster/view/held-entry.ts";
import { type HeldRecord, isCordonOurs } from "../cluster/view/held-record.ts";
import { type Holder, holderName, isSameHolder } from "../cluster/view/holder.ts";
import type { Taint } from "../kube/node.ts";
import type { StringMap } from "../kube/object.ts";
import { formatTaint, isExactTaint, isSameTaint } from "../kube/taint-spec.ts";
import type { Wish } from "../plan/wish.ts";
import { type Draft, mapOf, valued, withFormer, withoutEntries } from "./node-draft.ts";

/** Something that a holder wants and does not get. */
export interface Unmet {
  /** As it would stand in `added`. */
  readonly entry: string;
  /** "foreign": the node has another value that is not ours to replace; "holder": an older holder wants another value, and the oldest wins. */
  readonly why: "foreign" | "holder";
  /** The value, or the taint, that stands there. */
  readonly instead: string;
  /** The older holder: "maintenance/rack-7". */
  readonly by?: string;
}

export interface Granted extends Draft {
  readonly unmet: readonly Unmet[];
  /** Of what the holder wants, what is ours on the node. */
  readonly taints: readonly string[];
  readonly marks: readonly string[];
}

/** Gives the holder what it wants of the node beside the cordon. What stands there already is left as it is, and stays whose it was. */
export function granted(draft: Draft, holder: Holder, wish: Pick<Wish, "taints" | "labels" | "annotations" | "replaces">): Granted {
  let state: Granted = { ...draft, unmet: [], taints: [], marks: [] };
  const fresh: Taint[] = [];
  for (const taint of wish.taints) state = withTaint(state, taint, holder, fresh);
  // Ahead of what is there, as the Node Maintenance Operator sets them.
  if (fresh.length > 0) state = { ...state, node: { ...state.node, taints: [...fresh, ...state.node.taints] } };
  for (const mark of marksIn(wish)) state = withMark(state, mark, holder, wish.replaces);
  return state;
}

/** The labels and annotations that are wanted. */
export function marksIn({ labels, annotations }: Pick<Wish, "labels" | "annotations">): readonly Mark[] {
  const of = (kind: Mark["kind"], values: StringMap): readonly Mark[] =>
    Object.entries(values).map(([key, value]) => ({ kind, key, value }));
  return [...of("label", labels), ...of("annotation", annotations)];
}

/** A cordon that was there before ours is foreign: it is written down and never in `added`. */
export function withCordon({ node, record }: Draft): Draft {
  if (isCordonOurs(record, node)) return { node, record };
  const others = record.added.filter((entry) => entry !== cordonEntry);
  const { cordonedBy: _, ...open } = node;
  return {
    node: node.unschedulable ? node : { ...open, unschedulable: true },
    record: { ...record, wasCordoned: node.unschedulable, added: node.unschedulable ? others : [cordonEntry, ...others] },
  };
}

function withTaint(state: Granted, taint: Taint, holder: Holder, fresh: Taint[]): Granted {
  const entry = taintEntry(taint);
  const { record } = state;
  const there = state.node.taints.find((other) => isSameTaint(other, taint));
  if (there !== undefined && isExactTaint(there, taint))
    return record.added.includes(entry) ? { ...state, taints: [...state.taints, entry] } : state;
  if (there !== undefined) {
    const other = taintEntry(there);
    const older = elderOf(record, other, holder);
    if (!record.added.includes(other)) return missing(state, { entry, why: "foreign", instead: formatTaint(there) });
    if (older !== undefined) return missing(state, { entry, why: "holder", instead: formatTaint(there), by: holderName(older) });
    return withTaint({ ...state, ...withoutEntries(state, new Set([other])) }, taint, holder, fresh);
  }
  fresh.push(taint);
  // What stood there under this key before is no more.
  const added = record.added.filter((other) => other !== entry && !(isTaintEntry(other) && isSameKey(other, taint)));
  return { ...state, record: { ...record, added: [...added, entry] }, taints: [...state.taints, entry] };
}

function isSameKey(entry: string, { key, effect }: Taint): boolean {
  return entry.endsWith(`:${effect}`) && (entry.startsWith(`${key}=`) || entry.startsWith(`${key}:`));
}

function withMark(state: Granted, mark: Mark, holder: Holder, replaces: readonly string[]): Granted {
  const { node, record } = state;
  const entry = markEntry(mark);
  const there = valueOn(node, mark);
  const ours = record.added.find((other) => isOfKey(other, mark) && stands(other, node));
  if (there === mark.value) return ours === undefined ? state : { ...state, marks: [...state.marks, entry] };
  if (ours !== undefined && there !== undefined) {
    const older = elderOf(record, ours, holder);
    if (older !== undefined) return missing(state, { entry, why: "holder", instead: there, by: holderName(older) });
  } else if (there !== undefined && !replaces.includes(mark.key)) return missing(state, { entry, why: "foreign", instead: there });
  const added = record.added.filter((other) => !isOfKey(other, mark));
  const kept = { ...record, added: [...added, entry] };
  return {
    ...state,
    node: marked(node, mark),
    // What was before ours stays what was before, whatever ours is.
    record: ours === undefined ? withFormer(kept, mark.kind, mark.key, there) : kept,
    marks: [...state.marks, entry],
  };
}

function marked(node: NodeView, { kind, key, value }: Mark): NodeView {
  return { ...node, [`${kind}s`]: valued(mapOf(node, kind), key, value) };
}

function isOfKey(entry: string, { kind, key }: Mark): boolean {
  const mark = readMark(entry);
  return mark?.kind === kind && mark.key === key;
}

/** The first of those who want this entry and came before this holder. */
function elderOf({ holders }: HeldRecord, entry: string, holder: Holder): Holder | undefined {
  const place = holders.findIndex((other) => isSameHolder(other, holder));
  const elders = place < 0 ? holders : holders.slice(0, place);
  return elders.find((other) => wants(other, entry));
}

/** Does this holder want this entry? */
export function wants({ taints = [], marks = [] }: Holder, entry: string): boolean {
  return taints.includes(entry) || marks.includes(entry);
}

function missing(state: Granted, unmet: Unmet): Granted {
  return { ...state, unmet: [...state.unmet, unmet] };
}
