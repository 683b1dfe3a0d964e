import { describe, expect, test } from "vitest";
import { maintenanceFinalizer, maintenances } from "../../api/maintenance.ts";
import { cordonEntry } from "../../cluster/view/held-entry.ts";
import { heldAnnotation, type HeldRecord } from "../../cluster/view/held-record.ts";
import type { Holder } from "../../cluster/view/holder.ts";
import { customResourceDefinitions } from "../../kube/custom-resource-definition.ts";
import type { Node } from "../../kube/node.ts";
import { deployments, leases, namespaces, nodes, pods } from "../../kube/resource.ts";
import type { Surroundings } from "../../maintenance/work.ts";
import { seededRandom } from "../../runtime/random.ts";
import { createVirtualClock } from "../../runtime/virtual-clock.ts";
import { resourceFor } from "../install/resources.ts";
import { type Answers, MemoryServer } from "../install/testing/memory-server.ts";
import { podLabels } from "../manifests/manifest.ts";
import { manifests } from "../manifests/manifests.ts";
import { defaultOptions } from "../manifests/options.ts";
import { uninstall, type UninstallOptions } from "./uninstall.ts";

const what = defaultOptions("1.2.3");
const everything = manifests(what).map((manifest) => [resourceFor(manifest), manifest] as const);
const since = "2026-01-05T09:00:00Z";
const rack: Holder = { kind: "Maintenance", name: "rack-7", uid: "uid-rack-7", since };
const jane: Holder = { kind: "command", user: "jane", host: "laptop", since };

function heldNode(name: string, record: Partial<HeldRecord> = {}): object {
  const held = { nodeUID: `uid-${name}`, wasCordoned: false, added: [cordonEntry], holders: [rack], undo: [], ...record };
  return { metadata: { name, uid: `uid-${name}`, annotations: { [heldAnnotation]: JSON.stringify(held) } }, spec: { unschedulable: true } };
}

const rackObject = {
  metadata: { name: "rack-7", uid: rack.uid, finalizers: ["somebody/else", maintenanceFinalizer] },
  spec: { nodeName: "n1" },
};

function start(objects: NonNullable<ConstructorParameters<typeof MemoryServer>[1]> = [], answers: Answers = {}) {
  const server = new MemoryServer(answers, [...everything, ...objects]);
  const clock = createVirtualClock(0);
  const stop = new AbortController();
  const s: Surroundings = {
    api: server.api(),
    clock,
    random: seededRandom("uninstall"),
    observe: () => {},
    stop: stop.signal,
    host: "laptop",
  };
  const run = async (o: Partial<UninstallOptions> = {}): ReturnType<typeof uninstall> => {
    let outcome: Awaited<ReturnType<typeof uninstall>> | undefined;
    const asked = { what, deleteDefinitions: false, agree: () => Promise.resolve(true), show: () => {}, showNode: () => {}, ...o };
    const ended = uninstall(s, asked).then((it) => (outcome = it));
    await clock.run(() => outcome !== undefined, { at: 600_000, eventsPerInstant: 100_000 });
    return await ended;
  };
  return { server, run, stop };
}

const nodeOf = (server: MemoryServer, name: string): Node | undefined => server.find<Node>(nodes, { name });

test("webhooks go first, then the Deployment, and the namespace last; kinds and the shared namespace stay", async () => {
  const { server, run } = start();
  expect(await run()).toMatchObject({ kind: "uninstalled" });
  const order = server.writes.map((write) => write.replace(/^delete (\w+)\/.*/, "$1"));
  expect(order.slice(0, 3)).toEqual(["ValidatingWebhookConfiguration", "ValidatingWebhookConfiguration", "Deployment"]);
  expect(server.writes.at(-1)).toBe("delete Namespace/drydock-system");
  expect(order).not.toContain("CustomResourceDefinition");
  expect(server.find(namespaces, { name: "medik8s-leases" })).toBeDefined();
});

describe("with a node that is out", () => {
  const objects = [
    [nodes, heldNode("n1", { holders: [rack, jane] })],
    [maintenances, rackObject],
  ] as const;

  test("nothing is changed until somebody says what becomes of it", async () => {
    const { server, run } = start(objects);
    expect(await run()).toEqual({ kind: "undecided", out: [{ name: "n1", by: ["jane on laptop", "maintenance/rack-7"] }] });
    expect(server.writes).toEqual([]);
  });

  test("it is left as it is, and its object can be deleted afterwards", async () => {
    const { server, run } = start(objects);
    const before = nodeOf(server, "n1");
    expect(await run({ nodes: "leave" })).toMatchObject({
      kind: "uninstalled",
      left: [{ name: "n1" }],
      objects: ["maintenance/rack-7"],
      returned: [],
    });
    expect(nodeOf(server, "n1")).toEqual(before);
    expect(server.find(maintenances, { name: "rack-7" })?.metadata.finalizers).toEqual(["somebody/else"]);
  });

  test("it comes back for all who held it, once the operator is gone", async () => {
    const lease = { metadata: { name: "node-n1", namespace: "medik8s-leases" }, spec: { holderIdentity: "node-maintenance" } };
    const { server, run } = start([...objects, [leases, lease]]);
    expect(await run({ nodes: "return" })).toMatchObject({ returned: [{ name: "n1", state: "in-service" }], left: [] });
    expect(server.find(leases, { namespace: "medik8s-leases", name: "node-n1" })).toBeUndefined();
    expect(nodeOf(server, "n1")?.spec?.unschedulable ?? false).toBe(false);
    expect(nodeOf(server, "n1")?.metadata.annotations ?? {}).toEqual({});
    const returned = server.writes.findIndex((write) => write.endsWith("Node/n1"));
    expect(returned).toBeGreaterThan(server.writes.indexOf("delete Deployment/drydock-operator"));
  });

  test("a cordon that was there before stays, and whose it is is said", async () => {
    const { server, run } = start([[nodes, heldNode("n1", { wasCordoned: true, added: [] })]]);
    expect(await run({ nodes: "return" })).toMatchObject({ returned: [{ name: "n1", state: "foreign" }] });
    expect(nodeOf(server, "n1")?.spec?.unschedulable).toBe(true);
  });

  test("one that somebody left out on purpose before comes back too", async () => {
    const left = { who: "maintenance/old", since, at: since };
    const { server, run } = start([[nodes, heldNode("n1", { holders: [], leftBy: left })]]);
    expect(await run({ nodes: "return" })).toMatchObject({ returned: [{ name: "n1", state: "in-service" }] });
    expect(nodeOf(server, "n1")?.spec?.unschedulable ?? false).toBe(false);
  });

  test("a record that cannot be read is not guessed at", async () => {
    const { server, run } = start([[nodes, { metadata: { name: "n1", uid: "uid-n1", annotations: { [heldAnnotation]: "{" } }, spec: {} }]]);
    expect(await run({ nodes: "return" })).toMatchObject({ returned: [{ name: "n1", state: "unreadable" }] });
    expect(server.writes.filter((write) => write.includes("Node/n1"))).toEqual([]);
  });
});

test("kinds go last where that is asked for, after their objects were let go", async () => {
  const { server, run } = start([[maintenances, rackObject]]);
  expect(await run({ nodes: "leave", deleteDefinitions: true })).toMatchObject({ kind: "uninstalled", objects: [] });
  expect(server.writes.at(-1)).toMatch(/^delete CustomResourceDefinition\//);
  expect(server.find(customResourceDefinitions, { name: "maintenances.drydock.dev" })).toBeUndefined();
  expect(server.writes.indexOf("merge Maintenance/rack-7")).toBeLessThan(server.writes.length - 2);
});

describe("a namespace stays where", () => {
  const stays = { state: "kept" };

  test("it was there before", async () => {
    const { server, run } = start([[namespaces, { metadata: { name: what.namespace, labels: {} } }]]);
    const outcome = await run();
    expect(outcome).toMatchObject({
      removed: expect.arrayContaining([expect.objectContaining({ ...stays, detail: "it was there before" })]) as unknown,
    });
    expect(server.find(namespaces, { name: what.namespace })).toBeDefined();
  });

  test("pods of others run in it", async () => {
    const { run } = start([[pods, { metadata: { name: "db-0", namespace: what.namespace, labels: { app: "db" } } }]]);
    const detail = "pods of others run in it: db-0";
    expect(await run()).toMatchObject({ removed: expect.arrayContaining([expect.objectContaining({ ...stays, detail })]) as unknown });
  });
});

test("a pod of the operator that does not go is waited for so long, named, and holds up nothing else", async () => {
  const { server, run } = start([[pods, { metadata: { name: "drydock-operator-x", namespace: what.namespace, labels: podLabels } }]]);
  const outcome = await run();
  expect(outcome).toMatchObject({
    removed: expect.arrayContaining([expect.objectContaining({ name: "deployment.apps/drydock-operator", state: "late" })]) as unknown,
  });
  expect(server.find(deployments, { namespace: what.namespace, name: "drydock-operator" })).toBeUndefined();
  expect(server.writes.at(-1)).toBe("delete Namespace/drydock-system");
});

describe("nothing is written where", () => {
  test.each<readonly [string, Answers, Partial<UninstallOptions>, object]>([
    [
      "a right is missing",
      { denied: ["delete clusterroles"] },
      {},
      { kind: "denied", missing: [{ verb: "delete", resource: "clusterroles" }] },
    ],
    ["somebody says no", {}, { agree: () => Promise.resolve(false) }, { kind: "declined", asked: true }],
  ])("%s", async (_, answers, o, outcome) => {
    const { server, run } = start([], answers);
    expect(await run(o)).toMatchObject(outcome);
    expect(server.writes).toEqual([]);
  });
});
