import type { KubeObject } from "../kube/object.ts";
import { budgets, nodes, pods } from "../kube/resource.ts";
import type { Instant } from "../runtime/clock.ts";
import { digest } from "../runtime/hash.ts";
import { type Change, type Deed, subjectOf } from "./store/change.ts";
import { isSame } from "./store/store.ts";

/** Something that happened to a node, a pod or a budget. Objects are the store's own: whole, frozen, of that revision. */
export interface Entry {
  readonly at: Instant;
  readonly revision: number;
  /** The client's or the controller's name. */
  readonly by: string;
  readonly deed: Deed;
  readonly kind: "Node" | "Pod" | "PodDisruptionBudget";
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
  /** Undefined: created. */
  readonly before: KubeObject | undefined;
  /** Undefined: gone. */
  readonly after: KubeObject | undefined;
}

/** A call of a client and how it ended. */
export interface CallEntry {
  readonly at: Instant;
  readonly by: string;
  /** "get", "list", "watch", "create", "patch", "delete", "evict". */
  readonly verb: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  /** The answer's code; "lost" where none came. */
  readonly answer: number | "lost";
}

const kept = [nodes, pods, budgets];

/** What really happened, whatever the product says of it: invariants are judged by this. */
export class Recorder {
  readonly entries: Entry[] = [];
  readonly calls: CallEntry[] = [];

  write(change: Change): void {
    if (!kept.some((resource) => isSame(resource, change.resource))) return;
    const { at, revision, by, deed, resource, before, after } = change;
    const { namespace, name, uid } = subjectOf(change).metadata;
    const kind = resource.kind as Entry["kind"];
    this.entries.push({ at, revision, by, deed, kind, name, uid, before, after, ...(namespace === undefined ? {} : { namespace }) });
  }

  writeCall(entry: CallEntry): void {
    this.calls.push(entry);
  }

  /** The same for the same seed, build and calls. */
  hash(): string {
    const entries = this.entries.map(({ at, by, deed, kind, uid, after }) => ({ at, by, deed, kind, uid, after }));
    return digest({ entries, calls: this.calls });
  }
}
