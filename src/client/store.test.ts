import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Item } from "./kube-api.ts";
import { createStore, type Store, type StoreChange } from "./store.ts";

interface Value {
  readonly node: string;
  readonly labels: readonly string[];
}
let version = 0;
const item = (uid: string, node = "n1", labels: readonly string[] = [], name = uid): Item<Value> => ({
  uid,
  namespace: "default",
  name,
  resourceVersion: String((version += 1)),
  value: { node, labels },
});
const createPods = (): Store<Value, "node" | "label"> =>
  createStore<Value, "node" | "label">({ node: ({ value }) => [value.node], label: ({ value }) => value.labels });
const listen = <P>(store: Store<P>): StoreChange<P>[] => {
  const seen: StoreChange<P>[] = [];
  store.onChange((changes) => seen.push(...changes));
  return seen;
};
const uids = (items: readonly Item<unknown>[]): readonly string[] => items.map(({ uid }) => uid);

describe("a store", () => {
  it("finds objects by uid, by name and by each of their keys", () => {
    const store = createPods();
    const a = item("a", "n1", ["app=web", "tier=front"]);
    store.replace([a, item("b", "n2", ["app=web"])]);
    expect(store.size).toBe(2);
    expect(store.get("a")).toBe(a);
    expect(store.byName("default", "a")).toBe(a);
    expect(store.byName(undefined, "a")).toBeUndefined();
    expect(uids(store.by("label", "app=web"))).toEqual(["a", "b"]);
    expect(uids(store.by("node", "n2"))).toEqual(["b"]);
    expect(store.by("node", "n3")).toEqual([]);
  });

  it("follows an object from key to key", () => {
    const store = createPods();
    store.replace([item("a", "", ["x"])]);
    store.apply([{ type: "MODIFIED", item: item("a", "n1", ["x", "y"]) }]);
    expect(store.by("node", "")).toEqual([]);
    expect(uids(store.by("node", "n1"))).toEqual(["a"]);
    expect(store.by("label", "x")).toEqual(store.by("label", "y"));
    store.apply([{ type: "DELETED", item: item("a") }]);
    expect([store.size, store.by("node", "n1"), store.by("label", "x")]).toEqual([0, [], []]);
  });

  it("answers by an index as it is now, whatever was asked before, and leaves earlier answers as they were", () => {
    const store = createPods();
    store.replace([item("a", "n1"), item("b", "n1")]);
    const both = store.by("node", "n1");
    expect(store.by("node", "n1")).toBe(both);
    store.apply([{ type: "MODIFIED", item: item("b", "n2") }]);
    expect([uids(store.by("node", "n1")), uids(store.by("node", "n2")), uids(both)]).toEqual([["a"], ["b"], ["a", "b"]]);
    store.apply([{ type: "ADDED", item: item("c", "n1") }]);
    expect(uids(store.by("node", "n1"))).toEqual(["a", "c"]);
    store.replace([item("c", "n1")]);
    expect([uids(store.by("node", "n1")), uids(store.by("node", "n2"))]).toEqual([["c"], []]);
  });

  it("tells what was watched: before, after, and the last state the server sent with a deletion", () => {
    const store = createPods();
    store.replace([]);
    const seen = listen(store);
    const [first, second, last] = [item("a"), item("a"), item("a")];
    store.apply([
      { type: "ADDED", item: first },
      { type: "MODIFIED", item: second },
      { type: "DELETED", item: last },
    ]);
    expect(seen).toEqual([
      { uid: "a", after: first, seen: "watched" },
      { uid: "a", before: first, after: second, seen: "watched" },
      { uid: "a", before: second, last, seen: "watched" },
    ]);
  });

  it("tells what a whole state shows as relisted, what vanished before what is new, and nothing of what is the same", () => {
    const store = createPods();
    const [same, old, gone] = [item("same"), item("changed"), item("gone", "n1", [], "web-0")];
    store.replace([same, old, gone]);
    const seen = listen(store);
    const [changed, namesake] = [item("changed"), item("new", "n1", [], "web-0")];
    store.replace([namesake, same, changed]);
    expect(seen).toEqual([
      { uid: "gone", before: gone, seen: "relisted" },
      { uid: "new", after: namesake, seen: "relisted" },
      { uid: "changed", before: old, after: changed, seen: "relisted" },
    ]);
    expect(store.byName("default", "web-0")).toBe(namesake);
  });

  it("lets the next by the same name stand when the one before goes late", () => {
    const store = createPods();
    const [before, next] = [item("before", "n1", [], "web-0"), item("next", "n1", [], "web-0")];
    store.replace([before]);
    store.apply([
      { type: "ADDED", item: next },
      { type: "DELETED", item: before },
    ]);
    expect(store.byName("default", "web-0")).toBe(next);
  });

  it("tells listeners when it holds the whole batch, until they are disposed of", () => {
    const store = createPods();
    const sizes: number[] = [];
    const listener = store.onChange((changes) => sizes.push(changes.length, store.size));
    store.replace([item("a"), item("b")]);
    store.replace([]);
    store.replace([]);
    listener[Symbol.dispose]();
    store.replace([item("c")]);
    expect(sizes).toEqual([2, 2, 2, 0]);
  });

  it("takes any string for a key", () => {
    const store = createPods();
    const odd = ["__proto__", "constructor", "toString", ""];
    expect(odd.map((key) => store.by("label", key))).toEqual([[], [], [], []]);
    store.replace(odd.map((uid) => item(uid, uid, odd)));
    expect(odd.map((key) => uids(store.by("label", key)))).toEqual([odd, odd, odd, odd]);
    expect(store.get("__proto__")?.uid).toBe("__proto__");
    expect(store.byName("default", "constructor")?.uid).toBe("constructor");
  });

  it("refuses an index that it does not have", () => {
    expect(() => createStore<Value>({}).by("node", "n1")).toThrow("no index node");
  });

  it("asks for the keys of the objects that change only, however many it holds", () => {
    let asked = 0;
    const store = createStore<Value>({
      node: ({ value }) => {
        asked += 1;
        return [value.node];
      },
    });
    store.replace(Array.from({ length: 20_000 }, (_, n) => item(`pod-${n}`, `node-${n % 100}`)));
    asked = 0;
    for (let n = 0; n < 100; n += 1) store.apply([{ type: "MODIFIED", item: item(`pod-${n}`, "node-7") }]);
    for (let n = 0; n < 100; n += 1) store.apply([{ type: "DELETED", item: item(`pod-${n}`) }]);
    expect(asked).toBeLessThanOrEqual(300);
    expect(store.by("node", "node-7").length).toBe(199);
  });

  it("answers as a plain list would, after any changes; its changes add up to what it holds", () => {
    const key = fc.constantFrom("a", "b", "__proto__");
    const uid = fc.constantFrom("u0", "u1", "u2", "u3", "u4");
    const some = fc.tuple(uid, key, fc.array(key, { maxLength: 3 })).map(([id, node, labels]) => ({ id, node, labels }));
    const whole = fc.uniqueArray(some, { selector: ({ id }) => id }).map((items) => ({ whole: items }));
    const batch = fc.array(fc.tuple(fc.boolean(), some), { maxLength: 4 }).map((changes) => ({ changes }));
    fc.assert(
      fc.property(fc.array(fc.oneof(batch, batch, whole), { maxLength: 20 }), (deeds) => {
        const store = createPods();
        const plain = new Map<string, Item<Value>>();
        const replayed = new Map<string, Item<Value>>();
        store.onChange((changes) => {
          for (const { uid: id, before, after } of changes) {
            expect(replayed.get(id)).toBe(before);
            if (after === undefined) replayed.delete(id);
            else replayed.set(id, after);
          }
        });
        for (const deed of deeds) {
          if ("whole" in deed) {
            const items = deed.whole.map(({ id, node, labels }) => item(id, node, labels));
            store.replace(items);
            plain.clear();
            for (const each of items) plain.set(each.uid, each);
          } else {
            for (const [deleted, { id, node, labels }] of deed.changes) {
              const each = item(id, node, labels);
              const type = deleted ? "DELETED" : plain.has(id) ? "MODIFIED" : "ADDED";
              store.apply([{ type, item: each }]);
              if (deleted) plain.delete(id);
              else plain.set(id, each);
            }
          }
          expect(new Map([...store.items()].map((each) => [each.uid, each]))).toEqual(plain);
          expect(replayed).toEqual(plain);
          for (const sought of ["a", "b", "__proto__"]) {
            const on = [...plain.values()].filter(({ value }) => value.node === sought);
            const labelled = [...plain.values()].filter(({ value }) => value.labels.includes(sought));
            expect([...uids(store.by("node", sought))].sort()).toEqual([...uids(on)].sort());
            expect([...uids(store.by("label", sought))].sort()).toEqual([...uids(labelled)].sort());
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
