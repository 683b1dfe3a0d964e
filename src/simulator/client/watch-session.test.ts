import { expect, test } from "vitest";
import { NoAnswerError } from "../../client/errors.ts";
import { budgets, nodes, pods } from "../../kube/resource.ts";
import type { Control } from "../control.ts";
import { Rig } from "../testing/rig.ts";

function relabel(control: Control, name: string, tier: string | null): void {
  control.edit(nodes, { name }, { kind: "merge", body: { metadata: { labels: { tier } } } });
}

test("a watch-list tells the state, then says that it is complete, then what changes", async () => {
  await using rig = new Rig();
  const { control } = rig;
  control.addNode({ name: "a" });
  control.addNode({ name: "b" });
  const { seen } = rig.watching(nodes, { from: "initial-events" });
  await rig.pass(100);
  expect(seen).toEqual(["ADDED a", "ADDED b", "BOOKMARK initial"]);
  relabel(control, "a", "x");
  control.deleteNode("b");
  control.addNode({ name: "c" });
  await rig.pass(100);
  expect(seen.slice(3)).toEqual(["MODIFIED a", "DELETED b", "ADDED c"]);
});

test("the first batch is empty and comes with the server's acceptance", async () => {
  await using rig = new Rig();
  const watch = rig.api.watch(nodes, { from: "0" }, rig.call)[Symbol.asyncIterator]();
  expect((await rig.run(watch.next())).value).toEqual([]);
  await watch.return?.();
});

test("a watch from a version tells exactly what came after it", async () => {
  await using rig = new Rig();
  const { control } = rig;
  control.addNode({ name: "a" });
  const from = control.addNode({ name: "b" }).metadata.resourceVersion;
  relabel(control, "a", "x");
  relabel(control, "b", "x");
  const { seen } = rig.watching(nodes, { from });
  await rig.pass(100);
  expect(seen).toEqual(["MODIFIED a", "MODIFIED b"]);
});

test("an object that begins to match is ADDED, one that no longer matches is DELETED with the old object and the new version", async () => {
  await using rig = new Rig();
  const { control, api, call } = rig;
  control.addNode({ name: "a", labels: { tier: "front" } });
  control.addNode({ name: "b", labels: { tier: "back" } });
  const { seen } = rig.watching(nodes, { from: "initial-events", labelSelector: "tier=front" });
  const deleted: (readonly [string | undefined, string])[] = [];
  const following = (async () => {
    for await (const batch of api.watch(nodes, { from: "initial-events", labelSelector: "tier=front" }, call)) {
      for (const event of batch) {
        if (event.type === "DELETED") deleted.push([event.item.value.metadata.labels?.["tier"], event.item.value.metadata.resourceVersion]);
      }
    }
  })();
  following.catch(() => {});
  await rig.pass(100);
  relabel(control, "b", "front");
  relabel(control, "a", "back");
  const version = control.find(nodes, { name: "a" })?.metadata.resourceVersion ?? "";
  relabel(control, "a", "side");
  await rig.pass(100);
  expect(seen).toEqual(["ADDED a", "BOOKMARK initial", "ADDED b", "DELETED a"]);
  expect(deleted).toEqual([["front", version]]);
});

test("pods of one node: a binding is ADDED, an end is DELETED, and a cordon elsewhere is nobody's business", async () => {
  await using rig = new Rig();
  const { control } = rig;
  control.addNode({ name: "a" });
  control.addNamespace("shop");
  const { seen } = rig.watching(pods, { from: "initial-events", fieldSelector: "spec.nodeName=a" });
  await rig.pass(100);
  control.create(pods, { metadata: { name: "p" }, spec: {} }, { namespace: "shop" });
  await rig.pass(10_000);
  control.remove(pods, { namespace: "shop", name: "p" });
  await rig.pass(10_000);
  expect(seen[1]).toBe("ADDED p");
  expect(seen.at(-1)).toBe("DELETED p");
  expect(seen.slice(2, -1).every((each) => each === "MODIFIED p")).toBe(true);
});

test("a version that is forgotten is an ERROR 410 in the stream, and the stream ends", async () => {
  await using rig = new Rig();
  const { control } = rig;
  const from = control.addNode({ name: "a" }).metadata.resourceVersion;
  control.addNode({ name: "b" });
  control.compact();
  const { seen, over } = rig.watching(nodes, { from });
  await rig.run(over);
  expect(seen).toEqual(["ERROR 410", "END"]);
});

test("the ring forgets by itself", async () => {
  await using rig = new Rig({ eventLimit: 5 });
  const { control } = rig;
  const from = control.addNode({ name: "a" }).metadata.resourceVersion;
  for (let index = 0; index < 4; index += 1) relabel(control, "a", `${index}`);
  const { seen } = rig.watching(nodes, { from });
  await rig.pass(100);
  expect(seen.length).toBe(4);
  for (let index = 0; index < 4; index += 1) relabel(control, "a", `again-${index}`);
  const { seen: late, over } = rig.watching(nodes, { from });
  await rig.run(over);
  expect(late).toEqual(["ERROR 410", "END"]);
});

test("bookmarks come about once a minute while there is other work, and the watch ends with one at its timeout", async () => {
  await using rig = new Rig();
  rig.control.addNode({ name: "a" });
  const { seen, over } = rig.watching(nodes, { from: "initial-events", timeoutSeconds: 200 });
  await rig.pass(210_000);
  await rig.run(over);
  expect(seen.slice(0, 2)).toEqual(["ADDED a", "BOOKMARK initial"]);
  expect(seen.slice(2)).toEqual(["BOOKMARK", "BOOKMARK", "BOOKMARK", "BOOKMARK", "END"]);
});

test("waiting for bookmarks alone is rest", async () => {
  await using rig = new Rig();
  const { seen } = rig.watching(nodes, { from: "initial-events" });
  expect(await rig.clock.run(() => seen.length > 1, { at: rig.clock.now() + 3_600_000, eventsPerInstant: 100 })).toBe("at-rest");
  expect(seen).toEqual(["BOOKMARK initial"]);
});

test("a watch that is cut breaks; one that falls silent says nothing for 150 s and breaks then", async () => {
  await using rig = new Rig();
  const { control } = rig;
  control.addNode({ name: "a" });
  control.faults.plantWatch({ verb: "watch" }, { kind: "cut", after: 500 });
  const cut = rig.watching(nodes, { from: "initial-events" });
  await rig.pass(100);
  control.faults.plantWatch({ verb: "watch" }, { kind: "silent", after: 500 });
  const silent = rig.watching(nodes, { from: "initial-events" });
  await rig.pass(1_000);
  relabel(control, "a", "x");
  await rig.pass(100_000);
  expect(cut.seen.slice(0, 2)).toEqual(["ADDED a", "BOOKMARK initial"]);
  expect(cut.seen[2]).toMatch(/^BROKEN /);
  expect(silent.seen).toEqual(["ADDED a", "BOOKMARK initial"]);
  await rig.pass(60_000);
  expect(silent.seen[2]).toMatch(/^BROKEN /);
  await expect(silent.over).rejects.toBeInstanceOf(NoAnswerError);
});

test("410 for a version that is known", async () => {
  await using rig = new Rig();
  const from = rig.control.addNode({ name: "a" }).metadata.resourceVersion;
  rig.control.faults.plantWatch({}, { kind: "expired" });
  const { seen, over } = rig.watching(nodes, { from });
  await rig.run(over);
  expect(seen).toEqual(["ERROR 410", "END"]);
});

test("a selector that cannot be read, or by a field that cannot be selected, is refused", async () => {
  await using rig = new Rig();
  const refused = async (fieldSelector: string, labelSelector = ""): Promise<void> => {
    await rig.run(rig.api.watch(budgets, { from: "0", fieldSelector, labelSelector }, rig.call)[Symbol.asyncIterator]().next());
  };
  await expect(refused("status.phase=Running")).rejects.toMatchObject({
    code: "bad-request",
    message: /is not a known field selector/,
  });
  await expect(refused("metadata.name")).rejects.toMatchObject({ code: "bad-request" });
  await expect(refused("", "a in b")).rejects.toMatchObject({ code: "bad-request" });
});

test("an aborted watch throws the reason and leaves no timer behind", async () => {
  await using rig = new Rig();
  const stop = new AbortController();
  const watch = rig.api.watch(nodes, { from: "initial-events" }, { signal: stop.signal })[Symbol.asyncIterator]();
  await rig.run(watch.next());
  await rig.run(watch.next());
  const waiting = watch.next();
  const reason = new Error("enough");
  stop.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  expect(rig.cluster.timers).toBe(0);
});
