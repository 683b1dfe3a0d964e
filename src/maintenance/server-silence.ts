import type { Silence } from "../cluster/live/sources.ts";
import type { ExecutionEvent } from "../execution/event.ts";
import type { Instant, Millis } from "../runtime/clock.ts";

/** A restarting watch is away for a moment; a server that restarts or a cable that is out, for longer. */
const patience: Millis = 2_000;

/** Says once that nothing is heard of the API server any more, and once that it is back: else a frozen display looks like a slow drain. */
export class ServerSilence {
  #told: Silence | undefined;

  /** What is to be said now, and when to look again although nothing happens. */
  look(now: Silence | undefined, at: Instant): { readonly event?: ExecutionEvent; readonly lookAgainIn?: Millis } {
    if (now !== undefined && now.lasts < patience) return { lookAgainIn: patience - now.lasts };
    const told = this.#told;
    if (now === undefined) {
      this.#told = undefined;
      return told === undefined ? {} : { event: { kind: "server-back", at, silentFor: told.lasts } };
    }
    this.#told = now;
    if (told !== undefined) return {};
    const message = now.error === undefined ? {} : { message: now.error.message };
    return { event: { kind: "server-lost", at, silentFor: now.lasts, ...message } };
  }
}
