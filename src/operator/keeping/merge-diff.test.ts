import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../kube/object.ts";
import { applyMergePatch } from "../../kube/patch.ts";
import { mergeDiff } from "./merge-diff.ts";

test("what is the same is left out, and what is gone is null", () => {
  const before = { phase: "Draining", progress: { left: 3, eta: "x" }, blockers: [1, 2] };
  expect(mergeDiff(before, { phase: "Draining", progress: { left: 2 }, blockers: [1] })).toEqual({
    progress: { left: 2, eta: null },
    blockers: [1],
  });
});

test("applied to what was before, it gives what is to be", () => {
  // A merge patch cannot set a member to null, and no status does.
  const value = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 3 }, fc.integer(), fc.string(), fc.array(fc.integer()), tie("object")),
    object: fc.dictionary(fc.constantFrom("a", "b", "c", "d", "__proto__"), tie("tree"), { maxKeys: 4 }),
  })).object as fc.Arbitrary<Json>;
  fc.assert(
    fc.property(value, value, (before, after) => {
      expect(applyMergePatch(before, mergeDiff(before, after))).toEqual(after);
    }),
  );
});
