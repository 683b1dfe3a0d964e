import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../kube/object.ts";
import { prune } from "../../kube/structural-schema/prune.ts";
import type { StructuralSchema } from "../../kube/structural-schema/schema.ts";
import { validate } from "../../kube/structural-schema/validate.ts";
import { widened } from "./widened.ts";

const object = (properties: Record<string, StructuralSchema>, more: StructuralSchema = {}): StructuralSchema => ({
  type: "object",
  properties,
  ...more,
});

test("fields of either are kept", () => {
  const theirs = object({ a: { type: "string" }, status: object({ theirs: { type: "integer" } }) });
  const ours = object({ b: { type: "boolean" }, status: object({ ours: { type: "integer" } }) });
  expect(widened(theirs, ours)).toEqual(
    object({ a: { type: "string" }, status: object({ theirs: { type: "integer" }, ours: { type: "integer" } }), b: { type: "boolean" } }),
  );
});

test.each<readonly [string, StructuralSchema, StructuralSchema, StructuralSchema]>([
  ["of bounds the wider", { minimum: 2, maximum: 5 }, { minimum: 1, maximum: 9 }, { minimum: 1, maximum: 9 }],
  ["no bound where one has none", { minLength: 1, maxItems: 3, pattern: "a" }, {}, {}],
  ["the same bound", { pattern: "a", format: "date-time" }, { pattern: "a", format: "date-time" }, { pattern: "a", format: "date-time" }],
  ["values of either", { enum: ["a", "b"] }, { enum: ["b", "c"] }, { enum: ["a", "b", "c"] }],
  ["any value", {}, { enum: ["a"] }, {}],
  ["null where either takes it", {}, { nullable: true }, { nullable: true }],
  ["our words", { description: "theirs" }, { description: "ours" }, { description: "ours" }],
  ["their words where we have none", { description: "theirs" }, {}, { description: "theirs" }],
])("of one type: %s", (_, theirs, ours, both) => {
  expect(widened({ type: "string", ...theirs }, { type: "string", ...ours })).toEqual({ type: "string", ...both });
});

test("only what both ask for is required", () => {
  expect(widened(object({}, { required: ["a", "b"] }), object({}, { required: ["b", "c"] })).required).toEqual(["b"]);
  expect(widened(object({}, { required: ["a"] }), object({}))).not.toHaveProperty("required");
});

test("members of lists and maps are widened too", () => {
  const theirs: StructuralSchema = { type: "array", items: object({ a: { type: "string", maxLength: 3 } }) };
  const ours: StructuralSchema = { type: "array", items: object({ a: { type: "string" }, b: { type: "string" } }) };
  expect(widened(theirs, ours).items).toEqual(object({ a: { type: "string" }, b: { type: "string" } }));
  const map = (value: StructuralSchema): StructuralSchema => ({ type: "object", additionalProperties: value });
  expect(widened(map({ type: "string", maxLength: 3 }), map({ type: "string" }))).toEqual(map({ type: "string" }));
});

test("where it cannot be both, theirs stands", () => {
  const free = object({ a: { type: "string" } }, { "x-kubernetes-preserve-unknown-fields": true });
  expect(widened({ type: "string" }, { type: "integer" })).toEqual({ type: "string" });
  expect(widened(free, object({ b: { type: "integer" } }))).toEqual(free);
});

test("how lists merge, and their rules, stay theirs", () => {
  const rules = { "x-kubernetes-validations": [{ rule: "self == oldSelf" }] };
  const theirs: StructuralSchema = { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set", ...rules };
  expect(widened(theirs, { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "atomic" })).toEqual(theirs);
  expect(widened({ type: "array" }, { type: "array", "x-kubernetes-list-type": "map" })).toEqual({ type: "array" });
});

/** As an API server gives them back: what is false or empty is left out. */
const bound = fc.option(fc.nat(3), { nil: undefined });
const leaf = fc
  .record({
    type: fc.constantFrom("string" as const, "integer" as const),
    enum: fc.option(fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 }), { nil: undefined }),
    minimum: bound,
    maxLength: bound,
    pattern: fc.option(fc.constantFrom("a", "b"), { nil: undefined }),
    nullable: fc.option(fc.constant(true), { nil: undefined }),
    description: fc.option(fc.constantFrom("x", "y"), { nil: undefined }),
  })
  .map((schema) => JSON.parse(JSON.stringify(schema)) as StructuralSchema);
const { node: anySchema } = fc.letrec<{ node: StructuralSchema }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    leaf,
    tie("node").map((items): StructuralSchema => ({ type: "array", items })),
    fc
      .tuple(
        fc.dictionary(fc.constantFrom("a", "b", "c"), tie("node"), { noNullPrototype: true }),
        fc.subarray(["a", "b", "c"]),
        fc.boolean(),
      )
      .map(([properties, required, isOpen]) =>
        object(properties, {
          ...(required.length === 0 ? {} : { required }),
          ...(isOpen ? { "x-kubernetes-preserve-unknown-fields": true } : {}),
        }),
      ),
  ),
}));

test("done again it changes nothing", () => {
  fc.assert(
    fc.property(anySchema, anySchema, (theirs, ours) => {
      const once = widened(theirs, ours);
      expect(widened(once, ours)).toEqual(once);
    }),
  );
});

const { value: anyValue } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>("a", "b", "abcd", 0, 2, 5, null),
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { noNullPrototype: true }),
  ),
}));

test("what is stored under theirs stays valid, and nothing of it is dropped", () => {
  let valid = 0;
  fc.assert(
    fc.property(anySchema, anySchema, anyValue, (theirs, ours, value) => {
      const [before, both] = [theirs, widened(theirs, ours)].map((spec) => object({ spec })) as [StructuralSchema, StructuralSchema];
      const { value: stored } = prune({ spec: value }, before);
      if (validate(stored, before).length > 0) return;
      valid++;
      expect(validate(stored, both)).toEqual([]);
      expect(prune(stored, both)).toEqual({ value: stored, unknown: [] });
    }),
    { numRuns: 2000 },
  );
  expect(valid).toBeGreaterThan(50);
});
