import { describe, expect, test } from "vitest";
import { nodeMaintenances } from "../../api/node-maintenance.ts";
import { customResourceDefinitions } from "../../kube/custom-resource-definition.ts";
import { deployments, leases, nodes, type Resource } from "../../kube/resource.ts";
import type { Surroundings } from "../../maintenance/work.ts";
import { textOf } from "../../present/line.ts";
import { seededRandom } from "../../runtime/random.ts";
import { createVirtualClock } from "../../runtime/virtual-clock.ts";
import { resourceFor } from "../install/resources.ts";
import { MemoryServer } from "../install/testing/memory-server.ts";
import { webhookPaths } from "../manifests/names.ts";
import { adopt } from "./adopt.ts";
import { adoptionText } from "./adopt-text.ts";
import type { AdoptOutcome } from "./report.ts";
import { stepsBack, stepsOver } from "./steps.ts";

const now = Date.UTC(2026, 0, 5, 9);
const namespace = "openshift-workload-availability";
const name = "node-maintenance-operator-controller-manager";
const version = "node-maintenance-operator.v0.20.1";
const words = { kubectl: "kubectl", drydock: (rest: string) => `drydock ${rest}` };
const subscriptions: Resource = {
  group: "operators.coreos.com",
  version: "v1alpha1",
  plural: "subscriptions",
  kind: "Subscription",
  namespaced: true,
};

type Objects = readonly (readonly [Resource, object])[];

const lease = (namespaceOf: string, leaseName: string, holderIdentity: string): readonly [Resource, object] => [
  leases,
  {
    metadata: { name: leaseName, namespace: namespaceOf },
    spec: { holderIdentity, leaseDurationSeconds: 15, renewTime: "2026-01-05T09:00:00.000000Z" },
  },
];

const olmLabels = { "olm.owner": version, "olm.owner.namespace": namespace };
const running = (labels: object = {}): Objects => [
  [deployments, { metadata: { name, namespace, labels }, spec: { replicas: 1 }, status: { readyReplicas: 1 } }],
  lease(namespace, "135b1886.medik8s.io", "nmo-7f_1"),
];
const hook = (hookName: string, labels: object = {}): readonly [Resource, object] => [
  resourceFor({ kind: "ValidatingWebhookConfiguration" }),
  { metadata: { name: hookName, labels }, webhooks: [{ clientConfig: { service: { path: webhookPaths.nodeMaintenance } } }] },
];
const ofOlm: Objects = [
  ...running(olmLabels),
  hook("vnodemaintenance.kb.io-x7k2p", olmLabels),
  [subscriptions, { metadata: { name: "nmo", namespace }, spec: { name: "node-maintenance-operator" }, status: { installedCSV: version } }],
  [subscriptions, { metadata: { name: "other", namespace }, spec: { name: "other" } }],
  [customResourceDefinitions, { metadata: { name: "nodemaintenances.nodemaintenance.medik8s.io", labels: { "olm.managed": "true" } } }],
];
const drydock: Objects = [
  [
    deployments,
    { metadata: { name: "drydock-operator", namespace: "drydock-system" }, spec: { replicas: 2 }, status: { readyReplicas: 2 } },
  ],
];

const out = {
  labels: { "remediation.medik8s.io/exclude-from-remediation": "true" },
  spec: { unschedulable: true, taints: [{ key: "medik8s.io/drain", effect: "NoSchedule" }] },
};
const node = (nodeName: string, { labels = {}, spec = {} }: { labels?: object; spec?: object } = {}): readonly [Resource, object] => [
  nodes,
  { metadata: { name: nodeName, uid: `uid-${nodeName}`, labels }, spec },
];
const object = (nodeName: string, status: object = {}, metadata: object = {}): readonly [Resource, object] => [
  nodeMaintenances,
  { metadata: { name: `of-${nodeName}`, ...metadata }, spec: { nodeName }, status },
];

async function outcomeOf(objects: Objects, scalesDown = false): Promise<{ readonly outcome: AdoptOutcome; readonly server: MemoryServer }> {
  const server = new MemoryServer({}, objects);
  const s: Surroundings = {
    api: server.api(),
    clock: createVirtualClock(now),
    random: seededRandom("adopt"),
    observe: () => {},
    stop: new AbortController().signal,
    host: "laptop",
  };
  return { outcome: await adopt(s, { scalesDown }), server };
}

const printed = ({ report }: AdoptOutcome): string => adoptionText(report, stepsOver(report, words), "over").map(textOf).join("\n");

test("where OLM has installed it, the steps go out of OLM, and the kind is in none of them", async () => {
  const { outcome, server } = await outcomeOf([...ofOlm, ...drydock]);
  const lines = stepsOver(outcome.report, words).flatMap((step) => step.lines);
  expect(lines.slice(0, 2)).toEqual([
    `kubectl -n ${namespace} delete subscription.operators.coreos.com nmo`,
    `kubectl -n ${namespace} delete clusterserviceversion ${version}`,
  ]);
  expect(lines.join("\n")).not.toMatch(/delete (crd|customresourcedefinition|validatingwebhook)/);
  expect(outcome.report).toMatchObject({ definition: "of-olm", leaders: [{ holder: "nmo-7f_1", isFresh: true }] });
  expect(server.writes).toEqual([]);
});

test("a plain Deployment is stopped by its scale, and its webhook goes, as nothing answers it any more", async () => {
  const { outcome } = await outcomeOf([...running(), hook("theirs"), hook("drydock-nodemaintenance")]);
  expect(stepsOver(outcome.report, words).flatMap((step) => step.lines)).toEqual([
    "drydock install --wait",
    `kubectl -n ${namespace} scale deployment/${name} --replicas=0`,
    "kubectl delete validatingwebhookconfiguration theirs",
    "drydock status",
    "kubectl get nodemaintenances",
  ]);
});

test("each object is shown with its node as it stands, and what becomes of it", async () => {
  const { outcome } = await outcomeOf([
    node("a", out),
    object("a", { phase: "Succeeded" }),
    node("b"),
    object("b", { phase: "Succeeded" }),
    node("c", out),
    object("c", { phase: "Running" }),
    node("d", out),
    object("d", { phase: "Succeeded" }, { deletionTimestamp: "2026-01-05T08:59:00Z" }),
    object("e", { phase: "Failed" }),
    node("f"),
    object("f", { phase: "Running" }),
    lease("medik8s-leases", "node-f", "NodeHealthCheck-workers"),
    object(""),
  ]);
  const becoming = outcome.report.objects.map((each) => [each.node, each.becoming]);
  expect(becoming).toEqual([
    ["", "names-no-node"],
    ["a", "stays-out"],
    ["b", "is-taken-out-again"],
    ["c", "goes-on"],
    ["d", "is-ended"],
    ["e", "awaits-node"],
    ["f", "awaits-lease"],
  ]);
  const text = printed(outcome);
  expect(text).toMatch(/of-a +a +Succeeded +yes +yes +yes +- +keeps the node out/);
  expect(text).toMatch(/of-f +f +Running +no +no +no +NodeHealthCheck-workers +waits until that lease ends/);
  expect(text).toContain("e (not there)");
});

describe("asked to scale it down", () => {
  test("it does that for a plain Deployment, once ours is there to take over", async () => {
    const { outcome, server } = await outcomeOf([...running(), ...drydock], true);
    expect(outcome).toMatchObject({ kind: "scaled", deployments: [{ namespace, name }] });
    expect(server.find(deployments, { namespace, name })).toMatchObject({ spec: { replicas: 0 } });
    expect(server.writes).toEqual([`merge Deployment/${name}`]);
  });

  test.each([
    { what: "OLM would scale it up again", objects: [...ofOlm, ...drydock], why: "of-olm" },
    { what: "nobody is there to take over", objects: running(), why: "no-successor" },
    { what: "there is none", objects: drydock, why: "not-there" },
  ])("it changes nothing where $what", async ({ objects, why }) => {
    const { outcome, server } = await outcomeOf(objects, true);
    expect(outcome).toMatchObject({ kind: "refused", why });
    expect(server.writes).toEqual([]);
  });
});

test("the way back lets Drydock leave the kind alone before the other operator starts", async () => {
  const { outcome } = await outcomeOf([...running(), ...drydock]);
  expect(stepsBack(outcome.report, words).flatMap((step) => step.lines)).toEqual([
    "drydock install --without-medik8s --wait",
    "kubectl delete validatingwebhookconfiguration drydock-nodemaintenance --ignore-not-found",
    `kubectl -n ${namespace} scale deployment/${name} --replicas=1`,
  ]);
});
