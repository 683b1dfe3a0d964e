import { type Taint, unschedulableTaint } from "../../kube/node.ts";
import type { StringMap } from "../../kube/object.ts";
import { ownFieldManager } from "../../kube/patch.ts";
import { formatTaint } from "../../kube/taint-spec.ts";

/** The entry of `added` that stands for `spec.unschedulable`. */
export const cordonEntry = "spec.unschedulable=true";

/** The entry of `added` that stands for a taint of ours: "runai=drain:NoExecute". */
export function taintEntry(taint: Taint): string {
  return formatTaint(taint);
}

/** What the node lifecycle controller adds for a cordon and takes away with it: ours where a holder set it ahead of that. */
export const mirrorEntry = taintEntry({ key: unschedulableTaint, effect: "NoSchedule" });

/** A label or an annotation. */
export interface Mark {
  readonly kind: "label" | "annotation";
  readonly key: string;
  readonly value: string;
}

/**
 * The entry of `added` that stands for a label or an annotation of ours: "label:KEY=VALUE". No taint is written like that: in one, no "="
 * comes after the ":".
 */
export function markEntry({ kind, key, value }: Mark): string {
  return `${kind}:${key}=${value}`;
}

const aMark = /^(label|annotation):([^=]+)=(.*)$/s;
const aTaint = /:(NoExecute|NoSchedule|PreferNoSchedule)$/;

/** undefined: the entry is no label and no annotation. */
export function readMark(entry: string): Mark | undefined {
  const [, kind, key = "", value = ""] = aMark.exec(entry) ?? [];
  return kind === undefined ? undefined : { kind: kind === "label" ? "label" : "annotation", key, value };
}

/** Keys of the annotations that these entries name. */
export function annotationsIn(entries: readonly string[]): readonly string[] {
  return entries.flatMap((entry) => {
    const mark = readMark(entry);
    return mark?.kind === "annotation" ? [mark.key] : [];
  });
}

export function isTaintEntry(entry: string): boolean {
  return readMark(entry) === undefined && aTaint.test(entry);
}

/** What of a node tells whether a record on it still holds. */
export interface HeldNode {
  readonly uid: string;
  readonly unschedulable: boolean;
  readonly taints: readonly Taint[];
  readonly labels: StringMap;
  readonly annotations: StringMap;
  /** The last to set `spec.unschedulable`, where it can be told. */
  readonly cordonedBy?: { readonly manager: string };
  /** The last to set a label ("label:KEY") or an annotation of the record, where it can be told. */
  readonly writers?: Readonly<Record<string, { readonly manager: string }>>;
  /** The record on it, as far as it says whose writes count as ours. */
  readonly held?: { readonly adopted?: string } | "unreadable";
}

/**
 * Is what this entry of `added` says still on the node, and still ours? Where somebody took it away and set the same anew, managedFields tell:
 * but not of a taint, as all taints of a node are one field. A kind of entry that this version does not know is believed.
 */
export function stands(entry: string, node: HeldNode): boolean {
  if (entry === cordonEntry) return node.unschedulable && isOurs(node.cordonedBy, node);
  const mark = readMark(entry);
  if (mark !== undefined) return valueOn(node, mark) === mark.value && isOurs(node.writers?.[fieldOf(mark)], node);
  return !aTaint.test(entry) || node.taints.some((taint) => taintEntry(taint) === entry);
}

function isOurs(writer: { readonly manager: string } | undefined, { held }: HeldNode): boolean {
  if (writer === undefined || writer.manager === ownFieldManager) return true;
  return held !== undefined && held !== "unreadable" && held.adopted === writer.manager;
}

/** Under which `writers` of a node name the last to write this label or annotation. */
export function fieldOf({ kind, key }: Omit<Mark, "value">): string {
  return `${kind}:${key}`;
}

/** The value that the node has under the key of this label or annotation. */
export function valueOn({ labels, annotations }: Pick<HeldNode, "labels" | "annotations">, mark: Omit<Mark, "value">): string | undefined {
  return (mark.kind === "label" ? labels : annotations)[mark.key];
}
