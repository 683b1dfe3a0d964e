import type { KubeObject } from "../../kube/object.ts";
import type { LifecycleState } from "../../maintenance/lifecycle/state.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";

/** Asks whether an object may begin; undefined: it may. */
export type Admit = (object: KubeObject, signal: AbortSignal) => Promise<string | undefined>;

/** A refusal rests on other objects and nodes: it is asked for again so often. */
const askAgain: Millis = 10_000;

/**
 * What the webhook would have said, asked once more before a node is touched: there may be no webhook, and of two objects created in the same
 * moment neither sees the other there. What was begun is not asked about again.
 */
export class Admittance {
  readonly #admit: Admit;
  #refused: { readonly message: string; readonly generation: number | undefined; readonly until: Instant } | undefined;
  #isAdmitted = false;

  constructor(admit: Admit) {
    this.#admit = admit;
  }

  /** Why it must not begin. */
  get refusal(): string | undefined {
    return this.#refused?.message;
  }

  /** When to ask again, if that is to be. */
  get askAt(): Instant | undefined {
    return this.#refused?.until;
  }

  async look(object: KubeObject, previous: LifecycleState | undefined, now: Instant, signal: AbortSignal): Promise<void> {
    if (this.#isAdmitted || object.metadata.deletionTimestamp !== undefined) return;
    const { generation } = object.metadata;
    if (this.#refused !== undefined && now < this.#refused.until && generation === this.#refused.generation) return;
    const message = isBegun(object, previous) ? undefined : await this.#admit(object, signal);
    this.#isAdmitted = message === undefined;
    this.#refused = message === undefined ? undefined : { message, generation, until: now + askAgain };
  }
}

/** It was taken up before, by us or by another operator: its node may have been touched. */
function isBegun({ metadata }: KubeObject, previous: LifecycleState | undefined): boolean {
  return previous?.machine !== undefined || (previous === undefined && (metadata.finalizers ?? []).length > 0);
}
