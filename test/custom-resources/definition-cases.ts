import { customResourceDefinitions } from "../../src/kube/custom-resource-definition.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import type { Resource } from "../../src/kube/resource.ts";
import {
  anything,
  common,
  create,
  type CustomResourceCase,
  defined,
  definitionOf,
  failureOf,
  made,
  merge,
  patched,
  type Scene,
  type Thing,
} from "./scene.ts";

const generationOf = ({ metadata }: KubeObject): number | undefined => metadata.generation;

/** Deletes the definition; resolves when it is gone. */
async function undefine({ api, signal, group }: Scene): Promise<void> {
  const name = `things.${group}`;
  const { metadata } = await api.get(customResourceDefinitions, { name }, { signal });
  const query = { from: metadata.resourceVersion, fieldSelector: `metadata.name=${name}` };
  let isAsked = false;
  for await (const batch of api.watch(customResourceDefinitions, query, { signal })) {
    if (!isAsked) await api.remove(customResourceDefinitions, metadata, {}, { signal });
    isAsked = true;
    for (const event of batch) if (event.type === "DELETED") return;
  }
}

async function removed({ api, signal }: Scene, r: Resource<Thing>, { metadata }: Thing): Promise<Thing> {
  await api.remove(r, metadata, {}, { signal });
  return await api.get(r, metadata, { signal });
}

/** How definitions come and go, and what is common to the objects of all of them. */
export const definitionCases: readonly CustomResourceCase[] = [
  {
    name: "a definition is established, and discovery lists its group",
    run: async (scene) => {
      const { api, signal, group } = scene;
      await defined(scene);
      const { status, spec } = await api.get(customResourceDefinitions, { name: `things.${group}` }, { signal });
      const conditions = (status?.conditions ?? []).map(({ type, status: holds, reason, message }) => [type, holds, reason, message]);
      const found = (await api.groups({ signal })).find(({ name }) => name === group);
      return [conditions, spec.names, status?.acceptedNames, status?.storedVersions, { ...found, name: "GROUP" }];
    },
    gives: [
      [
        ["NamesAccepted", "True", "NoConflicts", "no conflicts found"],
        ["Established", "True", "InitialNamesAccepted", "the initial names have been accepted"],
      ],
      { plural: "things", singular: "thing", kind: "Thing", listKind: "ThingList" },
      { plural: "things", singular: "thing", kind: "Thing", listKind: "ThingList" },
      ["v1"],
      { name: "GROUP", versions: ["v1"], preferred: "v1" },
    ],
  },
  {
    name: "a definition of another name than its plural and group is 422",
    run: async ({ api, signal, group }) => {
      const body = { ...definitionOf(group, anything), metadata: { name: `others.${group}` } };
      const { http, causes } = await failureOf(api.create(customResourceDefinitions, body, {}, { signal }));
      return [http, causes?.map(([reason, field]) => [reason, field])];
    },
    gives: [422, [["FieldValueInvalid", "metadata.name"]]],
  },
  {
    name: "objects of the whole cluster, and of namespaces",
    run: async (scene) => {
      const { api, signal } = scene;
      const wide = await made(scene, await defined(scene), { a: 1 });
      const r = await common(scene);
      const narrow = await made(scene, r, { a: 1 });
      const everywhere: (string | undefined)[] = [];
      for await (const page of api.list(r, {}, { signal })) everywhere.push(...page.items.map(({ namespace }) => namespace));
      return [wide.metadata.namespace, narrow.metadata.namespace === scene.namespace, everywhere.includes(scene.namespace)];
    },
    gives: [undefined, true, true],
  },
  {
    name: "a status is not created; a spec is a new generation, labels and a status are none",
    run: async (scene) => {
      const r = await common(scene);
      const first = await made(scene, r, { a: 1 }, { status: { b: 1 } });
      const main = await patched(scene, r, merge({ spec: { a: 2 }, status: { b: 2 } }));
      const label = await patched(scene, r, merge({ metadata: { labels: { x: "y" } } }));
      const status = await patched(scene, r, merge({ metadata: { labels: { x: "z" } }, spec: { a: 3 }, status: { b: 3 } }), "status");
      return [[first, main, label, status].map((each) => [each.spec, each.status, generationOf(each)]), status.metadata.labels];
    },
    gives: [
      [
        [{ a: 1 }, undefined, 1],
        [{ a: 2 }, undefined, 2],
        [{ a: 2 }, undefined, 2],
        [{ a: 2 }, { b: 3 }, 2],
      ],
      { x: "y" },
    ],
  },
  {
    name: "without a status subresource the status is content like any other",
    run: async (scene) => {
      const r = await defined(scene, anything, { hasStatus: false });
      const first = await made(scene, r, { a: 1 }, { status: { b: 1 } });
      const next = await patched(scene, r, merge({ status: { b: 2 } }));
      const { http } = await failureOf(patched(scene, r, merge({ status: { b: 3 } }), "status"));
      return [first.status, next.status, generationOf(next), http === 404 || http === 501];
    },
    gives: [{ b: 1 }, { b: 2 }, 2, true],
  },
  {
    name: "an object that does not say what it is is refused, which a built-in kind may leave to its path",
    run: async (scene) => {
      const { api, signal } = scene;
      const r = await common(scene);
      const unsaid = await failureOf(api.create(r, { metadata: { name: "a" } }, { namespace: scene.namespace }, { signal }));
      const other = await failureOf(create(scene, r, { apiVersion: "example.com/v2", metadata: { name: "a" } }));
      return [unsaid, [other.http, other.message?.replaceAll(r.group, "GROUP")]];
    },
    gives: [
      {
        http: 400,
        reason: "BadRequest",
        message:
          'the object provided is unrecognized (must be of type Thing): Object \'Kind\' is missing in \'{"metadata":{"name":"a"}}\' ({"metadata":{"name":"a"}})',
      },
      [400, "the API version in the data (example.com/v2) does not match the expected API version (GROUP/v1)"],
    ],
  },
  {
    name: "an old resourceVersion is 409, a strategic merge patch 415, a taken name 409",
    run: async (scene) => {
      const r = await common(scene);
      const { resourceVersion } = (await made(scene, r, { a: 1 })).metadata;
      await patched(scene, r, merge({ spec: { a: 2 } }));
      const failures = [
        await failureOf(patched(scene, r, merge({ metadata: { resourceVersion }, spec: { a: 3 } }))),
        await failureOf(patched(scene, r, { kind: "strategic", body: { spec: { a: 3 } } })),
        await failureOf(made(scene, r, {})),
      ];
      return failures.map(({ http, message }) => [http, http === 415 ? "" : message?.replaceAll(r.group, "GROUP")]);
    },
    gives: [
      [
        409,
        'Operation cannot be fulfilled on things.GROUP "a": the object has been modified; please apply your changes to the latest version and try again',
      ],
      [415, ""],
      [409, 'things.GROUP "a" already exists'],
    ],
  },
  {
    name: "finalizers hold an object: its deletion is a new generation, and the last finalizer lets it go",
    run: async (scene) => {
      const { api, signal } = scene;
      const r = await common(scene);
      const { object } = await create(scene, r, { metadata: { name: "a", finalizers: ["example.com/hold"] }, spec: {} });
      const held = await removed(scene, r, object);
      await patched(scene, r, merge({ status: { seen: true } }), "status");
      const after = await patched(scene, r, merge({ metadata: { finalizers: null } }));
      const { http } = await failureOf(api.get(r, { name: "a", namespace: scene.namespace }, { signal }));
      return [generationOf(held), held.metadata.deletionGracePeriodSeconds, generationOf(after), after.status, http];
    },
    gives: [2, 0, 2, { seen: true }, 404],
  },
  {
    name: "finalizers without a domain are warned of, once",
    run: async (scene) => {
      const r = await common(scene);
      const first = await create(scene, r, { metadata: { name: "a", finalizers: ["hold", "foregroundDeletion"] } });
      const { warnings } = await scene.api.patch(
        r,
        { name: "a", namespace: scene.namespace },
        merge({ metadata: { finalizers: ["hold", "example.com"] } }),
        {},
        scene,
      );
      return [first.warnings, warnings];
    },
    gives: [
      ['metadata.finalizers: "hold": prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers'],
      [
        'metadata.finalizers: "example.com": prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers',
      ],
    ],
  },
  {
    name: "a definition goes with its objects, and its resource is served no more",
    run: async (scene) => {
      const { api, signal } = scene;
      const r = await defined(scene);
      await made(scene, r, {});
      await undefine(scene);
      const { http } = await failureOf(api.get(r, { name: "a" }, { signal }));
      return http;
    },
    gives: 404,
  },
  {
    name: "a definition that goes waits for the finalizers of its objects, and nothing is created meanwhile",
    run: async (scene) => {
      const { api, signal } = scene;
      const r = await defined(scene);
      await create(scene, r, { metadata: { name: "a", finalizers: ["example.com/hold"] } });
      const definition = await api.get(customResourceDefinitions, { name: `things.${scene.group}` }, { signal });
      let refused: unknown;
      for await (const batch of api.watch(r, { from: "initial-events" }, { signal })) {
        for (const event of batch) {
          if (event.type === "BOOKMARK" && event.initial) await api.remove(customResourceDefinitions, definition.metadata, {}, { signal });
          if (event.type !== "MODIFIED") continue;
          const { http, message } = await failureOf(create(scene, r, { metadata: { name: "b" } }));
          refused = [http, message?.replaceAll(scene.group, "GROUP")];
        }
        if (refused !== undefined) break;
      }
      const { status, metadata } = await api.get(customResourceDefinitions, definition.metadata, { signal });
      const terminating = status?.conditions?.find(({ type }) => type === "Terminating")?.status;
      await api.patch(r, { name: "a" }, merge({ metadata: { finalizers: null } }), {}, { signal });
      return [refused, terminating, metadata.finalizers];
    },
    gives: [
      [403, 'things.GROUP "b" is forbidden: create not allowed while custom resource definition is terminating'],
      "True",
      ["customresourcecleanup.apiextensions.k8s.io"],
    ],
  },
  {
    name: "only declared fields can be selected by",
    run: async (scene) => {
      const { api, signal } = scene;
      const schema = { type: "object", properties: { spec: { type: "object", properties: { node: { type: "string" } } } } } as const;
      const r = await defined(scene, schema, { selectable: [".spec.node"] });
      await made(scene, r, { node: "n1" });
      await create(scene, r, { metadata: { name: "b" }, spec: { node: "n2" } });
      const names: string[] = [];
      for await (const { items } of api.list(r, { fieldSelector: "spec.node=n2" }, { signal }))
        names.push(...items.map(({ name }) => name));
      const other = await failureOf(api.list(r, { fieldSelector: "spec.other=n2" }, { signal })[Symbol.asyncIterator]().next());
      return [names, other.http, other.message];
    },
    gives: [["b"], 400, "field label not supported: spec.other"],
  },
];
