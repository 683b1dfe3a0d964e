import { createSecureServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { certificates } from "../../../src/client/http/testing/certificates.ts";
import { kubeconfigFor } from "../../../src/client/http/testing/connected.ts";
import { realClock } from "../../../src/runtime/real-clock.ts";
import { Api } from "./api.ts";
import type { FleetSize } from "./fleet.ts";
import { World } from "./world.ts";

/** As an API server does about once a minute; somewhat more often, so that no watch is taken for dead. */
const bookmarkEvery = 20_000;
/** Megabytes: many streams that are read slowly are no attack here. */
const sessionMemory = 1_000;

/** An API server on loopback with a fleet of any size behind it, which it makes up as it is asked. */
export interface SyntheticCluster extends AsyncDisposable {
  readonly world: World;
  readonly api: Api;
  /** The content of a kubeconfig. */
  readonly kubeconfig: string;
}

export async function startSyntheticCluster(size: FleetSize): Promise<SyntheticCluster> {
  const world = new World(size, realClock);
  const api = new Api(world);
  const sessions = new Set<ServerHttp2Session>();
  const { cert, key } = certificates().server;
  const server = createSecureServer({ cert, key, maxSessionMemory: sessionMemory });
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", () => {});
    session.on("close", () => sessions.delete(session));
  });
  const failed: { error?: unknown } = {};
  server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    // Whoever asked has left.
    stream.on("error", () => {});
    answer(api, stream, headers).catch((error: unknown) => {
      failed.error ??= error;
      stream.close();
    });
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  let timer: Disposable | undefined;
  const bookmarks = (): void => {
    api.bookmark();
    timer = realClock.timer(bookmarkEvery, bookmarks, { background: true });
  };
  bookmarks();
  return {
    world,
    api,
    kubeconfig: kubeconfigFor(`https://127.0.0.1:${(server.address() as AddressInfo).port}`),
    [Symbol.asyncDispose]: async () => {
      timer?.[Symbol.dispose]();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      for (const session of sessions) session.destroy();
      await closed.promise;
      if (failed.error !== undefined) throw new Error("the synthetic API server could not answer", { cause: failed.error });
    },
  };
}

async function answer(api: Api, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
  const { ":method": method = "GET", ":path": path = "/" } = headers;
  const body = method === "GET" ? "" : await text(stream);
  await api.answer(
    { method, url: new URL(path, "https://loopback"), body },
    {
      writeHead: (status, fields) => stream.respond({ ":status": status, ...fields }),
      write: (part) => stream.write(part),
      end: (part) => stream.end(part),
      once: (event, run) => stream.once(event, run),
      off: (event, run) => stream.off(event, run),
      get destroyed() {
        return stream.destroyed;
      },
    },
  );
}
