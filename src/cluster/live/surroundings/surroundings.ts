import { isKubeError } from "../../../client/errors.ts";
import type { ApiGroup, KubeApi } from "../../../client/kube-api.ts";
import type { Instant } from "../../../runtime/clock.ts";
import { supervise, type Task } from "../../../runtime/supervise.ts";
import type { NodeView, PodView } from "../../view/cluster-view.ts";
import { nothingAround, type Self, type Surroundings, type Unread } from "../../view/surroundings.ts";
import type { Ask } from "./ask.ts";
import { readEtcd } from "./etcd.ts";
import { readLeases } from "./leases.ts";
import { readMachines } from "./machines.ts";
import { readRebootLocks } from "./reboot-locks.ts";
import { readServices } from "./services.ts";

export interface SurroundingsOptions {
  readonly api: KubeApi;
  readonly signal: AbortSignal;
  nodes(): readonly NodeView[];
  podsOn(node: string): readonly PodView[];
  /** The server's clock. */
  now(): Instant;
  readonly onChange: () => void;
}

/** Each answers by itself, as soon as it can. A new one: its file beside these, its facts in view/surroundings.ts, its line here. */
const questions: readonly ((ask: Ask) => Promise<Partial<Surroundings>>)[] = [
  readServices,
  readEtcd,
  readRebootLocks,
  readLeases,
  readMachines,
];

/** What stands around the nodes, read once and beside everything else: nothing is asked before `begin`, and nothing waits for it. */
export class LiveSurroundings implements AsyncDisposable {
  readonly #options: SurroundingsOptions;
  #facts: Surroundings = nothingAround;
  #reading: Task | undefined;

  constructor(options: SurroundingsOptions) {
    this.#options = options;
  }

  get facts(): Surroundings {
    return this.#facts;
  }

  /** Begins to read, once. Resolves when every question is answered or cannot be. */
  begin(self: Self): Promise<void> {
    this.#reading ??= supervise("surroundings", (signal) => this.#read(self, signal), {
      parent: this.#options.signal,
      onFailure: (error) => {
        throw error;
      },
    });
    return this.#reading.done;
  }

  async #read(self: Self, signal: AbortSignal): Promise<void> {
    const { api, nodes, podsOn, now } = this.#options;
    const groups = await this.#groups(signal);
    const note = (unread: Unread): void => this.#note(unread);
    const ask: Ask = { api, nodes: nodes(), podsOn, groups, now, signal, note };
    const offset = api.serverTime()?.offset;
    this.#learn({ self, ...(offset === undefined ? {} : { clockOffset: offset }) });
    await Promise.all(questions.map(async (question) => this.#learn(await question(ask))));
  }

  /** Discovery is open to every authenticated user; a server that keeps it shut has nothing of others that we could know. */
  async #groups(signal: AbortSignal): Promise<readonly ApiGroup[]> {
    try {
      return await this.#options.api.groups({ signal, lane: "bulk" });
    } catch (error) {
      signal.throwIfAborted();
      if (!isKubeError(error)) throw error;
      return [];
    }
  }

  #note(unread: Unread): void {
    const known = this.#facts.unread.some(({ verb, resource }) => verb === unread.verb && resource === unread.resource);
    if (!known) this.#learn({ unread: [...this.#facts.unread, unread] });
  }

  #learn(facts: Partial<Surroundings>): void {
    this.#facts = { ...this.#facts, ...facts };
    this.#options.onChange();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reading?.stop();
  }
}
