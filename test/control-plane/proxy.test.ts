import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createAdminClient } from "./fixture/admin-client.ts";
import type { AdminClient } from "./fixture/admin-client.ts";
import { startControlPlane } from "./fixture/control-plane.ts";
import type { ControlPlane } from "./fixture/control-plane.ts";
import { startProxy } from "./fixture/proxy.ts";
import type { Proxy } from "./fixture/proxy.ts";

let plane: ControlPlane;
let proxy: Proxy;
/** Speaks through the proxy. */
let client: AdminClient;
let kubeconfig: string;

beforeAll(async () => {
  plane = await startControlPlane();
  await plane.createNodes(2);
  proxy = await startProxy(plane, "proxy test");
  client = createAdminClient(proxy.server, plane.authorityPem, plane.token("admin"), 8);
  kubeconfig = await plane.kubeconfig("admin", proxy.server);
});

afterEach(() => proxy.set({}));

afterAll(async () => {
  client.close();
  await proxy[Symbol.asyncDispose]();
  await plane[Symbol.asyncDispose]();
});

interface Event {
  readonly type: string;
  readonly object: { readonly metadata: { readonly name?: string }; readonly code?: number };
}

const nodes = "/api/v1/nodes";
const watch = (query = ""): AsyncGenerator<Event> => client.stream<Event>(`${nodes}?watch=true${query}`, new AbortController().signal);

async function drainOf(stream: AsyncGenerator<Event>): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

test("without faults kubectl drains a node through it, over HTTP/2", async () => {
  await plane.createDeployment({ name: "web", replicas: 2, on: ["node-1"] });
  await plane.podsReady({ labelSelector: "app=web" }, 2);
  expect(await plane.kubectl(["drain", "node-1"], { kubeconfig })).toMatchObject({ code: 0 });
  expect(await plane.list("pods", { fieldSelector: "spec.nodeName=node-1" })).toEqual([]);
});

test("watches are cut, now and every so often", async () => {
  const first = watch();
  expect((await first.next()).value).toMatchObject({ type: "ADDED" });
  proxy.cutWatches();
  await expect(drainOf(first)).rejects.toThrow("aborted");
  proxy.set({ cutWatchesEvery: 50 });
  await expect(drainOf(watch())).rejects.toThrow("aborted");
  expect(proxy.counts.cut).toBe(2);
});

test("a watch that goes on from a version hears that it is too old", async () => {
  proxy.set({ resumeIsGone: "event" });
  const [event] = await drainOf(watch("&resourceVersion=5"));
  expect(event).toMatchObject({ type: "ERROR", object: { code: 410 } });
  proxy.set({ resumeIsGone: "http" });
  await expect(drainOf(watch("&resourceVersion=5"))).rejects.toThrow("410");
});

test("chunks of watches arrive in pieces, and with bytes changed", async () => {
  proxy.set({ splitChunks: true });
  const pieces = watch();
  const names = [(await pieces.next()).value, (await pieces.next()).value].map((event) => (event as Event).object.metadata.name);
  expect(new Set(names)).toEqual(new Set(["node-1", "node-2"]));
  proxy.set({ garble: 1 });
  await expect(drainOf(watch())).rejects.toThrow("JSON");
});

test("calls are refused, by seed, and only those that are meant", async () => {
  proxy.set({ refuse: { share: 0.5, with: [429, 500, 503] }, only: (method, path) => method === "GET" && path === nodes });
  const statuses: number[] = [];
  for (let call = 0; call < 24; call += 1) statuses.push((await client.request("GET", nodes)).status);
  expect(new Set(statuses)).toEqual(new Set([200, 429, 500, 503]));
  expect((await client.request("GET", "/api/v1/namespaces")).status).toBe(200);
});

test("an answer is lost after the call took effect", async () => {
  proxy.set({ loseAnswers: 1, only: (method) => method === "PATCH" });
  await expect(client.request("PATCH", `${nodes}/node-2`, { metadata: { labels: { lost: "answer" } } })).rejects.toThrow("hang up");
  const [node] = await plane.list("nodes", { fieldSelector: "metadata.name=node-2" });
  expect(node?.metadata.labels?.["lost"]).toBe("answer");
});

test("nothing passes while it stalls, and all of it afterwards", async () => {
  const stream = watch();
  await stream.next();
  await stream.next();
  proxy.stall();
  let arrived = false;
  const next = stream.next().then((result) => {
    arrived = true;
    return result;
  });
  await plane.call("PATCH", `${nodes}/node-2`, { metadata: { labels: { stalled: "yes" } } });
  await plane.waitFor("nodes", { labelSelector: "stalled" }, (found) => found.length === 1);
  expect(arrived).toBe(false);
  proxy.flow();
  expect((await next).value).toMatchObject({ type: "MODIFIED" });
});
