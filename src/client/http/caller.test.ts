import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { describe, expect, it } from "vitest";
import { nodes, pods } from "../../kube/resource.ts";
import { DeadlineError } from "../../runtime/errors.ts";
import { impatientClock, temporaryFolder } from "./testing/connected.ts";
import { servers } from "./testing/serving.ts";

const call = { signal: new AbortController().signal };
const node = { name: "n1" };
const { serving, start, connect } = servers();

const status = (code: number, reason: string, message = "said") => ({ kind: "Status", status: "Failure", message, reason, code });

describe("reads", () => {
  it("are tried again on 5xx, with growing, jittered pauses, five times in all", async () => {
    const { clock, pauses } = impatientClock();
    const { server, api } = await serving(() => ({ status: 503, body: status(503, "ServiceUnavailable") }), { clock });
    await expect(api.get(nodes, node, call)).rejects.toMatchObject({ code: "server-error", http: 503, retryable: true });
    expect(server.requests).toHaveLength(5);
    for (const [at, pause] of pauses.entries()) {
      expect(pause).toBeGreaterThanOrEqual(100 * 2 ** at);
      expect(pause).toBeLessThanOrEqual(300 * 2 ** at);
    }
  });

  it("wait as long as Retry-After says, and then succeed", async () => {
    const { clock, pauses } = impatientClock();
    let asked = 0;
    const { api } = await serving(
      () =>
        asked++ === 0
          ? { status: 429, headers: { "retry-after": "3" }, body: "Too many requests" }
          : { body: { metadata: { name: "n1" } } },
      { clock },
    );
    await expect(api.get(nodes, node, call)).resolves.toMatchObject({ metadata: { name: "n1" } });
    expect(pauses).toHaveLength(1);
    expect(pauses[0]).toBeGreaterThanOrEqual(3_000);
    expect(pauses[0]).toBeLessThanOrEqual(3_300);
  });

  it.each([
    ["429 that names no time", { status: 429, body: status(429, "TooManyRequests") }, "too-many-requests"],
    [
      "a wait longer than we have patience for",
      { status: 503, headers: { "retry-after": "300" }, body: status(503, "ServiceUnavailable") },
      "server-error",
    ],
    ["a refusal", { status: 403, body: status(403, "Forbidden") }, "forbidden"],
    ["a server that does not know how", { status: 501, body: status(501, "NotImplemented") }, "unsupported"],
  ])("are not tried again: %s", async (_what, reply, code) => {
    const { server, api } = await serving(() => reply);
    await expect(api.get(nodes, node, call)).rejects.toMatchObject({ code });
    expect(server.requests).toHaveLength(1);
  });

  it("are sent once where the call says so", async () => {
    const { server, api } = await serving(() => ({ status: 503, body: status(503, "ServiceUnavailable") }));
    await expect(api.get(nodes, node, { ...call, retry: "none" })).rejects.toMatchObject({ code: "server-error" });
    expect(server.requests).toHaveLength(1);
  });
});

describe("errors", () => {
  it.each([
    [400, "BadRequest", "bad-request"],
    [401, "Unauthorized", "unauthorized"],
    [404, "NotFound", "not-found"],
    [409, "Conflict", "conflict"],
    [409, "AlreadyExists", "already-exists"],
    [410, "Expired", "expired"],
    [415, "UnsupportedMediaType", "unsupported"],
    [422, "Invalid", "invalid"],
  ])("of the server keep its Status: %i %s is %s", async (http, reason, code) => {
    const { api } = await serving(() => ({ status: http, body: status(http, reason, `nodes "n1" ${reason}`) }));
    await expect(api.get(nodes, node, call)).rejects.toMatchObject({ code, http, status: { reason }, message: `nodes "n1" ${reason}` });
  });

  it("know the plain 404 of a group that is not served", async () => {
    const { api } = await serving(() => ({ status: 404, body: "404 page not found\n" }));
    await expect(api.get(nodes, node, call)).rejects.toMatchObject({ code: "not-found", http: 404 });
  });

  it.each([
    ["a login page", 200, "text/html; charset=utf-8", "<html><body>Sign in</body></html>"],
    ["a redirect to one", 302, "text/html", "<a href='/login?token=s3cret'>Found</a>"],
    ["a page that denies", 403, "text/html", "<h1>Forbidden</h1>"],
    ["another API", 200, "text/plain", "pong"],
    ["what is no object", 200, "application/json", "17"],
    ["what breaks JSON", 200, "application/json", '{"kind":'],
  ])("tell what is no Kubernetes API: %s", async (_what, http, type, body) => {
    const { server, api } = await serving(() => ({ status: http, headers: { "content-type": type }, body }));
    const failing = api.get(nodes, node, call);
    await expect(failing).rejects.toMatchObject({ code: "not-kubernetes", http, retryable: false });
    await expect(failing).rejects.toThrow(/is no Kubernetes API .*login page/);
    expect(server.requests).toHaveLength(1);
  });

  it("take a gateway's page for an outage, not for another server", async () => {
    const { clock } = impatientClock();
    const { server, api } = await serving(
      () => ({ status: 502, headers: { "content-type": "text/html" }, body: "<html><style>b{}</style><h1>Bad Gateway</h1></html>" }),
      { clock },
    );
    await expect(api.get(nodes, node, call)).rejects.toThrow(/answered 502: Bad Gateway$/);
    expect(server.requests).toHaveLength(5);
  });

  it("never show a token", async () => {
    const { api } = await serving(() => ({ status: 401, body: status(401, "Unauthorized", "Unauthorized") }));
    const error: unknown = await api.get(nodes, node, call).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "unauthorized" });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("s3cret");
  });
});

describe("a refused credential", () => {
  it("is renewed once and the request sent once more, an eviction too", async () => {
    await using folder = await temporaryFolder();
    const tokenFile = await folder.write("token", "old\n");
    const server = await start("h2", async ({ headers }) => {
      if (headers["authorization"] === "Bearer new") return { status: 201, body: { kind: "Status", status: "Success" } };
      await folder.write("token", "new\n");
      return { status: 401, body: status(401, "Unauthorized") };
    });
    const api = await connect(server, { user: { tokenFile } });
    expect(await api.evict({ namespace: "shop", name: "a", uid: "u" }, {}, call)).toMatchObject({ http: 201 });
    expect(server.requests.map(({ headers }) => headers["authorization"])).toEqual(["Bearer old", "Bearer new"]);
    expect(new Set(server.requests.map(({ body }) => body)).size).toBe(1);
  });

  it("is not shown twice when there is no other", async () => {
    const { server, api } = await serving(() => ({ status: 401, body: status(401, "Unauthorized") }));
    await expect(api.get(nodes, node, call)).rejects.toMatchObject({ code: "unauthorized", status: { reason: "Unauthorized" } });
    expect(server.requests).toHaveLength(1);
  });
});

describe("time", () => {
  it("ends a request at its limit: a write may have been applied then", async () => {
    const { api } = await serving(() => undefined, { requestTimeout: 20 });
    const failing = api.patch(nodes, node, { kind: "merge", body: {} }, {}, call);
    await expect(failing).rejects.toMatchObject({ code: "lost", applied: "unknown" });
    await expect(failing).rejects.toThrow(/no answer from .* within 0.02 s/);
  });

  it("ends a body that never does, too", async () => {
    const { api } = await serving(
      (_request, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.write('{"kind":');
        return undefined;
      },
      { requestTimeout: 20 },
    );
    await expect(api.get(nodes, node, { ...call, retry: "none" })).rejects.toMatchObject({ code: "lost" });
  });

  it("a caller's abort comes back as its own reason, even a deadline of the caller's", async () => {
    const arrived = Promise.withResolvers<void>();
    const { api } = await serving(() => {
      arrived.resolve();
      return undefined;
    });
    const abort = new AbortController();
    const getting = api.get(nodes, node, { signal: abort.signal });
    await arrived.promise;
    const why = new DeadlineError(5);
    abort.abort(why);
    await expect(getting).rejects.toBe(why);
    await expect(api.version({ signal: abort.signal })).rejects.toBe(why);
  });
});

describe.each(["h2", "https"] as const)("impersonation over %s", (protocol) => {
  it("goes as one header for each of several groups and extras, which undici can say in HTTP/1.1 only", async () => {
    const server = await start(protocol === "h2" ? "either" : protocol, () => ({ body: { metadata: {} } }));
    const api = await connect(server, {
      user: { token: "s3cret", "as-user-extra": { "example.org/Reason": ["night shift", "b"] } },
      flags: { as: "ada", asUid: "42", asGroups: ["ops", "a, b"] },
    });
    await api.version(call);
    expect(server.requests[0]?.lines.filter(([name]) => name.startsWith("impersonate-"))).toEqual([
      ["impersonate-user", "ada"],
      ["impersonate-uid", "42"],
      ["impersonate-group", "ops"],
      ["impersonate-group", "a, b"],
      ["impersonate-extra-example.org%2freason", "night shift"],
      ["impersonate-extra-example.org%2freason", "b"],
    ]);
  });

  it("of a user and one group takes whatever protocol there is", async () => {
    const server = await start(protocol, () => ({ body: { metadata: {} } }));
    const api = await connect(server, { flags: { as: "ada", asGroups: ["ops"] } });
    await api.version(call);
    expect(server.requests[0]?.httpVersion).toBe(protocol === "h2" ? "2.0" : "1.1");
    expect(server.requests[0]?.lines.filter(([name]) => name.startsWith("impersonate-"))).toEqual([
      ["impersonate-user", "ada"],
      ["impersonate-group", "ops"],
    ]);
  });
});

it("keeps the path that leads to a server behind a gateway", async () => {
  const server = await start("h2", () => ({ body: { metadata: {} } }));
  const api = await connect({ url: `${server.url}/k8s/clusters/c-1/` });
  expect(api.server).toBe(`${server.url}/k8s/clusters/c-1`);
  await api.get(nodes, node, call);
  expect(server.requests[0]?.path).toBe("/k8s/clusters/c-1/api/v1/nodes/n1");
});

it("tells of each request on the channel drydock:request, without query and headers", async () => {
  const seen: unknown[] = [];
  const listen = (message: unknown): void => {
    seen.push(message);
  };
  subscribe("drydock:request", listen);
  try {
    const { api } = await serving(() => ({ body: { metadata: {} } }));
    await api.patch(pods, { namespace: "shop", name: "a" }, { kind: "merge", body: {} }, {}, call);
  } finally {
    unsubscribe("drydock:request", listen);
  }
  expect(seen).toEqual([{ method: "PATCH", path: "/api/v1/namespaces/shop/pods/a", lane: "control", status: 200, ms: expect.any(Number) }]);
});
