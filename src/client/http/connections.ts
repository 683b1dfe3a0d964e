import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { buildConnector, Client, type Dispatcher, Pool } from "undici";
import type { Millis } from "../../runtime/clock.ts";
import type { TlsMaterial } from "./credential.ts";
import { sinkLateStreamErrors } from "./late-stream-errors.ts";
import { tunnelThrough } from "./tunnel.ts";

/** Each lane has connections of its own: a watch never waits behind a list, nor a lease behind either. */
export type Lane = "control" | "bulk" | "lease" | "watch";

type Protocol = "h2" | "http/1.1";

const connectTimeout: Millis = 10_000;
const keepAlive: Millis = 60_000;
/** The API server's own limit for one HTTP/2 connection; undici lowers it to what a server allows. */
const streamsPerSession = 250;
/** Where there is no HTTP/2, this many requests of a lane run side by side. */
const socketsPerLane = 64;

/**
 * The connections to one server as one identity. With HTTP/2, chosen by ALPN, each lane is one session that carries all its requests.
 * undici opens a connection for each request that comes while the first still connects, and cannot know that one would have done; so the
 * first request finds out which protocol is spoken, and the others wait for that.
 */
export class Connections implements AsyncDisposable {
  readonly tls: TlsMaterial;
  readonly #server: URL;
  readonly #proxy: URL | undefined;
  readonly #lanes = new Map<string, Dispatcher>();
  readonly #failedToConnect = new WeakSet<object>();
  #protocol: Protocol | undefined;
  #probe: PromiseWithResolvers<void> | undefined;

  /** `http2`: "never" holds to HTTP/1.1 even where the server speaks more. */
  constructor(server: URL, tls: TlsMaterial, http2: "offered" | "never", proxy: URL | undefined) {
    sinkLateStreamErrors();
    this.#server = server;
    this.#proxy = proxy;
    this.tls = tls;
    if (server.protocol === "http:" || http2 === "never") this.#protocol = "http/1.1";
  }

  /** The caller must dispatch its request before it awaits anything else. */
  async lane(lane: Lane, signal: AbortSignal): Promise<Dispatcher> {
    for (;;) {
      signal.throwIfAborted();
      if (this.#protocol !== undefined) return this.#dispatcher(lane, this.#protocol);
      if (this.#probe === undefined) {
        this.#probe = Promise.withResolvers();
        return this.#dispatcher(lane, "h2");
      }
      await this.#probe.promise;
    }
  }

  /** Whether the error ended an attempt to connect: nothing was sent then. */
  neverConnected(error: unknown): boolean {
    return typeof error === "object" && error !== null && this.#failedToConnect.has(error);
  }

  /** Lets requests under way end, takes no new ones. */
  async retire(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((dispatcher) => dispatcher.close().catch(() => {})));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((dispatcher) => dispatcher.destroy().catch(() => {})));
  }

  #dispatcher(lane: Lane, protocol: Protocol): Dispatcher {
    const name = `${lane} ${protocol}`;
    let dispatcher = this.#lanes.get(name);
    if (dispatcher === undefined) {
      const common = { connect: this.#connector(protocol === "h2"), keepAliveTimeout: keepAlive };
      dispatcher =
        protocol === "h2"
          ? new Client(this.#server.origin, { ...common, allowH2: true, h2Options: { maxConcurrentStreams: streamsPerSession } })
          : new Pool(this.#server.origin, { ...common, allowH2: false, connections: lane === "watch" ? null : socketsPerLane });
      this.#lanes.set(name, dispatcher);
    }
    return dispatcher;
  }

  #connector(allowH2: boolean): buildConnector.connector {
    const { ca, cert, key, serverName, skipVerify } = this.tls;
    const connect = buildConnector({
      allowH2,
      preferH2: true,
      timeout: connectTimeout,
      // Below the idle limits of load balancers, as client-go's 30 s.
      keepAliveInitialDelay: 30_000,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(serverName === undefined ? {} : { servername: serverName }),
      ...(skipVerify ? { rejectUnauthorized: false } : {}),
    });
    return (options, callback) => {
      const connected: buildConnector.Callback = (...[error, socket]) => {
        if (error !== null) {
          this.#failedToConnect.add(error);
          callback(error, null);
        } else {
          this.#protocol = spoken(socket);
          callback(null, socket);
        }
        this.#probe?.resolve();
        this.#probe = undefined;
      };
      const attempt = (extra: object): void => {
        try {
          connect({ ...options, ...extra }, connected);
        } catch (error) {
          // Node throws where a certificate, a key or an authority is no PEM, or the two do not match.
          connected(error instanceof Error ? error : new Error("the connection could not be set up"), null);
        }
      };
      if (this.#proxy === undefined) return attempt({});
      const port = options.port || (options.protocol === "https:" ? "443" : "80");
      tunnelThrough(this.#proxy, options.hostname, port, connectTimeout).then(
        (socket) => (options.protocol === "https:" ? attempt({ httpSocket: socket }) : connected(null, socket as Socket)),
        (error: unknown) => connected(error as Error, null),
      );
    };
  }
}

function spoken(socket: Duplex): Protocol {
  return (socket as { readonly alpnProtocol?: unknown }).alpnProtocol === "h2" ? "h2" : "http/1.1";
}
