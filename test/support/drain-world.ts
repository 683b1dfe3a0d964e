import { faultOf } from "../../scripts/schema/validate.ts";
import type { ExecutionEvent } from "../../src/execution/event.ts";
import { phrases } from "../../src/maintenance/crafts.ts";
import { drain } from "../../src/maintenance/drain.ts";
import type { NodeOutcome, Outcome } from "../../src/maintenance/outcome.ts";
import type { DrainOptions, Surroundings } from "../../src/maintenance/work.ts";
import { eventDocument } from "../../src/present/event-document.ts";
import { outcomeDocument } from "../../src/present/outcome-document.ts";
import type { PlanRequest } from "../../src/plan/request.ts";
import type { Instant, Millis } from "../../src/runtime/clock.ts";
import { InvariantError } from "../../src/runtime/errors.ts";
import { type Random, seededRandom } from "../../src/runtime/random.ts";
import { createVirtualClock } from "../../src/runtime/virtual-clock.ts";
import { type ClientOptions, createEmbeddedCluster, type EmbeddedClusterOptions } from "../../src/simulator/embedded-cluster.ts";
import type { ClusterSketch } from "../../src/simulator/sketch.ts";

export type WorldOptions = Partial<Pick<EmbeddedClusterOptions, "faults" | "latencies" | "resources" | "eventLimit" | "taintEviction">> & {
  readonly seed?: string;
};

export interface Ask extends Partial<Omit<DrainOptions, "choice" | "request">> {
  readonly nodes?: readonly string[];
  readonly request?: Partial<Omit<PlanRequest, "nodes">>;
}

const day: Millis = 86_400_000;

/** What `drydock drain n` asks for, unless told otherwise. */
export function drainOptions({ nodes = ["n"], request = {}, ...rest }: Ask = {}): DrainOptions {
  return {
    choice: { names: nodes },
    request: { mode: "Evict", disableEviction: false, ...request },
    allow: new Set(),
    parallel: 1,
    pageSize: 500,
    dryRun: "none",
    ...rest,
  };
}

/** An embedded cluster under a virtual clock, and whoever works on it. */
export class DrainWorld {
  readonly clock = createVirtualClock();
  readonly random: Random;
  readonly cluster;
  readonly events: ExecutionEvent[] = [];
  /** Called with each event after it is kept. */
  onEvent: (event: ExecutionEvent) => void = () => {};
  #runs = 0;

  constructor(sketch: Partial<ClusterSketch>, { seed = "world", ...options }: WorldOptions = {}) {
    this.random = seededRandom(seed);
    this.cluster = createEmbeddedCluster({ ...options, clock: this.clock, random: this.random });
    this.cluster.control.build({ nodes: [], workloads: [], budgets: [], pods: [], ...sketch });
  }

  surroundings(stop = new AbortController().signal, client: ClientOptions = {}): Surroundings {
    this.#runs += 1;
    return {
      api: this.cluster.api({ name: "jane", ...client }),
      clock: this.clock,
      random: this.random.fork(`run/${this.#runs}`),
      observe: (event) => {
        checked(eventDocument(event, voice));
        this.events.push(event);
        this.onEvent(event);
      },
      stop,
      host: "laptop",
    };
  }

  /** Begins a drain; time passes only in `until`. */
  begin(ask: Ask = {}, stop?: AbortSignal, client?: ClientOptions): Promise<Outcome> {
    return drain(this.surroundings(stop, client), drainOptions(ask));
  }

  async drain(ask: Ask = {}): Promise<Outcome> {
    const outcome = await this.until(this.begin(ask));
    checked(outcomeDocument("drain", outcome, { exitCode: 0, dryRun: (ask.dryRun ?? "none") !== "none" }, voice));
    return outcome;
  }

  /**
   * Lets time pass until the work has ended. Where only background timers are left, a wake-up was lost; "patient" allows for a watch that
   * fell silent, which only such a timer finds out. @throws what the work throws; InvariantError where it does not end within a day
   */
  async until<T>(work: Promise<T>, mood: "strict" | "patient" = "strict"): Promise<T> {
    using _ = mood === "patient" ? this.clock.timer(2 * day, () => {}) : undefined;
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    work.then(over, over);
    const why = await this.clock.run(() => isOver, { at: this.clock.now() + day, eventsPerInstant: 100_000 });
    if (!isOver) throw new InvariantError(`the work does not end: ${why}`);
    return await work;
  }

  /** Lets time pass until something holds. */
  async reach(holds: () => boolean): Promise<void> {
    const why = await this.clock.run(holds, { at: this.clock.now() + day, eventsPerInstant: 100_000 });
    if (why !== "reached") throw new InvariantError(`it does not come to that: ${why}`);
  }

  /** Does nothing more happen unless somebody acts? */
  async rests(until: Instant): Promise<boolean> {
    return (await this.clock.run(() => false, { at: until, eventsPerInstant: 100_000 })) === "at-rest";
  }

  async elapse(ms: Millis): Promise<void> {
    let isOver = false;
    this.clock.timer(ms, () => {
      isOver = true;
    });
    await this.reach(() => isOver);
  }

  /** Names of the pods that were asked for by eviction, in order, each as often as it was. */
  get evictions(): readonly string[] {
    return this.cluster.record.calls.filter((call) => call.verb === "evict").map((call) => call.name ?? "");
  }
}

const voice = { phrases, speaker: { program: "drydock" } };

/** Everything that a drain tells is as docs/schema/ has it. */
function checked(document: unknown): void {
  const fault = faultOf(document);
  if (fault !== undefined) throw new InvariantError(fault);
}

export function nodesOf(outcome: Outcome): readonly NodeOutcome[] {
  if (outcome.kind !== "finished") throw new InvariantError(`not finished: ${outcome.kind}`);
  return outcome.nodes;
}

export function statesOf(outcome: Outcome): readonly string[] {
  return nodesOf(outcome).map(({ node, state }) => `${node} ${state}`);
}
