import type { Item } from "../../kube-api.ts";
import type { Change, Sink } from "../reflector.ts";

/** A sink that keeps the copy as simply as can be and checks the promises made to every sink (I0–I2 of SPEC.md). */
export class Recorder<P> implements Sink<P> {
  readonly copy = new Map<string, Item<P>>();
  readonly log: string[] = [];
  /** Broken promises. */
  readonly faults: string[] = [];
  /** The newest version of each object that was ever told, its deletion included. */
  readonly #newest = new Map<string, bigint>();
  #version = 0n;
  /** Set where a test lets the server's past be rewritten. */
  allowPast = false;

  replace(items: readonly Item<P>[], resourceVersion: string): void {
    this.log.push(`replace ${items.length} @${resourceVersion}`);
    const version = BigInt(resourceVersion);
    if (this.allowPast && version < this.#version) this.#newest.clear();
    else this.#check(version >= this.#version, `a state of ${version} replaces one of ${this.#version}`);
    this.#version = version;
    this.copy.clear();
    for (const item of items) {
      this.#check(BigInt(item.resourceVersion) >= (this.#newest.get(item.uid) ?? 0n), `${item.uid} goes back to ${item.resourceVersion}`);
      this.#newest.set(item.uid, BigInt(item.resourceVersion));
      this.copy.set(item.uid, item);
    }
  }

  apply(changes: readonly Change<P>[]): void {
    this.#check(this.log.length > 0, "changes before the first whole state");
    for (const { type, item } of changes) {
      this.log.push(`${type} ${item.name} @${item.resourceVersion}`);
      const version = BigInt(item.resourceVersion);
      this.#check(version > (this.#newest.get(item.uid) ?? 0n), `${type} ${item.uid} @${version} was told before or comes too late`);
      this.#check(this.copy.has(item.uid) === (type !== "ADDED"), `${type} of ${item.uid}, present: ${this.copy.has(item.uid)}`);
      this.#newest.set(item.uid, version);
      this.#version = version > this.#version ? version : this.#version;
      if (type === "DELETED") this.copy.delete(item.uid);
      else this.copy.set(item.uid, item);
    }
  }

  #check(holds: boolean, what: string): void {
    if (!holds) this.faults.push(`${what}; so far: ${this.log.slice(-20).join(", ")}`);
  }
}
