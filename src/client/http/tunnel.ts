import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Duplex } from "node:stream";
import type { Millis } from "../../runtime/clock.ts";
import { proxyName } from "./proxy.ts";

/** A connection through an HTTP proxy, by CONNECT: what is spoken inside is between us and the server. Rejects where the proxy refuses. */
export function tunnelThrough(proxy: URL, host: string, port: string, timeout: Millis): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const target = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const secure = proxy.protocol === "https:";
  const asking = (secure ? requestHttps : requestHttp)({
    host: proxy.hostname.replace(/^\[|\]$/g, ""),
    port: proxy.port || (secure ? 443 : 80),
    method: "CONNECT",
    path: target,
    headers: { host: target, ...credential(proxy) },
    // The socket becomes the tunnel: no agent may keep it.
    agent: false,
    timeout,
  });
  asking.on("connect", (answer, socket) => {
    if (answer.statusCode === 200) {
      socket.setTimeout(0);
      return resolve(socket);
    }
    socket.destroy();
    reject(new Error(`the proxy ${proxyName(proxy)} refused to connect us to ${target} (${answer.statusCode})`));
  });
  asking.on("response", (answer) => {
    answer.destroy();
    reject(new Error(`the proxy ${proxyName(proxy)} does not know CONNECT (${answer.statusCode})`));
  });
  asking.on("timeout", () => asking.destroy(new Error(`the proxy ${proxyName(proxy)} did not answer within ${timeout / 1000} s`)));
  asking.on("error", (cause) => reject(new Error(`the proxy ${proxyName(proxy)} cannot be reached: ${cause.message}`, { cause })));
  asking.end();
  return promise;
}

function credential(proxy: URL): { readonly "proxy-authorization"?: string } {
  if (proxy.username === "") return {};
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}
