import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../json-equal.ts";
import { applyDefaults } from "./defaults.ts";
import { invalid, invalidStatus, required, shown } from "./field-error.ts";
import { prune } from "./prune.ts";
import type { StructuralSchema } from "./schema.ts";
import { validate, validateStatus } from "./validate.ts";

// What each keyword does is in test/custom-resources/, which a real API server answers too. Here is what it cannot be asked.

const text: StructuralSchema = { type: "string" };
const schema: StructuralSchema = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      properties: {
        a: { ...text, default: "x" },
        list: { type: "array", items: { type: "object", properties: { a: { ...text, default: "y" }, b: { ...text, nullable: true } } } },
        map: { type: "object", additionalProperties: { type: "object", properties: { a: text } } },
        free: {
          type: "object",
          "x-kubernetes-preserve-unknown-fields": true,
          properties: { a: { type: "object", properties: { b: text } } },
        },
      },
    },
  },
};

const objects = fc
  .dictionary(fc.constantFrom("spec", "a", "b", "list", "map", "free"), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 })
  .map((spec) => ({ apiVersion: "v1", kind: "Thing", metadata: { name: "a" }, spec }) as unknown as JsonObject);

describe("pruning and defaulting", () => {
  test("done twice are as if done once, and what has nothing to be changed is the very same object", () => {
    fc.assert(
      fc.property(objects, (object) => {
        const pruned = prune(object, schema).value;
        const again = prune(pruned, schema);
        expect(again.value).toBe(pruned);
        expect(again.unknown).toEqual([]);
        const defaulted = applyDefaults(pruned, schema);
        expect(applyDefaults(defaulted, schema)).toBe(defaulted);
        expect(prune(defaulted, schema).value).toBe(defaulted);
      }),
    );
  });

  test("leave the object they were given as it was", () => {
    const object: JsonObject = { metadata: {}, spec: { list: [{ c: 1 }], d: null } };
    const copy = structuredClone(object);
    applyDefaults(prune(object, schema).value, schema);
    expect(object).toEqual(copy);
  });
});

describe("of an update", () => {
  const strict: StructuralSchema = {
    type: "object",
    properties: {
      spec: {
        type: "object",
        properties: {
          name: { ...text, maxLength: 3 },
          other: text,
          plain: { type: "array", items: { ...text, maxLength: 3 } },
          keyed: {
            type: "array",
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["id"],
            items: { type: "object", properties: { id: text, value: { ...text, maxLength: 3 } } },
          },
        },
      },
      status: { type: "object", properties: { phase: { ...text, maxLength: 3 } } },
    },
  };
  const spec = { name: "too long", plain: ["too long"], keyed: [{ id: "a", value: "too long" }] };
  const fieldsOf = (next: JsonObject): readonly string[] => validate({ spec: next }, strict, { spec }).map(({ field }) => field);

  test("what was wrong before and did not change is passed over, wherever the rest changes", () => {
    expect(validate({ spec }, strict).map(({ field }) => field)).toEqual(["spec.name", "spec.plain[0]", "spec.keyed[0].value"]);
    expect(fieldsOf(spec)).toEqual([]);
    expect(fieldsOf({ ...spec, other: "x" })).toEqual([]);
    expect(fieldsOf({ ...spec, name: "also too long" })).toEqual(["spec.name"]);
  });

  test("items of a map are known by their keys, those of other lists only as a whole", () => {
    expect(fieldsOf({ ...spec, keyed: [{ id: "b", value: "x" }, ...spec.keyed] })).toEqual([]);
    expect(fieldsOf({ ...spec, keyed: [{ id: "b", value: "too long" }] })).toEqual(["spec.keyed[0].value"]);
    expect(fieldsOf({ ...spec, plain: ["x", "too long"] })).toEqual(["spec.plain[1]"]);
  });

  test("a status is passed over likewise", () => {
    const fields = (phase: string): readonly string[] =>
      validateStatus({ spec, status: { phase } }, strict, { spec, status: { phase: "too long" } }).map(({ field }) => field);
    expect(fields("too long")).toEqual([]);
    expect(fields("long, too")).toEqual(["status.phase"]);
  });
});

describe("the answer", () => {
  test("names every cause, and says each message once", () => {
    const kind = { group: "example.com", kind: "Thing" };
    const wrong = required("spec.node");
    expect(invalidStatus(kind, "a", [wrong, wrong]).message).toBe('Thing.example.com "a" is invalid: spec.node: Required value');
    const two = invalidStatus(kind, "a", [wrong, invalid("", null, "no")]);
    expect(two.message).toBe('Thing.example.com "a" is invalid: [spec.node: Required value, <nil>: Invalid value: null: no]');
    expect(two.details?.causes).toHaveLength(2);
  });

  test("shows values as Go writes them, members by name", () => {
    expect(shown({ b: [1, "x", null], a: { c: true } })).toBe('{"a":{"c":true},"b":[1,"x",null]}');
  });
});
