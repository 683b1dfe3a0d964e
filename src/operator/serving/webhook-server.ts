import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AdmissionHandler } from "../admission/handler.ts";
import type { Clock, Millis } from "../../runtime/clock.ts";
import { type AdmissionExchange, answerReview } from "./admission-exchange.ts";
import type { HealthCheck } from "./health-check.ts";
import type { ListenAddress } from "./listen-address.ts";
import { listen } from "./listening.ts";
import type { Logger } from "./logger.ts";
import type { WebhookObserver } from "./observers.ts";
import { BadBody, readBody } from "./request-body.ts";

/** A serving certificate with its chain, and its key, as PEM. */
export interface ServingPair {
  readonly certificate: string;
  readonly key: string;
}

export interface WebhookServerOptions {
  readonly at: ListenAddress;
  readonly certificate: ServingPair;
  /** By path, as clientConfig.service.path of the webhooks' configuration has it. */
  readonly handlers: ReadonlyMap<string, AdmissionHandler>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observer?: WebhookObserver;
  /** After so long a request is refused: before the API server stops waiting (timeoutSeconds 5) and says less. Default 4.5 s. */
  readonly deadline?: Millis;
}

export interface WebhookServer {
  readonly port: number;
  /** For /readyz: it listens. */
  readonly check: HealthCheck;
  /** New connections get this certificate; those that are open keep theirs until the API server closes them. */
  use(certificate: ServingPair): void;
  /** Takes no new connection, lets requests in flight end for up to `grace`, then cuts what is left. */
  close(grace: Millis): Promise<void>;
}

const defaultDeadline = 4_500;
/** An AdmissionReview holds two objects of at most 1.5 MB each, which is what etcd takes. */
const largestBody = 3 * 1024 * 1024;
const oldestTls = "TLSv1.2";
/** Longer than the 90 s after which the API server's Go client closes an idle connection: it must never send into one that we close. */
const keepAlive = 120_000;

/**
 * HTTPS for admission.k8s.io/v1. Every review gets an answer: what fails, or takes too long, is refused in words that say so. What is no review
 * at all is answered with 400, on other paths 404. GET /healthz answers ok.
 *
 * @throws DrydockError "address-in-use", "not-listening"; an error of node:tls where the certificate cannot be used
 */
export async function startWebhookServer(options: WebhookServerOptions): Promise<WebhookServer> {
  const { at, certificate, handlers, clock, log, observer, deadline = defaultDeadline } = options;
  const server = createServer({ ...secure(certificate), keepAliveTimeout: keepAlive, headersTimeout: 10_000, requestTimeout: 10_000 });
  let isClosing = false;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    if (request.method === "GET" && path === "/healthz") return reply(response, 200, "ok", "text/plain");
    const handler = handlers.get(path);
    if (handler === undefined) return reply(response, 404, `there is no webhook at ${path}`, "text/plain");
    const ended = observer?.began(path);
    const abort = new AbortController();
    // The API server has stopped waiting: nobody will read the answer.
    response.once("close", () => abort.abort(new Error("the API server has closed the connection")));
    let code = 500;
    try {
      const body = await readBody(request, largestBody);
      const exchange: AdmissionExchange = { handler, path, deadline, clock, log };
      const text = await answerReview(body, exchange, abort.signal);
      code = 200;
      reply(response, code, text, "application/json");
    } catch (error) {
      code = error instanceof BadBody ? error.http : 500;
      if (code === 500) log.error("a webhook failed", { path, error });
      reply(response, code, error instanceof BadBody ? error.message : "internal error: see the operator's log", "text/plain");
    } finally {
      ended?.(code);
    }
  };
  server.on("request", (request, response) => {
    if (isClosing) response.setHeader("connection", "close");
    void answer(request, response);
  });
  // A probe of the port, or a client that does not trust us: the operator must be able to find the second.
  server.on("tlsClientError", (error) => log.debug("a TLS connection failed", { error }));

  const { port, close } = await listen(server, at, clock);
  return {
    port,
    check: { name: "webhook-server", look: () => (server.listening ? undefined : "it does not listen") },
    use: (next) => server.setSecureContext(secure(next)),
    close: (grace) => {
      isClosing = true;
      return close(grace);
    },
  };
}

function secure({ certificate, key }: ServingPair) {
  return { cert: certificate, key, minVersion: oldestTls } as const;
}

function reply(response: ServerResponse, code: number, text: string, contentType: string): void {
  if (response.destroyed || response.headersSent) return;
  // What is left of a body that was not read would be taken for the next request.
  const connection = code === 200 ? {} : { connection: "close" };
  response.writeHead(code, { "content-type": contentType, "content-length": Buffer.byteLength(text), ...connection });
  response.end(text);
}
