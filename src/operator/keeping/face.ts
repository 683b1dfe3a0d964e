import type { HolderKind } from "../../cluster/view/holder.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Advanced } from "../../maintenance/lifecycle/state.ts";
import type { Facts, ObjectFacts } from "../../maintenance/lifecycle/facts.ts";
import type { LifecycleState } from "../../maintenance/lifecycle/state.ts";
import type { SessionOrder } from "../../maintenance/session-contract.ts";

/** A kind of object that takes nodes out: what of the one lifecycle is its own. */
export interface Face<T extends KubeObject = KubeObject> {
  readonly kind: HolderKind;
  readonly resource: Resource<T>;
  readonly finalizer: string;
  /** Who its Events come from. */
  readonly component: string;
  /** The name of the node; empty where the object names none. */
  nodeOf(object: T): string;
  factsOf(object: T): ObjectFacts;
  /** What was written into its status, by us or by who had it before; undefined where nothing was. */
  previousOf(object: T): LifecycleState | undefined;
  /** Had another operator begun it, which did to the node what this kind asks for, and kept no record of it? */
  isAdopted?(object: T): boolean;
  /** How its node is emptied, or what of it cannot be understood. */
  orderOf(object: T): SessionOrder | { readonly invalid: string };
  /** The status as it is to be; undefined where what stands there says it already. */
  statusOf(object: T, facts: Facts, advanced: Advanced): object | undefined;
}

/** Under this name the work queue knows an object: several kinds share one queue, as they share their nodes. */
export function keyOf(kind: HolderKind, name: string): string {
  return `${kind}/${name}`;
}

export function ofKey(key: string): { readonly kind: string; readonly name: string } {
  const at = key.indexOf("/");
  return { kind: key.slice(0, at), name: key.slice(at + 1) };
}
