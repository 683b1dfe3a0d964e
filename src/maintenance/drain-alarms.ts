import type { LiveCluster } from "../cluster/live/live-cluster.ts";
import type { Blocker } from "../plan/finding.ts";
import type { Instant, Millis } from "../runtime/clock.ts";
import { jittered } from "../runtime/random.ts";
import { ServerSilence } from "./server-silence.ts";
import type { Surroundings } from "./work.ts";

/** What has waited this long is compared with the server, in case an event was missed. */
const resyncAfter: Millis = 30_000;
/** A back-off is for those who can wait. A drain cannot: what has lost its connection tries again this often, as one that may only list would. */
const hurryEvery: Millis = 5_000;

/** What makes a drain look again although no event has come: a time that is up, a wait that has grown long, a server that fell silent. */
export class DrainAlarms implements Disposable {
  readonly #s: Surroundings;
  readonly #live: LiveCluster;
  readonly #wake: () => void;
  readonly #silence = new ServerSilence();
  #alarm: Disposable | undefined;
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
    this.#alarm?.[Symbol.dispose]();
    const { clock } = this.#s;
    if (now >= this.#resyncAt) {
      this.#resyncAt = this.#nextResync(now);
      if (blockers.some((blocker) => now - blocker.since >= resyncAfter)) this.#live.resync();
    }
    const timers = new DisposableStack();
    const { event, lookAgainIn } = this.#silence.look(this.#live.silence(), clock.now());
    if (event !== undefined) this.#s.observe(event);
    if (lookAgainIn !== undefined) timers.use(clock.timer(Math.ceil(lookAgainIn), this.#wake));
    if (Number.isFinite(next)) timers.use(clock.timer(Math.max(1, next - now), this.#wake));
    timers.use(clock.timer(Math.max(1, this.#resyncAt - now), this.#wake, { background: true }));
    this.#alarm = timers;
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
    this.#alarm?.[Symbol.dispose]();
    this.#nextHurry?.[Symbol.dispose]();
  }
}
