import type { ClusterView } from "../cluster/view/cluster-view.ts";
import type { Instant, Millis } from "../runtime/clock.ts";

/**
 * Most watches that go are back within moments: a proxy's timeout, a version that expired, a whole state asked for to be sure. Nothing is begun
 * meanwhile, and what lasts no longer is worth no word: in a status it would come and go.
 */
const patience: Millis = 5_000;

/** Since when the pods of a node are not known as they are now. */
export class Staleness {
  readonly #since = new Map<string, Instant>();

  /** In each pass, before anything is asked. */
  look(nodes: Iterable<string>, view: ClusterView, now: Instant): void {
    for (const node of nodes) {
      if (view.fresh(node)) this.#since.delete(node);
      else if (!this.#since.has(node)) this.#since.set(node, now);
    }
  }

  /** @returns undefined: they are known. `tellAt`: from then on somebody is to be told */
  of(node: string): { readonly since: Instant; readonly tellAt: Instant } | undefined {
    const since = this.#since.get(node);
    return since === undefined ? undefined : { since, tellAt: since + patience };
  }
}
