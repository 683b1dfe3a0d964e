import { expect, test } from "vitest";
import { keptAnnotations } from "./annotations.ts";

test("keeps the annotations that decisions read, by prefix or by name", () => {
  const all = {
    "karpenter.sh/do-not-disrupt": "4h",
    user: "ada",
    "users/ada": "x",
    "example.com/notes": "long",
    "run.ai/top-owner-metadata": "kind: x",
  };
  expect(keptAnnotations(all)).toEqual({ "karpenter.sh/do-not-disrupt": "4h", user: "ada", "run.ai/top-owner-metadata": "kind: x" });
});

test("leaves out a value too long to be a mark, and shares one empty map between objects without any", () => {
  expect(keptAnnotations({ "karpenter.sh/notes": "x".repeat(5000) })).toEqual({});
  expect(keptAnnotations(undefined)).toBe(keptAnnotations({ other: "x" }));
});
