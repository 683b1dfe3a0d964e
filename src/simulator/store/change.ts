import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Instant } from "../../runtime/clock.ts";

/**
 * What was done, as the record tells it. `delete`: the object was marked to go, and is still there; `remove`: it is gone.
 * `evict` marks the three writes of an eviction (budget, condition, deletion); `bind` is the scheduler's.
 */
export type Deed = "create" | "patch" | "status" | "bind" | "evict" | "delete" | "remove";

/** Who writes, and what for. */
export interface Note {
  /** The client's or the controller's name. */
  readonly by: string;
  readonly deed: Deed;
}

/** One committed write: what etcd's log holds. */
export interface Change extends Note {
  readonly revision: number;
  readonly at: Instant;
  readonly resource: Resource;
  /** Undefined: created. */
  readonly before: KubeObject | undefined;
  /** Undefined: removed. */
  readonly after: KubeObject | undefined;
}

/** Where an object lives; cluster-scoped ones have no namespace. */
export interface At {
  readonly namespace?: string;
  readonly name: string;
}

/** The object of a change: as it is now, or for the last time. */
export function subjectOf(change: Change): KubeObject {
  const subject = change.after ?? change.before;
  if (subject === undefined) throw new TypeError("a change of nothing");
  return subject;
}
