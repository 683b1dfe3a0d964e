import type { Taint } from "../../kube/node.ts";
import type { Json, StringMap } from "../../kube/object.ts";
import { cordonEntry, type HeldNode, type Mark, readMark, stands, taintEntry } from "./held-entry.ts";
import { type Holder, isHolder, type ObjectHolder } from "./holder.ts";

/** The annotation on a Node that says who holds it out and what was changed for it. Written in the same patch as the change. */
export const heldAnnotation = "drydock.dev/held";

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
  /** How the machine was when the first holder came. */
  readonly before?: PriorState;
  /** Who left and wanted the node kept out: the cordon stays, and no holder that came after lifts it by leaving. */
  readonly leftBy?: LeftBy;
  /** The field manager of an operator that held the node before us for the same object: what it wrote counts as ours. */
  readonly adopted?: string;
}

export interface PriorState {
  readonly bootID?: string;
  readonly allocatable?: StringMap;
  /** Values that ours took the place of: put back where ours still stand. */
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
}

export interface LeftBy {
  /** "maintenance/rack-7" */
  readonly who: string;
  /** RFC 3339: since when it had held the node, and when it left. */
  readonly since: string;
  readonly at: string;
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

/**
 * Is this record about this very node, and is anything of what it records still there? Else it is void: the machine was replaced, our cordon
 * was lifted, or lifted and set again by somebody else while nobody of us looked (managedFields name the last writer), our taint was removed.
 * An object goes on holding its node until it leaves: what is taken away meanwhile is put back.
 */
export function isInForce(record: HeldRecord, node: HeldNode): boolean {
  if (record.nodeUID !== node.uid) return false;
  if (record.holders.some(({ kind }) => kind !== "command")) return true;
  return record.added.some((entry) => readMark(entry) === undefined && stands(entry, node)) || (record.wasCordoned && node.unschedulable);
}

/** The objects among those who hold the node. */
export function objectHolders(record: HeldRecord | "unreadable" | undefined): readonly ObjectHolder[] {
  return record === undefined || record === "unreadable" ? [] : record.holders.filter((holder) => holder.kind !== "command");
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

/** Labels and annotations on the node that are our own doing, each with the value that ours took the place of. */
export function ourMarks(record: HeldRecord | "unreadable" | undefined, node: HeldNode): readonly (Mark & { readonly former?: string })[] {
  if (record === undefined || record === "unreadable" || record.nodeUID !== node.uid) return [];
  return record.added.flatMap((entry) => {
    const mark = readMark(entry);
    if (mark === undefined || !stands(entry, node)) return [];
    const former = record.before?.[`${mark.kind}s`]?.[mark.key];
    return [{ ...mark, ...(former === undefined ? {} : { former }) }];
  });
}

/** Has a holder of this record, in force, begun to evict pods, and not proven their end? */
export function isBeingEmptied(record: HeldRecord | "unreadable" | undefined, node: HeldNode): boolean {
  if (record === undefined || record === "unreadable" || !isInForce(record, node)) return false;
  return record.holders.some((holder) => holder.evictingSince !== undefined && holder.provenAt === undefined);
}

function isHeldRecord(value: unknown): value is HeldRecord {
  if (typeof value !== "object" || value === null) return false;
  const { nodeUID, wasCordoned, added, holders, undo, before, leftBy, adopted } = value as Partial<Record<keyof HeldRecord, unknown>>;
  return (
    typeof nodeUID === "string" &&
    typeof wasCordoned === "boolean" &&
    Array.isArray(added) &&
    added.every((entry) => typeof entry === "string") &&
    Array.isArray(holders) &&
    holders.every(isHolder) &&
    Array.isArray(undo) &&
    (before === undefined || isPriorState(before)) &&
    (leftBy === undefined || isLeftBy(leftBy)) &&
    (adopted === undefined || typeof adopted === "string")
  );
}

function isPriorState(value: unknown): value is PriorState {
  if (typeof value !== "object" || value === null) return false;
  const { bootID, allocatable, labels, annotations } = value as Partial<Record<keyof PriorState, unknown>>;
  return (bootID === undefined || typeof bootID === "string") && [allocatable, labels, annotations].every(isStringMap);
}

function isStringMap(value: unknown): boolean {
  if (value === undefined) return true;
  return typeof value === "object" && value !== null && Object.values(value).every((each) => typeof each === "string");
}

function isLeftBy(value: unknown): value is LeftBy {
  if (typeof value !== "object" || value === null) return false;
  const { who, since, at } = value as Partial<Record<keyof LeftBy, unknown>>;
  return [who, since, at].every((each) => typeof each === "string");
}
