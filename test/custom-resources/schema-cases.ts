import type { Json } from "../../src/kube/object.ts";
import type { StructuralSchema } from "../../src/kube/structural-schema/schema.ts";
import {
  common,
  create,
  type CustomResourceCase,
  defined,
  failureOf,
  faultsOf,
  made,
  merge,
  patched,
  type Scene,
  withSpec,
} from "./scene.ts";

const text: StructuralSchema = { type: "string" };
const count: StructuralSchema = { type: "integer" };
const object = (properties: Readonly<Record<string, StructuralSchema>>, more: StructuralSchema = {}): StructuralSchema => ({
  type: "object",
  properties,
  ...more,
});

/** What may stand in `spec`, case by case: one definition for all of them. */
const parts: Record<string, StructuralSchema> = {};

/** A case of which `spec` is a part of the common definition; fields are told as if it were the whole. */
function partCase(
  part: string,
  name: string,
  schema: StructuralSchema,
  run: (scene: Scene, make: Make) => Promise<unknown>,
  gives: unknown,
): CustomResourceCase {
  parts[part] = schema;
  return {
    name,
    run: async (scene) => {
      const r = await common(scene, "parts", withSpec({ type: "object", properties: parts }));
      let count = 0;
      const made = await run(scene, async (spec) => {
        count += 1;
        const { object, warnings } = await create(scene, r, { metadata: { name: `n${count}` }, spec: { [part]: spec } });
        return { spec: (object.spec as Readonly<Record<string, Json>>)[part] ?? null, warnings };
      });
      return JSON.parse(JSON.stringify(made).replaceAll(`spec.${part}`, "spec"));
    },
    gives,
  };
}

type Make = (spec: Json) => Promise<{ readonly spec: Json; readonly warnings: readonly string[] }>;

/** What is wrong with each of these specs. */
function faultsOfEach(part: string, name: string, schema: StructuralSchema, specs: readonly Json[], gives: unknown): CustomResourceCase {
  const run = async (_: Scene, make: Make): Promise<unknown> => {
    const all: unknown[] = [];
    for (const each of specs) all.push(await faultsOf(make(each)));
    return all;
  };
  return partCase(part, name, schema, run, gives);
}

/** What a spec becomes, and what the server warns of. */
function becomes(part: string, name: string, schema: StructuralSchema, given: Json, gives: unknown): CustomResourceCase {
  return partCase(part, name, schema, async (_, make) => Object.values(await make(given)), gives);
}

/** What schemas prune, set and refuse. */
export const schemaCases: readonly CustomResourceCase[] = [
  becomes(
    "pruning",
    "what is not declared is dropped, with a warning, but for where it is to be preserved",
    object({
      known: text,
      list: { type: "array", items: object({ a: text }) },
      free: { ...object({ a: object({ b: text }) }), "x-kubernetes-preserve-unknown-fields": true },
      map: { type: "object", additionalProperties: object({ a: text }) },
      template: { type: "object", "x-kubernetes-embedded-resource": true, properties: { spec: object({ a: text }) } },
    }),
    {
      known: "x",
      other: 1,
      list: [{ a: "x", b: 1 }],
      free: { a: { b: "x", c: 1 }, d: { e: 1 } },
      map: { one: { a: "x", b: 1 } },
      template: { apiVersion: "v1", kind: "Pod", metadata: { name: "p", labels: { a: "b" } }, spec: { a: "x", b: 1 }, status: {} },
    },
    [
      {
        known: "x",
        list: [{ a: "x" }],
        free: { a: { b: "x" }, d: { e: 1 } },
        map: { one: { a: "x" } },
        template: { apiVersion: "v1", kind: "Pod", metadata: { name: "p", labels: { a: "b" } }, spec: { a: "x" } },
      },
      [
        'unknown field "spec.free.a.c"',
        'unknown field "spec.list[0].b"',
        'unknown field "spec.map.one.b"',
        'unknown field "spec.other"',
        'unknown field "spec.template.spec.b"',
        'unknown field "spec.template.status"',
      ],
    ],
  ),
  becomes(
    "defaulting",
    "defaults are set where nothing stands, or a null that may not; within objects only where those are",
    object({
      a: { ...text, default: "x" },
      b: { ...count, default: 3 },
      c: { ...text, default: "kept", nullable: true },
      d: text,
      inner: object({ a: { ...text, default: "y" } }),
      made: object({ a: { ...text, default: "z" } }, { default: {} }),
      list: { type: "array", items: object({ a: { ...text, default: "w" } }) },
      map: { type: "object", additionalProperties: { ...text, default: "v" } },
    }),
    { b: null, c: null, d: null, list: [{}, { a: "own" }], map: { one: null } },
    [{ a: "x", b: 3, c: null, made: { a: "z" }, list: [{ a: "w" }, { a: "own" }], map: { one: "v" } }, []],
  ),
  faultsOfEach(
    "types",
    "types",
    object({
      s: text,
      n: count,
      f: { type: "number" },
      b: { type: "boolean" },
      o: object({ x: text }),
      l: { type: "array", items: text },
      either: { "x-kubernetes-int-or-string": true },
      small: { ...count, format: "int32" },
    }),
    [
      { s: "x", n: 1, f: 1.5, b: true, o: {}, l: [], either: 3 },
      { s: 1, n: "1", f: "1", b: "true", o: [], l: {}, either: true },
      { n: 1.5, f: 1, l: ["x", 1, null], either: "50%", o: { x: {} } },
      { small: 3_000_000_000, either: 1.5 },
      "text",
    ],
    [
      "accepted",
      [
        'spec.b: Invalid value: "string": spec.b in body must be of type boolean: "string"',
        'spec.either: Invalid value: "boolean": spec.either in body must be of type integer,string: "boolean"',
        'spec.f: Invalid value: "string": spec.f in body must be of type number: "string"',
        'spec.l: Invalid value: "object": spec.l in body must be of type array: "object"',
        'spec.n: Invalid value: "string": spec.n in body must be of type integer: "string"',
        'spec.o: Invalid value: "array": spec.o in body must be of type object: "array"',
        'spec.s: Invalid value: "integer": spec.s in body must be of type string: "integer"',
      ],
      [
        '<nil>: Invalid value: "": Checked value must be of type integer (default format) in spec.n',
        'spec.l[1]: Invalid value: "integer": spec.l[1] in body must be of type string: "integer"',
        'spec.l[2]: Invalid value: "null": spec.l[2] in body must be of type string: "null"',
        'spec.n: Invalid value: "number": spec.n in body must be of type integer: "number"',
        'spec.o.x: Invalid value: "object": spec.o.x in body must be of type string: "object"',
      ],
      [
        '<nil>: Invalid value: "": Checked value must be of type integer with format int32 in spec.small',
        'spec.either: Invalid value: "number": spec.either in body must be of type integer,string: "number"',
      ],
      ['spec: Invalid value: "string": spec in body must be of type object: "string"'],
    ],
  ),
  faultsOfEach(
    "bounds",
    "what is required, enumerated and bounded",
    object(
      {
        node: { ...text, minLength: 1, maxLength: 5, pattern: "^[a-z]+$" },
        way: { ...text, enum: ["reboot", "power-off"] },
        level: { ...count, enum: [1, 2] },
        share: { type: "number", minimum: 0, maximum: 1, exclusiveMaximum: true },
        steps: { ...count, multipleOf: 5, minimum: 5 },
        list: { type: "array", items: text, minItems: 1, maxItems: 2 },
        map: { type: "object", additionalProperties: count, minProperties: 1, maxProperties: 1 },
        inner: object({ a: text }, { required: ["a"] }),
      },
      { required: ["node"] },
    ),
    [
      {},
      { node: "" },
      { node: "toolong" },
      { node: "A", way: "explode", level: 3, share: 1, steps: 2 },
      { node: "a", share: -1, list: [], map: {}, inner: {} },
      { node: "a", list: ["a", "b", "c"], map: { a: 1, b: "x" } },
      { node: "a", steps: 5, share: 0.5, list: ["a"], map: { a: 1 }, inner: { a: "" } },
    ],
    [
      ["spec.node: Required value"],
      ['spec.node: Invalid value: "": spec.node in body should be at least 1 chars long'],
      ["spec.node: Too long: may not be more than 5 bytes"],
      [
        'spec.level: Unsupported value: 3: supported values: "1", "2"',
        "spec.node: Invalid value: \"A\": spec.node in body should match '^[a-z]+$'",
        "spec.share: Invalid value: 1: spec.share in body should be less than 1",
        "spec.steps: Invalid value: 2: spec.steps in body should be a multiple of 5",
        "spec.steps: Invalid value: 2: spec.steps in body should be greater than or equal to 5",
        'spec.way: Unsupported value: "explode": supported values: "reboot", "power-off"',
      ].toSorted(),
      [
        "spec.inner.a: Required value",
        "spec.list: Invalid value: 0: spec.list in body should have at least 1 items",
        "spec.map: Invalid value: 0: spec.map in body should have at least 1 properties",
        "spec.share: Invalid value: -1: spec.share in body should be greater than or equal to 0",
      ],
      [
        "spec.list: Too many: 3: must have at most 2 items",
        'spec.map.b: Invalid value: "string": spec.map.b in body must be of type integer: "string"',
        "spec.map: Too many: 2: must have at most 1 item",
      ],
      "accepted",
    ],
  ),
  faultsOfEach(
    "formats",
    "formats",
    object({
      time: { ...text, format: "date-time" },
      day: { ...text, format: "date" },
      wait: { ...text, format: "duration" },
      id: { ...text, format: "uuid" },
      address: { ...text, format: "ipv4" },
      host: { ...text, format: "hostname" },
      odd: { ...text, format: "example.com/mine" },
    }),
    [
      {
        time: "2026-02-28T23:59:59.123Z",
        day: "2024-02-29",
        wait: "1h30m",
        id: "0b5f1b0e-6f0c-4c6b-8a43-3a3f0c7b8a11",
        address: "10.0.0.1",
        host: "n1.example.com",
        odd: "?",
      },
      { time: "2026-02-30T10:00:00Z", day: "2026-2-1", wait: "soon", id: "0b5f", address: "10.0.0.256", host: "n_1" },
      { time: "2026-02-28T24:00:00Z", wait: "3 days", address: "10.0.0.01", host: "n1-" },
      { time: 5 },
    ],
    [
      "accepted",
      [
        'spec.address: Invalid value: "10.0.0.256": spec.address in body must be of type ipv4: "10.0.0.256"',
        'spec.day: Invalid value: "2026-2-1": spec.day in body must be of type date: "2026-2-1"',
        'spec.host: Invalid value: "n_1": spec.host in body must be of type hostname: "n_1"',
        'spec.id: Invalid value: "0b5f": spec.id in body must be of type uuid: "0b5f"',
        'spec.time: Invalid value: "2026-02-30T10:00:00Z": spec.time in body must be of type date-time: "2026-02-30T10:00:00Z"',
        'spec.wait: Invalid value: "soon": spec.wait in body must be of type duration: "soon"',
      ],
      [
        'spec.host: Invalid value: "n1-": spec.host in body must be of type hostname: "n1-"',
        'spec.time: Invalid value: "2026-02-28T24:00:00Z": spec.time in body must be of type date-time: "2026-02-28T24:00:00Z"',
      ],
      ['spec.time: Invalid value: "int64": spec.time in body must be of type date-time: "int64"'],
    ],
  ),
  faultsOfEach(
    "lists",
    "lists that are sets or maps hold nothing twice, and embedded objects say what they are",
    object({
      set: { type: "array", items: text, "x-kubernetes-list-type": "set" },
      map: {
        type: "array",
        items: object({ name: text, value: text }, { required: ["name"] }),
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
      },
      template: { type: "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true },
    }),
    [
      { set: ["a", "b"], map: [{ name: "a" }, { name: "b" }], template: { apiVersion: "v1", kind: "Pod" } },
      { set: ["a", "b", "a", "a"], map: [{ name: "a", value: "x" }, { name: "b" }, { name: "a" }] },
      { template: { metadata: { name: "a" } } },
    ],
    [
      "accepted",
      ['spec.map[2]: Duplicate value: {"name":"a"}', 'spec.set[2]: Duplicate value: "a"'],
      ["spec.template.apiVersion: Required value", "spec.template.kind: Required value"],
    ],
  ),
  faultsOfEach(
    "choices",
    "one of several schemas",
    object({ a: text, b: text, c: count }, { oneOf: [{ required: ["a"] }, { required: ["b"] }], not: { required: ["c"] } }),
    [{ a: "x" }, { a: "x", b: "y" }, { b: "y", c: 1 }],
    [
      "accepted",
      ['<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
      ['<nil>: Invalid value: "": "spec" must not validate the schema (not)'],
    ],
  ),
  {
    name: "the whole answer to what is invalid",
    run: async (scene) => {
      const r = await defined(scene, withSpec(object({ node: text }, { required: ["node"] })));
      const failure = await failureOf(made(scene, r, {}));
      return { ...failure, message: failure.message?.replaceAll(scene.group, "GROUP") };
    },
    gives: {
      http: 422,
      reason: "Invalid",
      message: 'Thing.GROUP "a" is invalid: spec.node: Required value',
      causes: [["FieldValueRequired", "spec.node", "Required value"]],
    },
  },
  {
    name: "a status is validated by itself, and messages name its fields without it",
    run: async (scene) => {
      const status = object({ totalpods: count, phase: { ...text, enum: ["Running", "Failed"] } });
      const r = await defined(scene, object({ spec: object({ node: text }), status }));
      await made(scene, r, { node: "n1" });
      return [
        await faultsOf(patched(scene, r, merge({ status: { totalpods: "3", phase: "Lost" } }), "status")),
        (await patched(scene, r, merge({ status: { totalpods: 3, unknown: true } }), "status")).status,
      ];
    },
    gives: [
      [
        'status.phase: Unsupported value: "Lost": supported values: "Running", "Failed"',
        'status.totalpods: Invalid value: "string": totalpods in body must be of type integer: "string"',
      ],
      { totalpods: 3 },
    ],
  },
];
