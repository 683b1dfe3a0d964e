import type { IncomingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { Clock, Millis } from "../../runtime/clock.ts";
import type { ServerTime } from "../kube-api.ts";
import { headerOf } from "./answer-headers.ts";
import { collect } from "./body.ts";
import { Connections, type Lane } from "./connections.ts";
import type { Credential, TlsMaterial } from "./credential.ts";
import { noAnswer } from "./failure.ts";
import type { Identity } from "./identity.ts";
import { repeatsName } from "./impersonation.ts";
import { type RequestReport, requestChannel } from "./request-channel.ts";
import { ServerClock } from "./server-clock.ts";

export interface Outgoing {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  /** With its "?", or empty. */
  readonly query: string;
  readonly lane: Lane;
  readonly contentType?: string;
  readonly body?: string;
  /** How long the answer's head may take; and how long its body may be silent. 0: any time. */
  readonly headWithin: Millis;
  readonly silentFor: Millis;
}

export interface Incoming {
  readonly http: number;
  readonly headers: IncomingHttpHeaders;
  /** Must be read to its end, or destroyed. */
  readonly body: Readable;
}

/** Whether any of a request may have left: decides what a failure means for a write. */
export interface Progress {
  started: boolean;
}

/** Sends single requests as one identity, and shows a renewed credential once where the server refused the first. */
export class Exchange implements AsyncDisposable {
  readonly server: string;
  readonly #identity: Identity;
  readonly #clock: Clock;
  readonly #fixedHeaders: readonly string[];
  readonly #serverClock: ServerClock;
  readonly #basePath: string;
  #connections: Connections | undefined;
  readonly #retired = new Set<Connections>();
  /** Whether this server ever answered: if so, a refused connection is one that restarts. */
  answered = false;

  constructor(identity: Identity, clock: Clock, userAgent: string) {
    this.#identity = identity;
    this.#clock = clock;
    this.#serverClock = new ServerClock(clock);
    this.#basePath = identity.server.pathname.replace(/\/+$/, "");
    this.server = `${identity.server.origin}${this.#basePath}`;
    this.#fixedHeaders = ["user-agent", userAgent, "accept", "application/json", ...identity.impersonation.flat()];
  }

  get serverTime(): ServerTime | undefined {
    return this.#serverClock.latest;
  }

  /** Every answer is a value. Throws the signal's reason, `KubeError` "identity" or "tls", or `NoAnswerError`. */
  async send(out: Outgoing, signal: AbortSignal, progress: Progress): Promise<Incoming> {
    const credential = await this.#identity.credential(signal);
    const first = await this.#once(out, credential, signal, progress);
    if (first.http !== 401) return first;
    // Authentication comes before everything else: what was answered with 401 was not applied, so even an eviction may be sent again.
    const refusal = await collect(first.body, this.server, signal);
    if (!(await this.#identity.renew(credential, signal))) return { ...first, body: Readable.from([refusal]) };
    return this.#once(out, await this.#identity.credential(signal), signal, progress);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#identity[Symbol.dispose]();
    const open = this.#connections === undefined ? [...this.#retired] : [this.#connections, ...this.#retired];
    await Promise.all(open.map((connections) => connections[Symbol.asyncDispose]()));
  }

  async #once(out: Outgoing, credential: Credential, signal: AbortSignal, progress: Progress): Promise<Incoming> {
    const connections = this.#connectionsWith(credential.tls);
    const dispatcher = await connections.lane(out.lane, signal);
    const began = this.#clock.monotonic();
    const sent = this.#clock.now();
    const report = (status?: number): void => this.#report(out, began, status);
    progress.started = false;
    try {
      const answer = await noting(dispatcher, progress).request({
        method: out.method,
        path: this.#basePath + out.path + out.query,
        headers: this.#headers(out, credential),
        headersTimeout: out.headWithin,
        bodyTimeout: out.silentFor,
        signal,
        ...(out.body === undefined ? {} : { body: out.body }),
      });
      // From here to its first reader an error of the body has no one else to hear it.
      answer.body.on("error", () => {});
      report(answer.statusCode);
      this.answered = true;
      this.#serverClock.saw(headerOf(answer.headers, "date"), sent);
      return { http: answer.statusCode, headers: answer.headers, body: answer.body };
    } catch (error) {
      report();
      if (signal.aborted) throw signal.reason;
      throw noAnswer(error, progress.started && !connections.neverConnected(error), this.server);
    }
  }

  #headers(out: Outgoing, credential: Credential): string[] {
    const headers = [...this.#fixedHeaders];
    if (credential.secrets.authorization !== undefined) headers.push("authorization", credential.secrets.authorization);
    if (out.contentType !== undefined) headers.push("content-type", out.contentType);
    return headers;
  }

  /** A rotated certificate or authority needs new connections; what runs on the old ones, watches above all, ends by itself. */
  #connectionsWith(tls: TlsMaterial): Connections {
    const current = this.#connections;
    if (current !== undefined && sameMaterial(current.tls, tls)) return current;
    if (current !== undefined) {
      this.#retired.add(current);
      void current.retire().finally(() => this.#retired.delete(current));
    }
    // undici folds headers of one name into one over HTTP/2, which the server would read as a single group of that name.
    const { server, impersonation, proxy } = this.#identity;
    this.#connections = new Connections(server, tls, repeatsName(impersonation) ? "never" : "offered", proxy);
    return this.#connections;
  }

  #report(out: Outgoing, began: Millis, status: number | undefined): void {
    if (!requestChannel.hasSubscribers) return;
    const report: RequestReport = {
      method: out.method,
      path: out.path,
      lane: out.lane,
      ms: this.#clock.monotonic() - began,
      ...(status === undefined ? {} : { status }),
    };
    requestChannel.publish(report);
  }
}

function sameMaterial(a: TlsMaterial, b: TlsMaterial): boolean {
  return a.ca === b.ca && a.cert === b.cert && a.key === b.key && a.serverName === b.serverName && a.skipVerify === b.skipVerify;
}

/** Notes the moment the request is handed to a live connection; until then it only waits in a queue. */
function noting(dispatcher: Dispatcher, progress: Progress): Dispatcher {
  return dispatcher.compose((dispatch) => (options, handler) => {
    const onRequestStart = handler.onRequestStart?.bind(handler);
    handler.onRequestStart = (controller, context) => {
      progress.started = true;
      onRequestStart?.(controller, context);
    };
    return dispatch(options, handler);
  });
}
