import type { FleetShare } from "../../cluster/live/fleet.ts";
import type { NodeView } from "../../cluster/view/cluster-view.ts";
import type { ObjectHolder } from "../../cluster/view/holder.ts";
import { holdNode, releaseNode } from "../../execution/node-requests.ts";
import { compareResourceVersions } from "../../kube/resource-version.ts";
import { formatTime } from "../../kube/time.ts";
import type { HoldFacts } from "../../maintenance/lifecycle/facts.ts";
import type { Duty } from "../../maintenance/lifecycle/state.ts";
import { NodeSession } from "../../maintenance/node-session.ts";
import type { SessionOrder, SessionState } from "../../maintenance/session-contract.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";
import { InvariantError } from "../../runtime/errors.ts";
import type { Wish } from "../../plan/wish.ts";
import { predecessorsWish } from "./adoption.ts";
import type { Estate } from "./estate.ts";
import { writePatience } from "./object-writer.ts";

type Evacuate = Extract<Duty, { do: "evacuate" }>;

/** As whom the node is held, and whether what another operator left on it becomes ours. */
interface HolderSeen {
  readonly holder: ObjectHolder;
  readonly isAdopting: boolean;
}

interface Session {
  readonly node: string;
  readonly share: FleetShare;
  readonly work: NodeSession;
}

/** What this process has under way on an object's node, and what it has written there that the watch has not told yet. */
export class KeptNode implements AsyncDisposable {
  readonly #estate: Estate;
  readonly #key: string;
  #session: Session | undefined;
  #state: SessionState | undefined;
  #generation = 0;
  /** The version of the node with our last write, and what that write made of our hold. */
  #ahead: { readonly version: string; readonly hold: HoldFacts } | undefined;
  /** A hold that was refused stands until the node has changed. */
  #refused: { readonly version: string; readonly hold: HoldFacts } | undefined;

  constructor(estate: Estate, key: string) {
    this.#estate = estate;
    this.#key = key;
  }

  /** How things stood at the last pass. Looking does nothing: whether anything may be begun is decided by what is seen. */
  get outlook(): { readonly state: SessionState; readonly generation: number } | undefined {
    return this.#state === undefined ? undefined : { state: this.#state, generation: this.#generation };
  }

  /**
   * Makes a pass as far as the duty allows.
   *
   * @returns whether more is known now than before
   */
  evacuate(node: string, holder: ObjectHolder, order: SessionOrder, duty: Evacuate): boolean {
    const wanted = { ...order, key: `${order.key}/${duty.retry ?? ""}` };
    if (this.#session !== undefined && this.#session.node !== node) throw new InvariantError(`${this.#key} has changed its node`);
    const { work } = (this.#session ??= this.#begin(node, holder, wanted));
    work.change(wanted);
    const state = work.pass(duty.reach);
    if (state === undefined) return false;
    this.#state = state;
    this.#generation = duty.generation;
    return true;
  }

  /** Looks on, and begins nothing. */
  stopEvicting(): boolean {
    const state = this.#session?.work.pass("verdict", false);
    if (state !== undefined) this.#state = state;
    return state !== undefined;
  }

  /** Waits only for answers that are on their way. */
  async endSession(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    this.#state = undefined;
    if (session === undefined) return;
    await session.work[Symbol.asyncDispose]();
    await session.share[Symbol.asyncDispose]();
  }

  /** @throws the error of a request that failed */
  async hold(node: NodeView, wish: Wish, { holder, isAdopting }: HolderSeen, signal: AbortSignal): Promise<boolean> {
    const { api, clock, serverNow } = this.#estate;
    using deadline = clock.deadline(writePatience, signal);
    const reassertedAt = formatTime(serverNow());
    const result = await holdNode(node, holder, { api, signal: deadline.signal, wish, reassertedAt, adopts: isAdopting });
    if (result.kind === "failed") throw result.error;
    if (result.kind === "held") this.#ahead = { version: result.version, hold: { kind: "held" } };
    else this.#refused = { version: node.resourceVersion, hold: { kind: "refused", code: result.code, args: { node: node.name } } };
    return true;
  }

  /** @throws the error of a request that failed */
  async release(node: NodeView, how: "restore" | "keep-out", seen: HolderSeen, signal: AbortSignal): Promise<boolean> {
    await this.endSession();
    // What is to be undone is written down first: the record then says what is whose.
    if (seen.isAdopting) await this.hold(node, predecessorsWish, seen, signal);
    const { api, clock, serverNow } = this.#estate;
    using deadline = clock.deadline(writePatience, signal);
    const result = await releaseNode(node, seen.holder, { api, signal: deadline.signal, how, at: formatTime(serverNow()) });
    if (result.kind === "failed") throw result.error;
    if (result.version === undefined) return false;
    this.#ahead = { version: result.version, hold: { kind: "none" } };
    return true;
  }

  /** Our own last write to the node has not been seen yet. */
  isAheadOf(node: NodeView): boolean {
    return this.#ahead !== undefined && compareResourceVersions(this.#ahead.version, node.resourceVersion) === 1;
  }

  /** How we hold the node: as watched, unless our own last write is newer than what was watched. */
  holdOf(node: NodeView, watched: HoldFacts): HoldFacts {
    if (this.#ahead !== undefined) {
      if (compareResourceVersions(this.#ahead.version, node.resourceVersion) === 1) return this.#ahead.hold;
      this.#ahead = undefined;
    }
    if (this.#refused !== undefined && this.#refused.version === node.resourceVersion) return this.#refused.hold;
    this.#refused = undefined;
    return watched;
  }

  wakeIn(now: Instant): Millis | undefined {
    return this.#state?.wakeAt === undefined ? undefined : this.#state.wakeAt - now;
  }

  #begin(node: string, holder: ObjectHolder, order: SessionOrder): Session {
    const { api, clock, random, host, accounts, fleet } = this.#estate;
    const share = fleet.share();
    const stop = new AbortController().signal;
    const observe = (event: Parameters<Estate["observe"]>[1]): void => this.#estate.observe(this.#key, event);
    const wake = (): void => {
      this.#estate.wake(this.#key);
      this.#estate.answered(this.#key);
    };
    const s = { api, clock, random: random.fork(`session/${this.#key}`), observe, stop, host };
    return { node, share, work: new NodeSession({ s, node, holder, order, shared: share, accounts, wake }) };
  }

  get awaitsOthers(): boolean {
    return this.#session?.work.awaitsOthers ?? false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.endSession();
  }
}
