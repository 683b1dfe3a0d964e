import type { Item } from "../../client/kube-api.ts";
import type { Pod } from "../../kube/pod.ts";
import { budgets, nodes, pods, volumeAttachments } from "../../kube/resource.ts";
import { sharingParts } from "../view/alike.ts";
import type { BudgetView, NodeView, PodView } from "../view/cluster-view.ts";
import { projectBudget, projectNode, projectPod } from "../view/project.ts";
import { type AttachmentView, projectAttachment } from "../view/volume-view.ts";
import type { SharedSources } from "./shared-sources.ts";
import { type Source, type SourceOptions, Sources } from "./sources.ts";

/** Up to so many nodes each have a watch of their own pods; for those that join later all pods are watched once. */
const ownPodWatches = 20;

export interface FleetOptions extends SourceOptions {
  /** All pods of the cluster are watched and kept no more: a good moment to give memory back. */
  readonly letGo?: () => void;
}

/** A part in what is watched for all. Dispose it when the node is back. */
export interface FleetShare extends SharedSources, AsyncDisposable {}

/**
 * What is watched for many nodes at once. Nodes always; budgets while anybody has a share; all pods of the cluster, projected, while more
 * than twenty have one. What nobody needs any more is dropped.
 */
export class Fleet implements AsyncDisposable {
  readonly nodes: Source<NodeView>;
  readonly #options: FleetOptions;
  readonly #sources: Sources;
  readonly #listeners = new Set<() => void>();
  readonly #budgets: Lent<BudgetView>;
  readonly #pods: Lent<PodView>;
  readonly #attachments: Lent<AttachmentView>;
  #withOwnWatch = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#sources = this.#newSources();
    this.nodes = this.#sources.add(nodes, {}, projectNode, {});
    this.#budgets = new Lent(
      () => this.#newSources(),
      (sources) => sources.add(budgets, {}, projectBudget, { namespace: byNamespace }),
    );
    this.#pods = new Lent(
      () => this.#newSources(),
      (sources) => sources.add(pods, {}, projectBound(), { node: byNode }),
      options.letGo,
    );
    this.#attachments = new Lent(
      () => this.#newSources(),
      (sources) => sources.add(volumeAttachments, {}, projectAttachment, { node: byAttachedNode }),
    );
  }

  /** Watches of attachments, all pods, budgets and nodes that are open now, for whoever wants to know what this costs. */
  get watches(): number {
    return 1 + [this.#budgets, this.#pods, this.#attachments].filter(({ isLent }) => isLent).length;
  }

  share(): FleetShare {
    const hasOwnWatch = this.#withOwnWatch < ownPodWatches;
    if (hasOwnWatch) this.#withOwnWatch += 1;
    const budgetSource = this.#budgets.take();
    const podSource = hasOwnWatch ? undefined : this.#pods.take();
    let attachments: Source<AttachmentView> | undefined;
    let isBack = false;
    return {
      nodes: this.nodes,
      budgets: budgetSource,
      ...(podSource === undefined ? {} : { pods: podSource }),
      ...(this.#options.watchBegan === undefined ? {} : { watchBegan: this.#options.watchBegan }),
      attachments: () => (attachments ??= this.#attachments.take()),
      onStateChange: (listener) => {
        this.#listeners.add(listener);
        return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
      },
      [Symbol.asyncDispose]: async () => {
        if (isBack) return;
        isBack = true;
        if (hasOwnWatch) this.#withOwnWatch -= 1;
        await Promise.all([
          this.#budgets.giveBack(),
          podSource === undefined ? undefined : this.#pods.giveBack(),
          attachments === undefined ? undefined : this.#attachments.giveBack(),
        ]);
      },
    };
  }

  #newSources(): Sources {
    const stateChanged = (): void => {
      for (const listener of this.#listeners) listener();
    };
    return new Sources(this.#options, () => {}, stateChanged);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#sources, this.#budgets, this.#pods, this.#attachments].map((part) => part[Symbol.asyncDispose]()));
  }
}

/** A source that runs while somebody has it. */
class Lent<P> implements AsyncDisposable {
  readonly #sourcesOf: () => Sources;
  readonly #add: (sources: Sources) => Source<P>;
  readonly #letGo: (() => void) | undefined;
  #running: { readonly sources: Sources; readonly source: Source<P> } | undefined;
  #takers = 0;

  constructor(sourcesOf: () => Sources, add: (sources: Sources) => Source<P>, letGo?: () => void) {
    this.#sourcesOf = sourcesOf;
    this.#add = add;
    this.#letGo = letGo;
  }

  get isLent(): boolean {
    return this.#running !== undefined;
  }

  take(): Source<P> {
    this.#takers += 1;
    if (this.#running === undefined) {
      const sources = this.#sourcesOf();
      const source = this.#add(sources);
      // Whoever stops before its first state never asks for it.
      source.reflector.firstOutcome.catch(() => {});
      this.#running = { sources, source };
    }
    return this.#running.source;
  }

  async giveBack(): Promise<void> {
    this.#takers -= 1;
    if (this.#takers > 0) return;
    await this[Symbol.asyncDispose]();
    if (this.#running === undefined) this.#letGo?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.sources[Symbol.asyncDispose]();
  }
}

/** A pod that is on no node yet is nobody's: it arrives when it is bound. All pods of a cluster fit into memory as far as they are alike. */
function projectBound(): (pod: Pod) => PodView | undefined {
  const shared = sharingParts();
  return (pod) => (pod.spec.nodeName === undefined ? undefined : shared(projectPod(pod)));
}

const byNode = (item: Item<PodView>): readonly string[] => [item.value.node];
const byAttachedNode = (item: Item<AttachmentView>): readonly string[] => [item.value.node];
const byNamespace = (item: Item<BudgetView>): readonly string[] => [item.value.namespace];
