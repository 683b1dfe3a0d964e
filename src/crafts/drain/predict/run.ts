import type { Level } from "../../../plan/range.ts";
import type { Range, StepId } from "../../../plan/step.ts";
import type { Millis } from "../../../runtime/clock.ts";

/** A pod that leaves, as far as its time depends on it. */
export interface Mover {
  readonly id: StepId;
  readonly wave: number;
  /** uid of the budget that it waits for. */
  readonly budget?: string;
  /** It is on its way already: neither its wave nor its node's turn is waited for. */
  readonly isLeaving: boolean;
  /** What it waits for by itself before it is asked for. */
  readonly delay: Range;
  /** From the request until it is gone. */
  readonly end: Range;
  /** From the request until its budget allows another one for it. */
  readonly hold: Range;
  /** It is gone by then, whatever it waits for. */
  readonly latest?: Range;
}

export interface NodeRun {
  readonly node: string;
  readonly movers: readonly Mover[];
}

export interface DrainModel {
  /** In the order of their turns. */
  readonly nodes: readonly NodeRun[];
  readonly parallel: number;
  /** Until all nodes are cordoned: before that no pod is asked for. */
  readonly cordon: Range;
  /** By uid: when each disruption that the budget allows at once may be spent next. */
  readonly budgets: ReadonlyMap<string, readonly Range[]>;
}

export interface Played {
  readonly pods: ReadonlyMap<StepId, Millis>;
  readonly nodes: ReadonlyMap<string, Millis>;
}

/** One eviction under a budget; those of one budget are made one after another (the server would serialise them all the same). */
const budgetRequest: Range = { low: 5, likely: 20, high: 100 };
/** Those without a budget go side by side, and the API server takes so long for each of them. */
const bareRequest: Range = { low: 1, likely: 6, high: 25 };

/**
 * Plays the drain on paper, with all times at one end of their ranges. Each budget is a queue that serves `a` pods at once, each of them for
 * R + δ (`holdOf`): for N like pods that is (⌈N/a⌉−1)·(R+δ) + G. A wave begins when the former is gone, and a node when one of the `parallel`
 * places is free. Who is served first never depends on the times, so nothing that takes longer, and no budget that allows less, can make
 * anything else end sooner.
 */
export function play({ nodes, parallel, cordon, budgets }: DrainModel, level: Level): Played {
  const pods = new Map<StepId, Millis>();
  const ends = new Map<string, Millis>();
  const queues = new Map([...budgets].map(([uid, slots]) => [uid, new Queue(slots.map((slot) => slot[level]))]));
  let bare: Millis = 0;
  const leave = (mover: Mover, from: Millis): Millis => Math.min(mover.latest?.[level] ?? Number.POSITIVE_INFINITY, leaveAt(mover, from));
  const leaveAt = (mover: Mover, from: Millis): Millis => {
    if (mover.isLeaving) return mover.end[level];
    const ready = from + mover.delay[level];
    const queue = mover.budget === undefined ? undefined : queues.get(mover.budget);
    if (queue !== undefined) return queue.serve(ready, mover.hold[level], budgetRequest[level]) + mover.end[level];
    bare = Math.max(ready, bare) + bareRequest[level];
    return bare + mover.end[level];
  };
  let places: Millis[] = Array.from({ length: Math.min(parallel, nodes.length) }, () => cordon[level]);
  for (let first = 0; first < nodes.length; first += parallel) {
    const batch = nodes.slice(first, first + parallel);
    places.sort((a, b) => a - b);
    const clocks = batch.map((_, i) => places[i] ?? 0);
    for (const wave of wavesOf(batch)) {
      for (const [i, { movers }] of batch.entries()) {
        const from = clocks[i] ?? 0;
        const left = movers.filter((mover) => mover.wave === wave).map((mover) => [mover.id, leave(mover, from)] as const);
        for (const [id, at] of left) pods.set(id, at);
        clocks[i] = Math.max(from, ...left.map(([, at]) => at));
      }
    }
    for (const [i, { node, movers }] of batch.entries()) ends.set(node, movers.length === 0 ? 0 : (clocks[i] ?? 0));
    places = [...clocks, ...places.slice(batch.length)];
  }
  return { pods, nodes: ends };
}

function wavesOf(batch: readonly NodeRun[]): readonly number[] {
  return [...new Set(batch.flatMap(({ movers }) => movers.map(({ wave }) => wave)))].toSorted((a, b) => a - b);
}

/** The disruptions of one budget. */
class Queue {
  /** When each of them is free, the earliest first. */
  readonly #free: Millis[];
  #line: Millis = 0;

  constructor(free: readonly Millis[]) {
    this.#free = free.toSorted((a, b) => a - b);
  }

  /** When a pod that is ready at that time has been asked for. */
  serve(ready: Millis, hold: Millis, request: Millis): Millis {
    const slot = this.#free.shift() ?? Number.POSITIVE_INFINITY;
    this.#line = Math.max(ready, slot, this.#line) + request;
    const free = this.#line + hold;
    const place = this.#free.findIndex((other) => other > free);
    this.#free.splice(place === -1 ? this.#free.length : place, 0, free);
    return this.#line;
  }
}
