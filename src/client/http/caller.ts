import type { Clock, Millis } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import { NoAnswerError } from "../errors.ts";
import type { Call } from "../kube-api.ts";
import { retryAfterOf } from "./answer-headers.ts";
import { collect, collectAtMost, type Scratch } from "./body.ts";
import type { Exchange, Incoming, Outgoing, Progress } from "./exchange.ts";
import { isJson, isPage, notWhatWasAsked, refused } from "./failure.ts";
import { withRetries } from "./retry.ts";

export type Request = Pick<Outgoing, "method" | "path"> &
  Partial<Pick<Outgoing, "query" | "body" | "contentType">> & {
    /** Takes the answer's body. Whoever gives it has one request with it under way at a time. */
    readonly scratch?: Scratch;
    /** Bytes: of a longer answer the rest is not read. */
    readonly atMost?: number;
  };

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

  /** The JSON object of a successful answer, retried as the call allows. `T` is what the API promises: nothing more is checked. */
  async json<T>(
    request: Request,
    call: Call,
    retry: "none" | "safe",
  ): Promise<{ readonly value: T; readonly headers: Incoming["headers"] }> {
    return this.read(request, call, retry, async (body, headers) => {
      const value = parsedObject(body);
      return value === undefined ? undefined : { value: value as T, headers };
    });
  }

  /** What `parse` makes of a successful answer's JSON; undefined from it means that this is no answer of Kubernetes. */
  async read<R>(
    request: Request,
    call: Call,
    retry: "none" | "safe",
    parse: (body: Buffer, headers: Incoming["headers"]) => Promise<R | undefined>,
  ): Promise<R> {
    const what = `${request.method} ${request.path}`;
    const attempt = async (): Promise<R> => {
      const { http, headers, body, retryAfter } = await this.whole(request, call);
      if (http < 200 || http > 299) throw refused(http, headers, body, retryAfter, what, this.exchange.server);
      const result = isJson(headers) ? await parse(body, headers) : undefined;
      if (result === undefined) throw notWhatWasAsked(http, headers, what, this.exchange.server);
      return result;
    };
    return this.#tried(call, retry, attempt);
  }

  /** The text of a successful answer, which is no page of somebody else's. */
  async text(request: Request, call: Call, retry: "none" | "safe"): Promise<string> {
    const what = `${request.method} ${request.path}`;
    return this.#tried(call, retry, async () => {
      const { http, headers, body, retryAfter } = await this.whole(request, call);
      if (http < 200 || http > 299) throw refused(http, headers, body, retryAfter, what, this.exchange.server);
      if (isPage(headers)) throw notWhatWasAsked(http, headers, what, this.exchange.server);
      return body.toString("utf8");
    });
  }

  async #tried<R>(call: Call, retry: "none" | "safe", attempt: () => Promise<R>): Promise<R> {
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
      const content =
        request.atMost === undefined
          ? collect(body, this.exchange.server, signal, request.scratch)
          : collectAtMost(body, this.exchange.server, signal, request.atMost);
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
}

/** Undefined where the bytes are no JSON object. */
export function parsedObject(body: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
