import { describe, expect, test } from "vitest";
import type { Patch } from "../../kube/patch.ts";
import { budgets, namespaces, nodes, pods } from "../../kube/resource.ts";
import { parseTime } from "../../kube/time.ts";
import { Rig } from "../testing/rig.ts";

const merge = (body: Extract<Patch, { readonly kind: "merge" }>["body"]): Patch => ({ kind: "merge", body });
const at = { name: "a" };

describe("creating", () => {
  test("stamps, names and numbers what it stores, and wipes a status that has a subresource", async () => {
    await using rig = new Rig();
    rig.control.addNamespace("shop");
    const body = {
      metadata: { generateName: "web-", labels: { app: "web" } },
      spec: { minAvailable: 1 },
      status: { disruptionsAllowed: 9 },
    };
    const { object } = await rig.run(rig.api.create(budgets, body, { namespace: "shop" }, rig.call));
    expect(object).toMatchObject({ apiVersion: "policy/v1", kind: "PodDisruptionBudget", spec: { minAvailable: 1 } });
    expect(object.status).toBeUndefined();
    const { name, namespace, uid, generation, creationTimestamp } = object.metadata;
    expect(name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect([namespace, generation]).toEqual(["shop", 1]);
    expect(uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test("a pod gets the defaults that matter to a drain", async () => {
    await using rig = new Rig();
    rig.control.addNamespace("shop");
    const pod = rig.control.create(pods, { metadata: { name: "p" }, spec: {} }, { namespace: "shop" });
    expect(pod).toMatchObject({
      status: { phase: "Pending" },
      spec: { terminationGracePeriodSeconds: 30, schedulerName: "default-scheduler" },
    });
    expect(pod.spec.tolerations?.map(({ key, tolerationSeconds }) => [key, tolerationSeconds])).toEqual([
      ["node.kubernetes.io/not-ready", 300],
      ["node.kubernetes.io/unreachable", 300],
    ]);
  });

  test.each([
    ["a name that is taken", { metadata: { name: "shop" } }, namespaces, {}, { http: 409, code: "already-exists" }],
    ["no name", { metadata: {} }, namespaces, {}, { http: 422, code: "invalid" }],
    ["a namespace that is not there", { metadata: { name: "p" } }, pods, { namespace: "nowhere" }, { http: 404, code: "not-found" }],
    ["no namespace", { metadata: { name: "p" } }, pods, {}, { http: 400, code: "bad-request" }],
    ["another namespace than asked", { metadata: { name: "p", namespace: "bank" } }, pods, { namespace: "shop" }, { http: 400 }],
  ])("%s is refused", async (_name, body, resource, options, refusal) => {
    await using rig = new Rig();
    rig.control.addNamespace("shop");
    await expect(rig.run(rig.api.create(resource as typeof pods, body, options, rig.call))).rejects.toMatchObject(refusal);
  });

  test("a dry run stores nothing", async () => {
    await using rig = new Rig();
    await rig.run(rig.api.create(namespaces, { metadata: { name: "shop" } }, { dryRun: true }, rig.call));
    expect(rig.control.find(namespaces, { name: "shop" })).toBeUndefined();
  });
});

describe("patching", () => {
  test("all three kinds change the same thing", async () => {
    await using rig = new Rig();
    const patches: readonly Patch[] = [
      merge({ spec: { unschedulable: true } }),
      { kind: "strategic", body: { spec: { unschedulable: true } } },
      { kind: "json", operations: [{ op: "add", path: "/spec/unschedulable", value: true }] },
    ];
    for (const [index, patch] of patches.entries()) {
      rig.control.addNode({ name: `n${index}` });
      const { object } = await rig.run(rig.api.patch(nodes, { name: `n${index}` }, patch, {}, rig.call));
      expect(object.spec?.unschedulable).toBe(true);
    }
  });

  test("an old resourceVersion in the body is a conflict, the present one is not", async () => {
    await using rig = new Rig();
    const { control, api, call } = rig;
    const { resourceVersion } = control.addNode(at).metadata;
    const cordon = merge({ metadata: { resourceVersion }, spec: { unschedulable: true } });
    expect((await rig.run(api.patch(nodes, at, cordon, {}, call))).object.spec?.unschedulable).toBe(true);
    await expect(rig.run(api.patch(nodes, at, cordon, {}, call))).rejects.toMatchObject({
      code: "conflict",
      message:
        'Operation cannot be fulfilled on nodes "a": the object has been modified; please apply your changes to the latest version and try again',
    });
  });

  test("another uid in the body is 422, and so is a failing test", async () => {
    await using rig = new Rig();
    rig.control.addNode(at);
    const uid = rig.api.patch(nodes, at, merge({ metadata: { uid: "another" } }), {}, rig.call);
    await expect(rig.run(uid)).rejects.toMatchObject({ http: 422, code: "invalid" });
    const test: Patch = { kind: "json", operations: [{ op: "test", path: "/metadata/name", value: "b" }] };
    await expect(rig.run(rig.api.patch(nodes, at, test, {}, rig.call))).rejects.toMatchObject({ http: 422, code: "invalid" });
  });

  test("what changes nothing writes nothing: no new version, no event", async () => {
    await using rig = new Rig();
    const { resourceVersion } = rig.control.addNode({ ...at, labels: { tier: "x" } }).metadata;
    const { seen } = rig.watching(nodes, { from: resourceVersion });
    const { object } = await rig.run(
      rig.api.patch(nodes, at, merge({ metadata: { labels: { tier: "x" } }, spec: { taints: null } }), {}, rig.call),
    );
    await rig.pass(200);
    expect(object.metadata.resourceVersion).toBe(resourceVersion);
    expect(seen).toEqual([]);
  });

  test("the status is written through its subresource only, and nothing else through it", async () => {
    await using rig = new Rig();
    rig.control.addNode(at);
    const both = merge({ spec: { unschedulable: true }, status: { conditions: [] } });
    const main = (await rig.run(rig.api.patch(nodes, at, both, {}, rig.call))).object;
    expect([main.spec?.unschedulable, main.status?.conditions?.length]).toEqual([true, 1]);
    const uncordon = merge({ spec: { unschedulable: null }, status: { conditions: [] } });
    const status = (await rig.run(rig.api.patch(nodes, at, uncordon, { subresource: "status" }, rig.call))).object;
    expect([status.spec?.unschedulable, status.status?.conditions?.length]).toEqual([true, 0]);
  });

  test("a changed spec is a new generation, a changed label is not", async () => {
    await using rig = new Rig();
    rig.control.addBudget({ namespace: "shop", name: "b", spec: { minAvailable: 1, selector: {} } });
    const place = { namespace: "shop", name: "b" };
    const spec = rig.control.edit(budgets, place, merge({ spec: { minAvailable: 2 } }));
    const label = rig.control.edit(budgets, place, merge({ metadata: { labels: { a: "b" } } }));
    expect([spec.metadata.generation, label.metadata.generation]).toEqual([2, 2]);
  });

  test("a pod cannot be moved", async () => {
    await using rig = new Rig();
    rig.control.addPod({ namespace: "shop", name: "p", on: "a" });
    const move = rig.api.patch(pods, { namespace: "shop", name: "p" }, merge({ spec: { nodeName: "b" } }), {}, rig.call);
    await expect(rig.run(move)).rejects.toMatchObject({ http: 422, message: expect.stringContaining("nodeName") });
  });

  test("managedFields tell whose cordon it is, until someone lifts it", async () => {
    await using rig = new Rig();
    const { control } = rig;
    control.addNode(at);
    const holders = (): readonly (string | undefined)[] =>
      (control.find(nodes, at)?.metadata.managedFields ?? [])
        .filter(({ fieldsV1 }) => JSON.stringify(fieldsV1).includes('"f:unschedulable"'))
        .map(({ manager }) => manager);
    await rig.pass(90_000);
    control.edit(nodes, at, merge({ spec: { unschedulable: true } }), { fieldManager: "kubectl-cordon" }, "ann");
    expect(holders()).toEqual(["kubectl-cordon"]);
    const entry = control.find(nodes, at)?.metadata.managedFields?.find(({ manager }) => manager === "kubectl-cordon");
    expect(entry).toMatchObject({ operation: "Update", fieldsType: "FieldsV1", fieldsV1: { "f:spec": { "f:unschedulable": {} } } });
    expect(parseTime(entry?.time)).toBe(rig.clock.now());
    control.edit(nodes, at, merge({ spec: { unschedulable: null } }), { fieldManager: "drydock" });
    expect(holders()).toEqual([]);
    control.edit(nodes, at, merge({ spec: { unschedulable: true } }), { fieldManager: "drydock" });
    expect(holders()).toEqual(["drydock"]);
  });
});

describe("deleting", () => {
  const place = { namespace: "shop", name: "p" };

  test("a running pod is marked with the time it has, and a second deletion can only shorten it", async () => {
    await using rig = new Rig();
    const { control } = rig;
    const pod = control.addPod({ ...place, on: "a", gone: "hang", grace: 60 });
    const start = rig.clock.now();
    const marked = (): readonly [number, number | undefined] => {
      const { deletionTimestamp, deletionGracePeriodSeconds } = control.find(pods, place)?.metadata ?? {};
      return [((parseTime(deletionTimestamp) ?? 0) - start) / 1000, deletionGracePeriodSeconds];
    };
    control.remove(pods, pod.metadata);
    expect(marked()).toEqual([60, 60]);
    await rig.pass(10_000);
    control.remove(pods, pod.metadata, { gracePeriodSeconds: 100 });
    expect(marked()).toEqual([60, 60]);
    control.remove(pods, pod.metadata, { gracePeriodSeconds: 5 });
    expect(marked()).toEqual([5, 5]);
    control.remove(pods, pod.metadata, { gracePeriodSeconds: 0 });
    expect(control.find(pods, place)).toBeUndefined();
  });

  test.each([
    ["that was never bound", { nodeName: false, phase: "Pending" }],
    ["that has finished", { nodeName: true, phase: "Succeeded" }],
  ] as const)("a pod %s goes at once", async (_name, { nodeName, phase }) => {
    await using rig = new Rig();
    const { control } = rig;
    control.addNamespace("shop");
    if (nodeName) control.addPod({ ...place, on: "a", phase });
    else control.create(pods, { metadata: { name: "p" }, spec: {} }, { namespace: "shop" });
    control.remove(pods, place);
    expect(control.find(pods, place)).toBeUndefined();
  });

  test("another uid is a conflict, and nothing goes", async () => {
    await using rig = new Rig();
    rig.control.addPod({ ...place, on: "a" });
    const remove = rig.api.remove(pods, { ...place, uid: "another" }, {}, rig.call);
    await expect(rig.run(remove)).rejects.toMatchObject({ code: "conflict" });
    expect(rig.control.find(pods, place)?.metadata.deletionTimestamp).toBeUndefined();
  });

  test("finalizers hold an object until the last one is gone", async () => {
    await using rig = new Rig();
    const { control } = rig;
    control.addNode({ name: "a" });
    const pod = control.addPod({ ...place, on: "a", finalizers: ["example.com/hold"] });
    control.remove(pods, pod.metadata);
    await rig.settle();
    expect(control.find(pods, place)).toMatchObject({ metadata: { deletionGracePeriodSeconds: 0 }, status: { phase: "Succeeded" } });
    control.edit(pods, place, merge({ metadata: { finalizers: null } }));
    expect(control.find(pods, place)).toBeUndefined();
  });
});
