import { describe, expect, it } from "vitest";
import { nodes, pods } from "../../kube/resource.ts";
import type { HttpKubeApi } from "./http-kube-api.ts";
import { certificates } from "./testing/certificates.ts";
import { all, impatientClock, movableClock, temporaryFolder } from "./testing/connected.ts";
import { type Answerer, type LoopbackServer, loopbackServer } from "./testing/loopback-server.ts";
import { servers } from "./testing/serving.ts";

const call = { signal: new AbortController().signal };
const { start, connect } = servers();

const evictMany = (api: HttpKubeApi, count: number): Promise<unknown[]> =>
  Promise.all(Array.from({ length: count }, (_, at) => api.evict({ namespace: "shop", name: `p${at}`, uid: `u${at}` }, {}, call)));

const codeOf = (outcome: PromiseSettledResult<unknown>): unknown =>
  outcome.status === "rejected" ? (outcome.reason as { readonly code?: unknown }).code : "answered";

/** Answers only once `count` requests are there at the same time. */
function together(count: number): Answerer {
  const full = Promise.withResolvers<void>();
  let waiting = 0;
  return async () => {
    waiting += 1;
    if (waiting === count) full.resolve();
    await full.promise;
    return { status: 201, body: { kind: "Status", status: "Success" } };
  };
}

describe("HTTP/2", () => {
  it("carries 100 evictions side by side on one session, from a cold start", async () => {
    const server = await start("h2", together(100));
    const api = await connect(server);
    const answers = await evictMany(api, 100);
    expect(answers).toHaveLength(100);
    expect(server.requests).toHaveLength(100);
    expect(server.connections()).toBe(1);
  });

  it("gives watches, bulk reads and leases sessions of their own", async () => {
    const server = await start("h2", () => ({ body: { metadata: {}, items: [] } }));
    const api = await connect(server);
    await api.version(call);
    await all(api.list(pods, {}, { ...call, lane: "bulk" }));
    await all(api.list(pods, {}, { ...call, lane: "lease" }));
    await api.version(call);
    expect(server.connections()).toBe(3);
  });

  it("goes on with a new session after GOAWAY, and the request under way is answered", async () => {
    const server: LoopbackServer = await start("h2", (request) => {
      // What a rolling API server does: it takes no new streams on this session and finishes what it has.
      if (request.path.endsWith("/first")) server.sessions[0]?.goaway(0);
      return { body: { metadata: { name: request.path } } };
    });
    const api = await connect(server);
    const first = await api.get(nodes, { name: "first" }, call);
    const second = await api.get(nodes, { name: "second" }, call);
    expect([first.metadata.name, second.metadata.name]).toEqual(["/api/v1/nodes/first", "/api/v1/nodes/second"]);
    expect(server.connections()).toBe(2);
  });

  it("survives ENHANCE_YOUR_CALM: the requests fail as lost, reads come back on a new session", async () => {
    const { clock } = impatientClock();
    let calm = 0;
    const server: LoopbackServer = await start("h2", (request) => {
      if (request.method === "POST" || calm++ === 0) {
        for (const session of server.sessions) if (!session.closed) session.destroy(undefined, 0xb);
        return undefined;
      }
      return { body: { metadata: { name: "n" } } };
    });
    const api = await connect(server, { clock });
    expect((await api.get(nodes, { name: "n" }, call)).metadata.name).toBe("n");
    await expect(api.evict({ namespace: "shop", name: "a", uid: "u" }, {}, call)).rejects.toMatchObject({
      code: "lost",
      applied: "unknown",
    });
    expect(server.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  });
});

describe("a rotated client certificate", () => {
  it("is shown on new connections; a watch on the old ones goes on", async () => {
    const { clock, forward } = movableClock();
    await using folder = await temporaryFolder();
    const { client, server: other } = certificates();
    const write = async ({ cert, key }: { cert: string; key: string }): Promise<object> => ({
      "client-certificate": await folder.write("u.crt", cert),
      "client-key": await folder.write("u.key", key),
    });
    const more = Promise.withResolvers<void>();
    const bookmark = (resourceVersion: string): string =>
      `${JSON.stringify({ type: "BOOKMARK", object: { metadata: { resourceVersion } } })}\n`;
    const server = await start("h2", async ({ query }, response) => {
      if (!query.has("watch")) return { body: {} };
      response.writeHead(200, { "content-type": "application/json" });
      response.write(bookmark("1"));
      await more.promise;
      response.end(bookmark("2"));
      return undefined;
    });
    const api = await connect(server, { clock, user: await write(client) });
    const versions: string[] = [];
    for await (const batch of api.watch(pods, { from: "0" }, call)) {
      versions.push(...batch.map((event) => (event.type === "BOOKMARK" ? event.resourceVersion : event.type)));
      await api.version(call);
      await write(other);
      forward(60_000);
      await api.version(call);
      more.resolve();
    }
    expect(versions).toEqual(["1", "2"]);
    // The watch, the first and the second certificate's control lane, and nothing else.
    expect(server.connections()).toBe(3);
  });
});

describe("HTTP/1.1", () => {
  it.each(["https", "http"] as const)("takes over where there is no HTTP/2 (%s), 64 requests side by side", async (protocol) => {
    const server = await start(protocol, together(64));
    const api = await connect(server);
    await evictMany(api, 64);
    expect(server.requests).toHaveLength(64);
    expect(server.requests.every(({ httpVersion }) => httpVersion === "1.1")).toBe(true);
  });
});

describe("a server that cannot be had", () => {
  it("is unreachable where nothing listens, at once and without a second try", async () => {
    const { clock, pauses } = impatientClock();
    const server = await loopbackServer("https", () => ({}));
    await server[Symbol.asyncDispose]();
    const api = await connect(server, { clock });
    const failing = api.version(call);
    await expect(failing).rejects.toMatchObject({ code: "unreachable", applied: "no" });
    await expect(failing).rejects.toThrow(`${server.url} cannot be reached`);
    expect(pauses).toEqual([]);
  });

  it("is tried again where it answered before", async () => {
    const { clock, pauses } = impatientClock();
    const server = await loopbackServer("https", () => ({ body: { metadata: { name: "n" } } }));
    const api = await connect(server, { clock });
    await api.get(nodes, { name: "n" }, call);
    await server[Symbol.asyncDispose]();
    await expect(api.get(nodes, { name: "n" }, call)).rejects.toMatchObject({ code: "unreachable" });
    expect(pauses).toHaveLength(4);
  });

  it("many who wait for its first connection all hear of it", async () => {
    const server = await loopbackServer("https", () => ({}));
    await server[Symbol.asyncDispose]();
    const api = await connect(server);
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => api.version(call)));
    expect(outcomes.map(codeOf)).toEqual(Array(10).fill("unreachable"));
  });

  it("is told apart where its certificate is signed by another authority", async () => {
    const server = await start("h2", () => ({}));
    const other = Buffer.from(certificates().client.cert).toString("base64");
    const api = await connect(server, { cluster: { "certificate-authority-data": other } });
    const failing = api.version(call);
    await expect(failing).rejects.toMatchObject({ code: "tls", retryable: false });
    await expect(failing).rejects.toThrow(/check certificate-authority-data/);
  });

  it("is told apart where its certificate has another name", async () => {
    const server = await start("h2", () => ({ body: {} }));
    const api = await connect(server, { cluster: { "tls-server-name": "elsewhere" } });
    await expect(api.version(call)).rejects.toThrow(/--tls-server-name/);
    const named = await connect(server, { flags: { tlsServerName: "localhost" } });
    await expect(named.version(call)).resolves.toBeDefined();
  });

  it("is not even tried with a certificate that is none, and nobody waits for it", async () => {
    const server = await start("h2", () => ({ body: {} }));
    const none = Buffer.from("no PEM").toString("base64");
    const api = await connect(server, { user: { "client-certificate-data": none, "client-key-data": none } });
    const outcomes = await Promise.allSettled([api.version(call), api.version(call), api.version(call)]);
    expect(outcomes.map(codeOf)).toEqual(["tls", "tls", "tls"]);
    expect(server.connections()).toBe(0);
  });

  it("is not sent a token that no header can carry, and the error does not show it", async () => {
    const server = await start("h2", () => ({ body: {} }));
    const api = await connect(server, { flags: { token: "s3cret\nagain" } });
    const error: unknown = await api.version(call).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "identity", message: expect.stringContaining("invalid authorization header") as string });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("s3cret");
  });

  it("is trusted blindly only on demand", async () => {
    const server = await start("h2", () => ({ body: {} }));
    const other = Buffer.from(certificates().client.cert).toString("base64");
    const api = await connect(server, { cluster: { "certificate-authority-data": other }, flags: { insecureSkipTlsVerify: true } });
    await expect(api.version(call)).resolves.toBeDefined();
  });

  it("is told apart where it speaks no TLS", async () => {
    const server = await start("http", () => ({}));
    const api = await connect({ url: server.url.replace("http:", "https:") });
    await expect(api.version(call)).rejects.toThrow(/does it speak http:\/\/ only\?/);
  });

  it("is told apart where it speaks nothing but TLS", async () => {
    const server = await start("h2", () => ({ body: {} }));
    const api = await connect({ url: server.url.replace("https:", "http:") });
    await expect(api.version(call)).rejects.toThrow(/does it speak HTTPS only\? Then write https:/);
  });

  it("cannot be known by an authority that is none, and it is said where that stands", async () => {
    const server = await start("h2", () => ({ body: {} }));
    const api = await connect(server, { cluster: { "certificate-authority-data": Buffer.from("garbage").toString("base64") } });
    const error: unknown = await api.version(call).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "identity" });
    expect(error).toMatchObject({
      message: expect.stringMatching(/certificate-authority-data of cluster loopback in .* holds no certificate/) as string,
    });
    expect(server.connections()).toBe(0);
  });
});
