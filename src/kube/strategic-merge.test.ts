import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "./object.ts";
import { applyStrategicMerge } from "./strategic-merge.ts";
import type { StrategicFailure } from "./strategic-merge.ts";

describe("applies", () => {
  test.each<[string, Json, Json, Json]>([
    ["members merge, null removes", { spec: { a: 1, b: 2 } }, { spec: { a: null, c: 3 } }, { spec: { b: 2, c: 3 } }],
    [
      "kubectl cordon",
      { spec: { providerID: "x" } },
      { spec: { unschedulable: true } },
      { spec: { providerID: "x", unschedulable: true } },
    ],
    ["kubectl uncordon", { spec: { unschedulable: true } }, { spec: { unschedulable: null } }, { spec: {} }],
    [
      "taints are one value: a taint added meanwhile is lost",
      { spec: { taints: [{ key: "theirs", effect: "NoSchedule" }] } },
      { spec: { taints: [{ key: "ours", effect: "NoSchedule" }] } },
      { spec: { taints: [{ key: "ours", effect: "NoSchedule" }] } },
    ],
    [
      "tolerations are one value",
      { spec: { tolerations: [{ key: "a" }, { key: "b" }] } },
      { spec: { tolerations: [{ key: "c" }] } },
      { spec: { tolerations: [{ key: "c" }] } },
    ],
    [
      "conditions merge by type",
      {
        status: {
          conditions: [
            { type: "Ready", status: "True", reason: "KubeletReady" },
            { type: "DiskPressure", status: "False" },
          ],
        },
      },
      {
        status: {
          conditions: [
            { type: "Ready", status: "Unknown", reason: null },
            { type: "Draining", status: "True" },
          ],
        },
      },
      {
        status: {
          conditions: [
            { type: "Ready", status: "Unknown" },
            { type: "Draining", status: "True" },
            { type: "DiskPressure", status: "False" },
          ],
        },
      },
    ],
    [
      "$patch: delete removes one item",
      { status: { conditions: [{ type: "A" }, { type: "B" }, { type: "C" }] } },
      { status: { conditions: [{ type: "B", $patch: "delete" }] } },
      { status: { conditions: [{ type: "A" }, { type: "C" }] } },
    ],
    [
      "and nothing where it is not",
      { status: { conditions: [] } },
      { status: { conditions: [{ type: "B", $patch: "delete" }] } },
      { status: { conditions: [] } },
    ],
    [
      "$patch: replace in a list replaces it",
      { status: { conditions: [{ type: "A" }, { type: "B" }] } },
      { status: { conditions: [{ $patch: "replace" }, { type: "C" }] } },
      { status: { conditions: [{ type: "C" }] } },
    ],
    [
      "$patch: replace in an object",
      { metadata: { labels: { a: "1" } } },
      { metadata: { labels: { $patch: "replace", b: "2" } } },
      { metadata: { labels: { b: "2" } } },
    ],
    [
      "$patch: delete in an object empties it",
      { metadata: { labels: { a: "1" } } },
      { metadata: { labels: { $patch: "delete" } } },
      { metadata: { labels: {} } },
    ],
    [
      "finalizers are a set",
      { metadata: { finalizers: ["a", "b"] } },
      { metadata: { finalizers: ["b", "c"] } },
      { metadata: { finalizers: ["a", "b", "c"] } },
    ],
    [
      "$deleteFromPrimitiveList",
      { metadata: { finalizers: ["a", "b", "c"] } },
      { metadata: { "$deleteFromPrimitiveList/finalizers": ["b", "x"] } },
      { metadata: { finalizers: ["a", "c"] } },
    ],
    [
      "owners merge by uid",
      {
        metadata: {
          ownerReferences: [
            { uid: "1", name: "a" },
            { uid: "2", name: "b" },
          ],
        },
      },
      {
        metadata: {
          ownerReferences: [
            { uid: "1", $patch: "delete" },
            { uid: "3", name: "c" },
          ],
        },
      },
      {
        metadata: {
          ownerReferences: [
            { uid: "3", name: "c" },
            { uid: "2", name: "b" },
          ],
        },
      },
    ],
    [
      "containers merge by name, their environment too, their arguments do not",
      {
        spec: {
          containers: [
            { name: "main", image: "a:1", args: ["x"], env: [{ name: "A", value: "1" }] },
            { name: "side", image: "b" },
          ],
        },
      },
      { spec: { containers: [{ name: "main", image: "a:2", args: ["y"], env: [{ name: "B", value: "2" }] }] } },
      {
        spec: {
          containers: [
            {
              name: "main",
              image: "a:2",
              args: ["y"],
              env: [
                { name: "B", value: "2" },
                { name: "A", value: "1" },
              ],
            },
            { name: "side", image: "b" },
          ],
        },
      },
    ],
    [
      "$setElementOrder orders what is not in the patch",
      { status: { conditions: [{ type: "A" }, { type: "B" }, { type: "C" }] } },
      { status: { "$setElementOrder/conditions": [{ type: "C" }, { type: "A" }, { type: "N" }], conditions: [{ type: "N" }] } },
      { status: { conditions: [{ type: "B" }, { type: "C" }, { type: "A" }, { type: "N" }] } },
    ],
    [
      "directives and nulls of a new part are dropped",
      {},
      { metadata: { labels: { a: null, b: "1" }, annotations: { $patch: "replace" } } },
      { metadata: { labels: { b: "1" } } },
    ],
    ["a value of another type replaces", { spec: { a: [1] } }, { spec: { a: { b: 1 } } }, { spec: { a: { b: 1 } } }],
    ["two empty lists", { metadata: { finalizers: [] } }, { metadata: { finalizers: [] } }, { metadata: { finalizers: [] } }],
  ])("%s", (_name, target, patch, expected) => {
    const before = structuredClone(target);
    expect(applyStrategicMerge(target, patch)).toEqual({ ok: true, value: expected });
    expect(target).toEqual(before);
  });
});

const pod: Json = {
  metadata: { finalizers: ["a"] },
  spec: { volumes: [{ name: "v", emptyDir: {} }] },
  status: { conditions: [{ type: "Ready" }] },
};

describe("fails, and says where", () => {
  test.each<[string, Json, StrategicFailure]>([
    ["$retainKeys", { spec: { volumes: [{ name: "v", $retainKeys: ["name"] }] } }, { kind: "unsupported", path: "spec.volumes" }],
    ["an unknown $patch", { spec: { $patch: "merge" } }, { kind: "bad-directive", path: "spec" }],
    [
      "an unknown $patch in a list",
      { status: { conditions: [{ type: "Ready", $patch: "merge" }] } },
      { kind: "bad-directive", path: "status.conditions" },
    ],
    ["an item without its key", { status: { conditions: [{ status: "True" }] } }, { kind: "no-merge-key", path: "status.conditions" }],
    ["a removal without its key", { status: { conditions: [{ $patch: "delete" }] } }, { kind: "no-merge-key", path: "status.conditions" }],
    ["plain values where items merge", { status: { conditions: ["Ready"] } }, { kind: "bad-list", path: "status.conditions" }],
    ["items in a set", { metadata: { finalizers: [{ name: "a" }] } }, { kind: "bad-list", path: "metadata.finalizers" }],
    ["an order that is no list", { status: { "$setElementOrder/conditions": "Ready" } }, { kind: "bad-list", path: "status.conditions" }],
    ["a patch that is no object", [], { kind: "bad-directive", path: "" }],
  ])("%s", (_name, patch, failure) => {
    expect(applyStrategicMerge(pod, patch)).toEqual({ ok: false, failure });
  });
});

test("applying a patch twice is applying it once", () => {
  const types = fc.constantFrom("A", "B", "C", "D");
  const conditions = fc.uniqueArray(fc.record({ type: types, status: fc.constantFrom("True", "False") }), {
    selector: (condition) => condition.type,
  });
  const patched = fc.uniqueArray(
    fc.oneof(
      fc.record({ type: types, status: fc.constantFrom("True", "False", null) }),
      fc.record({ type: types, $patch: fc.constant("delete") }),
    ),
    { selector: (condition) => condition.type },
  );
  fc.assert(
    fc.property(conditions, patched, fc.uniqueArray(types), fc.uniqueArray(types), (before, patch, had, adds) => {
      const body: Json = { status: { conditions: patch }, metadata: { finalizers: adds } };
      const once = applyStrategicMerge({ status: { conditions: before }, metadata: { finalizers: had } }, body);
      expect(once.ok).toBe(true);
      const twice = once.ok ? applyStrategicMerge(once.value, body) : once;
      expect(decoded(twice)).toEqual(decoded(once));
    }),
  );
});

/** A null in a new item stays until the object is decoded, so what is compared is what is left then. */
function decoded(merged: ReturnType<typeof applyStrategicMerge>): string {
  return JSON.stringify(merged, (_key, value: unknown) => (value === null ? undefined : value));
}
