import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyJsonPatch } from "./json-patch.ts";
import type { JsonPatchFailure } from "./json-patch.ts";
import type { Json } from "./object.ts";
import type { JsonPatchOperation } from "./patch.ts";

const node: Json = { metadata: { labels: { "a/b": "1", "m~n": "2" } }, spec: { taints: [{ key: "x" }, { key: "y" }] } };

describe("applies", () => {
  test.each<[string, Json, readonly JsonPatchOperation[], Json]>([
    ["nothing", node, [], node],
    ["add a member", { a: 1 }, [{ op: "add", path: "/b", value: 2 }], { a: 1, b: 2 }],
    ["add over a member", { a: 1 }, [{ op: "add", path: "/a", value: 2 }], { a: 2 }],
    ["add null", {}, [{ op: "add", path: "/a", value: null }], { a: null }],
    ["add into a list", [1, 3], [{ op: "add", path: "/1", value: 2 }], [1, 2, 3]],
    ["add at the end by index", [1], [{ op: "add", path: "/1", value: 2 }], [1, 2]],
    ["add at the end by -", { l: [1] }, [{ op: "add", path: "/l/-", value: [2] }], { l: [1, [2]] }],
    ["add under the empty key", {}, [{ op: "add", path: "/", value: 1 }], { "": 1 }],
    ["a key that every object inherits", {}, [{ op: "add", path: "/constructor", value: 1 }], { constructor: 1 }],
    ["remove a member", { a: 1, b: 2 }, [{ op: "remove", path: "/a" }], { b: 2 }],
    ["remove an item", [1, 2, 3], [{ op: "remove", path: "/1" }], [1, 3]],
    ["replace", { a: { b: 1 } }, [{ op: "replace", path: "/a/b", value: { c: 2 } }], { a: { b: { c: 2 } } }],
    ["replace an item", [1, 2], [{ op: "replace", path: "/0", value: 9 }], [9, 2]],
    ["replace the whole", { a: 1 }, [{ op: "replace", path: "", value: [1] }], [1]],
    ["test the whole", { a: 1 }, [{ op: "test", path: "", value: { a: 1 } }], { a: 1 }],
    ["move", { a: 1, b: {} }, [{ op: "move", from: "/a", path: "/b/c" }], { b: { c: 1 } }],
    ["move within a list", [1, 2, 3], [{ op: "move", from: "/0", path: "/2" }], [2, 3, 1]],
    ["move to itself", { a: 1 }, [{ op: "move", from: "/a", path: "/a" }], { a: 1 }],
    ["copy", { a: [1] }, [{ op: "copy", from: "/a", path: "/b" }], { a: [1], b: [1] }],
    [
      "test, whatever the order of members",
      { a: { b: 1, c: [2] } },
      [{ op: "test", path: "/a", value: { c: [2], b: 1 } }],
      { a: { b: 1, c: [2] } },
    ],
    ["replace what is missing, as the API server does", {}, [{ op: "replace", path: "/a", value: 1 }], { a: 1 }],
    ["test for null where nothing is, as the API server does", { a: 1 }, [{ op: "test", path: "/b", value: null }], { a: 1 }],
    [
      "escapes",
      node,
      [
        { op: "replace", path: "/metadata/labels/a~1b", value: "3" },
        { op: "remove", path: "/metadata/labels/m~0n" },
        { op: "test", path: "/spec/taints/1/key", value: "y" },
        { op: "remove", path: "/spec/taints/1" },
      ],
      { metadata: { labels: { "a/b": "3" } }, spec: { taints: [{ key: "x" }] } },
    ],
  ])("%s", (_name, target, operations, expected) => {
    const before = structuredClone(target);
    expect(applyJsonPatch(target, operations)).toEqual({ ok: true, value: expected });
    expect(target).toEqual(before);
  });

  test("a key named __proto__ is a member like any other", () => {
    const patched = applyJsonPatch({}, [{ op: "add", path: "/__proto__", value: { polluted: true } }]);
    expect(patched.ok && JSON.stringify(patched.value)).toBe('{"__proto__":{"polluted":true}}');
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});

describe("fails, and says where", () => {
  test.each<[string, readonly JsonPatchOperation[], JsonPatchFailure]>([
    [
      "a test that does not hold",
      [{ op: "test", path: "/spec/taints/0/key", value: "z" }],
      { kind: "test", index: 0, path: "/spec/taints/0/key" },
    ],
    [
      "a test of a longer list",
      [{ op: "test", path: "/spec/taints", value: [{ key: "x" }] }],
      { kind: "test", index: 0, path: "/spec/taints" },
    ],
    [
      "a test with more members",
      [{ op: "test", path: "/spec/taints/0", value: { key: "x", value: "1" } }],
      { kind: "test", index: 0, path: "/spec/taints/0" },
    ],
    [
      "a test of another type",
      [{ op: "test", path: "/metadata/labels/a~1b", value: 1 }],
      { kind: "test", index: 0, path: "/metadata/labels/a~1b" },
    ],
    [
      "a test of what is missing",
      [{ op: "test", path: "/spec/unschedulable", value: true }],
      { kind: "test", index: 0, path: "/spec/unschedulable" },
    ],
    [
      "a removal of what is missing",
      [{ op: "remove", path: "/spec/unschedulable" }],
      { kind: "missing", index: 0, path: "/spec/unschedulable" },
    ],
    ["a replacement under what is missing", [{ op: "replace", path: "/a/b", value: 1 }], { kind: "missing", index: 0, path: "/a/b" }],
    ["a test for null under what is missing", [{ op: "test", path: "/a/b", value: null }], { kind: "missing", index: 0, path: "/a/b" }],
    [
      "a test for null past the end",
      [{ op: "test", path: "/spec/taints/9", value: null }],
      { kind: "missing", index: 0, path: "/spec/taints/9" },
    ],
    [
      "what every object inherits is missing",
      [{ op: "remove", path: "/constructor" }],
      { kind: "missing", index: 0, path: "/constructor" },
    ],
    [
      "a parent that is missing",
      [{ op: "add", path: "/metadata/annotations/a", value: "1" }],
      { kind: "missing", index: 0, path: "/metadata/annotations/a" },
    ],
    [
      "a text is no container",
      [{ op: "add", path: "/metadata/labels/a~1b/c", value: 1 }],
      { kind: "no-container", index: 0, path: "/metadata/labels/a~1b/c" },
    ],
    ["an index past the end", [{ op: "add", path: "/spec/taints/3", value: {} }], { kind: "missing", index: 0, path: "/spec/taints/3" }],
    ["a removal of -", [{ op: "remove", path: "/spec/taints/-" }], { kind: "bad-index", index: 0, path: "/spec/taints/-" }],
    ["an index with a leading zero", [{ op: "remove", path: "/spec/taints/01" }], { kind: "bad-index", index: 0, path: "/spec/taints/01" }],
    [
      "an index below zero",
      [{ op: "replace", path: "/spec/taints/-1", value: {} }],
      { kind: "bad-index", index: 0, path: "/spec/taints/-1" },
    ],
    ["a path without slash", [{ op: "remove", path: "spec" }], { kind: "bad-pointer", index: 0, path: "spec" }],
    ["an unknown escape", [{ op: "remove", path: "/a~2" }], { kind: "bad-pointer", index: 0, path: "/a~2" }],
    ["an add without a value", [{ op: "add", path: "/a" }], { kind: "no-value", index: 0, path: "/a" }],
    ["an add of the whole", [{ op: "add", path: "", value: {} }], { kind: "root", index: 0, path: "" }],
    ["a replacement of the whole by a text", [{ op: "replace", path: "", value: "x" }], { kind: "root", index: 0, path: "" }],
    ["a copy of the whole", [{ op: "copy", from: "", path: "/b" }], { kind: "root", index: 0, path: "" }],
    ["a copy of what is missing", [{ op: "copy", from: "/a", path: "/b" }], { kind: "missing", index: 0, path: "/a" }],
    ["a removal of the whole", [{ op: "remove", path: "" }], { kind: "root", index: 0, path: "" }],
    ["a move into itself", [{ op: "move", from: "/spec", path: "/spec/inner" }], { kind: "into-itself", index: 0, path: "/spec/inner" }],
    ["a move of what is missing", [{ op: "move", from: "/a", path: "/b" }], { kind: "missing", index: 0, path: "/a" }],
    [
      "the second of two",
      [
        { op: "add", path: "/a", value: 1 },
        { op: "test", path: "/a", value: 2 },
      ],
      { kind: "test", index: 1, path: "/a" },
    ],
  ])("%s", (_name, operations, failure) => {
    expect(applyJsonPatch(node, operations)).toEqual({ ok: false, failure });
  });
});

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => value as Json);

test("a member that was added can be tested, and removing it gives back what was there", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), json), fc.string(), json, (members, key, value) => {
      fc.pre(!Object.hasOwn(members, key));
      const path = `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const added = applyJsonPatch(members, [
        { op: "add", path, value },
        { op: "test", path, value },
      ]);
      expect(added.ok).toBe(true);
      expect(added.ok && applyJsonPatch(added.value, [{ op: "remove", path }])).toEqual({ ok: true, value: { ...members } });
    }),
  );
});

test("the target is the same after any patch, applied or not", () => {
  const operation = fc.record({
    op: fc.constantFrom("add" as const, "remove" as const, "replace" as const, "test" as const),
    path: fc.constantFrom("", "/a", "/a/0", "/a/-", "/b/c", "/b"),
    value: json,
  });
  fc.assert(
    fc.property(json, fc.array(operation, { maxLength: 5 }), (value, operations) => {
      const target: Json = { a: [value], b: { c: value } };
      const before = JSON.stringify(target);
      const patched = applyJsonPatch(target, operations);
      expect([JSON.stringify(target), typeof patched.ok]).toEqual([before, "boolean"]);
    }),
  );
});
