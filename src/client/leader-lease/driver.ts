import { leases } from "../../kube/resource.ts";
import type { Lease } from "../../kube/lease.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";
import { DrydockError } from "../../runtime/errors.ts";
import type { Item } from "../kube-api.ts";
import { type Reflector, startReflector } from "../reflector/reflector.ts";
import type { LeaderChange, LeaderLease, LeaderLeaseEnd, LeaderLeaseOptions, StopReason } from "./contract.ts";
import { begin, isLeaderState, step, timingOf } from "./machine.ts";
import { deadlineOf } from "./moves.ts";
import { holderOf } from "./record.ts";
import { ask } from "./requests.ts";
import type { Activity, Event, Next, State } from "./state.ts";

/** The lease may wait: a clock with nothing else to do is at rest. */
const background = { background: true } as const;

/** Carries out what the machine decides, and tells of it. Decides nothing itself. */
export class Driver implements LeaderLease {
  readonly #options: LeaderLeaseOptions;
  readonly #reflector: Reflector;
  readonly #end = Promise.withResolvers<LeaderLeaseEnd>();
  readonly #listeners = new Set<(change: LeaderChange) => void>();
  readonly #onAbort = (): void => this.#dispatch({ type: "stop" });
  #state: State;
  #activity = new AbortController();
  #wait: Disposable | undefined;
  #deadline: { readonly at: Millis; readonly timer: Disposable } | undefined;
  /** The wall clock at the start of the last request, and of the last renewal that succeeded. */
  #askedWall: Instant = 0;
  #renewedWall: Instant = 0;
  #leadership: AbortController | undefined;
  readonly #told: { leader: string | undefined; trouble: string | undefined } = { leader: undefined, trouble: undefined };
  readonly #queue: Event[] = [];
  #handling = false;

  constructor(options: LeaderLeaseOptions) {
    this.#options = options;
    const { api, clock, random, namespace, name, identity, signal } = options;
    const first = begin(identity, timingOf(options.timing), clock.monotonic());
    this.#state = first.state;
    this.#reflector = startReflector<Lease, Lease>({
      api,
      resource: leases,
      selection: { namespace, fieldSelector: `metadata.name=${name}` },
      project: (lease) => lease,
      sink: {
        replace: (items, version) => this.#watched(items[0], version),
        apply: (changes) => {
          for (const { type, item } of changes) this.#watched(type === "DELETED" ? undefined : item, item.resourceVersion);
        },
      },
      clock,
      random,
    });
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (signal?.aborted === true) this.#onAbort();
    else this.#carryOut(first);
  }

  /**
   * By both clocks: where the machine itself was suspended, the monotonic one may have stood still (CLOCK_MONOTONIC does), while the wall
   * clock knows. That it was set, forwards or backwards, costs no more than the time to the next renewal.
   */
  get isLeader(): boolean {
    const { clock } = this.#options;
    if (!isLeaderState(this.#state)) return false;
    const { renewDeadline } = this.#state.memory.timing;
    return clock.monotonic() - this.#state.renewed < renewDeadline && Math.abs(clock.now() - this.#renewedWall) < renewDeadline;
  }

  get leader(): string | undefined {
    return holderOf(this.#state.memory.seen);
  }

  get ended(): Promise<LeaderLeaseEnd> {
    return this.#end.promise;
  }

  onChange(listener: (change: LeaderChange) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#dispatch({ type: "stop" });
    await this.#end.promise;
    await this.#reflector[Symbol.asyncDispose]();
  }

  #watched(item: Item<Lease> | undefined, version: string): void {
    this.#dispatch({ type: "watched", lease: item?.value, version });
  }

  #dispatch(event: Event): void {
    this.#queue.push(event);
    if (this.#handling) return;
    this.#handling = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        this.#carryOut(step(this.#state, next, this.#options.clock.monotonic()));
      }
    } finally {
      this.#handling = false;
    }
  }

  #carryOut({ state, activity }: Next): void {
    const before = this.#state;
    this.#state = state;
    if (isLeaderState(state) && !(isLeaderState(before) && before.renewed === state.renewed)) this.#renewedWall = this.#askedWall;
    if (activity !== undefined) this.#begin(activity);
    this.#guard(deadlineOf(state));
    this.#tell(state);
    if (state.kind === "ended" && before.kind !== "ended") this.#close(state.end);
  }

  #begin(activity: Activity): void {
    this.#wait?.[Symbol.dispose]();
    this.#wait = undefined;
    this.#activity.abort(new DrydockError("superseded", "the leader lease has gone on to something else"));
    const { clock, random } = this.#options;
    switch (activity.do) {
      case "nothing":
        return;
      case "wait": {
        const ms = activity.floor + (activity.cap - activity.floor) * random.next();
        this.#wait = clock.timer(ms, () => this.#dispatch({ type: "wake" }), background);
        return;
      }
      default: {
        this.#activity = new AbortController();
        this.#askedWall = clock.now();
        void this.#request(activity, this.#activity.signal);
      }
    }
  }

  async #request(activity: Extract<Activity, { readonly patience: Millis }>, signal: AbortSignal): Promise<void> {
    const { api, clock } = this.#options;
    using limit = clock.deadline(activity.patience, signal, background);
    const event = await ask(api, this.#options, activity, clock.now(), limit.signal);
    // What comes of a request that is no longer the present one is not heard: it could only be late.
    if (!signal.aborted) this.#dispatch(event);
  }

  #guard(at: Millis | undefined): void {
    if (this.#deadline?.at === at) return;
    this.#deadline?.timer[Symbol.dispose]();
    this.#deadline = undefined;
    if (at === undefined) return;
    const { clock } = this.#options;
    const timer = clock.timer(at - clock.monotonic(), () => this.#dispatch({ type: "deadline" }), background);
    this.#deadline = { at, timer };
  }

  #tell(state: State): void {
    const { seen, lastError } = state.memory;
    if (!isLeaderState(state)) this.#stop(state.kind === "ended" ? state.why : "released");
    const leader = holderOf(seen);
    if (seen !== undefined && leader !== this.#told.leader) {
      this.#told.leader = leader;
      this.#say({ kind: "leader", identity: leader });
    }
    if (isLeaderState(state) && this.#leadership === undefined) {
      this.#leadership = new AbortController();
      this.#say({ kind: "started", signal: this.#leadership.signal });
    }
    if (lastError?.code === this.#told.trouble) return;
    this.#told.trouble = lastError?.code;
    if (lastError !== undefined) this.#say({ kind: "trouble", error: lastError });
  }

  /** The signal first: whoever is told next finds nothing going on any more. */
  #stop(why: StopReason): void {
    if (this.#leadership === undefined) return;
    const leadership = this.#leadership;
    this.#leadership = undefined;
    leadership.abort(new DrydockError("not-leading", `no longer the leader: ${why}`));
    this.#say({ kind: "stopped", why });
  }

  #say(change: LeaderChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  #close(how: LeaderLeaseEnd): void {
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    const end = async (): Promise<void> => {
      await this.#reflector[Symbol.asyncDispose]();
      this.#end.resolve(how);
    };
    void end();
  }
}
