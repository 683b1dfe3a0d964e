import { expect, it } from "vitest";
import { servers, statusOf } from "./testing/serving.ts";

const call = { signal: new AbortController().signal };
const { serving } = servers();
const pod = { namespace: "shop", name: "a" };
const query = { container: "main", tailLines: 100, limitBytes: 1_000 };

it.each(["h2", "https"] as const)("reads what a container wrote, as text, over %s", async (protocol) => {
  const { server, api } = await serving(() => ({ headers: { "content-type": "text/plain" }, body: "one ü\n{two}\n" }), { protocol });
  expect(await api.log(pod, query, call)).toBe("one ü\n{two}\n");
  expect(await api.log(pod, { ...query, previous: true }, call)).toBe("one ü\n{two}\n");
  expect(server.requests.map(({ path, query: asked }) => `${path}?${asked.toString()}`)).toEqual([
    "/api/v1/namespaces/shop/pods/a/log?container=main&tailLines=100&limitBytes=1000",
    "/api/v1/namespaces/shop/pods/a/log?container=main&previous=true&tailLines=100&limitBytes=1000",
  ]);
});

it("reads no further than it was told, whatever the server sends", async () => {
  const { api } = await serving((_, response) => {
    response.writeHead(200, { "content-type": "text/plain" });
    // Never ended: who waits for the end waits for ever.
    for (let part = 0; part < 20; part += 1) response.write("x".repeat(100));
    return undefined;
  });
  expect(await api.log(pod, query, call)).toHaveLength(1_000);
});

it("says what the server says of a right that is missing", async () => {
  const { api } = await serving(() => ({ status: 403, body: statusOf(403, "Forbidden") }));
  await expect(api.log(pod, query, call)).rejects.toMatchObject({ code: "forbidden", message: "Forbidden said" });
});

it("does not ask again where the kubelet does not answer", async () => {
  const { server, api } = await serving(() => ({ status: 500, body: statusOf(500, "InternalError") }));
  await expect(api.log(pod, query, call)).rejects.toMatchObject({ code: "server-error", message: "InternalError said" });
  expect(server.requests).toHaveLength(1);
});

it("takes no page of a proxy for a log", async () => {
  const { api } = await serving(() => ({ headers: { "content-type": "text/html" }, body: "<html>log in</html>" }));
  await expect(api.log(pod, query, call)).rejects.toMatchObject({ code: "not-kubernetes" });
});
