import type { Item } from "../../client/kube-api.ts";
import { pods as podResource } from "../../kube/resource.ts";
import type { PodView } from "../view/cluster-view.ts";
import { type PeerSelection, peerSelections } from "../view/peer-selection.ts";
import { type PeerView, projectPeer } from "../view/peer-view.ts";
import { type Source, type SourceOptions, Sources } from "./sources.ts";

export interface PeersOptions extends SourceOptions {
  /** What is on these is known already. */
  readonly nodes: ReadonlySet<string>;
  /** So many watches at the most. */
  readonly most: number;
}

interface Watched {
  readonly selection: PeerSelection;
  readonly source: Source<PeerView>;
}

/**
 * Pods of the controllers whose pods are moved, on all other nodes: how long they take to start, and where they went. A few watches by
 * labels, whatever the size of the cluster; nothing is asked before `begin`, and nothing waits for it.
 */
export class LivePeers implements AsyncDisposable {
  readonly #options: PeersOptions;
  readonly #sources: Sources;
  readonly #watched: Watched[] = [];

  constructor(options: PeersOptions) {
    this.#options = options;
    // Nothing is decided by peers: no pass is worth being made for a change of them.
    this.#sources = new Sources(options, () => {});
  }

  /** Begins to watch, once. Resolves when all that may be read has been; never rejects. */
  async begin(moved: readonly PodView[]): Promise<void> {
    if (this.#watched.length > 0) return;
    const { nodes, most } = this.#options;
    for (const selection of peerSelections(moved, most)) {
      const { namespace, labelSelector, controllers } = selection;
      const source = this.#sources.add(
        podResource,
        { labelSelector, ...(namespace === undefined ? {} : { namespace }) },
        (pod) => {
          if (nodes.has(pod.spec.nodeName ?? "")) return undefined;
          const peer = projectPeer(pod);
          return peer !== undefined && controllers.has(peer.controller) ? peer : undefined;
        },
        { controller: byController },
      );
      this.#watched.push({ selection, source });
    }
    await Promise.allSettled(this.#watched.map(({ source }) => source.reflector.firstOutcome));
  }

  readonly of = (controllerUid: string): readonly PeerView[] | "unknown" => {
    const sources = this.#watched.filter(({ selection }) => selection.controllers.has(controllerUid)).map(({ source }) => source);
    if (sources.length === 0 || !sources.every((source) => source.isSynced() && source.isFresh())) return "unknown";
    return [...new Map(sources.flatMap(({ store }) => store.by("controller", controllerUid).map(({ uid, value }) => [uid, value])))].map(
      ([, peer]) => peer,
    );
  };

  hurry(): void {
    this.#sources.hurry();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sources[Symbol.asyncDispose]();
  }
}

const byController = (item: Item<PeerView>): readonly string[] => [item.value.controller];
