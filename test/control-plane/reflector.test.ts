import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../src/client/http/connect.ts";
import type { HttpKubeApi } from "../../src/client/http/http-kube-api.ts";
import { identify } from "../../src/client/http/identity.ts";
import type { KubeApi } from "../../src/client/kube-api.ts";
import { type Reflector, startReflector } from "../../src/client/reflector/reflector.ts";
import { createStore, type Store, type StoreChange } from "../../src/client/store.ts";
import type { Json, KubeObject } from "../../src/kube/object.ts";
import type { Resource } from "../../src/kube/resource.ts";
import { systemRandom } from "../../src/runtime/random.ts";
import { realClock } from "../../src/runtime/real-clock.ts";
import { type ControlPlane, startControlPlane } from "./fixture/control-plane.ts";

const configMaps: Resource = { group: "", version: "v1", plural: "configmaps", kind: "ConfigMap", namespaced: true };
const rbac = (plural: string, kind: string): Resource => ({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  plural,
  kind,
  namespaced: false,
});
const { signal } = new AbortController();
const call = { signal };

/** A reflector of one namespace's ConfigMaps over a real connection, with all that it asked for and told. */
class Watched implements AsyncDisposable {
  readonly asked: string[] = [];
  readonly states: string[] = [];
  readonly changes: string[] = [];
  readonly store: Store<string> = createStore<string>({});
  readonly reflector: Reflector;
  /** Watches are not sent, as if the network were gone. */
  offline = false;
  readonly #waiting = new Set<() => void>();

  constructor(api: KubeApi, namespace: string) {
    this.store.onChange((changes) => {
      this.changes.push(...changes.map(named));
      this.#look();
    });
    this.reflector = startReflector<KubeObject, string>({
      api: {
        list: (resource, query, how) => {
          this.#note("list");
          return api.list(resource, query, how);
        },
        watch: (resource, query, how) => {
          this.#note(query.from === "initial-events" ? "watch-list" : "watch");
          if (this.offline) throw new TypeError("offline");
          return api.watch(resource, query, how);
        },
      },
      resource: configMaps,
      selection: { namespace, fieldSelector: "metadata.name!=kube-root-ca.crt" },
      project: ({ metadata }) => metadata.name,
      sink: this.store,
      clock: realClock,
      random: systemRandom,
      pageSize: 2,
      onState: ({ kind }) => {
        this.states.push(kind);
        this.#look();
      },
    });
  }

  get names(): readonly string[] {
    return [...this.store.items()].map(({ name }) => name).sort();
  }

  /** Resolves when `holds`; looked at after everything that happens. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reflector[Symbol.asyncDispose]();
  }

  #note(what: string): void {
    this.asked.push(what);
    this.#look();
  }

  #look(): void {
    for (const look of this.#waiting) look();
  }
}

const named = ({ before, after, seen }: StoreChange<string>): string =>
  `${(after ?? before)?.name} ${before === undefined ? "added" : after === undefined ? "gone" : "modified"}, ${seen}`;

describe.concurrent.each([
  ["with its watch cache", true],
  ["without it", false],
])("a reflector of a real API server %s", (_how, watchCache) => {
  let cluster: ControlPlane;
  let admin: HttpKubeApi;
  const connections: HttpKubeApi[] = [];

  const speakAs = async (user: string): Promise<HttpKubeApi> => {
    const kubeconfig = await cluster.kubeconfig(user);
    const identity = await identify(
      { kubeconfig },
      { env: {}, home: undefined, serviceAccount: "/nonexistent", terminal: false },
      realClock,
    );
    const api = await connect({ identity, clock: realClock, random: systemRandom, userAgent: "drydock/test (reflector)" });
    connections.push(api);
    return api;
  };
  const create = (namespace: string, name: string): Promise<unknown> =>
    admin.create(configMaps, { metadata: { name } }, { namespace }, call);
  const remove = async (namespace: string, name: string): Promise<void> => {
    const { metadata } = await admin.get(configMaps, { namespace, name }, call);
    await admin.remove(configMaps, { namespace, name, uid: metadata.uid }, {}, call);
  };

  beforeAll(async () => {
    cluster = await startControlPlane({ watchCache, users: { reader: ["readers"] } });
    admin = await speakAs("admin");
  });
  afterAll(async () => {
    for (const api of connections) await api[Symbol.asyncDispose]();
    await cluster[Symbol.asyncDispose]();
  });

  it("gets its first state from a watch-list, and each change once", async () => {
    await cluster.createNamespace("first");
    for (const name of ["a", "b", "c"]) await create("first", name);
    await using watched = new Watched(admin, "first");
    expect(await watched.reflector.firstOutcome).toBe("synced");
    expect(watched.asked).toEqual(["watch-list"]);
    expect(watched.names).toEqual(["a", "b", "c"]);
    await create("first", "d");
    await admin.patch(configMaps, { namespace: "first", name: "d" }, { kind: "merge", body: { data: { size: "1" } } }, {}, call);
    await remove("first", "d");
    await watched.until(() => watched.changes.length >= 6);
    expect(watched.changes.slice(3)).toEqual(["d added, watched", "d modified, watched", "d gone, watched"]);
    expect(watched.states).toEqual(["live"]);
  });

  it("stays live on a quiet resource whose watch is renewed, and hears by the new one what comes", async () => {
    await cluster.createNamespace("quiet");
    await using watched = new Watched(admin, "quiet");
    await watched.reflector.synced;
    watched.reflector.setIdleDeadline(1_000);
    await watched.until(() => watched.asked.length >= 2);
    await create("quiet", "late");
    await watched.until(() => watched.names.includes("late"));
    // It has told something: from here on it counts as any other, and is renewed again.
    await watched.until(() => watched.asked.length >= 3);
    expect(watched.asked.slice(1)).toEqual(["watch", "watch"]);
    expect(watched.states).toEqual(["live"]);
  });

  it("is denied, polls where it may only list, and watches once it may", async () => {
    await cluster.createNamespace("denied");
    await using watched = new Watched(await speakAs("reader"), "denied");
    expect(await watched.reflector.firstOutcome).toMatchObject({ denied: { code: "forbidden", http: 403 } });
    const rules = (verbs: readonly string[]): { readonly [key: string]: Json } => ({
      metadata: { name: "reader" },
      rules: [{ apiGroups: [""], resources: ["configmaps"], verbs }],
    });
    await admin.create(rbac("clusterroles", "ClusterRole"), rules(["list"]), {}, call);
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "reader" };
    const subjects = [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "reader" }];
    await admin.create(rbac("clusterrolebindings", "ClusterRoleBinding"), { metadata: { name: "reader" }, roleRef, subjects }, {}, call);
    watched.reflector.nudge();
    await watched.until(() => watched.states.includes("polling"));
    await create("denied", "polled");
    await watched.until(() => watched.names.includes("polled"));
    expect(watched.changes).toEqual(["polled added, relisted"]);
    await admin.patch(rbac("clusterroles", "ClusterRole"), { name: "reader" }, { kind: "merge", body: rules(["list", "watch"]) }, {}, call);
    // The authorizer learns of it through a watch of its own: by the next poll it will have.
    await create("denied", "later");
    await watched.until(() => watched.names.includes("later"));
    watched.reflector.nudge();
    await watched.until(() => watched.states.includes("live"));
  });

  // What follows happens to the whole server, and after the others.
  it("lists anew when its version was compacted away, and shows what vanished unseen", { concurrent: false }, async () => {
    await cluster.createNamespace("compacted");
    for (const name of ["a", "b"]) await create("compacted", name);
    await using watched = new Watched(admin, "compacted");
    await watched.reflector.synced;
    watched.offline = true;
    watched.reflector.setIdleDeadline(1_000);
    await watched.until(() => watched.asked.length >= 2);
    await remove("compacted", "a");
    const { metadata } = await admin.get(configMaps, { namespace: "compacted", name: "b" }, call);
    await admin.patch(configMaps, { namespace: "compacted", name: "b" }, { kind: "merge", body: { data: { size: "1" } } }, {}, call);
    const now = await admin.get(configMaps, { namespace: "compacted", name: "b" }, call);
    expect(now.metadata.resourceVersion).not.toBe(metadata.resourceVersion);
    const compaction = { revision: now.metadata.resourceVersion, physical: true };
    expect((await fetch(`${cluster.etcd}/v3/kv/compaction`, { method: "POST", body: JSON.stringify(compaction) })).status).toBe(200);
    watched.offline = false;
    watched.reflector.nudge();
    await watched.until(() => watched.changes.length >= 4);
    expect(watched.names).toEqual(["b"]);
    // The watch cache still knows the way from the old version; etcd does not.
    const seen = watchCache ? "watched" : "relisted";
    expect(watched.changes.slice(2)).toEqual([`a gone, ${seen}`, `b modified, ${seen}`]);
  });

  it("goes on through a restart of the API server, from the version it had", { concurrent: false }, async () => {
    await cluster.createNamespace("restarted");
    await using watched = new Watched(admin, "restarted");
    await watched.reflector.synced;
    await cluster.apiServer.kill();
    await watched.until(() => watched.states.includes("reconnecting"));
    await cluster.apiServer.start();
    await create("restarted", "after");
    await watched.until(() => watched.names.includes("after"));
    expect(watched.changes).toEqual(["after added, watched"]);
    await watched.until(() => watched.states.at(-1) === "live");
  });
});
