import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EventNote, startEventRecorder } from "../../src/client/event-recorder.ts";
import { connect } from "../../src/client/http/connect.ts";
import type { HttpKubeApi } from "../../src/client/http/http-kube-api.ts";
import { identify } from "../../src/client/http/identity.ts";
import type { KubeApi } from "../../src/client/kube-api.ts";
import {
  type LeaderChange,
  type LeaderLease,
  type LeaderLeaseOptions,
  startLeaderLease,
} from "../../src/client/leader-lease/leader-lease.ts";
import type { KubeEvent } from "../../src/kube/event.ts";
import type { Lease, LeaseSpec } from "../../src/kube/lease.ts";
import { leases, nodes } from "../../src/kube/resource.ts";
import { formatMicroTime } from "../../src/kube/time.ts";
import type { LeasedNode } from "../../src/maintenance/node-lease/contract.ts";
import { keepNodeLease, releaseNodeLease, requestNodeLease } from "../../src/maintenance/node-lease/node-lease.ts";
import { systemRandom } from "../../src/runtime/random.ts";
import { realClock } from "../../src/runtime/real-clock.ts";
import { findBinaries } from "./binaries.ts";
import { type Child, startChild } from "./fixture/child.ts";
import { type ControlPlane, startControlPlane } from "./fixture/control-plane.ts";

// Leases beside a real API server, a real garbage collector and a real candidate of client-go: a kube-scheduler that elects by the same Lease.
const clock = realClock;
const random = systemRandom;
const { signal } = new AbortController();
const call = { signal };
const namespace = "kube-system";
/** As the real ones, but five times as fast. */
const timing = { leaseDuration: 3_000, renewDeadline: 2_000, retryPeriod: 400 };

let plane: ControlPlane;
let api: HttpKubeApi;
const children: Child[] = [];

beforeAll(async () => {
  plane = await startControlPlane({ audit: "none" });
  const kubeconfig = await plane.kubeconfig("admin");
  const identity = await identify({ kubeconfig }, { env: {}, home: undefined, serviceAccount: "/nonexistent", terminal: false }, clock);
  api = await connect({ identity, clock, random, userAgent: "drydock/test (leases)" });
  await plane.createNodes(["made", "foreign", "raced", "gone", "told"].map((name) => ({ name })));
});

afterAll(async () => {
  for (const child of children) await child.end("SIGKILL");
  await api[Symbol.asyncDispose]();
  await plane[Symbol.asyncDispose]();
});

/** A candidate with all that it told. */
class Candidate implements AsyncDisposable {
  readonly lease: LeaderLease;
  readonly told: string[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(name: string, identity: string, through: LeaderLeaseOptions["api"] = api) {
    this.lease = startLeaderLease({ api: through, namespace, name, identity, clock, random, timing });
    this.lease.onChange((change) => {
      this.told.push(said(change));
      for (const look of this.#waiting) look();
    });
  }

  /** Resolves when it has told this. */
  has(what: string): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.told.includes(what)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lease[Symbol.asyncDispose]();
  }
}

function said(change: LeaderChange): string {
  switch (change.kind) {
    case "started":
      return "started";
    case "stopped":
      return `stopped ${change.why}`;
    case "leader":
      return `leader ${change.identity ?? "nobody"}`;
    case "trouble":
      return `trouble ${change.error.code}`;
  }
}

const read = (name: string, where = namespace): Promise<Lease> => api.get(leases, { namespace: where, name }, call);
const whenLease = (name: string, holds: (spec: LeaseSpec) => boolean, where = namespace) =>
  plane.waitFor("leases", { namespace: where, fieldSelector: `metadata.name=${name}` }, (found) =>
    found.some((lease) => holds((lease as Lease).spec ?? {})),
  );

/** A second kube-scheduler, which schedules nothing: it is a candidate of client-go. */
async function startClientGo(name: string): Promise<Child> {
  const found = findBinaries();
  if (found.kind === "missing") throw new Error(found.why);
  const config = join(plane.directory, `${name}.json`);
  const leaderElection = {
    ...{ leaderElect: true, resourceLock: "leases", resourceNamespace: namespace, resourceName: name },
    ...{ leaseDuration: "3s", renewDeadline: "2s", retryPeriod: "400ms" },
  };
  const clientConnection = { kubeconfig: plane.kubeconfigPath };
  await writeFile(
    config,
    JSON.stringify({ apiVersion: "kubescheduler.config.k8s.io/v1", kind: "KubeSchedulerConfiguration", leaderElection, clientConnection }),
  );
  const child = startChild(
    join(found.folder, "kube-scheduler"),
    [`--config=${config}`, "--secure-port=0"],
    plane.directory,
    `scheduler-${name}`,
  );
  children.push(child);
  return child;
}

describe.concurrent("a leader lease", () => {
  it("goes from one candidate to the next at once when it is given back", async () => {
    const name = "clean";
    const a = new Candidate(name, "a");
    await a.has("started");
    await using b = new Candidate(name, "b");
    await b.has("leader a");
    const since = clock.monotonic();
    await a[Symbol.asyncDispose]();
    await b.has("started");
    // By the watch, long before the lease would have run out; the bound is generous towards a busy machine.
    expect(clock.monotonic() - since).toBeLessThan(timing.leaseDuration);
    expect(await a.lease.ended).toBe("released");
    expect(b.told).toEqual(["leader a", "leader nobody", "leader b", "started"]);
    expect((await read(name)).spec).toMatchObject({ holderIdentity: "b", leaseTransitions: 1, leaseDurationSeconds: 3 });
  });

  it("goes over when the leader's renewals stand still, who stops before anybody else begins", async () => {
    const name = "frozen";
    let isFrozen = false;
    const patch: KubeApi["patch"] = (...args) => (isFrozen ? new Promise(() => {}) : api.patch(...args));
    const a = new Candidate(name, "a", { ...through(api), patch });
    await a.has("started");
    await using b = new Candidate(name, "b");
    await b.has("leader a");
    isFrozen = true;
    await a.has("stopped deadline");
    expect(b.lease.isLeader).toBe(false);
    await b.has("started");
    expect(await a.lease.ended).toBe("lost");
    expect((await read(name)).spec).toMatchObject({ holderIdentity: "b", leaseTransitions: 1 });
  });

  it("is shared with client-go: it takes what we give back, and we take what it lets run out", async () => {
    const name = "shared";
    const ours = new Candidate(name, "ours");
    await ours.has("started");
    const scheduler = await startClientGo(name);
    await ours[Symbol.asyncDispose]();
    await whenLease(name, ({ holderIdentity }) => holderIdentity !== "ours" && (holderIdentity ?? "") !== "");
    const { spec } = await read(name);
    expect(spec).toMatchObject({ leaseTransitions: 1, leaseDurationSeconds: 3 });
    await using next = new Candidate(name, "next");
    await next.has(`leader ${spec?.holderIdentity}`);
    await scheduler.stop();
    await next.has("started");
    expect((await read(name)).spec).toMatchObject({ holderIdentity: "next", leaseTransitions: 2 });
    scheduler.signal("SIGCONT");
    // client-go's users end when they have lost it.
    await scheduler.exited;
    expect(next.lease.isLeader).toBe(true);
    expect((await read(name)).spec).toMatchObject({ holderIdentity: "next", leaseTransitions: 2 });
  });

  it("is made again by its leader when somebody deletes it", async () => {
    const name = "deleted";
    await using a = new Candidate(name, "a");
    await a.has("started");
    const { metadata } = await read(name);
    await api.remove(leases, { namespace, name, uid: metadata.uid }, {}, call);
    await whenLease(name, ({ holderIdentity }) => holderIdentity === "a");
    expect(a.told).not.toContain("stopped taken");
    expect((await read(name)).metadata.uid).not.toBe(metadata.uid);
  });
});

function through(whole: KubeApi): LeaderLeaseOptions["api"] {
  return {
    get: (...args) => whole.get(...args),
    create: (...args) => whole.create(...args),
    patch: (...args) => whole.patch(...args),
    list: (...args) => whole.list(...args),
    watch: (...args) => whole.watch(...args),
  };
}

const leased = async (name: string): Promise<LeasedNode> => ({ name, uid: (await api.get(nodes, { name }, call)).metadata.uid });

describe.concurrent("the lease of a node", () => {
  const home = "medik8s-leases";
  const own = () => ({ api, clock, random, signal });
  const seize = (node: string, seconds: number): Promise<unknown> => {
    const spec = { holderIdentity: "NodeHealthCheck-nhc", leaseDurationSeconds: seconds, renewTime: formatMicroTime(clock.now()) };
    return api.create(leases, { metadata: { name: `node-${node}` }, spec }, { namespace: home }, call);
  };

  it("is made with its namespace, renewed, and deleted when it is released", async () => {
    const node = await leased("made");
    expect(await requestNodeLease(node, {}, own())).toMatchObject({ kind: "held" });
    const first = await read("node-made", home);
    expect(first.spec).toMatchObject({ holderIdentity: "node-maintenance", leaseDurationSeconds: 3600, leaseTransitions: 0 });
    expect(first.metadata.ownerReferences).toEqual([{ apiVersion: "v1", kind: "Node", name: "made", uid: node.uid }]);
    // Asked for another duration, it is written again.
    expect(await requestNodeLease(node, { duration: 1_800_000 }, own())).toMatchObject({ kind: "held" });
    const second = await read("node-made", home);
    expect(second.spec).toMatchObject({ leaseDurationSeconds: 1800, acquireTime: first.spec?.acquireTime });
    expect(await releaseNodeLease("made", {}, own())).toEqual({ kind: "released" });
    expect(await releaseNodeLease("made", {}, own())).toEqual({ kind: "absent" });
  });

  it("is waited for while somebody else holds it, and taken when that one lets it run out", async () => {
    const node = await leased("foreign");
    await requestNodeLease(await leased("told"), {}, own());
    await seize("foreign", 2);
    expect(await requestNodeLease(node, {}, own())).toMatchObject({ kind: "foreign", holder: "NodeHealthCheck-nhc" });
    expect(await releaseNodeLease("foreign", {}, own())).toEqual({ kind: "foreign", holder: "NodeHealthCheck-nhc" });
    await using kept = keepNodeLease(node, {}, own());
    await new Promise<void>((resolve) => {
      kept.onChange(({ kind }) => {
        if (kind === "held") resolve();
      });
    });
    expect((await read("node-foreign", home)).spec).toMatchObject({ holderIdentity: "node-maintenance", leaseTransitions: 1 });
    expect(await kept.release()).toEqual({ kind: "released" });
  });

  it("has one holder when several ask at once", async () => {
    const node = await leased("raced");
    const outcomes = await Promise.all(["a", "b", "c"].map((holder) => requestNodeLease(node, { holder }, own())));
    const { spec } = await read("node-raced", home);
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["foreign", "foreign", "held"]);
    expect(outcomes.filter(({ kind }) => kind === "foreign")).toMatchObject([
      { holder: spec?.holderIdentity },
      { holder: spec?.holderIdentity },
    ]);
  });

  it("goes with its Node", async () => {
    const node = await leased("gone");
    await requestNodeLease(node, {}, own());
    await api.remove(nodes, node, {}, call);
    const left = await plane.waitFor(
      "leases",
      { namespace: home, fieldSelector: "metadata.name=node-gone" },
      (found) => found.length === 0,
    );
    expect(left).toEqual([]);
  });
});

describe.concurrent("events", () => {
  it("are taken by the server, once each whoever writes them, and counted where that is wanted", async () => {
    const node = await leased("told");
    const note: EventNote = {
      about: { apiVersion: "v1", kind: "Node", ...node },
      component: "NodeMaintenance",
      type: "Warning",
      reason: "FailedMaintenance",
      message: "Failed a node maintenance",
    };
    const options = { api, clock, random, signal, host: "drydock-0" };
    await using first = startEventRecorder(options);
    await using second = startEventRecorder(options);
    await using counting = startEventRecorder({ ...options, repeat: "count" });
    for (const recorder of [first, second, counting]) {
      recorder.record(note);
      expect(await recorder.flush(10_000)).toBe(0);
    }
    expect([first.counts, second.counts, counting.counts]).toEqual([
      { written: 1, repeated: 0, lost: 0 },
      { written: 0, repeated: 1, lost: 0 },
      { written: 0, repeated: 1, lost: 0 },
    ]);
    const found = (await plane.list("events", {
      namespace: "default",
      fieldSelector: `involvedObject.uid=${node.uid}`,
    })) as readonly KubeEvent[];
    expect(found.filter(({ reason }) => reason === "FailedMaintenance")).toMatchObject([
      { count: 2, source: { component: "NodeMaintenance" } },
    ]);
    const { stdout } = await plane.kubectl(["describe", "node", "told"]);
    expect(stdout).toMatch(/Warning\s+FailedMaintenance\s+.*NodeMaintenance\s+Failed a node maintenance/);
  });
});
