import type { LiveCluster } from "../cluster/live/live-cluster.ts";
import type { Blocker } from "../plan/finding.ts";
import type { Instant, Millis, TimerOptions } from "../runtime/clock.ts";
import { jittered } from "../runtime/random.ts";
import { ServerSilence } from "./server-silence.ts";
import type { Surroundings } from "./work.ts";

/** What has waited this long is compared with the server, in case an event was missed. */
const resyncAfter: Millis = 30_000;
/** A back-off is for those who can wait. A drain cannot: what has lost its connection tries again this often, as one that may only list would. */
const hurryEvery: Millis = 5_000;

interface Alarm {
  readonly at: Instant;
  readonly timer: Disposable;
  isOver: boolean;
}

/** What makes a drain look again although no event has come: a time that is up, a wait that has grown long, a server that fell silent. */
export class DrainAlarms implements Disposable {
  readonly #s: Surroundings;
  readonly #live: LiveCluster;
  readonly #wake: () => void;
  readonly #silence = new ServerSilence();
  #alarm: Alarm | undefined;
  #resync: Alarm | undefined;
  #nextHurry: Disposable | undefined;
  #resyncAt: Instant;

  constructor(s: Surroundings, live: LiveCluster, wake: () => void) {
    this.#s = s;
    this.#live = live;
    this.#wake = wake;
    this.#resyncAt = this.#nextResync(live.view().asOf);
    this.#hurryLater();
  }

  /** One timer, for whatever comes first. @param next of the steps and timeouts; infinite where there is none */
  arm(now: Instant, next: Instant, blockers: readonly Blocker[]): void {
    const { clock } = this.#s;
    if (now >= this.#resyncAt) {
      this.#resyncAt = this.#nextResync(now);
      if (blockers.some((blocker) => now - blocker.since >= resyncAfter)) this.#live.resync();
    }
    const { event, lookAgainIn } = this.#silence.look(this.#live.silence(), clock.now());
    if (event !== undefined) this.#s.observe(event);
    this.#alarm = this.#set(this.#alarm, now, Math.min(next, lookAgainIn === undefined ? next : now + Math.ceil(lookAgainIn)));
    this.#resync = this.#set(this.#resync, now, this.#resyncAt, { background: true });
  }

  /** One that is set for that time already stays: a pass is made hundreds of times a minute, and moves few of them. */
  #set(before: Alarm | undefined, now: Instant, at: Instant, options?: TimerOptions): Alarm | undefined {
    // A timer may be over a little before its time, by another clock.
    if (before?.at === at && !before.isOver) return before;
    before?.timer[Symbol.dispose]();
    if (!Number.isFinite(at)) return undefined;
    const ring = (): void => {
      alarm.isOver = true;
      this.#wake();
    };
    const alarm: Alarm = { at, isOver: false, timer: this.#s.clock.timer(Math.max(1, at - now), ring, options) };
    return alarm;
  }

  #hurryLater(): void {
    const again = (): void => {
      this.#live.hurry();
      this.#hurryLater();
    };
    this.#nextHurry = this.#s.clock.timer(jittered(hurryEvery, 0.2, this.#s.random), again, { background: true });
  }

  #nextResync(now: Instant): Instant {
    return now + jittered(resyncAfter, 0.2, this.#s.random);
  }

  [Symbol.dispose](): void {
    this.#alarm?.timer[Symbol.dispose]();
    this.#resync?.timer[Symbol.dispose]();
    this.#nextHurry?.[Symbol.dispose]();
  }
}
