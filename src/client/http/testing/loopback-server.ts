import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Session } from "node:http2";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { certificates } from "./certificates.ts";

export type Protocol = "h2" | "either" | "https" | "http";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Header lines as they came, names in lower case. */
  readonly lines: readonly (readonly [string, string])[];
  readonly body: string;
  readonly httpVersion: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Objects are sent as JSON, texts as they are. */
  readonly body?: unknown;
}

/** Gets the raw response too, for answers that a reply cannot say: broken, slow, in pieces. Undefined: it answers by itself. */
export type Answerer = (request: Received, response: Response) => Reply | undefined | Promise<Reply | undefined>;

/** What the responses of both protocols have in common. `stream`: HTTP/2 only, to reset it. */
export interface Response {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  write(part: string | Buffer, written?: () => void): unknown;
  end(part?: string | Buffer): unknown;
  destroy(error?: Error): unknown;
  on(event: "close", run: () => void): unknown;
  readonly stream?: { close(code: number): void };
}

export interface LoopbackServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly Received[];
  readonly sessions: readonly ServerHttp2Session[];
  /** Connections that were ever opened. */
  readonly connections: () => number;
}

/** A server on 127.0.0.1 that speaks h2 (with TLS, no HTTP/1), either as an API server does, https (HTTP/1.1 only) or http, and answers as told. */
export async function loopbackServer(protocol: Protocol, answer: Answerer): Promise<LoopbackServer> {
  const requests: Received[] = [];
  const sessions: ServerHttp2Session[] = [];
  const sockets = new Set<Socket>();
  let opened = 0;
  const listener = async (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse): Promise<void> => {
    const received = await receive(request);
    requests.push(received);
    // The types of the two differ; what is asked of them here does not.
    const reply = await answer(received, response as Response);
    if (reply !== undefined) send(response as ServerResponse, reply);
  };
  const { ca, server: pair } = certificates();
  const tls = { ...pair, ca, requestCert: true, rejectUnauthorized: false };
  const server =
    protocol === "h2" || protocol === "either"
      ? createSecureServer(
          { ...tls, ...(protocol === "either" ? { allowHTTP1: true } : { ALPNProtocols: ["h2"] }) },
          listener as (request: Http2ServerRequest, response: Http2ServerResponse) => void,
        )
      : protocol === "https"
        ? createTlsServer(tls, listener as RequestListener)
        : createServer(listener as RequestListener);
  server.on("connection", (socket: Socket) => {
    opened += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("session", (session: ServerHttp2Session) => {
    sessions.push(session);
    session.on("error", () => {});
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  return {
    url: `${protocol === "http" ? "http" : "https"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sessions,
    connections: () => opened,
    [Symbol.asyncDispose]: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      for (const socket of sockets) socket.destroy();
      await closed.promise;
    },
  };
}

async function receive(request: IncomingMessage | Http2ServerRequest): Promise<Received> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request) parts.push(part as Buffer);
  } catch {
    // The client gave up while sending: what came is what there is.
  }
  const url = new URL(request.url ?? "/", "http://loopback");
  const lines: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2)
    lines.push([(request.rawHeaders[at] ?? "").toLowerCase(), request.rawHeaders[at + 1] ?? ""]);
  return {
    method: request.method ?? "",
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    lines,
    body: Buffer.concat(parts).toString("utf8"),
    httpVersion: request.httpVersion,
  };
}

function send(response: ServerResponse, reply: Reply): void {
  const text = typeof reply.body === "string";
  response.writeHead(reply.status ?? 200, {
    "content-type": text ? "text/plain; charset=utf-8" : "application/json",
    ...(reply.headers as Record<string, string | string[]>),
  });
  response.end(text ? reply.body : JSON.stringify(reply.body ?? {}));
}
