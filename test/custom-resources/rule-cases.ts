import { customResourceDefinitions } from "../../src/kube/custom-resource-definition.ts";
import type { Json } from "../../src/kube/object.ts";
import type { StructuralSchema, ValidationRule } from "../../src/kube/structural-schema/schema.ts";
import { common, create, type CustomResourceCase, definitionOf, failureOf, faultsOf, merge, type Scene, withSpec } from "./scene.ts";

const text: StructuralSchema = { type: "string", maxLength: 20 };
const rules = (...all: readonly ValidationRule[]): StructuralSchema => ({ "x-kubernetes-validations": all });

const spec: StructuralSchema = {
  type: "object",
  required: ["node"],
  properties: {
    node: { ...text, ...rules({ rule: "self == oldSelf", message: "cannot be changed", reason: "FieldValueForbidden" }) },
    want: { ...text, ...rules({ rule: "!(oldSelf == 'In' && self == 'Out')", messageExpression: "'from ' + oldSelf + ' to ' + self" }) },
    count: { type: "integer", ...rules({ rule: "self > 0" }) },
    names: {
      type: "array",
      maxItems: 5,
      items: { ...text, ...rules({ rule: "self.matches('^[a-z]+$')", message: "letters alone" }) },
      ...rules({ rule: "self.exists(n, n == 'a') && self.all(n, size(n) < 5)", message: "an a, and short ones" }),
    },
    steps: {
      type: "array",
      maxItems: 5,
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      items: {
        type: "object",
        required: ["name"],
        properties: { name: text, done: { type: "boolean", ...rules({ rule: "!oldSelf || self", message: "done stays done" }) } },
      },
    },
    labels: {
      type: "object",
      maxProperties: 5,
      additionalProperties: { ...text, ...rules({ rule: "self != 'bad'", message: "not bad", reason: "FieldValueInvalid" }) },
    },
    grace: { ...text, format: "duration", ...rules({ rule: "self <= duration('1h')", message: "an hour at most" }) },
    "a-b": { ...text, ...rules({ rule: "self != 'x'", reason: "FieldValueDuplicate" }) },
    mode: text,
    once: { ...text, ...rules({ rule: "oldSelf.hasValue() || self == 'first'", optionalOldSelf: true, message: "begins with first" }) },
    risky: {
      type: "object",
      properties: { a: { type: "integer" }, b: { type: "integer" } },
      ...rules({ rule: "self.a / self.b > 0", message: "a by b" }),
    },
  },
  ...rules(
    {
      rule: "!has(self.mode) || self.mode != 'Taint' || !has(self.grace)",
      message: "  no grace with mode Taint ",
      fieldPath: ".grace",
      reason: "FieldValueForbidden",
    },
    { rule: "!has(self.mode) || has(self.count)", message: "mode needs a count", fieldPath: ".count", reason: "FieldValueRequired" },
    { rule: "!has(self.a__dash__b) || self.a__dash__b != 'y'" },
    {
      rule: "!has(self.names) || !has(self.want) || self.want in self.names",
      messageExpression: "self.want + ' is none of ' + self.names[0]",
    },
  ),
};

const whole: StructuralSchema = {
  ...withSpec(spec),
  ...rules({ rule: "self.metadata.name != 'forbidden' && self.kind == 'Thing'", message: "of another name" }),
};

type Put = (name: string, spec: Json) => Promise<unknown>;

async function trying(scene: Scene, run: (make: Put, change: Put) => Promise<unknown>): Promise<unknown> {
  const r = await common(scene, "rules", whole);
  const { api, namespace, signal } = scene;
  return await run(
    (name, given) => faultsOf(create(scene, r, { metadata: { name }, spec: given })),
    (name, given) => faultsOf(api.patch(r, { namespace, name }, merge({ spec: given }), {}, { signal })),
  );
}

/** What rules in CEL refuse, and in which words. */
export const ruleCases: readonly CustomResourceCase[] = [
  {
    name: "rules about one field, its length, its items and its members",
    run: (scene) =>
      trying(scene, async (make) => [
        await make("fine", { node: "n1", want: "Out", count: 1, names: ["a", "Out"], labels: { a: "b" }, grace: "30m", "a-b": "z" }),
        await make("count", { node: "n1", count: 0 }),
        await make("names", { node: "n1", names: ["A", "b"] }),
        await make("labels", { node: "n1", labels: { "example.com/x": "bad" } }),
        await make("grace", { node: "n1", grace: "2h" }),
        await make("dash", { node: "n1", "a-b": "x" }),
        await make("forbidden", { node: "n1" }),
      ]),
    gives: [
      ['spec.names[1]: Invalid value: "Out": letters alone'],
      ["spec.count: Invalid value: 0: failed rule: self > 0"],
      ["spec.names: Invalid value: an a, and short ones", 'spec.names[0]: Invalid value: "A": letters alone'],
      ['spec.labels[example.com/x]: Invalid value: "bad": not bad'],
      ['spec.grace: Invalid value: "2h": an hour at most'],
      ['spec.a-b: Duplicate value: "x"'],
      ["<nil>: Invalid value: of another name"],
    ],
  },
  {
    name: "rules about an object name the field they are for, and say why as they were told",
    run: (scene) =>
      trying(scene, async (make) => [
        await make("taint", { node: "n1", mode: "Taint", grace: "30m" }),
        await make("dash", { node: "n1", "a-b": "y" }),
        await make("want", { node: "n1", want: "b", names: ["a"] }),
        await make("zero", { node: "n1", risky: { a: 1, b: 0 } }),
        await make("absent", { node: "n1", risky: { a: 1 } }),
      ]),
    gives: [
      ["spec.count: Required value: mode needs a count", "spec.grace: Forbidden: no grace with mode Taint"],
      ["spec: Invalid value: failed rule: !has(self.a__dash__b) || self.a__dash__b != 'y'"],
      ["spec: Invalid value: b is none of a"],
      ['spec.risky: Invalid value: "object": division by zero evaluating rule: a by b'],
      ['spec.risky: Invalid value: "object": no such key: b evaluating rule: a by b'],
    ],
  },
  {
    name: "transitions are asked where there is an old value, and what did not change is left alone",
    run: (scene) =>
      trying(scene, async (make, change) => [
        await make("a", {
          node: "n1",
          want: "In",
          steps: [
            { name: "x", done: true },
            { name: "y", done: false },
          ],
        }),
        await change("a", { node: "n2" }),
        await change("a", { want: "Out" }),
        await change("a", {
          steps: [
            { name: "y", done: true },
            { name: "x", done: false },
          ],
        }),
        await change("a", { steps: [{ name: "z", done: false }], want: null }),
        await change("a", { want: "Out" }),
        await make("once", { node: "n1", once: "second" }),
        await change("a", { once: "second" }),
        await change("a", { once: "first" }),
        await change("a", { once: "second" }),
      ]),
    gives: [
      "accepted",
      ["spec.node: Forbidden: cannot be changed"],
      ['spec.want: Invalid value: "Out": from In to Out'],
      ["spec.steps[1].done: Invalid value: false: done stays done"],
      "accepted",
      "accepted",
      ['spec.once: Invalid value: "second": begins with first'],
      ['spec.once: Invalid value: "second": begins with first'],
      "accepted",
      "accepted",
    ],
  },
  {
    name: "an object of the wrong shape is told so before its rules are asked",
    run: (scene) => trying(scene, async (make) => [await make("a", { count: 0 }), await make("b", { node: 1, count: 0 })]),
    gives: [
      [
        "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
        "spec.node: Required value",
      ],
      [
        "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
        'spec.node: Invalid value: "integer": spec.node in body must be of type string: "integer"',
      ],
    ],
  },
  {
    name: "a definition with a rule that cannot be read is refused",
    run: async ({ api, signal, group }) => {
      const body = definitionOf(group, withSpec({ type: "object", properties: { a: { ...text, ...rules({ rule: "self ==" }) } } }));
      const { http, causes } = await failureOf(api.create(customResourceDefinitions, body, {}, { signal }));
      return [http, causes?.map(([reason, field]) => [reason, field])];
    },
    gives: [
      422,
      [["FieldValueInvalid", "spec.validation.openAPIV3Schema.properties[spec].properties[a].x-kubernetes-validations[0].rule"]],
    ],
  },
];
