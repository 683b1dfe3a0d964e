import { createServer } from "node:http";
import { type AddressInfo, connect as connectTcp, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { proxyFor } from "./proxy.ts";
import { servers } from "./testing/serving.ts";

const call = { signal: new AbortController().signal };
const { start, connect } = servers();

interface Proxy extends AsyncDisposable {
  readonly url: string;
  readonly asked: readonly string[];
  readonly credentials: readonly (string | undefined)[];
}

/** An HTTP proxy that connects as it is asked, or answers with `refusal`. */
async function forwardProxy(refusal?: number): Promise<Proxy> {
  const asked: string[] = [];
  const credentials: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const proxy = createServer();
  proxy.on("connect", (request, socket: Socket) => {
    asked.push(request.url ?? "");
    credentials.push(request.headers["proxy-authorization"]);
    sockets.add(socket.on("error", () => {}));
    if (refusal !== undefined) return socket.end(`HTTP/1.1 ${refusal} No\r\n\r\n`);
    const { hostname, port } = new URL(`http://${request.url}`);
    const onward = connectTcp(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    sockets.add(onward.on("error", () => {}));
    return socket;
  });
  const listening = Promise.withResolvers<void>();
  proxy.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  return {
    url: `http://ada:love%3Alace@127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    asked,
    credentials,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      const closed = Promise.withResolvers<void>();
      proxy.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

describe("a proxy-url", () => {
  it.each(["h2", "https", "http"] as const)("leads through the proxy to a server that speaks %s", async (protocol) => {
    await using proxy = await forwardProxy();
    const server = await start(protocol, () => ({ body: { major: "1", minor: "36" } }));
    const api = await connect(server, { cluster: { "proxy-url": proxy.url } });
    expect(await api.version(call)).toMatchObject({ major: 1, minor: 36 });
    await Promise.all([api.version(call), api.version(call)]);
    expect(new Set(proxy.asked)).toEqual(new Set([new URL(server.url).host]));
    expect(proxy.credentials[0]).toBe(`Basic ${Buffer.from("ada:love:lace").toString("base64")}`);
    expect(server.requests[0]?.httpVersion).toBe(protocol === "h2" ? "2.0" : "1.1");
    await api[Symbol.asyncDispose]();
  });

  it("whose proxy refuses is unreachable, and the password is not shown", async () => {
    await using proxy = await forwardProxy(407);
    const server = await start("h2", () => ({ body: {} }));
    const api = await connect(server, { cluster: { "proxy-url": proxy.url } });
    const failing = api.version(call);
    await expect(failing).rejects.toMatchObject({ code: "unreachable", applied: "no" });
    await expect(failing).rejects.toThrow(/the proxy http:\/\/127\.0\.0\.1:\d+ refused to connect us to 127\.0\.0\.1:\d+ \(407\)/);
    await expect(failing).rejects.not.toThrow(/lace/);
    expect(server.connections()).toBe(0);
  });

  it("whose proxy is away is unreachable", async () => {
    const proxy = await forwardProxy();
    await proxy[Symbol.asyncDispose]();
    const server = await start("h2", () => ({ body: {} }));
    const api = await connect(server, { cluster: { "proxy-url": proxy.url } });
    await expect(api.version(call)).rejects.toThrow(/the proxy http:\/\/127\.0\.0\.1:\d+ cannot be reached/);
  });
});

describe("the proxy of the environment", () => {
  const found = (server: string, env: Readonly<Record<string, string>>): string | undefined =>
    proxyFor(new URL(server), undefined, env)?.host;

  it.each([
    ["https://k.example:6443", { HTTPS_PROXY: "http://p:1" }, "p:1"],
    ["https://k.example:6443", { https_proxy: "p:1" }, "p:1"],
    ["https://k.example:6443", { HTTP_PROXY: "http://p:1" }, undefined],
    ["http://k.example", { HTTP_PROXY: "http://p:1" }, "p:1"],
    ["https://localhost:6443", { HTTPS_PROXY: "http://p:1" }, undefined],
    ["https://127.0.0.1:6443", { HTTPS_PROXY: "http://p:1" }, undefined],
    ["https://[::1]:6443", { HTTPS_PROXY: "http://p:1" }, undefined],
  ])("for %s with %j is %j", (server, env, proxy) => {
    expect(found(server, env)).toBe(proxy);
  });

  it.each([
    ["*", true],
    ["k.example", true],
    ["example", true],
    [".example", true],
    ["*.example", true],
    [".k.example", false],
    ["ample", false],
    ["other, K.Example:6443", true],
    ["k.example:443", false],
    ["", false],
  ])("NO_PROXY %j exempts https://k.example:6443: %j", (list, exempt) => {
    expect(found("https://k.example:6443", { HTTPS_PROXY: "p:1", NO_PROXY: list })).toBe(exempt ? undefined : "p:1");
  });

  it.each([
    ["10.0.0.0/8", "https://10.2.3.4", true],
    ["10.0.0.0/8", "https://11.2.3.4", false],
    ["10.2.3.4:443", "https://10.2.3.4", true],
    ["fd00::/8", "https://[fd00::1]:6443", true],
    ["fd00::1", "https://[fd00::1]:6443", true],
    ["10.0.0.0/99", "https://10.2.3.4", false],
  ])("NO_PROXY %j exempts %s: %j", (list, server, exempt) => {
    expect(found(server, { HTTPS_PROXY: "p:1", NO_PROXY: list })).toBe(exempt ? undefined : "p:1");
  });

  it("that is no URL of HTTP is refused without showing it", () => {
    expect(() => found("https://k", { HTTPS_PROXY: "socks5://u:s3cret@p" })).toThrow(/the proxy of HTTPS_PROXY is no http:\/\//);
    expect(() => found("https://k", { HTTPS_PROXY: "socks5://u:s3cret@p" })).not.toThrow(/s3cret/);
  });
});
