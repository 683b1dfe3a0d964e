import type { Taint } from "../../kube/node.ts";
import type { Json } from "../../kube/object.ts";
import { ownFieldManager } from "../../kube/patch.ts";
import { formatTaint } from "../../kube/taint-spec.ts";

/** The annotation on a Node that says who holds it out and what was changed for it. Written in the same patch as the change. */
export const heldAnnotation = "drydock.dev/held";

/** The entry of `added` that stands for `spec.unschedulable`. */
export const cordonEntry = "spec.unschedulable=true";

/** The entry of `added` that stands for a taint of ours: "runai=drain:NoExecute". */
export function taintEntry(taint: Taint): string {
  return formatTaint(taint);
}

const aTaint = /:(NoExecute|NoSchedule|PreferNoSchedule)$/;

/** One that wants the node out; the last to leave brings it back. One user is one holder. */
export interface Holder {
  readonly kind: "command";
  readonly user: string;
  readonly host: string;
  /** RFC 3339, by the clock of the machine that wrote it. */
  readonly since: string;
  /** RFC 3339: when this holder began to evict, if it did. Who looks later knows that pods may have gone unseen. */
  readonly evictingSince?: string;
  /** RFC 3339: when its drain had proven that all it had to move had ended. Nothing of what it evicted has gone unseen, then. */
  readonly provenAt?: string;
  /** By when what is left on the node is deleted: RFC 3339 by the server's clock, and how long after the first eviction that was meant to be. */
  readonly deadline?: HolderDeadline;
  /** The taints that this holder set: "runai=drain:NoExecute". */
  readonly taints?: readonly string[];
}

export interface HolderDeadline {
  readonly at: string;
  readonly seconds: number;
}

/** A change elsewhere that is to be undone: written as intended before the command, as done after it. */
export interface UndoEntry {
  readonly step: string;
  readonly target: string;
  readonly inverse: Json;
  readonly state: "intended" | "done";
}

export interface HeldRecord {
  /** Another uid than the node's: the machine was replaced, the record is void. */
  readonly nodeUID: string;
  /** The cordon that a holder asked for was there already: it is somebody else's. */
  readonly wasCordoned: boolean;
  /** `key=value` of everything that we added and may take away again. */
  readonly added: readonly string[];
  readonly holders: readonly Holder[];
  readonly undo: readonly UndoEntry[];
}

/** Reads the annotation. "unreadable" for what is no such record: it is left alone, never guessed at. */
export function parseHeld(text: string | undefined): HeldRecord | "unreadable" | undefined {
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "unreadable";
  }
  return isHeldRecord(value) ? value : "unreadable";
}

/** What of a node tells whether a record on it still holds. */
export interface HeldNode {
  readonly uid: string;
  readonly unschedulable: boolean;
  readonly taints: readonly Taint[];
  /** The last to set `spec.unschedulable`, where it can be told. */
  readonly cordonedBy?: { readonly manager: string };
}

/**
 * Is this record about this very node, and is anything of what it records still there? Else it is void: the machine was replaced, our cordon
 * was lifted, or lifted and set again by somebody else while nobody of us looked (managedFields name the last writer), our taint was removed.
 */
export function isInForce(record: HeldRecord, node: HeldNode): boolean {
  if (record.nodeUID !== node.uid) return false;
  return record.added.some((entry) => stands(entry, node)) || (record.wasCordoned && node.unschedulable);
}

/** Is what this entry of `added` says still on the node? A kind of entry that this version does not know is believed. */
export function stands(entry: string, node: HeldNode): boolean {
  if (entry === cordonEntry) return node.unschedulable && (node.cordonedBy === undefined || node.cordonedBy.manager === ownFieldManager);
  return !aTaint.test(entry) || node.taints.some((taint) => taintEntry(taint) === entry);
}

/** Is the node out of scheduling by our own doing? */
export function isCordonOurs(record: HeldRecord | "unreadable" | undefined, node: HeldNode): boolean {
  if (record === undefined || record === "unreadable" || record.nodeUID !== node.uid) return false;
  return record.added.includes(cordonEntry) && stands(cordonEntry, node);
}

/** Taints on the node that are our own doing. */
export function ourTaints(record: HeldRecord | "unreadable" | undefined, node: HeldNode): readonly Taint[] {
  if (record === undefined || record === "unreadable" || record.nodeUID !== node.uid) return [];
  return node.taints.filter((taint) => record.added.includes(taintEntry(taint)));
}

/** Has a holder of this record, in force, begun to evict pods, and not proven their end? */
export function isBeingEmptied(record: HeldRecord | "unreadable" | undefined, node: HeldNode): boolean {
  if (record === undefined || record === "unreadable" || !isInForce(record, node)) return false;
  return record.holders.some((holder) => holder.evictingSince !== undefined && holder.provenAt === undefined);
}

function isHeldRecord(value: unknown): value is HeldRecord {
  if (typeof value !== "object" || value === null) return false;
  const { nodeUID, wasCordoned, added, holders, undo } = value as Partial<Record<keyof HeldRecord, unknown>>;
  return (
    typeof nodeUID === "string" &&
    typeof wasCordoned === "boolean" &&
    Array.isArray(added) &&
    added.every((entry) => typeof entry === "string") &&
    Array.isArray(holders) &&
    holders.every(isHolder) &&
    Array.isArray(undo)
  );
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== "object" || value === null) return false;
  const { kind, user, host, since } = value as Partial<Record<keyof Holder, unknown>>;
  return typeof kind === "string" && typeof user === "string" && typeof host === "string" && typeof since === "string";
}
