import type { KubeApi } from "../../src/client/kube-api.ts";

/** Ways in which a process changes a cluster. */
const writes = ["create", "patch", "remove", "evict"] as const;
const reads = ["get", "version", "groups", "log"] as const;
const streams = ["list", "watch"] as const;

/**
 * A client whose process dies right after its n-th write has reached the server: the answer is never heard, nothing is asked any more, and what
 * streams ends without a word. To the cluster this is `kill -9`.
 */
export class MortalApi {
  readonly api: KubeApi;
  /** So many writes have been made. */
  writes = 0;
  readonly #dead = Promise.withResolvers<never>();
  readonly #diesAfter: number;
  #isKilled = false;

  constructor(inner: KubeApi, diesAfter: number) {
    this.#diesAfter = diesAfter;
    const handler: Record<string, unknown> = {};
    for (const name of writes) {
      handler[name] = async (...args: readonly unknown[]): Promise<unknown> => {
        if (this.isDead) return await this.#dead.promise;
        this.writes += 1;
        const answer = await (inner[name] as (...given: readonly unknown[]) => Promise<unknown>)(...args);
        return this.isDead ? await this.#dead.promise : answer;
      };
    }
    for (const name of reads) {
      handler[name] = async (...args: readonly unknown[]): Promise<unknown> => {
        if (this.isDead) return await this.#dead.promise;
        const answer = await (inner[name] as (...given: readonly unknown[]) => Promise<unknown>)(...args);
        return this.isDead ? await this.#dead.promise : answer;
      };
    }
    for (const name of streams) {
      const dead = this.#dead.promise;
      const isDead = (): boolean => this.isDead;
      handler[name] = async function* (...args: readonly unknown[]): AsyncGenerator {
        if (isDead()) await dead;
        const stream = (inner[name] as (...given: readonly unknown[]) => AsyncIterable<unknown>)(...args);
        for await (const batch of stream) {
          if (isDead()) await dead;
          yield batch;
        }
        if (isDead()) await dead;
      };
    }
    this.api = new Proxy(inner, {
      get: (target, key) => {
        if (typeof key === "string" && key in handler) return handler[key];
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  get isDead(): boolean {
    return this.#isKilled || this.writes >= this.#diesAfter;
  }

  kill(): void {
    this.#isKilled = true;
  }
}
