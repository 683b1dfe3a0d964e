import type { Clock, Millis } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import { NoAnswerError } from "../errors.ts";
import type { Call } from "../kube-api.ts";
import { retryAfterOf } from "./answer-headers.ts";
import { collect } from "./body.ts";
import type { Exchange, Incoming, Outgoing, Progress } from "./exchange.ts";
import { isJson, notWhatWasAsked, refused } from "./failure.ts";
import { withRetries } from "./retry.ts";

export type Request = Pick<Outgoing, "method" | "path"> & Partial<Pick<Outgoing, "query" | "body" | "contentType">>;

/** An answer that was read to its end. */
export interface Whole extends Omit<Incoming, "body"> {
  readonly body: Buffer;
  readonly retryAfter: number | undefined;
}

/** Whole requests under a deadline: what all calls but watches are made of. */
export class Caller {
  readonly exchange: Exchange;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #timeout: Millis;

  /** `timeout`: for one request from its start to the end of its body; 0 waits as long as the call's signal allows. */
  constructor(exchange: Exchange, clock: Clock, random: Random, timeout: Millis) {
    this.exchange = exchange;
    this.#clock = clock;
    this.#random = random;
    this.#timeout = timeout;
  }

  /** The JSON of a successful answer, retried as the call allows. `T` is what the API promises; nothing is checked but that it is JSON. */
  async json<T>(
    request: Request,
    call: Call,
    retry: "none" | "safe",
  ): Promise<{ readonly value: T; readonly headers: Incoming["headers"] }> {
    const attempt = async (): Promise<{ readonly value: T; readonly headers: Incoming["headers"] }> => {
      const answer = await this.whole(request, call);
      const what = `${request.method} ${request.path}`;
      if (answer.http < 200 || answer.http > 299) {
        throw refused(answer.http, answer.headers, answer.body, answer.retryAfter, what, this.exchange.server);
      }
      const value = isJson(answer.headers) ? await this.#parsed(answer.body) : undefined;
      if (typeof value !== "object" || value === null) throw notWhatWasAsked(answer.http, answer.headers, what, this.exchange.server);
      return { value: value as T, headers: answer.headers };
    };
    if ((call.retry ?? retry) === "none") return attempt();
    return withRetries(this.#clock, this.#random, call.signal, () => this.exchange.answered, attempt);
  }

  /** One request, any answer. Throws the signal's reason, `KubeError` "identity" or "tls", or `NoAnswerError`. */
  async whole(request: Request, call: Call, bodyMayBreak = false): Promise<Whole> {
    call.signal.throwIfAborted();
    const progress: Progress = { started: false };
    using deadline = this.#timeout === 0 ? undefined : this.#clock.deadline(this.#timeout, call.signal);
    const signal = deadline?.signal ?? call.signal;
    try {
      const { http, headers, body } = await this.exchange.send(
        { query: "", ...request, lane: call.lane ?? "control", headWithin: 0, silentFor: 0 },
        signal,
        progress,
      );
      const content = collect(body, this.exchange.server, signal);
      return {
        http,
        headers,
        body: bodyMayBreak ? await content.catch(() => Buffer.alloc(0)) : await content,
        retryAfter: retryAfterOf(headers, this.#clock.now()),
      };
    } catch (error) {
      if (call.signal.aborted) throw call.signal.reason;
      if (deadline?.signal.aborted !== true) throw error;
      const what = `no answer from ${this.exchange.server} within ${this.#timeout / 1000} s`;
      throw new NoAnswerError(progress.started ? "unknown" : "no", what, { cause: error });
    }
  }

  /** Decoding and parsing a large page are some 10 and 40 ms: the loop may turn between them. */
  async #parsed(body: Buffer): Promise<unknown> {
    await this.#clock.breathe();
    const text = body.toString("utf8");
    await this.#clock.breathe();
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }
}
