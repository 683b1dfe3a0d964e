import { describe, expect, test } from "vitest";
import { type Ask, drainOptions, DrainWorld, statesOf, type WorldOptions } from "../../test/support/drain-world.ts";
import type { Consent } from "../plan/consent.ts";
import type { Finding } from "../plan/finding.ts";
import { leases, nodes, type Resource, services } from "../kube/resource.ts";
import { formatTime } from "../kube/time.ts";
import type { ClientOptions } from "../simulator/embedded-cluster.ts";
import type { ClusterSketch } from "../simulator/sketch.ts";
import { checkCluster } from "./check-cluster.ts";
import { checkPowerOff } from "./power-off/check-power-off.ts";
import { previewNodes } from "./preview.ts";

const role = (name: string) => ({ [`node-role.kubernetes.io/${name}`]: "" });
const web = { kind: "Deployment" as const, namespace: "web", name: "web", replicas: 2, on: ["n", "n"] };
const allow = new Set<Consent>(["last-of-role"]);

/** Findings as they are told: of the plan, and beside it. */
function told({ events }: DrainWorld): readonly Finding[] {
  return events.flatMap((event) => (event.kind === "planned" ? event.plan.findings : event.kind === "finding" ? [event.finding] : []));
}

const codesOf = (world: DrainWorld): readonly string[] => told(world).map(({ code }) => code);

/** A node's status as its kubelet would write it. */
function address(world: DrainWorld, node: string, ip: string): void {
  const body = { status: { addresses: [{ type: "InternalIP", address: ip }] } };
  world.cluster.control.edit(nodes, { name: node }, { kind: "merge", body }, { subresource: "status" });
}

describe("the last node of a role", () => {
  const sketch = (roles: readonly object[]): Partial<ClusterSketch> => ({
    nodes: roles.map((labels, i) => ({ name: ["n", "m", "o"][i] ?? "", labels: { ...labels } })),
    workloads: [web],
  });

  test("is not drained without consent: nothing is touched", async () => {
    const world = new DrainWorld(sketch([role("ingress"), {}, {}]));
    expect(await world.drain()).toMatchObject({ kind: "refused", refusals: [{ kind: "finding", finding: { code: "last-of-role" } }] });
    expect(world.cluster.record.calls.filter(({ verb }) => verb === "patch" || verb === "evict")).toEqual([]);
  });

  test("is drained with consent, or when another can stand in", async () => {
    const agreed = new DrainWorld(sketch([role("ingress"), {}, {}]));
    expect(statesOf(await agreed.drain({ allow }))).toEqual(["n drained"]);
    const spared = new DrainWorld(sketch([role("ingress"), role("ingress"), {}]));
    expect(statesOf(await spared.drain())).toEqual(["n drained"]);
    expect(codesOf(spared)).not.toContain("last-of-role");
  });

  test("partial consent does not stand for it: of a node there is no part to leave", async () => {
    const world = new DrainWorld(sketch([role("ingress"), {}, {}]));
    expect(await world.drain({ allow: new Set<Consent>(["partial"]) })).toMatchObject({ kind: "refused" });
  });

  test("others that are drained with it, cordoned, or not Ready do not count", async () => {
    const together = new DrainWorld(sketch([role("ingress"), role("ingress"), {}]));
    expect(await together.drain({ nodes: ["n", "m"] })).toMatchObject({ kind: "refused", refusals: [{}, {}] });
    const cordoned = new DrainWorld(sketch([role("ingress"), role("ingress"), {}]));
    cordoned.cluster.control.edit(nodes, { name: "m" }, { kind: "merge", body: { spec: { unschedulable: true } } });
    expect(await cordoned.drain()).toMatchObject({ refusals: [{ finding: { args: { unfit: ["m (unschedulable)"] } } }] });
  });

  test.each([
    { what: "the only node of its cluster", roles: [{ ...role("control-plane"), ...role("ingress") }] },
    { what: "the last worker", roles: [role("worker"), role("control-plane"), role("control-plane")] },
  ])("$what is drained with a warning", async ({ roles }) => {
    const world = new DrainWorld({ nodes: roles.map((labels, i) => ({ name: ["n", "m", "o"][i] ?? "", labels: { ...labels } })) });
    expect(statesOf(await world.drain())).toEqual(["n drained"]);
    expect(codesOf(world)).toContain("last-of-role");
  });

  test("who may read nodes by name only is not refused, and told once that it is not checked", async () => {
    const world = new DrainWorld(sketch([role("ingress"), {}, {}]));
    const deny = [
      { verb: "list" as const, resource: "nodes" },
      { verb: "watch" as const, resource: "nodes" },
    ];
    expect(statesOf(await world.until(world.begin({}, undefined, { deny })))).toEqual(["n drained"]);
    expect(
      told(world)
        .filter(({ code }) => code === "not-checked")
        .map(({ args }) => args["resource"]),
    ).toEqual(["nodes"]);
  });

  test("a role that a node is given under way is no news of what may not be read", async () => {
    const world = new DrainWorld(sketch([{}, {}, {}]));
    world.onEvent = ({ kind }) => {
      if (kind === "cordoned")
        world.cluster.control.edit(nodes, { name: "n" }, { kind: "merge", body: { metadata: { labels: role("ingress") } } });
    };
    expect(statesOf(await world.drain())).toEqual(["n drained"]);
    expect(codesOf(world)).not.toContain("not-checked");
  });

  test("many others of the role are not read: one page, and the first that will do", async () => {
    const many = Array.from({ length: 99 }, (_, i) => ({ name: `x-${i}`, labels: role("gpu") }));
    const world = new DrainWorld({ nodes: [{ name: "n", labels: role("gpu") }, ...many], workloads: [web] });
    await world.drain();
    const lists = world.cluster.record.calls.filter(({ verb, resource }) => verb === "list" && resource === "nodes");
    expect(lists.length).toBeLessThanOrEqual(2);
  });
});

test("check power-off does not say yes of the last node of a role", async () => {
  const world = new DrainWorld({ nodes: [{ name: "n", labels: role("ingress") }, { name: "m" }] });
  const check = await world.until(checkPowerOff(world.surroundings(), "n", 500));
  if (check.kind !== "checked") throw new Error(check.kind);
  expect(check.conditions.find(({ code }) => code === "off-role")).toMatchObject({
    holds: "no",
    args: { what: "no other Ready, schedulable node has node-role.kubernetes.io/ingress" },
  });
});

describe("what stands around the node", () => {
  const two: Partial<ClusterSketch> = { nodes: [{ name: "n" }, { name: "m" }], workloads: [web] };

  function withService(options?: WorldOptions): DrainWorld {
    const world = new DrainWorld(two, options);
    address(world, "n", "10.0.0.11");
    const status = { loadBalancer: { ingress: [{ ip: "10.0.0.11" }] } };
    world.cluster.control.create(services, { metadata: { name: "nginx" }, spec: {}, status }, { namespace: "web" });
    world.cluster.control.edit(
      services,
      { namespace: "web", name: "nginx" },
      { kind: "merge", body: { status } },
      { subresource: "status" },
    );
    return world;
  }

  test("is told while the drain goes on, after the first eviction was asked for", async () => {
    const world = withService();
    expect(statesOf(await world.drain())).toEqual(["n drained"]);
    const kinds = world.events.map((event) => (event.kind === "finding" ? event.finding.code : event.kind));
    expect(kinds.indexOf("address-in-service")).toBeGreaterThan(kinds.indexOf("started"));
    expect(kinds.filter((kind) => kind === "address-in-service")).toHaveLength(1);
  });

  test("a preview waits for it, and the plan's hash is the drain's all the same", async () => {
    const world = withService();
    const preview = await world.until(previewNodes(world.surroundings(), drainOptions()));
    await world.drain();
    const planned = world.events.find((event) => event.kind === "planned");
    if (preview.kind !== "previewed" || planned?.kind !== "planned") throw new Error("no plan");
    expect(preview.plan.findings.map(({ code }) => code)).toContain("address-in-service");
    expect(planned.plan.findings.map(({ code }) => code)).not.toContain("address-in-service");
    expect(preview.plan.hash).toBe(planned.plan.hash);
  });

  test("a server that does not answer about it delays nothing", async () => {
    const began = (world: DrainWorld) => world.events.find(({ kind }) => kind === "started")?.at ?? 0;
    const quick = withService();
    await quick.drain();
    const slow = withService();
    slow.cluster.control.faults.plant({ verb: "list", resource: services }, { kind: "stalled", after: 60_000, applied: false });
    const outcome = await slow.drain();
    expect(statesOf(outcome)).toEqual(["n drained"]);
    expect(began(slow)).toBe(began(quick));
    expect(codesOf(slow)).not.toContain("address-in-service");
  });

  test("what is denied is named, each once, and never an error", async () => {
    const world = withService();
    const deny: ClientOptions["deny"] = [{ resource: "services" }];
    expect(statesOf(await world.until(world.begin({}, undefined, { deny })))).toEqual(["n drained"]);
    expect(told(world).filter(({ code }) => code === "not-checked")).toMatchObject([
      { severity: "info", args: { verb: "list", resource: "services", message: undefined } },
    ]);
  });
});

describe("others at work on the node", () => {
  const machine = (group: string): Resource => ({ group, version: "v1beta1", plural: "machines", kind: "Machine", namespaced: true });
  const machineChecks: Resource = { ...machine("machine.openshift.io"), plural: "machinehealthchecks", kind: "MachineHealthCheck" };
  const nodeChecks: Resource = {
    group: "remediation.medik8s.io",
    version: "v1alpha1",
    plural: "nodehealthchecks",
    kind: "NodeHealthCheck",
    namespaced: false,
  };
  const resources = [machine("machine.openshift.io"), machineChecks, nodeChecks];
  const kind = ({ group, version, kind: name }: Resource) => ({ apiVersion: `${group}/${version}`, kind: name });

  function busy(ask: Ask = {}): { readonly world: DrainWorld; readonly run: () => Promise<unknown> } {
    const world = new DrainWorld({ nodes: [{ name: "n", labels: { pool: "blue" } }, { name: "m" }], workloads: [web] }, { resources });
    for (const namespace of ["medik8s-leases", "machines"]) world.cluster.control.addNamespace(namespace);
    return { world, run: () => world.drain(ask) };
  }

  test("a lease of medik8s is seen while it is fresh", async () => {
    for (const seconds of [3600, 1]) {
      const { world, run } = busy();
      await world.elapse(60_000);
      const stamp = formatTime(world.clock.now() - 10_000).replace("Z", ".000000Z");
      const spec = { holderIdentity: "node-maintenance", leaseDurationSeconds: seconds, acquireTime: stamp, renewTime: stamp };
      world.cluster.control.create(leases, { metadata: { name: "node-n" }, spec }, { namespace: "medik8s-leases" });
      await run();
      expect(codesOf(world).filter((code) => code === "node-lease")).toHaveLength(seconds === 1 ? 0 : 1);
    }
  });

  test("a NodeHealthCheck and a MachineHealthCheck that would act, by the kinds that the server serves", async () => {
    const { world, run } = busy();
    const { control } = world.cluster;
    const selector = { matchLabels: { pool: "blue" } };
    control.create(nodeChecks, { ...kind(nodeChecks), metadata: { name: "workers" }, spec: { selector } });
    control.create(
      machine("machine.openshift.io"),
      { ...kind(machine("machine.openshift.io")), metadata: { name: "n-x", labels: { pool: "blue" } } },
      { namespace: "machines" },
    );
    const unhealthyConditions = [{ type: "Ready", status: "Unknown", timeout: "600s" }];
    control.create(
      machineChecks,
      { ...kind(machineChecks), metadata: { name: "all" }, spec: { selector, unhealthyConditions } },
      { namespace: "machines" },
    );
    const annotations = { "machine.openshift.io/machine": "machines/n-x" };
    control.edit(nodes, { name: "n" }, { kind: "merge", body: { metadata: { annotations } } });
    await run();
    expect(
      told(world)
        .filter(({ code }) => code === "health-check")
        .map(({ args }) => [args["check"], args["seconds"]]),
    ).toEqual([
      ["machines/all", 600],
      ["workers", 300],
    ]);
  });

  test("a second drainer is told who holds the node too", async () => {
    const { world } = busy();
    await world.drain();
    const second = await world.until(previewNodes(world.surroundings(undefined, { name: "joe" }), drainOptions()));
    if (second.kind !== "previewed") throw new Error(second.kind);
    expect(second.plan.findings).toContainEqual(
      expect.objectContaining({ code: "held-by-others", args: expect.objectContaining({ user: "jane", host: "laptop", evicts: true }) }),
    );
  });
});

describe("check cluster", () => {
  const check = async (deny: ClientOptions["deny"] = []) => {
    const world = new DrainWorld({ nodes: [{ name: "n" }] });
    return await world.until(checkCluster(world.surroundings(undefined, { deny })));
  };

  test("nothing is missing", async () => {
    const answer = await check();
    expect(answer).toMatchObject({ answer: "yes", versionIs: "supported", user: "jane" });
    expect(answer.permissions.flatMap(({ verbs }) => verbs).every(({ verdict }) => verdict === "yes")).toBe(true);
    // Kinds of others are asked for only where they are served.
    expect(answer.permissions.some(({ permission }) => permission.where !== undefined)).toBe(false);
  });

  test.each([
    { what: "something required", deny: [{ verb: "create" as const, resource: "pods", subresource: "eviction" }], answer: "no" },
    { what: "something optional", deny: [{ resource: "services" }], answer: "yes" },
    { what: "the right to ask", deny: [{ resource: "selfsubjectaccessreviews" }], answer: "unknown" },
  ])("$what is missing: $answer", async ({ deny, answer }) => {
    expect(await check(deny)).toMatchObject({ answer });
  });
});
