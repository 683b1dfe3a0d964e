import { isKubeError } from "../src/client/errors.ts";
import type { KubeApi, WatchQuery } from "../src/client/kube-api.ts";
import type { Budget } from "../src/kube/budget.ts";
import type { Json, KubeObject } from "../src/kube/object.ts";
import type { Patch } from "../src/kube/patch.ts";
import { budgets, namespaces, pods, type Resource } from "../src/kube/resource.ts";

/**
 * How an API server answers, call by call, as data: the same cases are run through `KubeApi` on the embedded cluster and on a real API
 * server. Each runs in a namespace of its own; no controller touches what it makes.
 */
export interface ApiCase {
  readonly name: string;
  readonly run: (scene: Scene) => Promise<unknown>;
  /** What `run` gives, on both. */
  readonly gives: unknown;
}

export interface Scene {
  readonly api: KubeApi;
  readonly signal: AbortSignal;
  readonly namespace: string;
}

const configMaps: Resource = { group: "", version: "v1", plural: "configmaps", kind: "ConfigMap", namespaced: true };
const widgets: Resource = { group: "example.com", version: "v1", plural: "widgets", kind: "Widget", namespaced: true };

const merge = (body: Json): Patch => ({ kind: "merge", body });

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return { succeeded: await work };
  } catch (error) {
    if (!isKubeError(error)) throw error;
    const { code, http, status, message } = error;
    return { code, http, reason: status?.reason, message };
  }
}

async function made(scene: Scene, name: string, labels: Readonly<Record<string, string>> = {}): Promise<KubeObject> {
  const { api, namespace, signal } = scene;
  return (
    await api.create(configMaps, { metadata: { name, labels: { own: "yes", ...labels } }, data: { a: "1" } }, { namespace }, { signal })
  ).object;
}

async function madeBudget({ api, namespace, signal }: Scene): Promise<Budget> {
  const body = { metadata: { name: "b" }, spec: { minAvailable: 1, selector: {} }, status: { disruptionsAllowed: 7 } };
  return (await api.create(budgets, body, { namespace }, { signal })).object;
}

async function patched({ api, namespace, signal }: Scene, name: string, patch: Patch, subresource?: string): Promise<KubeObject> {
  const options = subresource === undefined ? {} : { subresource };
  return (await api.patch(configMaps, { namespace, name }, patch, options, { signal })).object;
}

/** The first `count` events of a watch, bookmarks only where they end the state. */
async function eventsOf(
  { api, namespace, signal }: Scene,
  query: WatchQuery<KubeObject, KubeObject>,
  count: number,
  act: () => Promise<unknown>,
): Promise<readonly string[]> {
  const seen: string[] = [];
  let hasActed = false;
  for await (const batch of api.watch(configMaps, { namespace, ...query }, { signal })) {
    for (const event of batch) {
      if (event.type === "ERROR") seen.push(`ERROR ${event.status.code}`);
      else if (event.type !== "BOOKMARK")
        seen.push(`${event.type} ${event.item.name} ${event.item.value.metadata.labels?.["tier"] ?? ""}`.trim());
      else if (event.initial) seen.push("complete");
    }
    if (seen.length >= count) return seen;
    if (!hasActed && (query.from !== "initial-events" || seen.includes("complete"))) {
      hasActed = true;
      await act();
    }
  }
  return [...seen, "END"];
}

export const apiCases: readonly ApiCase[] = [
  {
    name: "discovery lists groups with the versions they are served in, and no core group",
    run: async ({ api, signal }) => {
      const groups = await api.groups({ signal });
      return ["apps", "policy", "", "example.com"].map((name) => groups.find((group) => group.name === name));
    },
    gives: [
      { name: "apps", versions: ["v1"], preferred: "v1" },
      { name: "policy", versions: ["v1"], preferred: "v1" },
      undefined,
      undefined,
    ],
  },
  {
    name: "what is not there is 404 by its name",
    run: ({ api, namespace, signal }) => failureOf(api.get(budgets, { namespace, name: "x" }, { signal })),
    gives: { code: "not-found", http: 404, reason: "NotFound", message: 'poddisruptionbudgets.policy "x" not found' },
  },
  {
    name: "a resource that is not served is 404",
    run: async ({ api, namespace, signal }) => {
      const failure = (await failureOf(api.get(widgets, { namespace, name: "x" }, { signal }))) as { code: string; http: number };
      return [failure.code, failure.http];
    },
    gives: ["not-found", 404],
  },
  {
    name: "a name that is taken is 409 AlreadyExists",
    run: async (scene) => {
      await made(scene, "a");
      return await failureOf(made(scene, "a"));
    },
    gives: { code: "already-exists", http: 409, reason: "AlreadyExists", message: 'configmaps "a" already exists' },
  },
  {
    name: "a namespace that is not there is 404",
    run: ({ api, signal }) => failureOf(api.create(configMaps, { metadata: { name: "a" } }, { namespace: "nowhere" }, { signal })),
    gives: { code: "not-found", http: 404, reason: "NotFound", message: 'namespaces "nowhere" not found' },
  },
  {
    name: "another namespace in the body is 400",
    run: ({ api, namespace, signal }) =>
      failureOf(api.create(configMaps, { metadata: { name: "a", namespace: "other" } }, { namespace }, { signal })),
    gives: {
      code: "bad-request",
      http: 400,
      reason: "BadRequest",
      message: "the namespace of the provided object does not match the namespace sent on the request",
    },
  },
  {
    name: "a generated name is the base and five letters",
    run: async ({ api, namespace, signal }) => {
      const { object } = await api.create(configMaps, { metadata: { generateName: "a-" } }, { namespace }, { signal });
      return /^a-[bcdfghjklmnpqrstvwxz2456789]{5}$/.test(object.metadata.name);
    },
    gives: true,
  },
  {
    name: "a status is not created, a generation is counted from 1, and a dry run stores nothing",
    run: async (scene) => {
      const { api, namespace, signal } = scene;
      const budget = await madeBudget(scene);
      await api.create(configMaps, { metadata: { name: "dry" } }, { namespace, dryRun: true }, { signal });
      const dry = (await failureOf(api.get(configMaps, { namespace, name: "dry" }, { signal }))) as { code: string };
      return [budget.status?.disruptionsAllowed ?? 0, budget.metadata.generation, dry.code];
    },
    gives: [0, 1, "not-found"],
  },
  {
    name: "an old resourceVersion in a merge patch is 409 Conflict",
    run: async (scene) => {
      const { resourceVersion } = (await made(scene, "a")).metadata;
      await patched(scene, "a", merge({ data: { a: "2" } }));
      return await failureOf(patched(scene, "a", merge({ metadata: { resourceVersion }, data: { a: "3" } })));
    },
    gives: {
      code: "conflict",
      http: 409,
      reason: "Conflict",
      message:
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    },
  },
  {
    name: "another uid in a patch is 422, not a conflict: it is an immutable field, no precondition",
    run: async (scene) => {
      const { api, namespace, signal } = scene;
      await made(scene, "a");
      await madeBudget(scene);
      const patch = merge({ metadata: { uid: "another" } });
      const strip = (failure: unknown): unknown => ({ ...(failure as object), message: "" });
      return [
        await failureOf(patched(scene, "a", patch)),
        strip(await failureOf(api.patch(budgets, { namespace, name: "b" }, patch, {}, { signal }))),
      ];
    },
    gives: [
      {
        code: "invalid",
        http: 422,
        reason: "Invalid",
        message: 'ConfigMap "a" is invalid: metadata.uid: Invalid value: "another": field is immutable',
      },
      { code: "invalid", http: 422, reason: "Invalid", message: "" },
    ],
  },
  {
    name: "where both the version and the uid are others, the version is told: 409",
    run: async (scene) => {
      await made(scene, "a");
      const failure = await failureOf(patched(scene, "a", merge({ metadata: { uid: "another", resourceVersion: "1" } })));
      return (failure as { http: number }).http;
    },
    gives: 409,
  },
  {
    name: "a JSON patch whose test fails is 422",
    run: async (scene) => {
      await made(scene, "a");
      const test: Patch = { kind: "json", operations: [{ op: "test", path: "/data/a", value: "2" }] };
      const failure = (await failureOf(patched(scene, "a", test))) as { code: string; http: number; reason: string };
      return [failure.code, failure.http, failure.reason];
    },
    gives: ["invalid", 422, "Invalid"],
  },
  {
    name: "a patch that changes nothing keeps the version",
    run: async (scene) => {
      const before = await made(scene, "a");
      const after = await patched(scene, "a", merge({ data: { a: "1" } }));
      return before.metadata.resourceVersion === after.metadata.resourceVersion;
    },
    gives: true,
  },
  {
    name: "spec and status are written apart, and only the spec is a new generation",
    run: async (scene) => {
      const { api, namespace, signal } = scene;
      await madeBudget(scene);
      const at = { namespace, name: "b" };
      const both = merge({ spec: { minAvailable: 2 }, status: { expectedPods: 5 } });
      const main = (await api.patch(budgets, at, both, {}, { signal })).object;
      const status = (
        await api.patch(
          budgets,
          at,
          merge({ spec: { minAvailable: 3 }, status: { expectedPods: 6 } }),
          { subresource: "status" },
          { signal },
        )
      ).object;
      const of = ({ spec, status, metadata }: Budget): unknown => [spec.minAvailable, status?.expectedPods ?? 0, metadata.generation];
      return [of(main), of(status)];
    },
    gives: [
      [2, 0, 2],
      [2, 6, 2],
    ],
  },
  {
    name: "a deletion with another uid is 409, and nothing goes",
    run: async (scene) => {
      const { api, namespace, signal } = scene;
      const { uid } = (await made(scene, "a")).metadata;
      const failure = (await failureOf(api.remove(configMaps, { namespace, name: "a", uid: "another" }, {}, { signal }))) as {
        message: string;
      };
      const present = await api.get(configMaps, { namespace, name: "a" }, { signal });
      return [{ ...failure, message: failure.message.replaceAll(uid, "UID") }, present.metadata.uid === uid];
    },
    gives: [
      {
        code: "conflict",
        http: 409,
        reason: "Conflict",
        message:
          'Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (another) does not match the UID in record (UID). The object might have been deleted and then recreated',
      },
      true,
    ],
  },
  {
    name: "finalizers hold what is deleted, and the last one lets it go",
    run: async (scene) => {
      const { api, namespace, signal } = scene;
      await made(scene, "a");
      const { uid } = (await patched(scene, "a", merge({ metadata: { finalizers: ["example.com/hold"] } }))).metadata;
      await api.remove(configMaps, { namespace, name: "a", uid }, {}, { signal });
      const held = await api.get(configMaps, { namespace, name: "a" }, { signal });
      await patched(scene, "a", merge({ metadata: { finalizers: null } }));
      const gone = (await failureOf(api.get(configMaps, { namespace, name: "a" }, { signal }))) as { code: string };
      return [held.metadata.deletionTimestamp !== undefined, held.metadata.deletionGracePeriodSeconds, gone.code];
    },
    gives: [true, 0, "not-found"],
  },
  {
    name: "a pod gets its defaults, and one that is nowhere goes at once",
    run: async ({ api, namespace, signal }) => {
      const spec = { containers: [{ name: "main", image: "x" }], nodeSelector: { no: "where" } };
      const { object } = await api.create(pods, { metadata: { name: "p" }, spec }, { namespace }, { signal });
      const { tolerations = [], terminationGracePeriodSeconds, schedulerName } = object.spec;
      await api.remove(pods, object.metadata, {}, { signal });
      const gone = (await failureOf(api.get(pods, { namespace, name: "p" }, { signal }))) as { code: string };
      return [tolerations, terminationGracePeriodSeconds, schedulerName, object.status?.phase, object.metadata.generation, gone.code];
    },
    gives: [
      ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"].map((key) => ({
        key,
        operator: "Exists",
        effect: "NoExecute",
        tolerationSeconds: 300,
      })),
      30,
      "default-scheduler",
      "Pending",
      1,
      "not-found",
    ],
  },
  {
    name: "a selector that cannot be read is 400, and so is a field that cannot be selected by",
    run: async ({ api, namespace, signal }) => {
      const first = (r: Resource, query: object): Promise<unknown> => {
        const pages = api.list(r, { namespace, ...query }, { signal });
        return failureOf(pages[Symbol.asyncIterator]().next());
      };
      return [
        await first(configMaps, { labelSelector: "a in b" }),
        await first(configMaps, { fieldSelector: "data.a=1" }),
        await first(pods, { fieldSelector: "spec.volumes=1" }),
      ];
    },
    gives: [
      {
        code: "bad-request",
        http: 400,
        reason: "BadRequest",
        message: "unable to parse requirement: found 'b' expected: '('",
      },
      {
        code: "bad-request",
        http: 400,
        reason: "BadRequest",
        message: '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"',
      },
      { code: "bad-request", http: 400, reason: "BadRequest", message: "field label not supported: spec.volumes" },
    ],
  },
  {
    name: "pages of a list, and how much is left: only without a selector",
    run: async (scene) => {
      const { api, namespace, signal } = scene;
      for (const name of ["a", "b", "c", "d", "e"]) await made(scene, name);
      const pages: unknown[] = [];
      for await (const page of api.list(configMaps, { namespace, pageSize: 2, labelSelector: "own=yes" }, { signal })) {
        pages.push([page.items.map(({ name }) => name), page.remaining]);
      }
      return pages;
    },
    gives: [
      [["a", "b"], undefined],
      [["c", "d"], undefined],
      [["e"], undefined],
    ],
  },
  {
    name: "a watch from a version tells what came after it",
    run: async (scene) => {
      await made(scene, "a");
      const from = (await made(scene, "b")).metadata.resourceVersion;
      await patched(scene, "a", merge({ metadata: { labels: { tier: "x" } } }));
      return await eventsOf(scene, { from, labelSelector: "own=yes" }, 2, () => made(scene, "c"));
    },
    gives: ["MODIFIED a x", "ADDED c"],
  },
  {
    name: "a watch-list tells the state and that it is complete; selectors make ADDED and DELETED of what changes",
    run: async (scene) => {
      await made(scene, "a", { tier: "front" });
      await made(scene, "b", { tier: "back" });
      return await eventsOf(scene, { from: "initial-events", labelSelector: "tier=front" }, 4, async () => {
        await patched(scene, "b", merge({ metadata: { labels: { tier: "front" } } }));
        await patched(scene, "a", merge({ metadata: { labels: { tier: "back" } } }));
        await patched(scene, "a", merge({ metadata: { labels: { tier: "side" } } }));
      });
    },
    gives: ["ADDED a front", "complete", "ADDED b front", "DELETED a front"],
  },
  {
    name: "an eviction of what is not there is a value: 404",
    run: async ({ api, namespace, signal }) => {
      const { http, status } = await api.evict({ namespace, name: "x", uid: "u" }, {}, { signal });
      return [http, status?.reason, status?.message];
    },
    gives: [404, "NotFound", 'pods "x" not found'],
  },
  {
    name: "a log is asked for by pod and container, and a pod that is nowhere has written nothing",
    run: async ({ api, namespace, signal }) => {
      const spec = { containers: [{ name: "main", image: "x" }], nodeSelector: { no: "where" } };
      await api.create(pods, { metadata: { name: "writer" }, spec }, { namespace }, { signal });
      const log = (name: string, container: string): Promise<string> =>
        api.log({ namespace, name }, { container, tailLines: 10, limitBytes: 1_000 }, { signal });
      return [await log("writer", "main"), await failureOf(log("writer", "other")), await failureOf(log("x", "main"))];
    },
    gives: [
      "",
      { code: "bad-request", http: 400, reason: "BadRequest", message: "container other is not valid for pod writer" },
      { code: "not-found", http: 404, reason: "NotFound", message: 'pods "x" not found' },
    ],
  },
  {
    name: "a namespace is found by its name",
    run: async ({ api, namespace, signal }) => (await api.get(namespaces, { name: namespace }, { signal })).metadata.name === namespace,
    gives: true,
  },
];
