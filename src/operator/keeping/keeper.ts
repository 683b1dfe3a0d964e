import type { Result } from "../../client/work-queue/contract.ts";
import type { NodeView } from "../../cluster/view/cluster-view.ts";
import { isSameHolder, type ObjectHolder } from "../../cluster/view/holder.ts";
import { planHold } from "../../execution/hold.ts";
import type { Json, KubeObject } from "../../kube/object.ts";
import { formatTime } from "../../kube/time.ts";
import { advance } from "../../maintenance/lifecycle/advance.ts";
import type { Facts, ObjectFacts } from "../../maintenance/lifecycle/facts.ts";
import { wants } from "../../maintenance/lifecycle/questions.ts";
import type { Advanced, Duty, LifecycleState, Notice } from "../../maintenance/lifecycle/state.ts";
import { taintOf } from "../../plan/taint.ts";
import { objectWish, type Wish } from "../../plan/wish.ts";
import type { Millis } from "../../runtime/clock.ts";
import { unreachable } from "../../runtime/errors.ts";
import { sparing } from "../own-pod.ts";
import { Admittance } from "./admittance.ts";
import type { Estate } from "./estate.ts";
import { type Face, keyOf } from "./face.ts";
import { factsOf, type Seen } from "./gather.ts";
import type { Newest } from "./newest.ts";
import { KeptNode } from "./kept-node.ts";
import { ObjectWriter, writePatience } from "./object-writer.ts";
import { type Series, seriesOf } from "./series.ts";

/** A status is written at most this often. */
const statusGap: Millis = 1_000;
/** So often one reconcile goes on from what it has brought about itself: finalizer, hold, cordon, verdict. */
const mostTurns = 6;

/**
 * Looks after one object: sees, asks the lifecycle what is to be, does what it says, and writes down what it found. Each pass begins from what
 * the cluster says; what is kept here in between only spares repetitions.
 */
export class Keeper<T extends KubeObject> implements AsyncDisposable {
  readonly #estate: Estate;
  readonly #face: Face<T>;
  readonly #name: string;
  readonly #key: string;
  readonly #objects: Newest<T>;
  readonly #node: KeptNode;
  readonly #writer: ObjectWriter<T>;
  readonly #admittance: Admittance;
  /** What was decided and not written yet: it is as true as if it stood in the status. */
  #unwritten: LifecycleState | undefined;
  #series: Series | undefined;
  #pendingNotices: readonly Notice[] = [];
  #writtenAt: Millis = Number.NEGATIVE_INFINITY;
  /** How far this reconcile has let its session go already. */
  #passed: string | undefined;

  constructor(estate: Estate, face: Face<T>, objects: Newest<T>, name: string) {
    this.#estate = estate;
    this.#face = face;
    this.#name = name;
    this.#key = keyOf(face.kind, name);
    this.#objects = objects;
    this.#node = new KeptNode(estate, this.#key);
    this.#writer = new ObjectWriter(estate, face.resource, objects);
    this.#admittance = new Admittance((object, signal) => estate.admit(face.kind, object, signal));
  }

  /** undefined before the first look. */
  get series(): Series | undefined {
    return this.#series;
  }

  /** Waits for the answer to a request of somebody else. */
  get awaitsOthers(): boolean {
    return this.#node.awaitsOthers;
  }

  async reconcile(signal: AbortSignal): Promise<Result | "gone"> {
    this.#passed = undefined;
    const first = this.#objects.get(this.#name);
    if (first !== undefined) await this.#askAdmittance(first, signal);
    for (let turn = 1; ; turn += 1) {
      const object = this.#objects.get(this.#name);
      if (object === undefined) return "gone";
      const seen = this.#see(object);
      if (seen.facts.node === "missing") this.#estate.leases.nodeMissing(seen.facts.object.nodeName);
      const advanced = advance(seen.facts);
      this.#note(seen.facts, advanced);
      this.#pendingNotices = merged(this.#pendingNotices, advanced.notices);
      let isMoreKnown = false;
      for (const duty of advanced.duties) if (await this.#carryOut(duty, object, seen, signal)) isMoreKnown = true;
      // What the duties brought about may be decided on at once; not for ever.
      if (isMoreKnown && turn < mostTurns) continue;
      const after = this.#objects.get(this.#name);
      if (after === undefined) return "gone";
      const rest = await this.#write(after, seen.facts, advanced, signal);
      return this.#next(rest, seen.facts, advanced);
    }
  }

  #note(facts: Facts, advanced: Advanced): void {
    const { state } = advanced;
    const isEnded = state.phase === "Finished" && facts.previous?.phase !== "Finished";
    if (isEnded && state.startedAt !== undefined)
      this.#estate.metrics.maintenanceEnded(this.#face.kind, state.ended ?? "returned", facts.serverNow - state.startedAt);
    this.#unwritten = state;
    this.#estate.ownPod?.heed(this.#key, facts.object.nodeName, wants(facts, state) === "out");
    this.#series = seriesOf(this.#face.kind, facts, advanced);
  }

  #next(rest: Millis | undefined, { now }: Facts, { wakeAt }: Advanced): Result {
    const { askAt } = this.#admittance;
    const [woken, asked] = [wakeAt, askAt].map((at) => (at === undefined ? undefined : at - now));
    const waits = [rest, woken, asked, this.#node.wakeIn(now)];
    const next = Math.min(...waits.flatMap((wait) => (wait === undefined ? [] : [Math.max(1, wait)])));
    return Number.isFinite(next) ? { kind: "again", after: next } : { kind: "done" };
  }

  #see(object: T): Seen {
    return factsOf({
      estate: this.#estate,
      key: this.#key,
      own: this.#own(object),
      isAdopted: this.#face.isAdopted?.(object) ?? false,
      holder: this.#holder(object),
      kept: this.#node,
      previous: this.#unwritten ?? this.#face.previousOf(object),
    });
  }

  async #askAdmittance(object: T, signal: AbortSignal): Promise<void> {
    using deadline = this.#estate.clock.deadline(writePatience, signal);
    const previous = this.#unwritten ?? this.#face.previousOf(object);
    await this.#admittance.look(object, previous, this.#estate.clock.now(), deadline.signal);
  }

  #own(object: T): ObjectFacts {
    const order = this.#face.orderOf(object);
    const invalid = "invalid" in order ? order.invalid : this.#admittance.refusal;
    return { ...this.#face.factsOf(object), ...(invalid === undefined ? {} : { invalid }) };
  }

  #holder({ metadata }: T): ObjectHolder {
    return { kind: this.#face.kind, name: metadata.name, uid: metadata.uid, since: formatTime(this.#estate.clock.now()) };
  }

  /** @returns whether something was brought about that the next look will show */
  async #carryOut(duty: Duty, object: T, seen: Seen, signal: AbortSignal): Promise<boolean> {
    const { facts, node } = seen;
    switch (duty.do) {
      case "add-finalizer":
        return await this.#writer.finalizers(object, [...(object.metadata.finalizers ?? []), this.#face.finalizer], signal);
      case "drop-finalizer":
        return await this.#dropFinalizer(object, facts, signal);
      case "keep-lease":
        if (node !== undefined) this.#estate.leases.keep(node, this.#key);
        return false;
      case "release-lease":
        return await this.#estate.leases.release(facts.object.nodeName, this.#key, isSharedWithObjects(node, seen.holder));
      case "hold":
        return (
          node !== undefined &&
          !this.#isHeld(node, this.#wish(duty, object), seen) &&
          (await this.#node.hold(node, this.#wish(duty, object), seen, signal))
        );
      case "evacuate": {
        const order = this.#face.orderOf(object);
        const pass = `${duty.reach}/${duty.generation}`;
        if ("invalid" in order || this.#passed === pass) return false;
        this.#passed = pass;
        const { nodeName } = facts.object;
        if (duty.reach === "verdict") this.#estate.ownPod?.nodeIsEmptied(nodeName);
        return this.#node.evacuate(nodeName, seen.holder, sparing(this.#estate.ownPod?.wishFor(nodeName), order), duty);
      }
      case "stop-evicting":
        if (this.#passed === duty.do) return false;
        this.#passed = duty.do;
        return this.#node.stopEvicting();
      case "run-return-checks":
        return this.#estate.checks.begin(this.#key, facts.object.nodeName, object);
      case "release":
        return node !== undefined && (await this.#node.release(node, duty.how, seen, signal));
      case "delete-object":
        return await this.#writer.remove(object, signal);
      default:
        return unreachable(duty);
    }
  }

  /** As wished now: a wish that has changed, or that somebody was in the way of, is carried out too. */
  #isHeld(node: NodeView, wish: Wish, { facts, holder }: Seen): boolean {
    if (facts.hold.kind === "refused") return true;
    return facts.hold.kind === "held" && (this.#node.isAheadOf(node) || planHold(node, holder, { wish }).kind === "held");
  }

  #wish({ wish }: Extract<Duty, { do: "hold" }>, object: T): Wish {
    const order = this.#face.orderOf(object);
    return objectWish({ ...wish, evictionTaint: "invalid" in order ? undefined : taintOf(order.request) });
  }

  /** With the last finalizer a deleted object is gone, and no status of it can be written any more: what it has to tell is told now. */
  async #dropFinalizer(object: T, facts: Facts, signal: AbortSignal): Promise<boolean> {
    const others = (object.metadata.finalizers ?? []).filter((one) => one !== this.#face.finalizer);
    const isDropped = await this.#writer.finalizers(object, others, signal);
    if (isDropped) this.#tellNotices(object, facts);
    return isDropped;
  }

  /** Writes the status where it says something new; how long it has yet to wait, where it must. */
  async #write(object: T, facts: Facts, advanced: Advanced, signal: AbortSignal): Promise<Millis | undefined> {
    const status = this.#face.statusOf(object, facts, advanced);
    const { metrics, clock } = this.#estate;
    if (status === undefined) {
      this.#unwritten = undefined;
      this.#tellNotices(object, facts);
      return undefined;
    }
    const rest = this.#writtenAt + statusGap - clock.monotonic();
    if (rest > 0) return rest;
    this.#writtenAt = clock.monotonic();
    const result = await this.#writer.status(object, status as Json, signal);
    metrics.statusWritten(this.#face.kind, result);
    if (result === "written") {
      this.#unwritten = undefined;
      this.#tellNotices(object, facts);
    }
    return undefined;
  }

  #tellNotices(object: T, { node }: Facts): void {
    const notices = this.#pendingNotices;
    this.#pendingNotices = [];
    for (const notice of notices) {
      const { resource, component } = this.#face;
      this.#estate.tell(notice, { object, resource, component, node: typeof node === "string" ? undefined : node });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#estate.checks.forget(this.#key);
    this.#estate.ownPod?.forget(this.#key);
    this.#estate.leases.forget(this.#key);
    await this.#node[Symbol.asyncDispose]();
  }
}

/** The same notice is not told twice because its status had to wait. */
function merged(before: readonly Notice[], more: readonly Notice[]): readonly Notice[] {
  const known = new Set(before.map(({ key }) => key));
  return [...before, ...more.filter(({ key }) => !known.has(key))];
}

function isSharedWithObjects(node: NodeView | undefined, holder: ObjectHolder): boolean {
  const record = node?.held === "unreadable" ? undefined : node?.held;
  return record?.holders.some((other) => other.kind !== "command" && !isSameHolder(other, holder)) ?? false;
}
