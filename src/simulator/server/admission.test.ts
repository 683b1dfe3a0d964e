import { describe, expect, test } from "vitest";
import type { AdmissionRequest, AdmissionResponse } from "../../kube/admission-review.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Patch } from "../../kube/patch.ts";
import type { Resource } from "../../kube/resource.ts";
import { Rig } from "../testing/rig.ts";
import type { AdmissionWebhook } from "./admission.ts";

interface Thing extends KubeObject {
  readonly spec?: { readonly node?: string };
}

const things: Resource<Thing> = { group: "example.com", version: "v1", plural: "things", kind: "Thing", namespaced: false };
const merge = (body: Extract<Patch, { readonly kind: "merge" }>["body"]): Patch => ({ kind: "merge", body });
const allow = (uid: string): AdmissionResponse => ({ uid, allowed: true });

function rigWith(webhook: Partial<AdmissionWebhook> & Pick<AdmissionWebhook, "decide">): Rig {
  const defaults = { name: "things.example.com", resource: things, operations: ["CREATE", "UPDATE"] } as const;
  return new Rig({ resources: [things], admission: [{ ...defaults, ...webhook }] });
}

const create = (rig: Rig, spec: object, name = "a"): Promise<unknown> =>
  rig.run(rig.api.create(things, { metadata: { name }, spec }, {}, rig.call));
const patch = (rig: Rig, body: Extract<Patch, { readonly kind: "merge" }>["body"], subresource?: string): Promise<unknown> =>
  rig.run(rig.api.patch(things, { name: "a" }, merge(body), subresource === undefined ? {} : { subresource }, rig.call));

describe("a webhook", () => {
  test("is asked about the object as it would be stored and as it was, and by whom", async () => {
    const seen: AdmissionRequest[] = [];
    await using rig = rigWith({
      operations: ["CREATE", "UPDATE", "DELETE"],
      decide: async (request) => {
        seen.push(request);
        return allow(request.uid);
      },
    });
    await create(rig, { node: "n1" });
    await patch(rig, { spec: { node: "n2" } });
    const { metadata } = await rig.run(rig.api.get(things, { name: "a" }, rig.call));
    await rig.run(rig.api.remove(things, metadata, {}, rig.call));
    const told = seen.map(({ operation, name, userInfo, object, oldObject }) => [
      operation,
      name,
      userInfo.username,
      (object as Thing | null)?.spec?.node,
      (oldObject as Thing | null)?.spec?.node,
    ]);
    expect(told).toEqual([
      ["CREATE", "a", "drydock", "n1", undefined],
      ["UPDATE", "a", "drydock", "n2", "n1"],
      ["DELETE", "a", "drydock", undefined, "n2"],
    ]);
    expect(rig.control.find(things, { name: "a" })).toBeUndefined();
  });

  test.each([
    [
      { message: "no", code: 403, reason: "Forbidden" },
      { http: 403, message: 'admission webhook "things.example.com" denied the request: no' },
    ],
    [{ message: "no" }, { http: 400, message: 'admission webhook "things.example.com" denied the request: no' }],
    [{ reason: "TooBusy" }, { http: 400, message: 'admission webhook "things.example.com" denied the request: TooBusy' }],
    [undefined, { http: 400, message: 'admission webhook "things.example.com" denied the request without explanation' }],
  ])("that denies with %j is told in the API server's words, and nothing is stored", async (status, refusal) => {
    await using rig = rigWith({ decide: async ({ uid }) => ({ uid, allowed: false, ...(status === undefined ? {} : { status }) }) });
    await expect(create(rig, {})).rejects.toMatchObject(refusal);
    expect(rig.control.find(things, { name: "a" })).toBeUndefined();
  });

  test("speaks before a taken name does, and its warnings are passed on", async () => {
    await using rig = rigWith({
      decide: async ({ uid, object }) =>
        (object as Thing).spec?.node === "bad" ? { uid, allowed: false } : { uid, allowed: true, warnings: ["mind the gap"] },
    });
    expect(await create(rig, {})).toMatchObject({ warnings: ["mind the gap"] });
    await expect(create(rig, { node: "bad" })).rejects.toMatchObject({ message: expect.stringContaining("denied") });
    await expect(create(rig, {})).rejects.toMatchObject({ code: "already-exists" });
  });

  test("is not asked about a status, nor where its conditions do not hold", async () => {
    let count = 0;
    await using rig = rigWith({
      matches: ({ object, oldObject }) =>
        JSON.stringify((object as Thing | null)?.spec) !== JSON.stringify((oldObject as Thing | null)?.spec),
      decide: async ({ uid }) => {
        count += 1;
        return allow(uid);
      },
    });
    await create(rig, { node: "n1" });
    await patch(rig, { status: { phase: "Running" } }, "status");
    await patch(rig, { metadata: { finalizers: ["example.com/hold"] } });
    expect(count).toBe(1);
    await patch(rig, { spec: { node: "n2" } });
    expect(count).toBe(2);
  });

  test("that cannot be called fails the write closed, unless it is to be ignored", async () => {
    const decide = async (): Promise<AdmissionResponse> => {
      throw new Error("connect: connection refused");
    };
    await using closed = rigWith({ decide });
    await expect(create(closed, {})).rejects.toMatchObject({
      http: 500,
      message: 'Internal error occurred: failed calling webhook "things.example.com": failed to call webhook: connect: connection refused',
    });
    await using open = rigWith({ decide, failurePolicy: "Ignore" });
    await create(open, {});
    expect(open.control.find(things, { name: "a" })).toBeDefined();
  });

  test("is asked from when it is added until it is disposed of", async () => {
    await using rig = new Rig({ resources: [things] });
    const webhook = {
      name: "w",
      resource: things,
      operations: ["CREATE"],
      decide: async ({ uid }: AdmissionRequest) => ({ uid, allowed: false }),
    } as const;
    const configured = rig.control.addWebhook(webhook);
    await expect(create(rig, {})).rejects.toMatchObject({ http: 400 });
    configured[Symbol.dispose]();
    await create(rig, {});
    expect(rig.control.find(things, { name: "a" })).toBeDefined();
  });

  test("that does not answer in time fails the write", async () => {
    await using rig = rigWith({ timeoutSeconds: 5, decide: () => new Promise(() => {}) });
    const start = rig.clock.now();
    await expect(create(rig, {})).rejects.toMatchObject({ message: expect.stringContaining("context deadline exceeded") });
    expect(rig.clock.now() - start).toBeGreaterThanOrEqual(5_000);
    expect(rig.clock.now() - start).toBeLessThan(5_100);
  });

  test("is asked again about a patch of what changed meanwhile, and sees what it would really become", async () => {
    const seen: (string | undefined)[] = [];
    await using rig = rigWith({
      operations: ["UPDATE"],
      decide: async ({ uid, object }) => {
        seen.push(object?.metadata.labels?.["by"]);
        if (seen.length === 1) rig.control.edit(things, { name: "a" }, merge({ metadata: { labels: { by: "another" } } }));
        return allow(uid);
      },
    });
    await create(rig, { node: "n1" });
    await patch(rig, { spec: { node: "n2" } });
    expect(seen).toEqual([undefined, "another"]);
    expect(rig.control.find(things, { name: "a" })).toMatchObject({ metadata: { labels: { by: "another" } }, spec: { node: "n2" } });
  });
});
