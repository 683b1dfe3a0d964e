import { describe, expect, it } from "vitest";
import type { Lease, LeaseSpec } from "../../kube/lease.ts";
import type { KubeApi } from "../../client/kube-api.ts";
import { leases, namespaces, nodes } from "../../kube/resource.ts";
import { formatMicroTime } from "../../kube/time.ts";
import { Rig } from "../../simulator/testing/rig.ts";
import type { LeasedNode, NodeLeaseOutcome, NodeLeaseRelease, NodeLeaseTerms } from "./contract.ts";
import { releaseNodeLease, requestNodeLease } from "./node-lease.ts";

const place = { namespace: "medik8s-leases", name: "node-worker-1" };
const minute = 60_000;
const hour = 60 * minute;

class Scene extends Rig {
  readonly node: LeasedNode;
  constructor() {
    super();
    const { metadata } = this.control.addNode({ name: "worker-1" });
    this.node = { name: metadata.name, uid: metadata.uid };
  }

  get lease(): Lease | undefined {
    return this.control.find<Lease>(leases, place);
  }

  foreign(spec: LeaseSpec): void {
    this.control.addNamespace(place.namespace);
    this.control.create(leases, { metadata: place, spec: { holderIdentity: "NodeHealthCheck-nhc", leaseTransitions: 4, ...spec } });
  }

  request(terms: NodeLeaseTerms = {}, api: Partial<KubeApi> = {}): Promise<NodeLeaseOutcome> {
    return this.run(requestNodeLease(this.node, terms, this.#calls(api)));
  }

  release(api: Partial<KubeApi> = {}): Promise<NodeLeaseRelease> {
    return this.run(releaseNodeLease(this.node.name, {}, this.#calls(api)));
  }

  #calls(instead: Partial<KubeApi>) {
    const { api } = this;
    const calls: Pick<KubeApi, "get" | "create" | "patch" | "remove" | "serverTime"> = {
      get: (...args) => api.get(...args),
      create: (...args) => api.create(...args),
      patch: (...args) => api.patch(...args),
      remove: (...args) => api.remove(...args),
      serverTime: () => api.serverTime(),
      ...instead,
    };
    return { api: calls, clock: this.clock, signal: this.call.signal };
  }
}

describe("asking for a node's lease", () => {
  it("makes the namespace and the Lease, as medik8s does", async () => {
    await using scene = new Scene();
    const outcome = await scene.request();
    expect(outcome).toMatchObject({ kind: "held" });
    expect(scene.control.find(namespaces, { name: "medik8s-leases" })).toBeDefined();
    const { metadata, spec } = scene.lease ?? {};
    expect(metadata?.ownerReferences).toEqual([{ apiVersion: "v1", kind: "Node", name: "worker-1", uid: scene.node.uid }]);
    expect(spec).toEqual({
      holderIdentity: "node-maintenance",
      leaseDurationSeconds: 3600,
      acquireTime: spec?.renewTime,
      renewTime: expect.stringMatching(/\.\d{6}Z$/),
      leaseTransitions: 0,
    });
  });

  it("renews ours, keeps when it was acquired, and writes nothing before a third of its time has passed", async () => {
    await using scene = new Scene();
    await scene.request();
    const first = scene.lease;
    await scene.pass(19 * minute);
    await scene.request();
    expect(scene.lease).toEqual(first);
    await scene.pass(2 * minute);
    const outcome = await scene.request();
    expect(scene.lease?.spec?.acquireTime).toBe(first?.spec?.acquireTime);
    expect(scene.lease?.spec?.renewTime).not.toBe(first?.spec?.renewTime);
    expect(outcome.kind === "held" && outcome.until - scene.clock.now()).toBeGreaterThan(hour - 1_000);
    expect(outcome.kind === "held" && outcome.renewAt - scene.clock.now()).toBeLessThanOrEqual(20 * minute);
  });

  it("takes the holder, the namespace and the duration that it is told", async () => {
    await using scene = new Scene();
    await scene.request({ holder: "drydock", namespace: "leases", duration: 600_000 });
    const lease = scene.control.find<Lease>(leases, { ...place, namespace: "leases" });
    expect(lease?.spec).toMatchObject({ holderIdentity: "drydock", leaseDurationSeconds: 600 });
  });

  it("leaves a foreign lease alone, and says whose it is and until when", async () => {
    await using scene = new Scene();
    const renewTime = formatMicroTime(scene.clock.now());
    scene.foreign({ leaseDurationSeconds: 600, renewTime });
    const before = scene.lease;
    expect(await scene.request()).toEqual({ kind: "foreign", holder: "NodeHealthCheck-nhc", until: expect.any(Number) });
    expect(scene.lease).toEqual(before);
  });

  it.each([
    { what: "that ran out", leaseDurationSeconds: 600, renewTime: "2025-12-31T23:00:00.000000Z" },
    { what: "without a time", leaseDurationSeconds: 600, renewTime: null },
    { what: "without a duration", leaseDurationSeconds: null, renewTime: "2026-01-01T00:00:00.000000Z" },
  ])("takes a foreign lease $what over, and counts the change", async ({ leaseDurationSeconds, renewTime }) => {
    await using scene = new Scene();
    scene.foreign({ leaseDurationSeconds, renewTime, acquireTime: "2025-12-31T22:00:00.000000Z" });
    expect(await scene.request()).toMatchObject({ kind: "held" });
    expect(scene.lease?.spec).toMatchObject({ holderIdentity: "node-maintenance", leaseDurationSeconds: 3600, leaseTransitions: 5 });
    expect(scene.lease?.spec?.acquireTime).toBe(scene.lease?.spec?.renewTime);
    expect(scene.lease?.metadata.ownerReferences).toMatchObject([{ kind: "Node", uid: scene.node.uid }]);
  });

  it("goes on with ours that ran out, for nobody has taken it", async () => {
    await using scene = new Scene();
    await scene.request();
    for (let n = 0; n < 3; n += 1) await scene.pass(50 * minute);
    expect(await scene.request()).toMatchObject({ kind: "held" });
    expect(scene.lease?.spec?.leaseTransitions).toBe(0);
  });

  it("takes the lease along to a machine that replaces the node", async () => {
    await using scene = new Scene();
    await scene.request();
    scene.control.deleteNode("worker-1");
    const { uid } = scene.control.addNode({ name: "worker-1" }).metadata;
    const outcome = await scene.run(
      requestNodeLease({ name: "worker-1", uid }, {}, { api: scene.api, clock: scene.clock, signal: scene.call.signal }),
    );
    expect(outcome).toMatchObject({ kind: "held" });
    expect(scene.lease?.metadata.ownerReferences).toEqual([{ apiVersion: "v1", kind: "Node", name: "worker-1", uid }]);
    expect(scene.control.find(nodes, { name: "worker-1" })?.metadata.uid).toBe(uid);
  });

  it("never takes what somebody else has taken between its look and its write", async () => {
    await using scene = new Scene();
    scene.foreign({ leaseDurationSeconds: 600, renewTime: "2025-12-31T23:00:00.000000Z" });
    let once = true;
    const patch: KubeApi["patch"] = async (...args) => {
      const renewTime = formatMicroTime(scene.clock.now());
      if (once) scene.control.edit(leases, place, { kind: "merge", body: { spec: { holderIdentity: "other", renewTime } } });
      once = false;
      return await scene.api.patch(...args);
    };
    expect(await scene.request({}, { patch })).toMatchObject({ kind: "foreign", holder: "other" });
  });

  it("says that a call failed, which is no loss", async () => {
    await using scene = new Scene();
    scene.control.faults.plant({ verb: "get" }, { kind: "internal-error", applied: false });
    expect(await scene.request()).toEqual({
      kind: "failed",
      error: expect.objectContaining({ code: "server-error" }),
      since: expect.any(Number),
    });
  });
});

describe("giving it back", () => {
  it("deletes ours", async () => {
    await using scene = new Scene();
    await scene.request();
    expect(await scene.release()).toEqual({ kind: "released" });
    expect(scene.lease).toBeUndefined();
    expect(await scene.release()).toEqual({ kind: "absent" });
  });

  it("never deletes a foreign one, even one that ran out, or was taken at the last moment", async () => {
    await using scene = new Scene();
    scene.foreign({ leaseDurationSeconds: 600, renewTime: "2025-12-31T23:00:00.000000Z" });
    expect(await scene.release()).toEqual({ kind: "foreign", holder: "NodeHealthCheck-nhc" });
    expect(scene.lease).toBeDefined();
    await scene.request();
    const remove: KubeApi["remove"] = async (...args) => {
      scene.control.edit(leases, place, { kind: "merge", body: { spec: { holderIdentity: "other" } } });
      await scene.api.remove(...args);
    };
    expect(await scene.release({ remove })).toEqual({ kind: "foreign", holder: "other" });
    expect(scene.lease).toBeDefined();
  });

  it("says that it could not", async () => {
    await using scene = new Scene();
    await scene.request();
    scene.control.faults.plant({ verb: "delete" }, { kind: "unreachable" });
    expect(await scene.release()).toEqual({ kind: "failed", error: expect.objectContaining({ code: "unreachable" }) });
  });
});
