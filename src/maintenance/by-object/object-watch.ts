import { type Maintenance, maintenances } from "../../api/maintenance.ts";
import { type Source, Sources } from "../../cluster/live/sources.ts";
import { compareResourceVersions } from "../../kube/resource-version.ts";
import { createLatch } from "../../runtime/latch.ts";
import type { Millis } from "../../runtime/clock.ts";
import type { Surroundings } from "../work.ts";
import type { ObjectEvent } from "./outcome.ts";

/** How following one object ended: `judged` by the one who follows, or because of the command itself. */
export type Followed<E> =
  | { readonly kind: "judged"; readonly end: E; readonly object: Maintenance }
  | { readonly kind: "deleted" | "stopped" | "timed-out"; readonly object: Maintenance | undefined };

/** One watch of all Maintenances, for any number of followers. Ends when disposed of. */
export class ObjectWatch implements AsyncDisposable {
  readonly #s: Surroundings;
  readonly #sources: Sources;
  readonly #source: Source<Maintenance>;
  readonly #listeners = new Set<() => void>();

  constructor(s: Surroundings) {
    this.#s = s;
    const tell = (): void => {
      for (const listener of [...this.#listeners]) listener();
    };
    this.#sources = new Sources({ api: s.api, clock: s.clock, random: s.random, signal: s.stop }, tell);
    this.#source = this.#sources.add(maintenances, {}, (object: Maintenance) => object, {});
    // What came of it is asked for where it is waited for.
    this.#source.reflector.firstOutcome.catch(() => {});
    this.#source.synced.catch(() => {});
  }

  /** Resolves with the first whole state. @throws the server's refusal, or that it cannot be reached */
  async begin(): Promise<void> {
    const outcome = await this.#source.reflector.firstOutcome;
    if (outcome === "synced") return;
    throw "failed" in outcome ? outcome.failed : outcome.denied;
  }

  all(): readonly Maintenance[] {
    return [...this.#source.store.items()].map(({ value }) => value);
  }

  /**
   * Tells every new state of the object, after the one given, until it is judged to be at its end; a state older than that one is passed
   * over. `within`: at most this long.
   */
  async follow<E>(
    from: Maintenance,
    judge: (object: Maintenance) => E | undefined,
    { report, within }: { readonly report: (event: ObjectEvent) => void; readonly within?: Millis },
  ): Promise<Followed<E>> {
    const { stop, clock } = this.#s;
    const latch = createLatch();
    let late = false;
    const expire = (): void => {
      late = true;
      latch.set();
    };
    this.#listeners.add(latch.set);
    stop.addEventListener("abort", latch.set, { once: true });
    using _ = within === undefined ? undefined : clock.timer(within, expire);
    try {
      // What it said before it was written to is no answer.
      let before: Maintenance | undefined = from;
      let object = from;
      for (;;) {
        const now = this.#source.store.get(from.metadata.uid)?.value;
        if (now === undefined && this.#isPast(from)) return { kind: "deleted", object };
        if (now !== undefined && !isOlder(now, from)) object = now;
        const end = judge(object);
        if (before?.metadata.resourceVersion !== object.metadata.resourceVersion) {
          report({ kind: "seen", object, before, final: end !== undefined });
          before = object;
        }
        if (end !== undefined) return { kind: "judged", end, object };
        if (stop.aborted) return { kind: "stopped", object };
        if (late) return { kind: "timed-out", object };
        await latch.wait();
      }
    } finally {
      this.#listeners.delete(latch.set);
      stop.removeEventListener("abort", latch.set);
    }
  }

  /** Does the copy know of what happened after this state? Then an object that is not in it is gone. */
  #isPast({ metadata }: Maintenance): boolean {
    const version = this.#source.reflector.resourceVersion();
    const order = version === undefined ? -1 : compareResourceVersions(version, metadata.resourceVersion);
    return order === 0 || order === 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sources[Symbol.asyncDispose]();
  }
}

function isOlder(a: Maintenance, b: Maintenance): boolean {
  return compareResourceVersions(a.metadata.resourceVersion, b.metadata.resourceVersion) === -1;
}
