import { isKubeError, type KubeError } from "../../client/errors.ts";
import type { Item, KubeApi } from "../../client/kube-api.ts";
import type { Store } from "../../client/store.ts";
import { nodes } from "../../kube/resource.ts";
import { compareResourceVersions } from "../../kube/resource-version.ts";
import type { Clock, Millis } from "../../runtime/clock.ts";
import { jittered, type Random } from "../../runtime/random.ts";
import { supervise, type Task } from "../../runtime/supervise.ts";
import type { NodeView } from "../view/cluster-view.ts";
import { projectNode } from "../view/project.ts";

/** How often what may not be watched is read. */
const pollEvery: Millis = 5_000;

export interface NodePollerOptions {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly names: readonly string[];
  /** Where a node of this name is kept. */
  readonly storeOf: (name: string) => Store<NodeView> | undefined;
  readonly onChange: () => void;
}

/** kubectl's drain needs no more than `get` on the nodes it is given: where they may not be listed, they are read by name, again and again. */
export class NodePoller implements AsyncDisposable {
  readonly #options: NodePollerOptions;
  #task: Task | undefined;

  constructor(options: NodePollerOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#task !== undefined;
  }

  /** The first reading: done, or why not even this is allowed. Then it goes on until disposed of. */
  async start(parent: AbortSignal): Promise<"read" | KubeError> {
    try {
      await this.#readAll(parent);
    } catch (error) {
      if (isKubeError(error)) return error;
      throw error;
    }
    const { clock, random } = this.#options;
    const work = async (signal: AbortSignal): Promise<void> => {
      for (;;) {
        await clock.sleep(jittered(pollEvery, 0.2, random), signal);
        // A reading that fails is made again at its next turn: the last state stands meanwhile, as with a watch that is away.
        await this.#readAll(signal).catch((error: unknown) => {
          if (!isKubeError(error)) throw error;
        });
      }
    };
    const onFailure = (error: unknown): never => {
      throw error;
    };
    this.#task = supervise("nodes by name", work, { parent, onFailure });
    return "read";
  }

  async #readAll(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#options.names.map((name) => this.#read(name, signal)));
    this.#options.onChange();
  }

  async #read(name: string, signal: AbortSignal): Promise<void> {
    const store = this.#options.storeOf(name);
    const before = store?.byName(undefined, name);
    try {
      const value = projectNode(await this.#options.api.get(nodes, { name }, { signal, lane: "control" }));
      const { uid, resourceVersion } = value;
      if (before !== undefined && compareResourceVersions(resourceVersion, before.resourceVersion) !== 1 && before.uid === uid) return;
      const item: Item<NodeView> = { uid, name, resourceVersion, value };
      if (before !== undefined && before.uid !== uid) store?.apply([{ type: "DELETED", item: before }]);
      store?.apply([{ type: before?.uid === uid ? "MODIFIED" : "ADDED", item }]);
    } catch (error) {
      if (!isKubeError(error, "not-found")) throw error;
      if (before !== undefined) store?.apply([{ type: "DELETED", item: before }]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#task?.stop();
  }
}
