import type { NodeView } from "../../cluster/view/cluster-view.ts";
import { taintEntry } from "../../cluster/view/held-entry.ts";
import { heldAnnotation } from "../../cluster/view/held-record.ts";
import { projectNode } from "../../cluster/view/project.ts";
import { applyJsonPatch } from "../../kube/json-patch.ts";
import { type Node, type Taint, unschedulableTaint } from "../../kube/node.ts";
import type { Json, StringMap } from "../../kube/object.ts";
import { applyMergePatch, ownFieldManager, type Patch } from "../../kube/patch.ts";
import { formatTaint, isSameTaint } from "../../kube/taint-spec.ts";
import { InvariantError } from "../../runtime/errors.ts";

/** What of a node several hands change. */
export interface Face {
  readonly unschedulable: boolean;
  readonly taints: readonly Taint[];
  readonly labels: StringMap;
  readonly annotations: StringMap;
}

/** What somebody else does to a node; values and lists only, as a kubectl would. */
export type Edit =
  | { readonly kind: "cordon" | "uncordon" }
  | { readonly kind: "taint"; readonly taint: Taint }
  | { readonly kind: "untaint"; readonly taint: Taint }
  | { readonly kind: "label" | "annotation"; readonly key: string; readonly value: string | undefined };

const mirror: Taint = { key: unschedulableTaint, effect: "NoSchedule" };

/**
 * A node as the API server keeps it, with who set `spec.unschedulable` last, and beside it the same node as it would be without us: what was
 * there before, and what others have changed since.
 */
export class Machine {
  node: Node;
  /** Without us. */
  other: Face;
  readonly #owners = new Map<string, string>();
  #version = 1;

  constructor(uid: string, face: Face) {
    this.other = mirrored(face);
    this.node = nodeOf(uid, this.other);
    this.#own(undefined, "kubectl-cordon");
  }

  /** @param annotations that a wish is about: those which every view keeps are in it anyway */
  view(annotations: readonly string[] = []): NodeView {
    return projectNode(this.node, annotations);
  }

  get face(): Face {
    return faceOf(this.node);
  }

  /** Our write: only under the version that was read. */
  write(patch: Patch): void {
    const now = this.node as unknown as Json;
    if (patch.kind === "merge") {
      const { metadata } = patch.body as { readonly metadata: { readonly resourceVersion: string; readonly uid: string } };
      if (metadata.resourceVersion !== this.node.metadata.resourceVersion || metadata.uid !== this.node.metadata.uid)
        throw new InvariantError("not under the version that was read");
    }
    this.#settle(patched(now, patch) as unknown as Node, ownFieldManager);
  }

  /**
   * What is as it is to be already leaves no trace at the server. Nor can it be told from ours where somebody puts back the very taint that was
   * taken from us: of a cordon, a label and an annotation managedFields tell it.
   */
  edit(edit: Edit): void {
    const before = this.face;
    const after = edited(before, edit);
    if (sorted(after) === sorted(before)) return;
    this.other = mirrored(edited(this.other, this.#isOurs(edit) ? withdrawn(edit) : edit));
    const { metadata, spec } = this.node;
    const held = metadata.annotations?.[heldAnnotation];
    const annotations = { ...after.annotations, ...(held === undefined ? {} : { [heldAnnotation]: held }) };
    const next = {
      ...this.node,
      metadata: { ...metadata, labels: after.labels, annotations },
      spec: { ...spec, unschedulable: after.unschedulable, taints: after.taints },
    };
    this.#settle(next, "kubectl");
  }

  #isOurs(edit: Edit): boolean {
    const { held } = this.view();
    if (edit.kind !== "taint" || typeof held !== "object" || held.nodeUID !== this.node.metadata.uid) return false;
    return held.added.includes(taintEntry(edit.taint));
  }

  /** Another machine comes under its name. `copied`: with labels, annotations and taints of the one before, our record too. */
  replace(uid: string, copied: boolean): void {
    const face = copied ? this.face : { unschedulable: false, taints: [], labels: {}, annotations: {} };
    const held = this.node.metadata.annotations?.[heldAnnotation];
    this.other = mirrored(face);
    this.#owners.clear();
    this.node = nodeOf(uid, this.other);
    this.#own(undefined, "cloud");
    if (copied && held !== undefined) {
      const { metadata } = this.node;
      this.node = { ...this.node, metadata: { ...metadata, annotations: { ...metadata.annotations, [heldAnnotation]: held } } };
    }
  }

  #settle(next: Node, by: string): void {
    const before = this.face;
    this.#version += 1;
    const { unschedulable, taints } = mirrored(faceOf(next));
    const metadata = { ...next.metadata, resourceVersion: String(this.#version) };
    this.node = { ...next, metadata, spec: { ...next.spec, unschedulable, taints } };
    this.#own(before, by);
  }

  /** Whoever changes a field owns it from then on; a field that is gone has no owner. */
  #own(before: Face | undefined, by: string): void {
    const [was, is] = [before === undefined ? new Map<string, string>() : fieldsOf(before), fieldsOf(this.face)];
    for (const field of this.#owners.keys()) if (!is.has(field)) this.#owners.delete(field);
    for (const [field, value] of is) if (was.get(field) !== value) this.#owners.set(field, by);
    const managedFields = [...this.#owners].map(([field, manager]) => ({ manager, time: "2026-01-01T09:12:00Z", fieldsV1: nested(field) }));
    this.node = { ...this.node, metadata: { ...this.node.metadata, managedFields } };
  }
}

/** Fields that have owners of their own: the path to each in managedFields, and its value. */
function fieldsOf({ unschedulable, labels, annotations }: Face): Map<string, string> {
  const marks = (map: "labels" | "annotations", values: StringMap): [string, string][] =>
    Object.entries(values).map(([key, value]) => [`f:metadata f:${map} f:${key}`, value]);
  return new Map([
    ...(unschedulable ? ([["f:spec f:unschedulable", "true"]] as const) : []),
    ...marks("labels", labels),
    ...marks("annotations", annotations),
  ]);
}

function nested(field: string): Json {
  return field.split(" ").reduceRight<Json>((inner, name) => ({ [name]: inner }), {});
}

/** The same whatever the order of taints and keys. */
export function sorted({ unschedulable, taints, labels, annotations }: Face): string {
  const entries = (map: StringMap): unknown => Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([unschedulable, taints.map(formatTaint).toSorted(), entries(labels), entries(annotations)]);
}

function patched(now: Json, patch: Patch): Json {
  if (patch.kind === "merge") return applyMergePatch(now, patch.body);
  if (patch.kind !== "json") throw new InvariantError(`no patch of ours is ${patch.kind}`);
  const applied = applyJsonPatch(now, patch.operations);
  if (!applied.ok) throw new InvariantError(`${applied.failure.kind} at ${applied.failure.path}`);
  return applied.value;
}

/** What the node lifecycle controller makes of it. */
function mirrored(face: Face): Face {
  const has = face.taints.some((taint) => isSameTaint(taint, mirror));
  if (face.unschedulable === has) return face;
  return { ...face, taints: has ? face.taints.filter((taint) => !isSameTaint(taint, mirror)) : [...face.taints, mirror] };
}

function edited(face: Face, edit: Edit): Face {
  switch (edit.kind) {
    case "cordon":
    case "uncordon":
      return mirrored({ ...face, unschedulable: edit.kind === "cordon" });
    case "taint":
    case "untaint": {
      const rest = face.taints.filter((taint) => !isSameTaint(taint, edit.taint));
      return { ...face, taints: edit.kind === "untaint" ? rest : [...rest, edit.taint] };
    }
    case "label":
    case "annotation": {
      const map = `${edit.kind}s` as const;
      const { [edit.key]: _, ...rest } = face[map];
      return { ...face, [map]: edit.value === undefined ? rest : { ...rest, [edit.key]: edit.value } };
    }
  }
}

function withdrawn(edit: Edit): Edit {
  return edit.kind === "taint" ? { ...edit, kind: "untaint" } : edit;
}

function faceOf({ metadata, spec }: Node): Face {
  const { [heldAnnotation]: _, ...annotations } = metadata.annotations ?? {};
  return { unschedulable: spec?.unschedulable === true, taints: spec?.taints ?? [], labels: metadata.labels ?? {}, annotations };
}

function nodeOf(uid: string, { unschedulable, taints, labels, annotations }: Face): Node {
  return { metadata: { name: "n", uid, resourceVersion: "1", labels, annotations }, spec: { unschedulable, taints } };
}
