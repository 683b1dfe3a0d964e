import { describe, expect, test } from "vitest";
import { customResourceDefinitions } from "../../kube/custom-resource-definition.ts";
import { budgets, deployments, namespaces } from "../../kube/resource.ts";
import type { Surroundings } from "../../maintenance/work.ts";
import { seededRandom } from "../../runtime/random.ts";
import { createVirtualClock } from "../../runtime/virtual-clock.ts";
import { defaultOptions } from "../manifests/options.ts";
import { lasting, operator } from "../manifests/manifests.ts";
import { install, type InstallOptions } from "./install.ts";
import { appliedLine } from "./install-text.ts";
import { type Answers, MemoryServer } from "./testing/memory-server.ts";

const what = defaultOptions("1.2.3");
const yes = (): Promise<boolean> => Promise.resolve(true);

/** The kinds are there: how they come is the matter of `operator/crds.ts`. */
const kinds = lasting(what)
  .filter(({ kind }) => kind === "CustomResourceDefinition")
  .map((object) => [customResourceDefinitions, { ...object, status: { conditions: [{ type: "Established", status: "True" }] } }] as const);

function start(answers: Answers = {}, objects: ConstructorParameters<typeof MemoryServer>[1] = []) {
  const server = new MemoryServer(answers, [...kinds, ...(objects ?? [])]);
  const stop = new AbortController();
  const clock = createVirtualClock(0);
  const s: Surroundings = {
    api: server.api(),
    clock,
    random: seededRandom("install"),
    observe: () => {},
    stop: stop.signal,
    host: "laptop",
  };
  const shown: string[] = [];
  const run = async (o: Partial<InstallOptions> = {}): ReturnType<typeof install> =>
    await install(s, { what, dryRun: false, force: false, agree: yes, show: (applied) => shown.push(appliedLine(applied, false)), ...o });
  return { server, stop, clock, shown, run };
}

test("every object is applied once, in the order in which they stand in each other", async () => {
  const { server, run } = start();
  expect(await run()).toMatchObject({ kind: "installed", readiness: { kind: "not-asked" } });
  const names = [...lasting(what).filter(({ kind }) => kind === "Namespace"), ...operator(what)].map(
    ({ kind, metadata }) => `apply ${kind}/${metadata.name}`,
  );
  expect(server.writes).toEqual(names);
});

test("a second time nothing changes, and nobody is asked", async () => {
  const { shown, run } = start();
  await run();
  shown.length = 0;
  expect(await run({ agree: () => Promise.reject(new Error("asked")) })).toMatchObject({ kind: "installed" });
  expect(shown.filter((line) => !line.endsWith(" unchanged"))).toEqual([]);
});

describe("nothing is written where", () => {
  test.each<readonly [string, Answers, Partial<InstallOptions>, object]>([
    [
      "a right is missing",
      { denied: ["create clusterroles"] },
      {},
      { kind: "denied", missing: [{ verb: "create", resource: "clusterroles" }] },
    ],
    [
      "a role would give more than the installer has",
      { forbidden: { "drydock-operator": "attempting to grant RBAC permissions not currently held" } },
      {},
      { kind: "forbidden", message: "attempting to grant RBAC permissions not currently held" },
    ],
    ["somebody says no", {}, { agree: () => Promise.resolve(false) }, { kind: "declined", asked: true }],
    ["it is a dry run", {}, { dryRun: true }, { kind: "previewed" }],
  ])("%s", async (_, answers, o, outcome) => {
    const { server, run } = start(answers);
    expect(await run(o)).toMatchObject(outcome);
    expect(server.writes).toEqual([]);
  });
});

test("each field that somebody else keeps is named, and taken over only where that is asked for", async () => {
  const answers = { conflicts: { "drydock-webhook": [".spec.ports", ".spec.selector"] } };
  const { server, run } = start(answers);
  await run({ force: true });
  const before = server.writes.length;
  expect(await run()).toMatchObject({
    kind: "conflicts",
    conflicts: [{ message: '.spec.ports: conflict with "kubectl"' }, { message: '.spec.selector: conflict with "kubectl"' }],
  });
  expect(server.writes.length).toBe(before);
});

test("a namespace that was there before keeps its labels", async () => {
  const { server, shown, run } = start({}, [[namespaces, { metadata: { name: what.namespace, labels: { team: "a" } } }]]);
  expect(await run()).toMatchObject({ kind: "installed" });
  expect(server.find(namespaces, { name: what.namespace })?.metadata.labels).toEqual({ team: "a" });
  expect(shown).not.toContain(`namespace/${what.namespace} configured`);
});

test("parts that are left out from now on are taken away, webhooks first; what is not ours is left", async () => {
  const { server, shown, run } = start();
  await run();
  [shown.length, server.writes.length] = [0, 0];
  await run({ what: { ...what, replicas: 1, withoutWebhooks: true, withoutMedik8s: true } });
  expect(server.writes.slice(0, 2)).toEqual([
    "delete ValidatingWebhookConfiguration/drydock-nodemaintenance",
    "delete ValidatingWebhookConfiguration/drydock-maintenance",
  ]);
  expect(shown.filter((line) => line.endsWith(" pruned")).toSorted()).toEqual([
    "poddisruptionbudget.policy/drydock-operator pruned",
    "secret/drydock-webhook-certificate pruned",
    "service/drydock-webhook pruned",
    "validatingwebhookconfiguration.admissionregistration.k8s.io/drydock-maintenance pruned",
    "validatingwebhookconfiguration.admissionregistration.k8s.io/drydock-nodemaintenance pruned",
  ]);
});

test("an object of somebody else under one of the names is not taken away", async () => {
  const budget = { metadata: { name: "drydock-operator", namespace: what.namespace, labels: { team: "a" } } };
  const { server, run } = start({}, [[budgets, budget]]);
  await run({ what: { ...what, replicas: 1 } });
  expect(server.find(budgets, budget.metadata)).toBeDefined();
});

test("stopped on the way, it says what stands; the same command goes on from there", async () => {
  const answers: { before?: () => void } = {};
  const { server, stop, run } = start(answers);
  let writes = 0;
  answers.before = () => {
    if (++writes === 4) {
      stop.abort(new Error("stopped"));
      throw stop.signal.reason;
    }
  };
  expect(await run()).toMatchObject({ kind: "stopped" });
  expect(server.writes).toHaveLength(3);
});

describe("waiting", () => {
  const status = { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };

  test("ends when all pods of this version are available", async () => {
    const { server, run, clock } = start();
    await run();
    const api = server.api();
    await api.patch(
      deployments,
      { namespace: what.namespace, name: "drydock-operator" },
      { kind: "merge", body: { status } },
      {},
      { signal: new AbortController().signal },
    );
    let outcome: Awaited<ReturnType<typeof run>> | undefined;
    const ended = run({ wait: 60_000 }).then((it) => (outcome = it));
    expect(await clock.run(() => outcome !== undefined, { at: 120_000, eventsPerInstant: 10_000 })).toBe("reached");
    expect(await ended).toMatchObject({ readiness: { kind: "ready", replicas: 2 } });
    expect(clock.now()).toBeLessThan(60_000);
  });

  test("ends when its time is up, and names what was still awaited", async () => {
    const { run, clock } = start();
    let outcome: Awaited<ReturnType<typeof run>> | undefined;
    const ended = run({ wait: 60_000 }).then((it) => (outcome = it));
    expect(await clock.run(() => outcome !== undefined, { at: 120_000, eventsPerInstant: 10_000 })).toBe("reached");
    expect(await ended).toMatchObject({
      readiness: { kind: "late", awaited: ["deployment.apps/drydock-operator"], available: 0, replicas: 2 },
    });
  });
});
