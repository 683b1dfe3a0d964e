import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Server as SecureServer } from "node:https";
import type { Clock, Millis } from "../../runtime/clock.ts";
import { DrydockError } from "../../runtime/errors.ts";
import type { ListenAddress } from "./listen-address.ts";

/** "address-in-use": another process listens there. "not-listening": the system refused for another reason. */
export type ListenErrorCode = "address-in-use" | "not-listening";

export interface Listening {
  /** The one that it listens on, where 0 was asked for too. */
  readonly port: number;
  /** Takes no new connection, lets requests in flight end for up to `grace`, then cuts what is left. May be called twice. */
  close(grace: Millis): Promise<void>;
}

/** @throws DrydockError with a `ListenErrorCode` */
export async function listen(server: Server | SecureServer, at: ListenAddress, clock: Clock): Promise<Listening> {
  const { host, port } = at;
  server.listen({ port, ...(host === undefined ? {} : { host }) });
  try {
    await once(server, "listening");
  } catch (error) {
    const where = `${host ?? ""}:${port}`;
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    const why = isTaken ? `another process listens on ${where}` : `cannot listen on ${where}`;
    throw new DrydockError<ListenErrorCode>(isTaken ? "address-in-use" : "not-listening", why, { cause: error });
  }
  // What comes later concerns a single connection, and whoever opened it sees its end.
  server.on("error", () => {});
  // A connection that was busy when we began to close is idle when its answer is out, and would be kept for the next request.
  server.on("request", (_: IncomingMessage, response: ServerResponse) => {
    response.once("close", () => {
      if (!server.listening) server.closeIdleConnections();
    });
  });
  const address = server.address();
  let closed: Promise<void> | undefined;
  const end = async (grace: Millis): Promise<void> => {
    if (!server.listening) return;
    const ended = once(server, "close");
    server.close();
    server.closeIdleConnections();
    using _ = clock.timer(grace, () => server.closeAllConnections());
    await ended;
  };
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    close: (grace) => (closed ??= end(grace)),
  };
}
