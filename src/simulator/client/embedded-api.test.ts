import { expect, test } from "vitest";
import type { KubeApi } from "../../client/kube-api.ts";
import type { KubeObject } from "../../kube/object.ts";
import { nodes, pods, type Resource, selfSubjectAccessReviews, selfSubjectReviews } from "../../kube/resource.ts";
import { Rig } from "../testing/rig.ts";

const widgets: Resource = { group: "example.com", version: "v1", plural: "widgets", kind: "Widget", namespaced: true };

async function names(api: KubeApi, rig: Rig, pageSize: number): Promise<readonly (readonly string[])[]> {
  const pages: string[][] = [];
  for await (const page of api.list(pods, { pageSize }, rig.call)) pages.push(page.items.map(({ name }) => name));
  return pages;
}

test("the version is 1.36, and the server's clock is ours", async () => {
  await using rig = new Rig();
  expect(await rig.run(rig.api.version(rig.call))).toMatchObject({ major: 1, minor: 36 });
  expect(rig.api.serverTime()).toEqual({ offset: 0, rate: 1, seen: rig.clock.now() });
});

test("every call takes time: reads 2 to 10 ms, writes 5 to 20 ms", async () => {
  await using rig = new Rig();
  rig.control.addNode({ name: "a" });
  for (let index = 0; index < 40; index += 1) {
    const start = rig.clock.monotonic();
    await rig.run(rig.api.get(nodes, { name: "a" }, rig.call));
    const read = rig.clock.monotonic() - start;
    expect(read >= 2 && read <= 10).toBe(true);
    await rig.run(
      rig.api.patch(nodes, { name: "a" }, { kind: "merge", body: { metadata: { labels: { index: `${index}` } } } }, {}, rig.call),
    );
    const write = rig.clock.monotonic() - start - read;
    expect(write >= 5 && write <= 20).toBe(true);
  }
});

test("a resource that is not served is refused by name, with all that is", async () => {
  await using rig = new Rig();
  const refusal = {
    code: "not-found",
    http: 404,
    message: expect.stringMatching(/does not serve widgets\.example\.com.*pods.*poddisruptionbudgets\.policy/),
  };
  await expect(rig.run(rig.api.get(widgets, { namespace: "x", name: "y" }, rig.call))).rejects.toMatchObject(refusal);
  await expect(rig.run(rig.api.create(widgets, {}, {}, rig.call))).rejects.toMatchObject(refusal);
  await expect(rig.run(rig.api.list(widgets, {}, rig.call)[Symbol.asyncIterator]().next())).rejects.toMatchObject(refusal);
  await expect(rig.run(rig.api.watch(widgets, { from: "0" }, rig.call)[Symbol.asyncIterator]().next())).rejects.toMatchObject(refusal);
});

test("a custom resource can be served, and takes no strategic merge patch", async () => {
  await using rig = new Rig({ resources: [widgets] });
  rig.control.addNamespace("x");
  const { object } = await rig.run(rig.api.create(widgets, { metadata: { name: "w" }, spec: { size: 1 } }, { namespace: "x" }, rig.call));
  expect(object.metadata).toMatchObject({ name: "w", namespace: "x", generation: 1 });
  const at = { namespace: "x", name: "w" };
  const strategic = rig.api.patch(widgets, at, { kind: "strategic", body: { spec: { size: 2 } } }, {}, rig.call);
  await expect(rig.run(strategic)).rejects.toMatchObject({ http: 415 });
  const merge = await rig.run(rig.api.patch(widgets, at, { kind: "merge", body: { spec: { size: 2 } } }, {}, rig.call));
  expect(merge.object.metadata.generation).toBe(2);
});

test("a subresource or propagation that is not there is refused loudly", async () => {
  await using rig = new Rig();
  const node = rig.control.addNode({ name: "a" });
  const scale = rig.api.patch(nodes, { name: "a" }, { kind: "merge", body: {} }, { subresource: "scale" }, rig.call);
  await expect(rig.run(scale)).rejects.toMatchObject({
    http: 501,
    message: expect.stringMatching(/nodes\/scale.*subresources of nodes: status/),
  });
  const foreground = rig.api.remove(nodes, node.metadata, { propagation: "Foreground" }, rig.call);
  await expect(rig.run(foreground)).rejects.toMatchObject({ http: 501 });
});

test("pages of a list all show the cluster of the first page", async () => {
  await using rig = new Rig();
  const { control, api } = rig;
  control.addNode({ name: "n" });
  for (const name of ["a", "b", "c", "d", "e"]) control.addPod({ namespace: "x", name, on: "n" });
  const pages: string[] = [];
  const listing = (async () => {
    for await (const { items, remaining } of api.list(pods, { pageSize: 2 }, rig.call)) {
      pages.push(`${items.map(({ name }) => name).join("")}+${remaining ?? 0}`);
      if (pages.length === 1) {
        control.addPod({ namespace: "x", name: "bb", on: "n" });
        control.edit(pods, { namespace: "x", name: "e" }, { kind: "merge", body: { metadata: { labels: { later: "yes" } } } });
      }
    }
  })();
  await rig.run(listing);
  expect(pages).toEqual(["ab+3", "cd+1", "e+0"]);
  expect(await rig.run(names(api, rig, 0))).toEqual([["a", "b", "bb", "c", "d", "e"]]);
});

test("a list whose place is forgotten begins anew, once, and says so", async () => {
  await using rig = new Rig();
  const { control, api } = rig;
  control.addNode({ name: "n" });
  for (const name of ["a", "b", "c"]) control.addPod({ namespace: "x", name, on: "n" });
  const pages: string[] = [];
  const listing = (async () => {
    for await (const { items, restarted } of api.list(pods, { pageSize: 2 }, rig.call)) {
      pages.push(`${restarted === true ? "anew " : ""}${items.map(({ name }) => name).join("")}`);
      if (pages.length > 1) continue;
      control.addPod({ namespace: "x", name: "aa", on: "n" });
      control.compact();
    }
  })();
  await rig.run(listing);
  expect(pages).toEqual(["ab", "anew aaa", "bc"]);
});

test("a list not older than a version that is not there yet is a 504", async () => {
  await using rig = new Rig();
  const list = rig.api.list(nodes, { resourceVersion: "999999" }, { ...rig.call, retry: "none" });
  await expect(rig.run(list[Symbol.asyncIterator]().next())).rejects.toMatchObject({ http: 504 });
});

test("who am I, and may I: the client's name, and what it is denied", async () => {
  await using rig = new Rig();
  const api = rig.cluster.api({ name: "ann", deny: [{ verb: "create", resource: "pods", subresource: "eviction" }, { verb: "watch" }] });
  const me = await rig.run(api.create(selfSubjectReviews, {}, {}, rig.call));
  expect(me.object).toMatchObject({ status: { userInfo: { username: "ann" } } });
  const may = async (attributes: object): Promise<unknown> => {
    const { object } = await rig.run(api.create(selfSubjectAccessReviews, { spec: { resourceAttributes: attributes } }, {}, rig.call));
    return (object as KubeObject & { readonly status: { readonly allowed: boolean } }).status.allowed;
  };
  expect(await may({ verb: "create", resource: "pods", subresource: "eviction" })).toBe(false);
  expect(await may({ verb: "create", resource: "pods" })).toBe(true);
  expect(await may({ verb: "watch", resource: "nodes" })).toBe(false);
  expect(await may({ verb: "list", resource: "nodes" })).toBe(true);
});

test("what a client is denied is 403 when it does it, in the words of RBAC", async () => {
  await using rig = new Rig();
  const pod = rig.control.addPod({ namespace: "x", name: "p", on: "n" });
  const api = rig.cluster.api({
    name: "ann",
    deny: [{ verb: "create", resource: "pods", subresource: "eviction" }, { resource: "nodes" }],
  });
  expect(await rig.run(api.evict(pod.metadata, {}, rig.call))).toMatchObject({
    http: 403,
    status: {
      reason: "Forbidden",
      message: 'pods/eviction "p" is forbidden: User "ann" cannot create resource "pods/eviction" in API group "" in the namespace "x"',
    },
  });
  await expect(rig.run(api.get(nodes, { name: "n" }, rig.call))).rejects.toMatchObject({ code: "forbidden" });
});

test("an aborted call rejects with the reason at once; what the server has begun it finishes", async () => {
  await using rig = new Rig();
  rig.control.addNode({ name: "a" });
  const stop = new AbortController();
  const reason = new Error("Ctrl-C");
  const patch = { kind: "merge", body: { spec: { unschedulable: true } } } as const;
  const write = rig.api.patch(nodes, { name: "a" }, patch, {}, { signal: stop.signal });
  const outcome = write.then(
    () => "done",
    (error: unknown) => error,
  );
  await rig.until(() => rig.control.find(nodes, { name: "a" })?.spec?.unschedulable === true);
  stop.abort(reason);
  expect(await outcome).toBe(reason);
  await expect(rig.api.get(nodes, { name: "a" }, { signal: stop.signal })).rejects.toBe(reason);
});

test("a closed client answers nothing, others go on", async () => {
  await using rig = new Rig();
  rig.control.addNode({ name: "a" });
  const other = rig.cluster.api({ name: "other" });
  const pending = rig.api.get(nodes, { name: "a" }, rig.call);
  await rig.api[Symbol.asyncDispose]();
  await expect(pending).rejects.toMatchObject({ code: "unreachable" });
  expect((await rig.run(other.get(nodes, { name: "a" }, rig.call))).metadata.name).toBe("a");
});

test("a disposed cluster leaves no timer, and ends what waits for it", async () => {
  const rig = new Rig();
  rig.control.addNode({ name: "a" });
  rig.control.addWorkload({ kind: "Deployment", namespace: "x", name: "web", replicas: 3 });
  rig.control.addPod({ namespace: "x", name: "p", on: "a", terminating: true });
  const watch = rig.watching(nodes, { from: "initial-events" });
  await rig.pass(10);
  const pending = rig.api.get(nodes, { name: "a" }, rig.call);
  expect(rig.cluster.timers).toBeGreaterThan(0);
  await rig.cluster[Symbol.asyncDispose]();
  expect(rig.cluster.timers).toBe(0);
  await expect(pending).rejects.toMatchObject({ code: "unreachable" });
  await expect(watch.over).rejects.toMatchObject({ code: "unreachable" });
  await rig.run(rig.cluster.settled());
  expect(await rig.clock.run(() => false, { at: rig.clock.now() + 1_000_000, eventsPerInstant: 10 })).toBe("at-rest");
});
