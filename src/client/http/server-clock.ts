import type { Clock, Instant, Millis } from "../../runtime/clock.ts";
import type { ServerTime } from "../kube-api.ts";
import { parseHttpDate } from "./answer-headers.ts";

/** An answer that took longer says too little about when the server stamped it. */
const longestUseful: Millis = 2_000;

/** Learns the server's clock from Date headers. They are cut to whole seconds, so half a second is added to each. */
export class ServerClock {
  readonly #clock: Clock;
  #latest: ServerTime | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `sent`: when the request went out, of the same clock; the stamp is held to be of the middle between then and now. */
  saw(date: string | undefined, sent: Instant): void {
    const stamp = parseHttpDate(date);
    const now = this.#clock.now();
    const took = now - sent;
    if (stamp === undefined || took < 0 || took > longestUseful) return;
    this.#latest = { offset: stamp + 500 - (sent + took / 2), rate: 1, seen: now };
  }

  get latest(): ServerTime | undefined {
    return this.#latest;
  }
}
