import { expect, test } from "vitest";
import { customResourceDefinitions } from "../../../kube/custom-resource-definition.ts";
import type { KubeObject } from "../../../kube/object.ts";
import type { Patch } from "../../../kube/patch.ts";
import type { Resource } from "../../../kube/resource.ts";
import { Rig } from "../../testing/rig.ts";

// What takes a real API server a while to notice: how definitions change under the objects that there are.

interface Thing extends KubeObject {
  readonly spec?: unknown;
}

const things: Resource<Thing> = { group: "example.com", version: "v1", plural: "things", kind: "Thing", namespaced: false };
const at = { name: "things.example.com" };
const merge = (body: Extract<Patch, { readonly kind: "merge" }>["body"]): Patch => ({ kind: "merge", body });

function versionOf(name: string, spec: object): object {
  const openAPIV3Schema = { type: "object", properties: { spec: { type: "object", properties: spec } } };
  return { name, served: true, storage: name === "v1", schema: { openAPIV3Schema } };
}

function definition(...versions: readonly object[]): object {
  const names = { plural: "things", kind: "Thing" };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: at,
    spec: { group: "example.com", scope: "Cluster", names, versions },
  };
}

function rigWithThing(): Rig {
  const rig = new Rig();
  rig.control.addDefinition(definition(versionOf("v1", { a: { type: "string" }, b: { type: "string" } })));
  rig.control.create(things, {
    apiVersion: "example.com/v1",
    kind: "Thing",
    metadata: { name: "a", finalizers: ["example.com/hold"] },
    spec: { a: "long", b: "x" },
  });
  return rig;
}

function apply(rig: Rig, spec: object): Promise<unknown> {
  const body = definition(versionOf("v1", spec)) as Extract<Patch, { readonly kind: "merge" }>["body"];
  return rig.run(
    rig.api.patch(customResourceDefinitions, at, { kind: "apply", body, force: true }, { fieldManager: "installer" }, rig.call),
  );
}

const edit = (rig: Rig, body: Extract<Patch, { readonly kind: "merge" }>["body"]): Promise<{ readonly object: Thing }> =>
  rig.run(rig.api.patch(things, { name: "a" }, merge(body), {}, rig.call));

test("a definition that is applied anew holds from then on, and leaves the objects that there are", async () => {
  await using rig = rigWithThing();
  await apply(rig, { a: { type: "string", maxLength: 2 }, c: { type: "string", default: "new" } });
  expect(rig.control.find(things, { name: "a" })?.spec).toEqual({ a: "long", b: "x" });
  const { object } = await edit(rig, { metadata: { labels: { x: "y" } } });
  expect(object.spec, "what is no longer declared goes with the next write").toEqual({ a: "long", c: "new" });
  await expect(edit(rig, { spec: { a: "longer" } })).rejects.toMatchObject({ http: 422 });
});

test("an object that a stricter definition would refuse can still be let go", async () => {
  await using rig = rigWithThing();
  await apply(rig, { a: { type: "integer" } });
  const { metadata } = await rig.run(rig.api.get(things, { name: "a" }, rig.call));
  await rig.run(rig.api.remove(things, metadata, {}, rig.call));
  await edit(rig, { metadata: { finalizers: null } });
  expect(rig.control.find(things, { name: "a" })).toBeUndefined();
});

test("a change to what cannot be read is refused, and the definition stays as it was", async () => {
  await using rig = rigWithThing();
  const before = rig.control.find(customResourceDefinitions, at);
  const rules = [{ rule: "self.size( > 1" }];
  await expect(apply(rig, { a: { type: "string", "x-kubernetes-validations": rules } })).rejects.toMatchObject({
    http: 422,
    message: expect.stringContaining("properties[a].x-kubernetes-validations[0].rule: Invalid value"),
  });
  expect(rig.control.find(customResourceDefinitions, at)).toBe(before);
});

test("several served versions are refused by name: nothing is converted", async () => {
  await using rig = new Rig();
  const both = definition(versionOf("v1", {}), versionOf("v2", {}));
  expect(() => rig.control.addDefinition(both)).toThrow("several served versions");
});
