import { describe, expect, it } from "vitest";
import { nodes, pods } from "../../kube/resource.ts";
import { impatientClock } from "./testing/connected.ts";
import { metaOf, servers, statusOf } from "./testing/serving.ts";

const call = { signal: new AbortController().signal };
const { serving } = servers();

describe("writes", () => {
  it("name a field manager, can be dry, and hand on warnings", async () => {
    const { server, api } = await serving(() => ({
      headers: { warning: ['299 - "unknown field \\"spec.x\\""', '299 - "deprecated", 299 - "twice"'] },
      body: { metadata: metaOf("n1") },
    }));
    const written = await api.patch(
      nodes,
      { name: "n1" },
      { kind: "merge", body: { spec: { unschedulable: true } } },
      { dryRun: true },
      call,
    );
    expect(written).toEqual({ object: { metadata: metaOf("n1") }, warnings: ['unknown field "spec.x"', "deprecated", "twice"] });
    await api.patch(
      nodes,
      { name: "n1" },
      { kind: "json", operations: [{ op: "test", path: "/a", value: 1 }] },
      { fieldManager: "me", subresource: "status" },
      call,
    );
    await api.create(pods, { kind: "Pod" }, { namespace: "shop" }, call);
    expect(
      server.requests.map(({ method, path, query, headers, body }) => [method, path, query.toString(), headers["content-type"], body]),
    ).toEqual([
      ["PATCH", "/api/v1/nodes/n1", "fieldManager=drydock&dryRun=All", "application/merge-patch+json", '{"spec":{"unschedulable":true}}'],
      ["PATCH", "/api/v1/nodes/n1/status", "fieldManager=me", "application/json-patch+json", '[{"op":"test","path":"/a","value":1}]'],
      ["POST", "/api/v1/namespaces/shop/pods", "fieldManager=drydock", "application/json", '{"kind":"Pod"}'],
    ]);
  });

  it("apply a whole object, and take over the fields of others only where told to", async () => {
    const { server, api } = await serving(() => ({ status: 201, body: { metadata: metaOf("n1") } }));
    const body = { apiVersion: "v1", kind: "Node", metadata: { name: "n1" } };
    for (const force of [false, true]) await api.patch(nodes, { name: "n1" }, { kind: "apply", body, force }, {}, call);
    expect(server.requests.map(({ query, headers, body: sent }) => [query.toString(), headers["content-type"], sent])).toEqual([
      ["fieldManager=drydock", "application/apply-patch+yaml", JSON.stringify(body)],
      ["fieldManager=drydock&force=true", "application/apply-patch+yaml", JSON.stringify(body)],
    ]);
  });

  it("remove with the uid as precondition", async () => {
    const { server, api } = await serving(() => ({ body: { kind: "Status", status: "Success" } }));
    await api.remove(pods, { namespace: "shop", name: "a", uid: "uid-a" }, { gracePeriodSeconds: 5, propagation: "Background" }, call);
    expect(JSON.parse(server.requests[0]?.body ?? "")).toEqual({
      apiVersion: "v1",
      kind: "DeleteOptions",
      preconditions: { uid: "uid-a" },
      gracePeriodSeconds: 5,
      propagationPolicy: "Background",
    });
  });

  it("are not repeated unless the caller says they are safe", async () => {
    const { clock } = impatientClock();
    const { server, api } = await serving(() => ({ status: 500, body: statusOf(500, "InternalError") }), { clock });
    const patch = (retry?: "safe"): Promise<unknown> =>
      api.patch(nodes, { name: "n1" }, { kind: "merge", body: {} }, {}, retry === undefined ? call : { ...call, retry });
    await expect(patch()).rejects.toMatchObject({ code: "server-error" });
    expect(server.requests).toHaveLength(1);
    await expect(patch("safe")).rejects.toMatchObject({ code: "server-error" });
    expect(server.requests).toHaveLength(6);
  });
});

describe("evictions", () => {
  it.each([
    ["a success", 201, { kind: "Status", status: "Success" }],
    ["a failing webhook", 500, statusOf(500, "InternalError")],
    ["an overloaded server", 503, statusOf(503, "ServiceUnavailable")],
    ["a pod that is gone", 404, statusOf(404, "NotFound")],
  ])("are sent once: %s", async (_what, http, body) => {
    const { server, api } = await serving(() => ({ status: http, body }));
    expect(await api.evict({ namespace: "shop", name: "a", uid: "u" }, {}, { ...call, retry: "safe" })).toEqual({ http, status: body });
    expect(server.requests).toHaveLength(1);
  });

  it("keep what priority and fairness says in plain text", async () => {
    const { api } = await serving(() => ({
      status: 429,
      headers: { "retry-after": "1" },
      body: "Too many requests, please try again later.\n",
    }));
    expect(await api.evict({ namespace: "shop", name: "a", uid: "u" }, {}, call)).toEqual({
      http: 429,
      retryAfter: 1,
      text: "Too many requests, please try again later.",
    });
  });

  it("that get no answer throw, and say that they may have been applied", async () => {
    const { server, api } = await serving((_request, response) => {
      response.stream?.close(2);
      return undefined;
    });
    await expect(api.evict({ namespace: "shop", name: "a", uid: "u" }, {}, call)).rejects.toMatchObject({
      code: "lost",
      applied: "unknown",
    });
    expect(server.requests).toHaveLength(1);
  });

  it("count as answered once the status came, though the body breaks off", async () => {
    const { api } = await serving((_request, response) => {
      response.writeHead(201, { "content-type": "application/json" });
      response.write('{"kind":', () => response.destroy(new Error("cut")));
      return undefined;
    });
    expect(await api.evict({ namespace: "shop", name: "a", uid: "u" }, {}, call)).toEqual({ http: 201 });
  });
});
