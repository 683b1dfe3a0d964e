import type { Clock, Millis } from "../../runtime/clock.ts";
import { InvariantError } from "../../runtime/errors.ts";
import type { Random } from "../../runtime/random.ts";
import { Caller } from "./caller.ts";
import { Exchange } from "./exchange.ts";
import { HttpKubeApi } from "./http-kube-api.ts";
import type { Identity } from "./identity.ts";

/** The server gives up on a request after 60 s of its own; its answer saying so shall still arrive. */
const defaultTimeout: Millis = 65_000;

export interface ConnectOptions {
  /** Made by `identify`; disposed of with what `connect` returns. */
  readonly identity: Identity;
  readonly clock: Clock;
  readonly random: Random;
  /** "drydock/0.1.0 (drain)". */
  readonly userAgent: string;
  /** `--request-timeout`: for each request; 0 means none. Default 65 s. Watches are bounded by silence instead. */
  readonly requestTimeout?: Millis;
}

/** Opens no connection and asks for no credential yet: the first call does. */
export async function connect(options: ConnectOptions): Promise<HttpKubeApi> {
  const { identity, clock, random, userAgent, requestTimeout = defaultTimeout } = options;
  // Sockets live in real time: under virtual time every deadline would pass before the first byte.
  if (clock.kind === "virtual") throw new InvariantError("an API server cannot be spoken to over HTTP in virtual time");
  const exchange = new Exchange(identity, clock, userAgent);
  return new HttpKubeApi(new Caller(exchange, clock, random, requestTimeout), clock, random);
}
