import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../kube/object.ts";
import { nodes, pods } from "../../kube/resource.ts";
import type { Item, Page, WatchEvent } from "../kube-api.ts";
import { all, impatientClock } from "./testing/connected.ts";
import { metaOf, servers, statusOf } from "./testing/serving.ts";

const call = { signal: new AbortController().signal };
const { serving } = servers();

describe.each(["h2", "https", "http"] as const)("over %s", (protocol) => {
  it("reads one object, with our agent's name and credential", async () => {
    const { server, api } = await serving(() => ({ body: { metadata: metaOf("a"), spec: { future: [1] } } }), { protocol });
    const pod = await api.get(pods, { namespace: "shop", name: "a" }, call);
    expect(pod).toEqual({ metadata: metaOf("a"), spec: { future: [1] } });
    const [request] = server.requests;
    expect(request?.path).toBe("/api/v1/namespaces/shop/pods/a");
    expect(request?.headers["user-agent"]).toBe("drydock/0.1.0 (test)");
    // kubectl shows no credential to a server without TLS either.
    expect(request?.headers["authorization"]).toBe(protocol === "http" ? undefined : "Bearer s3cret");
    expect(request?.httpVersion).toBe(protocol === "h2" ? "2.0" : "1.1");
  });

  it("lists page by page and projects each object", async () => {
    const { server, api } = await serving(
      ({ query }) =>
        query.get("continue") === "next"
          ? { body: { kind: "PodList", metadata: { resourceVersion: "40" }, items: [{ metadata: metaOf("c") }] } }
          : {
              body: {
                kind: "PodList",
                metadata: { resourceVersion: "40", continue: "next", remainingItemCount: 1 },
                items: [{ metadata: metaOf("a") }, { metadata: metaOf("b") }],
              },
            },
      { protocol },
    );
    const pages: Page<Item<string>>[] = [];
    for await (const page of api.list(
      pods,
      { fieldSelector: "spec.nodeName=n1", pageSize: 2, project: (pod) => `${pod.apiVersion} ${pod.kind} ${pod.metadata.name}` },
      call,
    )) {
      pages.push(page);
    }
    const item = (name: string) => ({ name, namespace: "shop", uid: `uid-${name}`, resourceVersion: "7", value: `v1 Pod ${name}` });
    expect(pages).toEqual([
      { items: [item("a"), item("b")], resourceVersion: "40", remaining: 1 },
      { items: [item("c")], resourceVersion: "40" },
    ]);
    expect(server.requests.map(({ query }) => query.toString())).toEqual([
      "fieldSelector=spec.nodeName%3Dn1&limit=2",
      "fieldSelector=spec.nodeName%3Dn1&limit=2&continue=next",
    ]);
  });

  it("watches: state, its bookmark, changes and the server's own error, until the server ends it", async () => {
    const lines = [
      { type: "ADDED", object: { metadata: { ...metaOf("größe-🚢"), annotations: { "drydock.dev/held": "ü" } } } },
      { type: "BOOKMARK", object: { metadata: { resourceVersion: "40", annotations: { "k8s.io/initial-events-end": "true" } } } },
      { type: "DELETED", object: { metadata: metaOf("größe-🚢", "41") } },
      { type: "BOOKMARK", object: { metadata: { resourceVersion: "50" } } },
      { type: "ERROR", object: statusOf(410, "Expired") },
    ];
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const cut = bytes.indexOf(Buffer.from("🚢")) + 1;
    const { server, api } = await serving(
      (_request, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.write(bytes.subarray(0, cut));
        response.end(bytes.subarray(cut));
        return undefined;
      },
      { protocol },
    );
    const events: WatchEvent<Item<string>>[] = [];
    for await (const batch of api.watch(
      nodes,
      { from: "initial-events", timeoutSeconds: 300, project: (node) => node.metadata.name },
      call,
    ))
      events.push(...batch);
    const item = (resourceVersion: string) => ({
      name: "größe-🚢",
      namespace: "shop",
      uid: "uid-größe-🚢",
      resourceVersion,
      value: "größe-🚢",
    });
    expect(events).toEqual([
      { type: "ADDED", item: item("7") },
      { type: "BOOKMARK", resourceVersion: "40", initial: true },
      { type: "DELETED", item: item("41") },
      { type: "BOOKMARK", resourceVersion: "50", initial: false },
      { type: "ERROR", status: statusOf(410, "Expired") },
    ]);
    expect(server.requests[0]?.query.toString()).toBe(
      "watch=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&sendInitialEvents=true&timeoutSeconds=300",
    );
  });

  it("tells a watch that broke from one that ended", async () => {
    const { api } = await serving(
      (_request, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.write(`${JSON.stringify({ type: "ADDED", object: { metadata: metaOf("a") } })}\n{"type":"MOD`, () =>
          response.destroy(new Error("cut")),
        );
        return undefined;
      },
      { protocol },
    );
    const seen: string[] = [];
    const watching = async (): Promise<void> => {
      for await (const batch of api.watch(pods, { from: "7" }, call)) seen.push(...batch.map((event) => event.type));
    };
    await expect(watching()).rejects.toMatchObject({ code: "lost", retryable: true });
    expect(seen).toEqual(["ADDED"]);
  });

  it("evicts with the pod's uid as precondition, and every answer is a value", async () => {
    const refusal = statusOf(429, "TooManyRequests", { details: { causes: [{ reason: "DisruptionBudget" }] } });
    const { server, api } = await serving(() => ({ status: 429, headers: { "retry-after": "10" }, body: refusal }), { protocol });
    const answer = await api.evict(
      { namespace: "shop", name: "a", uid: "uid-a" },
      { gracePeriodSeconds: 30, dryRun: true },
      { ...call, retry: "safe" },
    );
    expect(answer).toEqual({ http: 429, status: refusal, retryAfter: 10 });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.path).toBe("/api/v1/namespaces/shop/pods/a/eviction");
    expect(JSON.parse(server.requests[0]?.body ?? "")).toEqual({
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { name: "a", namespace: "shop" },
      deleteOptions: { preconditions: { uid: "uid-a" }, gracePeriodSeconds: 30, dryRun: ["All"] },
    });
  });

  it("breaks off a list in the middle of a body as lost, after its tries", async () => {
    const { clock, pauses } = impatientClock();
    const { server, api } = await serving(
      (_request, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.write('{"kind":"PodList","items":[', () => response.destroy(new Error("cut")));
        return undefined;
      },
      { protocol, clock },
    );
    await expect(all(api.list(pods, {}, call))).rejects.toMatchObject({ code: "lost", applied: "unknown" });
    expect(server.requests).toHaveLength(5);
    expect(pauses).toHaveLength(4);
  });
});

describe("lists", () => {
  it("begins anew, once, when the server forgot the place", async () => {
    let forgotten = 0;
    const { api } = await serving(({ query }) => {
      if (query.has("continue") && forgotten++ === 0) return { status: 410, body: statusOf(410, "Expired") };
      if (query.has("continue")) return { body: { metadata: { resourceVersion: "90" }, items: [{ metadata: metaOf("b") }] } };
      return {
        body: { metadata: { resourceVersion: forgotten === 0 ? "40" : "90", continue: "next" }, items: [{ metadata: metaOf("a") }] },
      };
    });
    const pages = await all(api.list(pods, { pageSize: 1 }, call));
    expect(pages.map(({ resourceVersion, restarted }) => [resourceVersion, restarted])).toEqual([
      ["40", undefined],
      ["90", true],
      ["90", undefined],
    ]);
  });

  it("gives up when it is forgotten again", async () => {
    const { api } = await serving(({ query }) =>
      query.has("continue") ? { status: 410, body: statusOf(410, "Expired") } : { body: { metadata: { continue: "next" }, items: [] } },
    );
    await expect(all(api.list(pods, {}, call))).rejects.toMatchObject({ code: "expired", http: 410 });
  });
});

describe("watches", () => {
  it.each([
    [400, "BadRequest", "bad-request"],
    [422, "Invalid", "invalid"],
    [410, "Expired", "expired"],
  ])("throw the refusal of a watch-list (%i)", async (http, reason, code) => {
    const { api } = await serving(() => ({ status: http, body: statusOf(http, reason) }));
    await expect(all(api.watch(pods, { from: "initial-events" }, call))).rejects.toMatchObject({
      code,
      http,
      status: { reason },
    });
  });

  it("end for the server as soon as nobody reads on", async () => {
    const closed = Promise.withResolvers<void>();
    const { api } = await serving((_request, response) => {
      response.on("close", () => closed.resolve());
      response.writeHead(200, { "content-type": "application/json" });
      response.write(`${JSON.stringify({ type: "BOOKMARK", object: { metadata: { resourceVersion: "8" } } })}\n`);
      return undefined;
    });
    const batches: unknown[] = [];
    for await (const batch of api.watch(pods, { from: "7" }, call)) {
      batches.push(batch);
      if (batch.length > 0) break;
    }
    // The first, empty batch says that the watch is open.
    expect(batches).toEqual([[], [{ type: "BOOKMARK", resourceVersion: "8", initial: false }]]);
    await closed.promise;
  });

  it("end for the server when its reader leaves at once", async () => {
    const closed = Promise.withResolvers<void>();
    const { api } = await serving((_request, response) => {
      response.on("close", () => closed.resolve());
      response.writeHead(200, { "content-type": "application/json" });
      response.write("\n");
      return undefined;
    });
    for await (const batch of api.watch(pods, { from: "7" }, call)) {
      expect(batch).toEqual([]);
      break;
    }
    await closed.promise;
  });

  it("reject with the signal's reason", async () => {
    const abort = new AbortController();
    const { api } = await serving((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write(`${JSON.stringify({ type: "BOOKMARK", object: { metadata: { resourceVersion: "8" } } })}\n`);
      return undefined;
    });
    const why = new Error("enough");
    const watching = async (): Promise<void> => {
      for await (const _batch of api.watch(pods, { from: "7" }, { signal: abort.signal })) abort.abort(why);
    };
    await expect(watching()).rejects.toBe(why);
  });
});

it("reads the server's version and clock", async () => {
  const { api } = await serving(() => ({
    headers: { date: "Fri, 20 Nov 2026 09:12:00 GMT" },
    body: { major: "1", minor: "31+", gitVersion: "v1.31.4-gke.1" },
  }));
  expect(api.serverTime()).toBeUndefined();
  expect(await api.version(call)).toEqual({ major: 1, minor: 31, gitVersion: "v1.31.4-gke.1" });
  const time = api.serverTime();
  if (time === undefined) throw new Error("no server time was learnt");
  expect(Math.abs(time.seen + time.offset - 1_795_165_920_500)).toBeLessThan(2_000);
});

it("reads which groups are served, with the version that the server prefers", async () => {
  const version = (name: string) => ({ groupVersion: `example.com/${name}`, version: name });
  const { api, server } = await serving(() => ({
    body: {
      kind: "APIGroupList",
      groups: [
        { name: "example.com", versions: [version("v1beta1"), version("v1")], preferredVersion: version("v1") },
        { name: "old.example.com", versions: [version("v2")] },
      ],
    },
  }));
  expect(await api.groups(call)).toEqual([
    { name: "example.com", versions: ["v1beta1", "v1"], preferred: "v1" },
    { name: "old.example.com", versions: ["v2"], preferred: "v2" },
  ]);
  expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /apis"]);
});

it("keeps unknown kinds of events out, as client-go does", async () => {
  const { api } = await serving(() => ({ headers: { "content-type": "application/json" }, body: '{"type":"SOMETHING","object":{}}\n' }));
  const events: WatchEvent<Item<KubeObject>>[] = [];
  for await (const batch of api.watch(pods, { from: "1" }, call)) events.push(...batch);
  expect(events).toEqual([]);
});
