import type { ObjectRef } from "../kube/object.ts";
import { compareText } from "../runtime/text-order.ts";

/** At most three names, in order, then how many more: "web/a, web/b, web/c, … (7 more)". The same set always gives the same text. */
export function someOf(names: readonly string[], most = 3): string {
  const sorted = [...new Set(names)].toSorted(compareText);
  const shown = sorted.slice(0, most).join(", ");
  return sorted.length <= most ? shown : `${shown}, … (${sorted.length - most} more)`;
}

/** "web/api-1": as kubectl's messages name a namespaced object; the bare name for others. */
export function nameOf({ namespace, name }: { readonly namespace?: string; readonly name: string }): string {
  return namespace === undefined || namespace === "" ? name : `${namespace}/${name}`;
}

/** "pod web/api-1", "node worker-1". */
export function kindAndName(ref: ObjectRef): string {
  return `${ref.kind === "PodDisruptionBudget" ? "budget" : ref.kind.toLowerCase()} ${nameOf(ref)}`;
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
