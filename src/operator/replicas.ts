import type { Fleet } from "../cluster/live/fleet.ts";
import { type Source, type SourceOptions, Sources } from "../cluster/live/sources.ts";
import type { NodeView, PodView } from "../cluster/view/cluster-view.ts";
import { projectPod } from "../cluster/view/project.ts";
import { pods } from "../kube/resource.ts";
import { podLabels } from "./manifests/manifest.ts";
import type { Logger } from "./serving/logger.ts";

export interface ReplicasOptions {
  readonly namespace: string;
  readonly ownNode: string;
  readonly watching: SourceOptions;
  readonly fleet: Fleet;
  readonly log: Logger;
  /** Leadership can be handed over at all. */
  readonly canFollow: boolean;
  /** It is known now whether anybody could take over, or that is other than it was. */
  readonly changed: () => void;
}

const labelSelector = Object.entries(podLabels)
  .map(([key, value]) => `${key}=${value}`)
  .join(",");

/** The replicas of this operator, watched from when it is made until it is disposed of: who could lead while our own node is emptied? */
export class Replicas implements AsyncDisposable {
  readonly #o: ReplicasOptions;
  readonly #watches: Sources;
  readonly #source: Source<PodView>;
  readonly #listening = new DisposableStack();
  #isKnown = false;
  #wasAlone: boolean | undefined;

  constructor(o: ReplicasOptions) {
    this.#o = o;
    this.#watches = new Sources(o.watching, () => {});
    this.#source = this.#watches.add(pods, { namespace: o.namespace, labelSelector }, projectPod, {});
    const look = (): void => this.#look();
    this.#listening.use(this.#source.store.onChange(look));
    this.#listening.use(o.fleet.nodes.store.onChange(look));
    this.#source.reflector.firstOutcome.then(
      (outcome) => {
        if (outcome !== "synced") {
          const error = "denied" in outcome ? outcome.denied : outcome.failed;
          o.log.error("cannot see the other replicas: its own pod stays on the node that is to be emptied", { node: o.ownNode, error });
        }
        this.#isKnown = true;
        look();
      },
      () => {
        // Ended before.
      },
    );
  }

  /** Nobody can take over. Only what is known is said: where they cannot be read, nobody is known. */
  get isAlone(): boolean {
    return this.#isKnown && this.successor() === undefined;
  }

  /** On another node, and able to lead from there. */
  successor(): PodView | undefined {
    const { canFollow, ownNode, fleet } = this.#o;
    if (!canFollow) return undefined;
    const others = [...this.#source.store.items()].map(({ value }) => value);
    return others.find((other) => other.node !== ownNode && canLead(other, fleet.nodes.store.byName(undefined, other.node)?.value));
  }

  #look(): void {
    if (!this.#isKnown || this.isAlone === this.#wasAlone) return;
    this.#wasAlone = this.isAlone;
    this.#o.changed();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening.dispose();
    await this.#watches[Symbol.asyncDispose]();
  }
}

/** A node that somebody holds out may be emptied next: whoever leads there would hand over again. */
function canLead(pod: PodView, node: NodeView | undefined): boolean {
  if (node === undefined || node.unschedulable || node.held !== undefined || !node.ready) return false;
  return pod.ready && pod.deletionTimestamp === undefined;
}
