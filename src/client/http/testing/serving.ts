import { afterEach } from "vitest";
import type { HttpKubeApi } from "../http-kube-api.ts";
import { connectTo, type ConnectTo } from "./connected.ts";
import { type Answerer, type LoopbackServer, loopbackServer, type Protocol } from "./loopback-server.ts";

export interface Servers {
  /** A server that answers as told, and a connection to it; both end with the test. */
  serving(
    answer: Answerer,
    options?: ConnectTo & { readonly protocol?: Protocol },
  ): Promise<{ readonly server: LoopbackServer; readonly api: HttpKubeApi }>;
  start(protocol: Protocol, answer: Answerer): Promise<LoopbackServer>;
  connect(server: Pick<LoopbackServer, "url">, options?: ConnectTo): Promise<HttpKubeApi>;
}

/** Call once in a test file. */
export function servers(): Servers {
  let stack = new AsyncDisposableStack();
  afterEach(async () => {
    await stack.disposeAsync();
    stack = new AsyncDisposableStack();
  });
  const start: Servers["start"] = async (protocol, answer) => stack.use(await loopbackServer(protocol, answer));
  const connect: Servers["connect"] = async (server, options) => stack.use(await connectTo(server, options));
  return {
    start,
    connect,
    serving: async (answer, options = {}) => {
      const server = await start(options.protocol ?? "h2", answer);
      return { server, api: await connect(server, options) };
    },
  };
}

/** A Status of the server; its message is "reason said". */
export function statusOf(code: number, reason: string, more: object = {}): object {
  return { kind: "Status", apiVersion: "v1", status: "Failure", message: `${reason} said`, reason, code, ...more };
}

export function metaOf(
  name: string,
  resourceVersion = "7",
): { readonly name: string; readonly namespace: string; readonly uid: string; readonly resourceVersion: string } {
  return { name, namespace: "shop", uid: `uid-${name}`, resourceVersion };
}
