import { describe, expect, test } from "vitest";
import { clusterView, type GivenView, nodeView, podView, someTime } from "../../../../test/support/cluster-view.ts";
import { planRequest } from "../../../../test/support/plan-request.ts";
import type { NodeView } from "../../../cluster/view/cluster-view.ts";
import { cordonEntry } from "../../../cluster/view/held-entry.ts";
import type { OtherNodes, RoleHolders } from "../../../cluster/view/other-nodes.ts";
import type { HealthCheckView, MachineView } from "../../../cluster/view/surroundings.ts";
import type { Finding } from "../../../plan/finding.ts";
import type { PlanRequest } from "../../../plan/request.ts";
import { allNodeFindings } from "./findings.ts";

const role = (name: string): string => `node-role.kubernetes.io/${name}`;
const system = role("runai-system");

function found(given: GivenView & { readonly node?: Partial<NodeView> }, request: Partial<PlanRequest> = {}): readonly Finding[] {
  const { node = {}, ...rest } = given;
  return allNodeFindings(clusterView({ nodes: [nodeView(node)], ...rest }), planRequest({ nodes: ["n"], ...request }));
}

const codes = (findings: readonly Finding[]): readonly string[] => findings.map(({ code }) => code);

describe("the last Ready node of a role", () => {
  const others = (holders: RoleHolders, any: OtherNodes["any"] = true): OtherNodes => ({ withRole: () => holders, any });
  const none = others({ kind: "none", unfit: [{ name: "m", why: "not-ready" }] });
  const labels = { [system]: "true" };

  test("asks for consent, and names the roles and why others with them do not count", () => {
    expect(found({ node: { labels }, others: none })).toEqual([
      {
        code: "last-of-role",
        severity: "warning",
        consent: "last-of-role",
        objects: [{ kind: "Node", name: "n", uid: "uid-n" }],
        args: { node: "n", roles: [system], unfit: ["m (not Ready)"] },
      },
    ]);
  });

  test.each([
    { what: "another has it", given: { node: { labels }, others: others({ kind: "some" }) } },
    { what: "it has no role", given: { node: {}, others: none } },
    { what: "Run:ai took its role away", given: { node: { labels: { [system]: "false" } }, others: none } },
    { what: "it is not Ready itself: nothing is lost with it", given: { node: { labels, ready: false }, others: none } },
  ])("is not found where $what", ({ given }) => {
    expect(found(given)).toEqual([]);
  });

  test.each([
    { what: "a general role, whose pods run wherever there is room", given: { node: { labels: { [role("worker")]: "" } }, others: none } },
    { what: "the only node of a cluster", given: { node: { labels }, others: others({ kind: "none", unfit: [] }, false) } },
    { what: "a cordon, which takes nothing away", given: { node: { labels }, others: none }, request: { mode: "CordonOnly" as const } },
  ])("is a warning without consent for $what", ({ given, request }) => {
    const findings = found(given, request);
    expect(codes(findings)).toEqual(["last-of-role"]);
    expect(findings[0]).not.toHaveProperty("consent");
  });

  test("of several roles only some need consent: one finding each", () => {
    const several = { [role("worker")]: "", [role("ingress")]: "", "juno-innovations.com/service": "true" };
    expect(found({ node: { labels: several }, others: none }).map(({ consent, args }) => [consent, args["roles"]])).toEqual([
      ["last-of-role", ["juno-innovations.com/service", role("ingress")]],
      [undefined, [role("worker")]],
    ]);
  });

  test("who may not list nodes is told once that it is not checked", () => {
    const given = { nodes: [nodeView({ labels }), nodeView({ name: "m", labels })], others: others({ kind: "unknown" }) };
    expect(found(given, { nodes: ["n", "m"] })).toEqual([
      { code: "not-checked", severity: "info", objects: [], args: { verb: "list", resource: "nodes", message: undefined } },
    ]);
  });
});

describe("the majority of etcd", () => {
  const member = (node: string, ready = true) => ({ node, ready });
  const labels = { [role("control-plane")]: "" };

  test.each([
    { what: "three of three, one goes", members: [member("n"), member("b"), member("c")], nodes: ["n"], args: undefined },
    {
      what: "three, of which one is down already",
      members: [member("n"), member("b", false), member("c")],
      nodes: ["n"],
      args: { nodes: ["n"], members: 3, ready: 2, left: 1, needs: 2 },
    },
    {
      what: "three, of which two are drained together",
      members: [member("n"), member("b"), member("c")],
      nodes: ["n", "b"],
      args: { nodes: ["n", "b"], members: 3, ready: 3, left: 1, needs: 2 },
    },
    {
      what: "two: any loss is one too many",
      members: [member("n"), member("b")],
      nodes: ["n"],
      args: { nodes: ["n"], members: 2, ready: 2, left: 1, needs: 2 },
    },
    { what: "one: it is the last of its role", members: [member("n")], nodes: ["n"], args: undefined },
    {
      what: "five, two are down, the node is none of them",
      members: ["a", "b", "c", "d", "e"].map((name) => member(name)),
      nodes: ["n"],
      args: undefined,
    },
  ])("$what", ({ members, nodes, args }) => {
    const given = {
      nodes: ["n", "b", "c"].map((name) => nodeView({ name, labels })),
      surroundings: { etcd: { by: "pods" as const, members } },
    };
    const findings = found(given, { nodes });
    expect(codes(findings)).toEqual(args === undefined ? [] : ["quorum-at-risk"]);
    if (args !== undefined) expect(findings[0]).toMatchObject({ severity: "warning", args, beside: true });
  });

  test("where etcd is not visible that is said, and nothing is guessed", () => {
    const surroundings = { etcd: { by: "nothing" as const, members: [] } };
    expect(found({ node: { labels }, surroundings })).toMatchObject([
      { code: "quorum-not-visible", severity: "info", args: { nodes: ["n"] } },
    ]);
    expect(found({ node: {}, surroundings })).toEqual([]);
  });
});

describe("ways to the node that a drain does not move", () => {
  const node = { addresses: ["10.0.0.11", "n.example.com"] };

  test("addresses in Services, those of all of them in one finding", () => {
    const services = [
      { namespace: "ingress", name: "nginx", addresses: [{ address: "10.0.0.11", from: "status.loadBalancer.ingress" as const }] },
      { namespace: "ingress", name: "other", addresses: [{ address: "10.0.0.12", from: "status.loadBalancer.ingress" as const }] },
      { namespace: "db", name: "pg", addresses: [{ address: "10.0.0.11", from: "spec.externalIPs" as const }] },
    ];
    expect(found({ node, surroundings: { services } })).toMatchObject([
      {
        code: "address-in-service",
        args: {
          addresses: ["10.0.0.11"],
          services: ["db/pg", "ingress/nginx"],
          fields: ["spec.externalIPs", "status.loadBalancer.ingress"],
        },
      },
    ]);
  });

  test.each([
    { server: "https://10.0.0.11:6443", is: true },
    { server: "https://N.example.com", is: true },
    { server: "https://n:6443", is: true },
    { server: "https://10.0.0.12:6443", is: false },
    { server: "the embedded cluster", is: false },
    { server: "https://127.0.0.1:6443", host: "n", is: true },
    { server: "https://localhost:6443", host: "N.example.com", is: true },
    { server: "https://[::1]:6443", host: "laptop", is: false },
  ])("the server of the kubeconfig: $server on $host is this node: $is", ({ server, host = "laptop", is }) => {
    const surroundings = { self: { user: "jane", host, server } };
    expect(codes(found({ node, surroundings }))).toEqual(is ? ["kubeconfig-server"] : []);
  });

  test("an IPv6 address in brackets", () => {
    const surroundings = { self: { user: "jane", host: "laptop", server: "https://[fd00::1]:6443" } };
    expect(codes(found({ node: { addresses: ["fd00::1"] }, surroundings }))).toEqual(["kubeconfig-server"]);
  });

  test.each([
    { clockOffset: 2_000, args: undefined },
    { clockOffset: -1_900, args: undefined },
    { clockOffset: 40_400, args: { seconds: 40, ahead: true } },
    { clockOffset: -3_000, args: { seconds: 3, ahead: false } },
  ])("a clock that is $clockOffset ms ahead", ({ clockOffset, args }) => {
    expect(found({ surroundings: { clockOffset } }).map((finding) => finding.args)).toEqual(args === undefined ? [] : [args]);
  });
});

describe("other tools at work on the node", () => {
  const mco = (values: Readonly<Record<string, string>>) => ({
    annotations: Object.fromEntries(Object.entries(values).map(([key, value]) => [`machineconfiguration.openshift.io/${key}`, value])),
  });
  const done = { state: "Done", currentConfig: "a", desiredConfig: "a", desiredDrain: "uncordon-a", lastAppliedDrain: "uncordon-a" };

  test.each([
    { what: "is done", node: mco(done), codes: [] },
    { what: "works", node: mco({ ...done, state: "Working" }), codes: ["machine-config"] },
    { what: "has failed", node: mco({ ...done, state: "Degraded" }), codes: ["machine-config"] },
    { what: "has another configuration in mind", node: mco({ ...done, desiredConfig: "b" }), codes: ["machine-config"] },
    { what: "has asked for a drain", node: mco({ ...done, desiredDrain: "drain-b" }), codes: ["machine-config"] },
  ])("the Machine Config Operator $what", ({ node, codes: expected }) => {
    expect(codes(found({ node }))).toEqual(expected);
  });

  test.each([
    { what: "a plan's pod that runs", pod: { phase: "Running" as const }, codes: ["upgrade-plan"] },
    { what: "one that has ended", pod: { phase: "Succeeded" as const }, codes: [] },
  ])("the system-upgrade-controller: $what", ({ pod, codes: expected }) => {
    const labels = { "upgrade.cattle.io/plan": "k3s-agent", "upgrade.cattle.io/node": "n" };
    expect(codes(found({ pods: [podView({ name: "apply", labels, ...pod })] }))).toEqual(expected);
  });

  test("kured's lock, a machine that is deleted, a lease: of this node only, each with its evidence", () => {
    const machine = { group: "cluster.x-k8s.io", namespace: "shop", uid: "u", labels: {}, exempt: false };
    const lease = { namespace: "medik8s-leases", holder: "node-maintenance", until: someTime };
    const findings = found({
      surroundings: {
        rebootLocks: [
          { node: "n", namespace: "kube-system", name: "kured", since: someTime },
          { node: "m", namespace: "kube-system", name: "kured" },
        ],
        machines: [
          { ...machine, node: "n", name: "md-0-n", deletionTimestamp: someTime },
          { ...machine, node: "n", name: "stays" },
          { ...machine, node: "m", name: "md-0-m", deletionTimestamp: someTime },
        ],
        leases: [
          { ...lease, node: "n", name: "node-n" },
          { ...lease, node: "m", name: "node-m" },
        ],
      },
    });
    expect(findings).toMatchObject([
      { code: "reboot-lock", args: { daemonset: "kube-system/kured", since: "2026-01-01T00:10:00Z" } },
      { code: "machine-deleting", args: { machine: "machines.cluster.x-k8s.io shop/md-0-n" } },
      { code: "node-lease", args: { holder: "node-maintenance", lease: "medik8s-leases/node-n", since: undefined } },
    ]);
    expect(findings.every(({ beside, severity }) => beside === true && severity === "warning")).toBe(true);
  });
});

test("the lease of an object that holds the node is its own operator's, and no warning", () => {
  const leases = [{ node: "n", namespace: "medik8s-leases", name: "node-n", holder: "node-maintenance", until: someTime }];
  const object = { kind: "Maintenance" as const, name: "firmware", uid: "uid-firmware", since: "2026-01-01T00:00:00Z" };
  const held = { nodeUID: "uid-n", wasCordoned: false, added: [cordonEntry], holders: [object], undo: [] };
  expect(codes(found({ node: { unschedulable: true, held }, surroundings: { leases } }))).toEqual([]);
  const foreign = leases.map((lease) => ({ ...lease, holder: "self-node-remediation" }));
  expect(codes(found({ node: { unschedulable: true, held }, surroundings: { leases: foreign } }))).toEqual(["node-lease"]);
});

describe("who else holds the node", () => {
  const holder = (user: string) => ({ kind: "command" as const, user, host: "pc", since: "2026-01-01T00:00:00Z" });
  const self = { user: "jane", host: "laptop", server: "https://api" };
  const held = (...users: string[]) => ({
    unschedulable: true,
    held: { nodeUID: "uid-n", wasCordoned: false, added: [cordonEntry], holders: users.map(holder), undo: [] },
  });

  test("others by name, host and time; never oneself", () => {
    expect(found({ node: held("jane", "joe"), surroundings: { self } })).toMatchObject([
      { code: "held-by-others", severity: "info", args: { user: "joe", host: "pc", since: "2026-01-01T00:00:00Z", evicts: false } },
    ]);
  });

  test.each([
    { what: "a record that is void", node: { ...held("joe"), unschedulable: false } },
    { what: "one that cannot be read", node: { held: "unreadable" as const } },
    { what: "no record", node: {} },
  ])("$what names nobody", ({ node }) => {
    expect(found({ node, surroundings: { self } })).toEqual([]);
  });
});

describe("a health check that would act when the node goes dark", () => {
  const labels = { pool: "blue" };
  const nodeCheck: HealthCheckView = {
    kind: "NodeHealthCheck",
    group: "remediation.medik8s.io",
    name: "workers",
    uid: "nhc",
    selector: { matchLabels: labels },
    paused: false,
    reactsAfter: 300_000,
  };
  const machineCheck: HealthCheckView = {
    ...nodeCheck,
    kind: "MachineHealthCheck",
    group: "machine.openshift.io",
    namespace: "openshift-machine-api",
    selector: { matchLabels: { role: "worker" } },
  };
  const machine: MachineView = {
    node: "n",
    group: "machine.openshift.io",
    namespace: "openshift-machine-api",
    name: "n",
    uid: "m",
    labels: { role: "worker" },
    exempt: false,
  };

  test.each<{ what: string; check: HealthCheckView; machines?: readonly MachineView[]; node?: Partial<NodeView>; acts: boolean }>([
    { what: "a NodeHealthCheck that selects it", check: nodeCheck, acts: true },
    { what: "one of all nodes", check: { ...nodeCheck, selector: {} }, acts: true },
    { what: "one of other nodes", check: { ...nodeCheck, selector: { matchLabels: { pool: "red" } } }, acts: false },
    { what: "one that is paused", check: { ...nodeCheck, paused: true }, acts: false },
    {
      what: "a node that is excluded",
      check: nodeCheck,
      node: { labels: { ...labels, "remediation.medik8s.io/exclude-from-remediation": "true" } },
      acts: false,
    },
    { what: "a MachineHealthCheck that selects its machine", check: machineCheck, machines: [machine], acts: true },
    { what: "one in another namespace", check: { ...machineCheck, namespace: "other" }, machines: [machine], acts: false },
    { what: "one of the other API", check: { ...machineCheck, group: "cluster.x-k8s.io" }, machines: [machine], acts: false },
    {
      what: "one of another cluster",
      check: { ...machineCheck, cluster: "red" },
      machines: [{ ...machine, labels: { ...machine.labels, "cluster.x-k8s.io/cluster-name": "blue" } }],
      acts: false,
    },
    { what: "a machine that is exempt", check: machineCheck, machines: [{ ...machine, exempt: true }], acts: false },
    { what: "one whose machine is not known", check: machineCheck, machines: [], acts: false },
  ])("$what", ({ check, machines = [], node = { labels }, acts }) => {
    const findings = found({ node, surroundings: { healthChecks: [check], machines } });
    expect(codes(findings)).toEqual(acts ? ["health-check"] : []);
    if (acts) expect(findings[0]?.args).toMatchObject({ kind: check.kind, seconds: 300 });
  });

  test("one that does not look at Ready says nothing", () => {
    const { reactsAfter: _, ...blind } = nodeCheck;
    expect(found({ node: { labels }, surroundings: { healthChecks: [blind] } })).toEqual([]);
  });
});

test("what could not be read is named, each once, as a note", () => {
  const unread = [
    { verb: "list" as const, resource: "services" },
    { verb: "get" as const, resource: "leases.coordination.k8s.io", message: "etcdserver: timeout" },
  ];
  expect(found({ surroundings: { unread } }).map(({ code, severity, args }) => [code, severity, args["resource"]])).toEqual([
    ["not-checked", "info", "services"],
    ["not-checked", "info", "leases.coordination.k8s.io"],
  ]);
});
