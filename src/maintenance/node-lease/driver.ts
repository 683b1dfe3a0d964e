import { KubeError } from "../../client/errors.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";
import { DeadlineError, DrydockError } from "../../runtime/errors.ts";
import type { KeptNodeLease, KeptNodeLeaseCalls, LeasedNode, NodeLeaseRelease, NodeLeaseStatus, NodeLeaseTerms } from "./contract.ts";
import { releaseNodeLease, requestNodeLease, serverClock } from "./request.ts";
import type { Activity, Event, Next, State } from "./state.ts";
import { begin, lapseOf, step, unanswered } from "./transitions.ts";

/** A request without an answer has failed. */
const patience: Millis = 30_000;
/** Renewals may wait: a clock with nothing else to do is at rest. */
const background = { background: true } as const;

/** Carries out what the machine decides. Decides nothing itself. */
export class Driver implements KeptNodeLease {
  readonly #node: LeasedNode;
  readonly #terms: NodeLeaseTerms;
  readonly #calls: KeptNodeLeaseCalls;
  readonly #now: () => Instant;
  readonly #listeners = new Set<(status: NodeLeaseStatus) => void>();
  readonly #stop = new AbortController();
  readonly #onAbort = (): void => this.#dispatch({ type: "stop" });
  readonly #ended = Promise.withResolvers<NodeLeaseRelease | undefined>();
  #state: State;
  #told: NodeLeaseStatus;
  #wait: Disposable | undefined;
  #lapse: { readonly at: Instant; readonly timer: Disposable } | undefined;
  #request: Promise<void> = Promise.resolve();

  constructor(node: LeasedNode, terms: NodeLeaseTerms, calls: KeptNodeLeaseCalls) {
    this.#node = node;
    this.#terms = terms;
    this.#calls = calls;
    this.#now = serverClock(calls);
    const first = begin(this.#now());
    this.#state = first.state;
    this.#told = first.state.memory.status;
    calls.signal.addEventListener("abort", this.#onAbort, { once: true });
    if (calls.signal.aborted) this.#onAbort();
    else this.#carryOut(first);
  }

  get status(): NodeLeaseStatus {
    return this.#state.memory.status;
  }

  onChange(listener: (status: NodeLeaseStatus) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  nudge(): void {
    this.#dispatch({ type: "nudge" });
  }

  async release(): Promise<NodeLeaseRelease> {
    this.#dispatch({ type: "release" });
    const release = await this.#ended.promise;
    if (release !== undefined) return release;
    return { kind: "failed", error: new KubeError("lost", "it was stopped before it was released", { cause: this.#stop.signal.reason }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#dispatch({ type: "stop" });
    await this.#request;
  }

  #dispatch(event: Event): void {
    this.#carryOut(step(this.#state, event, this.#now()));
  }

  #carryOut({ state, activity }: Next): void {
    const wasOver = this.#state.kind === "ended";
    this.#state = state;
    if (activity !== undefined) this.#begin(activity);
    this.#guard(lapseOf(state));
    if (state.kind === "ended" && !wasOver) {
      this.#calls.signal.removeEventListener("abort", this.#onAbort);
      this.#stop.abort(new DrydockError("disposed", "the lease of the node is kept no longer"));
      this.#ended.resolve(state.release);
    }
    this.#tell(state.memory.status);
  }

  #begin(activity: Activity): void {
    this.#wait?.[Symbol.dispose]();
    this.#wait = undefined;
    const { clock, random } = this.#calls;
    if (activity.do === "wait") {
      const ms = activity.floor + (activity.cap - activity.floor) * random.next();
      this.#wait = clock.timer(ms, () => this.#dispatch({ type: "wake" }), background);
    } else if (activity.do !== "nothing") this.#request = this.#ask(activity.do);
  }

  async #ask(what: "request" | "release"): Promise<void> {
    const event = await this.#eventOf(what);
    if (event !== undefined) this.#dispatch(event);
  }

  /** What came of it; undefined where it was stopped. */
  async #eventOf(what: "request" | "release"): Promise<Event | undefined> {
    using limit = this.#calls.clock.deadline(patience, this.#stop.signal, background);
    const calls = { ...this.#calls, signal: limit.signal };
    const since = this.#now();
    try {
      return what === "request"
        ? { type: "answered", outcome: await requestNodeLease(this.#node, this.#terms, calls) }
        : { type: "released", release: await releaseNodeLease(this.#node.name, this.#terms, calls) };
    } catch (reason) {
      // Every failure is an outcome, but for the end of our own patience.
      if (!(reason instanceof DeadlineError)) {
        if (this.#stop.signal.aborted) return undefined;
        throw reason;
      }
      const error = new KubeError("lost", reason.message, { cause: reason, retryable: true });
      return what === "request"
        ? { type: "answered", outcome: { kind: "failed", error, since } }
        : { type: "released", release: { kind: "failed", error } };
    }
  }

  #guard(at: Instant | undefined): void {
    if (this.#lapse?.at === at) return;
    this.#lapse?.timer[Symbol.dispose]();
    this.#lapse = undefined;
    if (at === undefined) return;
    const run = (): void => {
      this.#lapse = undefined;
      this.#dispatch({ type: "lapse", error: unanswered() });
    };
    // A millisecond later than until, for sums of times are rounded.
    this.#lapse = { at, timer: this.#calls.clock.timer(Math.max(0, at - this.#now()) + 1, run, background) };
  }

  #tell(status: NodeLeaseStatus): void {
    const before = this.#told;
    this.#told = status;
    if (signOf(before) === signOf(status)) return;
    for (const listener of this.#listeners) listener(status);
  }
}

/** What is worth telling: not each renewal. */
function signOf(status: NodeLeaseStatus): string {
  switch (status.kind) {
    case "foreign":
      return `${status.kind} ${status.holder} ${status.lost}`;
    case "failed":
      return `${status.kind} ${status.error.code} ${status.until === undefined}`;
    default:
      return status.kind;
  }
}
