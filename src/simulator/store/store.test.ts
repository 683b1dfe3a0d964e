import { expect, test } from "vitest";
import { budgets, nodes, pods } from "../../kube/resource.ts";
import type { KubeObject } from "../../kube/object.ts";
import { createVirtualClock } from "../../runtime/virtual-clock.ts";
import { Store } from "./store.ts";

const note = { by: "test", deed: "patch" } as const;

function node(name: string, label: string): KubeObject {
  return { metadata: { name, uid: `uid-${name}`, resourceVersion: "", labels: { label } } };
}

function labelsAt(store: Store, revision: number): readonly string[] | undefined {
  return store.allAt(nodes, revision)?.map(({ metadata }) => `${metadata.name}:${metadata.labels?.["label"]}@${metadata.resourceVersion}`);
}

test("one counter for all resources, and an object carries the revision of its last write", () => {
  const store = new Store(createVirtualClock(), 100);
  const first = store.put(nodes, node("a", "1"), note);
  store.put(budgets as never, { metadata: { name: "b", namespace: "x", uid: "b", resourceVersion: "" } }, note);
  const again = store.put(nodes, node("a", "2"), note);
  expect([first, again].map(({ metadata }) => metadata.resourceVersion)).toEqual(["2", "4"]);
  expect(store.revision).toBe(4);
});

test("objects cannot be changed by who reads them", () => {
  const store = new Store(createVirtualClock(), 100);
  store.put(nodes, node("a", "1"), note);
  const read = store.find(nodes, { name: "a" }) as { metadata: { labels: Record<string, string> } };
  expect(() => {
    read.metadata.labels["label"] = "2";
  }).toThrow(TypeError);
});

test("a list of an earlier revision shows what was there, and only that", () => {
  const store = new Store(createVirtualClock(), 100);
  store.put(nodes, node("a", "1"), note);
  store.put(nodes, node("b", "1"), note);
  const then = store.revision;
  store.put(nodes, node("a", "2"), note);
  store.drop(nodes, { name: "b" }, note);
  store.put(nodes, node("c", "1"), note);
  expect(labelsAt(store, then)).toEqual(["a:1@2", "b:1@3"]);
  expect(labelsAt(store, store.revision)).toEqual(["a:2@4", "c:1@6"]);
});

test("what is older than the limit is forgotten, and only that", () => {
  const store = new Store(createVirtualClock(), 3);
  for (let index = 0; index < 20; index += 1) {
    store.put(nodes, node(`n${index}`, "1"), note);
    const newest = store.revision;
    expect(store.after(newest)).toEqual([]);
    const kept = Math.min(3, index + 1);
    expect(store.after(newest - kept)?.map(({ revision }) => revision)).toEqual(
      Array.from({ length: kept }, (_, place) => newest - kept + 1 + place),
    );
    expect(store.after(newest - 4)).toBeUndefined();
  }
  expect(store.compacted).toBe(store.revision - 3);
});

test("after a compaction only the present is known", () => {
  const store = new Store(createVirtualClock(), 100);
  store.put(nodes, node("a", "1"), note);
  store.put(nodes, node("a", "2"), note);
  store.compact();
  expect(store.after(store.revision - 1)).toBeUndefined();
  expect(store.after(store.revision)).toEqual([]);
  store.put(nodes, node("a", "3"), note);
  expect(store.after(store.revision - 1)?.length).toBe(1);
});

test("lists come in the order of namespace, then name", () => {
  const store = new Store(createVirtualClock(), 100);
  for (const [namespace, name] of [
    ["b", "x"],
    ["a", "z"],
    ["a", "y"],
  ] as const) {
    store.put(pods as never, { metadata: { name, namespace, uid: name, resourceVersion: "" } }, note);
  }
  expect(store.all(pods).map(({ metadata }) => metadata.name)).toEqual(["y", "z", "x"]);
  expect(store.all(pods, "a").map(({ metadata }) => metadata.name)).toEqual(["y", "z"]);
});
