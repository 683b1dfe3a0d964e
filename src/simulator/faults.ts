import type { Resource } from "../kube/resource.ts";
import { qualifiedName } from "../kube/resource.ts";
import type { Millis } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";

/** One way for a call to go wrong. `applied`: the write was made all the same. */
export type Fault =
  /** Priority and fairness turned the request away: 429, a text body, Retry-After in seconds. Never applied. */
  | { readonly kind: "throttled"; readonly retryAfter: number }
  | { readonly kind: "internal-error"; readonly applied: boolean }
  | { readonly kind: "unavailable"; readonly applied: boolean }
  /** The answer comes so much later; `applied`: the write was made at once, not only then. */
  | { readonly kind: "stalled"; readonly after: Millis; readonly applied: boolean }
  /** The connection breaks before the answer. */
  | { readonly kind: "lost"; readonly applied: boolean }
  /** No connection: nothing was sent. */
  | { readonly kind: "unreachable" };

/** What becomes of one watch, besides `Fault` when it is opened. */
export type WatchFault =
  | { readonly kind: "cut"; readonly after: Millis }
  /** Stays open and says nothing more, not even bookmarks. */
  | { readonly kind: "silent"; readonly after: Millis }
  /** 410 for a version that is still known: the server's cache began anew. */
  | { readonly kind: "expired" };

/** Shares of all calls, or of all watches, between 0 and 1. */
export interface FaultRates {
  readonly throttled: number;
  readonly internalError: number;
  readonly unavailable: number;
  readonly stalled: number;
  readonly lost: number;
  readonly unreachable: number;
  readonly watchCut: number;
  readonly watchSilent: number;
  readonly watchExpired: number;
}

export interface FaultPlan {
  readonly rates: Partial<FaultRates>;
  /** Faults end so long after the cluster was made: what a run must reach in the end is judged after that. Absent: never. */
  readonly endAfter?: Millis;
  /** The longest stall. Default 20 s. */
  readonly longestStall?: Millis;
  /** The latest end of a watch that is cut or falls silent. Default 60 s after it was opened. */
  readonly longestWatch?: Millis;
}

/** A rate of everything: what a fault run starts from. */
export function everyFault(rate: number): FaultRates {
  return {
    throttled: rate,
    internalError: rate,
    unavailable: rate,
    stalled: rate,
    lost: rate,
    unreachable: rate,
    watchCut: rate * 3,
    watchSilent: rate,
    watchExpired: rate,
  };
}

/** Which calls a planted fault is meant for. */
export interface FaultTarget {
  readonly client?: string;
  readonly verb?: string;
  readonly resource?: Resource;
  readonly name?: string;
}

export interface FaultedCall {
  readonly client: string;
  readonly verb: string;
  readonly resource?: Resource;
  readonly name?: string;
}

interface Planted<F> {
  readonly target: FaultTarget;
  readonly fault: F;
}

/** Decides for each call whether, and how, it goes wrong: planted ones first, then by chance. */
export class Faults {
  readonly #plan: FaultPlan;
  readonly #random: Random;
  readonly #elapsed: () => Millis;
  readonly #planted: Planted<Fault>[] = [];
  readonly #plantedWatches: Planted<WatchFault>[] = [];
  #on = true;

  /** `elapsed`: since the cluster was made. */
  constructor(plan: FaultPlan, random: Random, elapsed: () => Millis) {
    this.#plan = plan;
    this.#random = random;
    this.#elapsed = elapsed;
  }

  /** Stops, or goes on with, what happens by chance; planted faults are met all the same. */
  turn(on: boolean): void {
    this.#on = on;
  }

  /** Meets the next call that fits. */
  plant(target: FaultTarget, fault: Fault): void {
    this.#planted.push({ target, fault });
  }

  /** Meets the next watch that fits. */
  plantWatch(target: FaultTarget, fault: WatchFault): void {
    this.#plantedWatches.push({ target, fault });
  }

  forCall(call: FaultedCall): Fault | undefined {
    const planted = take(this.#planted, call);
    if (planted !== undefined || !this.#isOn) return planted;
    const { throttled = 0, internalError = 0, unavailable = 0, stalled = 0, lost = 0, unreachable = 0 } = this.#plan.rates;
    const draw = this.#drawer();
    if (draw(throttled)) return { kind: "throttled", retryAfter: 1 + Math.floor(this.#random.next() * 3) };
    if (draw(internalError)) return { kind: "internal-error", applied: this.#coin };
    if (draw(unavailable)) return { kind: "unavailable", applied: this.#coin };
    if (draw(stalled)) return { kind: "stalled", after: this.#upTo(this.#plan.longestStall ?? 20_000), applied: this.#coin };
    if (draw(lost)) return { kind: "lost", applied: this.#coin };
    return draw(unreachable) ? { kind: "unreachable" } : undefined;
  }

  forWatch(call: FaultedCall, resumes: boolean): WatchFault | undefined {
    const planted = take(this.#plantedWatches, call);
    if (planted !== undefined || !this.#isOn) return planted;
    const { watchCut = 0, watchSilent = 0, watchExpired = 0 } = this.#plan.rates;
    const longest = this.#plan.longestWatch ?? 60_000;
    const draw = this.#drawer();
    if (draw(watchCut)) return { kind: "cut", after: this.#upTo(longest) };
    if (draw(watchSilent)) return { kind: "silent", after: this.#upTo(longest) };
    return resumes && draw(watchExpired) ? { kind: "expired" } : undefined;
  }

  get #isOn(): boolean {
    return this.#on && this.#elapsed() < (this.#plan.endAfter ?? Number.POSITIVE_INFINITY);
  }

  get #coin(): boolean {
    return this.#random.next() < 0.5;
  }

  #upTo(most: Millis): Millis {
    return 1 + Math.floor(this.#random.next() * most);
  }

  /** One number per call decides among all kinds, so that a higher rate of one does not shift what the others meet. */
  #drawer(): (rate: number) => boolean {
    let left = this.#random.next();
    return (rate) => {
      const hit = left < rate;
      left = hit ? 1 : left - rate;
      return hit;
    };
  }
}

function take<F>(planted: Planted<F>[], call: FaultedCall): F | undefined {
  const index = planted.findIndex(
    ({ target }) =>
      (target.client === undefined || target.client === call.client) &&
      (target.verb === undefined || target.verb === call.verb) &&
      (target.name === undefined || target.name === call.name) &&
      (target.resource === undefined || (call.resource !== undefined && qualifiedName(target.resource) === qualifiedName(call.resource))),
  );
  return index === -1 ? undefined : planted.splice(index, 1)[0]?.fault;
}
