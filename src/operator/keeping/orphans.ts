import type { KubeApi } from "../../client/kube-api.ts";
import type { NodeView } from "../../cluster/view/cluster-view.ts";
import { objectHolders } from "../../cluster/view/held-record.ts";
import type { HolderKind, ObjectHolder } from "../../cluster/view/holder.ts";
import { releaseNode } from "../../execution/node-requests.ts";
import { escapeFieldValue } from "../../kube/field-selector.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../serving/logger.ts";
import { writePatience } from "./object-writer.ts";

export interface OrphansOptions {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly log: Logger;
  /** As it was watched; undefined where there is no such node. */
  readonly nodeOf: (name: string) => NodeView | undefined;
  /** Of this kind, where it is looked after now; its watched uid under that name, where there is one. */
  readonly kindOf: (kind: HolderKind) => { readonly resource: Resource; uidOf(name: string): string | undefined } | undefined;
}

/**
 * Holds of objects that are gone. A process that was killed or frozen may have a write under way, which the server carries out when the object has
 * come to its end long since: nobody would ever take the node back. Under the version of the node that it had seen this succeeds where nobody
 * has touched the node meanwhile.
 */
export class Orphans {
  readonly #o: OrphansOptions;

  constructor(o: OrphansOptions) {
    this.#o = o;
  }

  /** By what is watched: a suspicion, for the objects may be known later than the node. */
  suspectedOn(name: string): readonly ObjectHolder[] {
    return objectHolders(this.#o.nodeOf(name)?.held).filter((holder) => {
      const kind = this.#o.kindOf(holder.kind);
      return kind !== undefined && kind.uidOf(holder.name) !== holder.uid;
    });
  }

  /** Asks the server, and lets go for whoever is gone. @throws the error of a request that failed */
  async letGo(name: string, stop: AbortSignal): Promise<void> {
    const { api, clock, log } = this.#o;
    using deadline = clock.deadline(writePatience, stop);
    const { signal } = deadline;
    for (const holder of this.suspectedOn(name)) {
      const node = this.#o.nodeOf(name);
      if (node === undefined || !(await this.#isGone(holder, signal))) continue;
      const result = await releaseNode(node, holder, { api, signal });
      if (result.kind === "failed") throw result.error;
      log.warn("let a node go that was held for an object that is gone", { node: name, object: `${holder.kind}/${holder.name}` });
    }
  }

  /** By a list of that name, as the operator may not get them one by one. */
  async #isGone({ kind, name, uid }: ObjectHolder, signal: AbortSignal): Promise<boolean> {
    const found = this.#o.kindOf(kind);
    if (found === undefined) return false;
    let isThere = false;
    const query = { fieldSelector: `metadata.name=${escapeFieldValue(name)}`, project: () => true };
    for await (const page of this.#o.api.list(found.resource, query, { signal })) {
      if (page.restarted === true) isThere = false;
      isThere ||= page.items.some((item) => item.uid === uid);
    }
    return !isThere;
  }
}
