import { ownFieldManager } from "../../kube/patch.ts";
import { parseTime } from "../../kube/time.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";
import type { FieldWriter, NodeView } from "./cluster-view.ts";
import { taintsField } from "./field-writers.ts";
import { cordonEntry, fieldOf, isTaintEntry, readMark, stands, valueOn } from "./held-entry.ts";
import type { HeldRecord } from "./held-record.ts";
import { type Holder, isSameHolder } from "./holder.ts";

/** How often within `reassertWindow` what somebody takes away is put back, before it is taken as somebody's wish: the two should talk. */
export const reassertLimit = 3;
export const reassertWindow: Millis = 600_000;

/** Something of ours that is on the node no more, or is somebody else's now. */
export interface Taken {
  /** As it stands in `added`. */
  readonly entry: string;
  /** The value that a label or an annotation has instead. */
  readonly instead?: string;
  /** Who did it, where managedFields tell: they name the owners of what is there, and nobody for a field that is gone. */
  readonly by?: FieldWriter;
}

export type Drift =
  | { readonly kind: "none" }
  /** The record is another machine's, and void: this one is to be held anew. `nodeUID`: of the machine that is gone. */
  | { readonly kind: "replaced"; readonly nodeUID: string }
  /** No record names the holder: somebody removed it, or it was never written. "unreadable": it is no record, and is left alone. */
  | { readonly kind: "unheld"; readonly why: "no-record" | "not-named" | "unreadable" }
  /** `times`: when it was put back lately, RFC 3339. */
  | { readonly kind: "taken"; readonly taken: readonly Taken[]; readonly times: readonly string[] };

/**
 * What of this holder's was taken away from the node while it holds it.
 *
 * @param record as the node carries it
 * @param now by the clock that puts things back
 */
export function driftOf(node: NodeView, record: HeldRecord | "unreadable" | undefined, holder: Holder, now: Instant): Drift {
  if (record === undefined) return { kind: "unheld", why: "no-record" };
  if (record === "unreadable") return { kind: "unheld", why: "unreadable" };
  if (record.nodeUID !== node.uid) return { kind: "replaced", nodeUID: record.nodeUID };
  const own = record.holders.find((other) => isSameHolder(other, holder));
  if (own === undefined) return { kind: "unheld", why: "not-named" };
  const taken = takenFrom(node, record, own);
  return taken.length === 0 ? { kind: "none" } : { kind: "taken", taken, times: reassertedLately(own, now) };
}

/**
 * Entries of the record that this holder wants and that do not stand any more. A cordon of ours is wanted by every holder, and an object wants
 * its node cordoned by whomever: where a foreign cordon was lifted, ours is missing.
 */
export function takenFrom(node: NodeView, record: HeldRecord, own: Holder): readonly Taken[] {
  const wanted = new Set([cordonEntry, ...(own.taints ?? []), ...(own.marks ?? [])]);
  const taken = record.added.filter((entry) => wanted.has(entry) && !stands(entry, node));
  const isOpen = own.kind !== "command" && !node.unschedulable && !record.added.includes(cordonEntry);
  return [...(isOpen ? [cordonEntry] : []), ...taken].map((entry) => takenAs(entry, node));
}

/** When, within the last ten minutes, this holder has put back what was taken: RFC 3339. */
export function reassertedLately({ reasserted = [] }: Holder, now: Instant): readonly string[] {
  return reasserted.filter((time) => now - (parseTime(time) ?? 0) < reassertWindow);
}

function takenAs(entry: string, { writers = {}, ...node }: NodeView): Taken {
  const mark = readMark(entry);
  if (mark !== undefined) {
    const instead = valueOn(node, mark);
    if (instead === undefined) return { entry };
    return { entry, instead, ...by(writers[fieldOf(mark)]) };
  }
  // Whoever cordoned it anew is known; who uncordoned it is not.
  if (entry === cordonEntry) return { entry, ...by(node.cordonedBy) };
  return { entry, ...(isTaintEntry(entry) ? by(writers[taintsField]) : {}) };
}

function by(writer: FieldWriter | undefined): Pick<Taken, "by"> {
  return writer === undefined || writer.manager === ownFieldManager ? {} : { by: writer };
}
