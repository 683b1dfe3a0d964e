import type { KubeApi, WatchEvent, WatchQuery } from "../../client/kube-api.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Millis, VirtualClock } from "../../runtime/clock.ts";
import { seededRandom } from "../../runtime/random.ts";
import { createVirtualClock } from "../../runtime/virtual-clock.ts";
import { createEmbeddedCluster, type EmbeddedCluster, type EmbeddedClusterOptions } from "../embedded-cluster.ts";

/** A cluster on a virtual clock, and the means to let its time pass. */
export class Rig implements AsyncDisposable {
  readonly clock: VirtualClock = createVirtualClock();
  readonly cluster: EmbeddedCluster;
  readonly api: KubeApi;
  readonly #stop = new AbortController();
  readonly call = { signal: this.#stop.signal };

  constructor(options: Partial<EmbeddedClusterOptions> & { readonly seed?: string } = {}) {
    const { seed = "rig", ...rest } = options;
    this.cluster = createEmbeddedCluster({ clock: this.clock, random: seededRandom(seed), ...rest });
    this.api = this.cluster.api();
  }

  get control(): EmbeddedCluster["control"] {
    return this.cluster.control;
  }

  /** Lets time pass until the promise settles. */
  async run<T>(work: Promise<T>, limit: Millis = 3_600_000): Promise<T> {
    let isOver = false;
    const end = (): void => {
      isOver = true;
    };
    work.then(end, end);
    const how = await this.clock.run(() => isOver, { at: this.clock.now() + limit, eventsPerInstant: 100_000 });
    if (!isOver) throw new Error(`the work did not end: the clock is ${how}`);
    return await work;
  }

  async until(holds: () => boolean, limit: Millis = 3_600_000): Promise<Millis> {
    const from = this.clock.monotonic();
    const how = await this.clock.run(holds, { at: this.clock.now() + limit, eventsPerInstant: 100_000 });
    if (how !== "reached") throw new Error(`it did not come about: the clock is ${how}`);
    return this.clock.monotonic() - from;
  }

  async pass(ms: Millis): Promise<void> {
    await this.run(this.clock.sleep(ms, this.call.signal));
  }

  settle(): Promise<void> {
    return this.run(this.cluster.settled());
  }

  /** All events of a watch until it ends, in words: "ADDED a", "BOOKMARK 7 initial". */
  watching<T extends KubeObject>(r: Resource<T>, q: WatchQuery<T, T>): Watching {
    const seen: string[] = [];
    const batches = this.api.watch(r, q, this.call);
    const over = (async () => {
      for await (const batch of batches) for (const event of batch) seen.push(told(event));
      seen.push("END");
    })();
    over.catch((error: unknown) => seen.push(`BROKEN ${error instanceof Error ? error.message : String(error)}`));
    return { seen, over };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error("the test is over"));
    await this.cluster[Symbol.asyncDispose]();
  }
}

export interface Watching {
  readonly seen: readonly string[];
  readonly over: Promise<void>;
}

function told(event: WatchEvent<{ readonly name: string; readonly resourceVersion: string }>): string {
  switch (event.type) {
    case "BOOKMARK":
      return `BOOKMARK${event.initial ? " initial" : ""}`;
    case "ERROR":
      return `ERROR ${event.status.code}`;
    default:
      return `${event.type} ${event.item.name}`;
  }
}
