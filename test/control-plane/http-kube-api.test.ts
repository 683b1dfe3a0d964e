import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KubeError } from "../../src/client/errors.ts";
import { connect } from "../../src/client/http/connect.ts";
import type { HttpKubeApi } from "../../src/client/http/http-kube-api.ts";
import { identify } from "../../src/client/http/identity.ts";
import type { EvictionAnswer, Item, Page, WatchEvent } from "../../src/client/kube-api.ts";
import type { Node } from "../../src/kube/node.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import type { Pod } from "../../src/kube/pod.ts";
import { namespaces, nodes, pods, type Resource } from "../../src/kube/resource.ts";
import { disruptionBudgetCause, hasCause } from "../../src/kube/status.ts";
import { systemRandom } from "../../src/runtime/random.ts";
import { realClock } from "../../src/runtime/real-clock.ts";
import { type ControlPlane, startControlPlane } from "./fixture/control-plane.ts";

const configMaps: Resource = { group: "", version: "v1", plural: "configmaps", kind: "ConfigMap", namespaced: true };
/** Told apart from kube-root-ca.crt, which a controller puts into each namespace at its own time. */
const own = { labelSelector: "own=yes" };
const ownMap = (name: string): object => ({ metadata: { name, labels: { own: "yes" } }, data: { size: "größe 🚢" } });
const { signal } = new AbortController();
const call = { signal };

async function speakTo(cluster: ControlPlane, user = "admin"): Promise<HttpKubeApi> {
  const kubeconfig = await cluster.kubeconfig(user);
  const identity = await identify({ kubeconfig }, { env: {}, home: undefined, serviceAccount: "/nonexistent", terminal: false }, realClock);
  return connect({ identity, clock: realClock, random: systemRandom, userAgent: "drydock/test (http)" });
}

async function all<T>(sequence: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of sequence) found.push(one);
  return found;
}

describe.each([
  ["HTTP/2", false],
  ["HTTP/1.1", true],
])("a real API server over %s", (_protocol, http1) => {
  let cluster: ControlPlane;
  let api: HttpKubeApi;

  beforeAll(async () => {
    // A compaction must be able to take a list's place away.
    cluster = await startControlPlane({ http1, watchCache: false });
    api = await speakTo(cluster);
    await cluster.createNodes(1);
  });

  afterAll(async () => {
    await api[Symbol.asyncDispose]();
    await cluster[Symbol.asyncDispose]();
  });

  const createMaps = async (namespace: string, count: number): Promise<void> => {
    await cluster.createNamespace(namespace);
    for (let at = 0; at < count; at += 1) await api.create(configMaps, ownMap(`map-${at}`), { namespace }, call);
  };

  it("tells its version and time", async () => {
    expect(await api.version(call)).toMatchObject({ major: 1, minor: 36 });
    expect(Math.abs(api.serverTime()?.offset ?? Number.NaN)).toBeLessThan(2_000);
  });

  it("lists page by page, with the kinds that its items lack", async () => {
    await createMaps("pages", 7);
    const pages = await all(
      api.list(
        configMaps,
        { namespace: "pages", ...own, pageSize: 3, project: (map: KubeObject) => `${map.apiVersion}/${map.kind}` },
        call,
      ),
    );
    expect(pages.map(({ items }) => items.length)).toEqual([3, 3, 1]);
    expect(new Set(pages.map(({ resourceVersion }) => resourceVersion)).size).toBe(1);
    expect(pages[0]?.items[0]).toMatchObject({ namespace: "pages", value: "v1/ConfigMap" });
    expect(
      (await all(api.list(configMaps, { namespace: "pages", fieldSelector: "metadata.name!=kube-root-ca.crt" }, call))).flatMap(
        ({ items }) => items,
      ),
    ).toHaveLength(7);
  });

  it("says how many are still to come, where nothing is selected", async () => {
    const [first, ...rest] = await all(api.list(namespaces, { pageSize: 1 }, call));
    expect(rest.length).toBeGreaterThan(0);
    expect(first?.remaining).toBe(rest.length);
  });

  it("forgets a list's place by compaction, and the list begins anew", async () => {
    await createMaps("compacted", 4);
    const pages: Page<Item<string>>[] = [];
    for await (const page of api.list(
      configMaps,
      { namespace: "compacted", ...own, pageSize: 2, project: (map: KubeObject) => map.metadata.name },
      call,
    )) {
      pages.push(page);
      if (pages.length > 1) continue;
      const { object } = await api.create(configMaps, ownMap("aaa"), { namespace: "compacted" }, call);
      const compaction = { revision: object.metadata.resourceVersion, physical: true };
      expect((await fetch(`${cluster.etcd}/v3/kv/compaction`, { method: "POST", body: JSON.stringify(compaction) })).status).toBe(200);
    }
    expect(pages.map(({ restarted }) => restarted)).toEqual([undefined, true, undefined, undefined]);
    expect(pages.slice(1).flatMap(({ items }) => items.map(({ value }) => value))).toEqual(["aaa", "map-0", "map-1", "map-2", "map-3"]);
  });

  it("watches: the changes after a version, until it is told to end", async () => {
    await createMaps("watched", 1);
    const { metadata } = await api.get(configMaps, { namespace: "watched", name: "map-0" }, call);
    const seen: string[] = [];
    const change = api.patch(
      configMaps,
      { namespace: "watched", name: "map-0" },
      { kind: "merge", body: { data: { a: "größe 🚢" } } },
      {},
      call,
    );
    for await (const batch of api.watch(configMaps, { namespace: "watched", ...own, from: metadata.resourceVersion }, call)) {
      for (const event of batch) if (event.type !== "BOOKMARK" && event.type !== "ERROR") seen.push(`${event.type} ${event.item.name}`);
      if (seen.length === 1) await api.remove(configMaps, { namespace: "watched", name: "map-0", uid: metadata.uid }, {}, call);
      if (seen.length >= 2) break;
    }
    await change;
    expect(seen).toEqual(["MODIFIED map-0", "DELETED map-0"]);
  });

  it("says that a version is gone, as an event or as an answer", async () => {
    const watching = async (): Promise<string> => {
      for await (const batch of api.watch(configMaps, { from: "1" }, call)) {
        for (const event of batch) if (event.type === "ERROR") return `${event.status.code} ${event.status.reason}`;
      }
      return "ended";
    };
    const outcome = await watching().catch((error: unknown) =>
      error instanceof KubeError ? `${error.http} ${error.code}` : String(error),
    );
    expect(outcome.toLowerCase()).toBe("410 expired");
  });

  it("changes nothing with dryRun, and hands on its warnings", async () => {
    const cordon = { kind: "strategic", body: { spec: { unschedulable: true } } } as const;
    const { object } = await api.patch<Node>(nodes, { name: "node-1" }, cordon, { dryRun: true }, call);
    expect(object.spec?.unschedulable).toBe(true);
    expect((await api.get(nodes, { name: "node-1" }, call)).spec?.unschedulable).toBeUndefined();
    const deprecated = {
      metadata: { name: "warned", labels: { app: "warned" } },
      spec: { containers: [{ name: "c", image: "i" }], nodeSelector: { "beta.kubernetes.io/os": "linux" } },
    };
    const written = await api.create(pods, deprecated, { namespace: "default", dryRun: true }, call);
    expect(written.warnings).toEqual([expect.stringContaining("beta.kubernetes.io/os")]);
  });

  it("keeps field managers apart", async () => {
    await createMaps("managed", 1);
    const { object } = await api.patch(
      configMaps,
      { namespace: "managed", name: "map-0" },
      { kind: "merge", body: { data: { by: "us" } } },
      {},
      call,
    );
    expect(object.metadata.managedFields?.map(({ manager }) => manager)).toEqual(["drydock"]);
  });

  it("removes this very object only", async () => {
    await createMaps("removed", 1);
    const at = { namespace: "removed", name: "map-0" };
    await expect(api.remove(configMaps, { ...at, uid: "00000000-0000-0000-0000-000000000000" }, {}, call)).rejects.toMatchObject({
      code: "conflict",
      http: 409,
    });
    const { metadata } = await api.get(configMaps, at, call);
    await api.remove(configMaps, { ...at, uid: metadata.uid }, {}, call);
    await expect(api.get(configMaps, at, call)).rejects.toMatchObject({ code: "not-found", status: { details: { name: "map-0" } } });
  });

  it("answers a group it does not serve in plain text, and a kind it does not serve with a Status", async () => {
    const elsewhere = { ...configMaps, group: "example.org" };
    await expect(all(api.list(elsewhere, {}, call))).rejects.toMatchObject({ code: "not-found", http: 404, status: undefined });
    await expect(all(api.list({ ...configMaps, plural: "nothings" }, {}, call))).rejects.toMatchObject({ code: "not-found" });
  });

  it("refuses what we may not do, naming it", async () => {
    await using nobody = await speakTo(cluster, "nobody");
    await expect(nobody.get(nodes, { name: "node-1" }, call)).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining('User "nobody" cannot get resource "nodes"') as string,
    });
  });

  describe("evictions", () => {
    const podsOf = async (name: string, replicas: number): Promise<readonly Pod[]> => {
      await cluster.createReplicaSet({ name, replicas, on: ["node-1"] });
      return cluster.podsReady({ namespace: "default", labelSelector: `app=${name}` }, replicas);
    };
    const evict = (pod: Pod, o: { dryRun?: boolean } = {}, uid = pod.metadata.uid): Promise<EvictionAnswer> =>
      api.evict({ namespace: "default", name: pod.metadata.name, uid }, o, call);

    it("are answered with values: dry, wrong uid, refused by a budget, granted, gone", async () => {
      const [pod] = await podsOf("guarded", 1);
      if (pod === undefined) throw new Error("no pod");
      expect(await evict(pod, { dryRun: true })).toMatchObject({ http: 201, status: { status: "Success" } });
      expect(await evict(pod, {}, "00000000-0000-0000-0000-000000000000")).toMatchObject({ http: 409, status: { reason: "Conflict" } });
      await cluster.createBudget({ name: "guarded", minAvailable: 1 });
      await cluster.waitFor("poddisruptionbudgets", { namespace: "default" }, (budgets) =>
        budgets.some(({ status }) => status?.expectedPods === 1),
      );
      const refused = await evict(pod);
      expect(refused).toMatchObject({ http: 429, status: { reason: "TooManyRequests" } });
      expect(hasCause(refused.status, disruptionBudgetCause)).toBe(true);
      expect(await api.evict({ namespace: "default", name: "no-such-pod", uid: pod.metadata.uid }, {}, call)).toMatchObject({ http: 404 });
      const [free] = await podsOf("free", 1);
      if (free === undefined) throw new Error("no pod");
      expect(await evict(free)).toMatchObject({ http: 201 });
    });

    it("go 100 at once", async () => {
      const many = await podsOf("many", 100);
      const answers = await Promise.all(many.map((pod) => evict(pod, { dryRun: true })));
      expect(answers.map(({ http }) => http)).toEqual(Array(100).fill(201));
    });
  });
});

describe("a watch-list", () => {
  it("gives the state, a bookmark that ends it, then changes; and is refused where the server has none", async () => {
    await using cluster = await startControlPlane();
    await using api = await speakTo(cluster);
    await cluster.createNamespace("listed");
    for (const name of ["a", "b"]) await api.create(configMaps, { metadata: { name } }, { namespace: "listed" }, call);
    const seen: string[] = [];
    const say = (event: WatchEvent<Item<KubeObject>>): string =>
      event.type === "BOOKMARK"
        ? event.initial
          ? "that is all"
          : "bookmark"
        : event.type === "ERROR"
          ? "error"
          : `${event.type} ${event.item.name}`;
    for await (const batch of api.watch<KubeObject>(configMaps, { namespace: "listed", from: "initial-events" }, call)) {
      const said = batch.map(say).filter((line) => line !== "bookmark" && !line.endsWith("kube-root-ca.crt"));
      seen.push(...said);
      if (said.includes("that is all")) await api.create(configMaps, { metadata: { name: "c" } }, { namespace: "listed" }, call);
      if (said.includes("ADDED c")) break;
    }
    expect(seen).toEqual(["ADDED a", "ADDED b", "that is all", "ADDED c"]);
    await cluster.apiServer.stop();
    await cluster.apiServer.start(["--feature-gates=WatchList=false"]);
    const refused = api.watch<KubeObject>(configMaps, { from: "initial-events" }, call)[Symbol.asyncIterator]().next();
    await expect(refused).rejects.toMatchObject({ code: "invalid", http: 422 });
  });
});

describe("a server that goes", () => {
  it("sends GOAWAY again and again, and no request is lost for it; is killed, and its watches break; comes back, and is found", async () => {
    // What API servers behind a load balancer do to spread their clients (KEP-1753): 2 % is the most they may.
    await using cluster = await startControlPlane({ apiServerFlags: ["--goaway-chance=0.02"] });
    await using api = await speakTo(cluster);
    for (let round = 0; round < 30; round += 1) {
      const reads = Array.from({ length: 20 }, () => api.get(namespaces, { name: "default" }, { ...call, retry: "none" }));
      expect((await Promise.all(reads)).every(({ metadata }) => metadata.name === "default")).toBe(true);
    }
    const events = api.watch<KubeObject>(namespaces, { from: "initial-events" }, call)[Symbol.asyncIterator]();
    expect((await events.next()).done).toBe(false);
    await cluster.apiServer.kill();
    const rest = async (): Promise<void> => {
      while ((await events.next()).done !== true);
    };
    await expect(rest()).rejects.toMatchObject({ code: "lost", retryable: true });
    await expect(api.evict({ namespace: "default", name: "a", uid: "u" }, {}, call)).rejects.toMatchObject({
      code: "unreachable",
      applied: "no",
    });
    await cluster.apiServer.start();
    expect(await api.version(call)).toMatchObject({ major: 1 });
  });
});
