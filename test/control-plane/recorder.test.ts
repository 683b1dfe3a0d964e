import { afterAll, beforeAll, expect, test } from "vitest";
import type { Node } from "../../src/kube/node.ts";
import type { Pod } from "../../src/kube/pod.ts";
import { startControlPlane } from "./fixture/control-plane.ts";
import type { ControlPlane } from "./fixture/control-plane.ts";
import { deletedWithoutEviction, foreignMarkLifted, otherNodesPodTouched } from "./fixture/invariants.ts";
import type { Run } from "./fixture/invariants.ts";
import type { PodChoice } from "./fixture/pod-template.ts";
import type { Recorder } from "./fixture/recorder.ts";

let plane: ControlPlane;
let recorder: Recorder;

beforeAll(async () => {
  plane = await startControlPlane({ storageJson: true });
  recorder = await plane.record();
  await plane.createNodes(3);
});

afterAll(async () => {
  await recorder[Symbol.asyncDispose]();
  await plane[Symbol.asyncDispose]();
});

/** A stand-in for the tool under judgement. */
const tool = { userAgent: "tool/1.0" };

async function run(nodes: readonly string[]): Promise<Run> {
  const [record, audit] = [await recorder.entries(), await plane.audit()];
  return { record, audit, nodes, isTool: (agent) => agent.startsWith("tool/") };
}

const pod = (name: string): string => `/api/v1/namespaces/default/pods/${name}`;

async function evict(name: string): Promise<void> {
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace: "default" } };
  await plane.call("POST", `${pod(name)}/eviction`, body, tool);
}

async function runningPod(name: string, node: string, pods: PodChoice = {}): Promise<void> {
  await plane.createPod({ name, on: node, pods });
  await plane.podsReady({ labelSelector: `app=${name}` }, 1);
}

const gone = (name: string): Promise<unknown> => plane.waitFor("pods", { labelSelector: `app=${name}` }, (pods) => pods.length === 0);

test("every write is recorded in one order, also across a kill and a restart of the API server", async () => {
  await runningPod("before", "node-1");
  await plane.apiServer.kill();
  await plane.apiServer.start();
  await runningPod("after", "node-2");
  await plane.call("DELETE", pod("before"));
  await gone("before");
  const entries = await recorder.entries();
  const revisions = entries.map((entry) => entry.revision);
  expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
  const story = (name: string): unknown[] =>
    entries.filter((entry) => entry.name === name).map(({ type, object }) => (type === "delete" ? type : (object as Pod).status?.phase));
  expect(story("before")).toEqual(["Pending", "Running", "Running", "Succeeded", "Succeeded", "delete"]);
  expect(story("after")).toEqual(["Pending", "Running"]);
  expect(entries.filter((entry) => entry.resource === "nodes").map((entry) => (entry.object as Node).metadata.name)).toContain("node-3");
});

test("a tool that evicts the pods of its node breaks no rule", async () => {
  await runningPod("good", "node-1");
  await evict("good");
  await gone("good");
  const seen = await run(["node-1"]);
  expect([...deletedWithoutEviction(seen), ...otherNodesPodTouched(seen), ...foreignMarkLifted(seen)]).toEqual([]);
});

test("a deletion is told from an eviction, and a pod of another node is noticed", async () => {
  await runningPod("deleted", "node-1");
  await plane.call("DELETE", pod("deleted"), undefined, tool);
  await runningPod("elsewhere", "node-2");
  await evict("elsewhere");
  await Promise.all([gone("deleted"), gone("elsewhere")]);
  const seen = await run(["node-1"]);
  expect(deletedWithoutEviction(seen)).toEqual([
    { rule: "deleted-without-eviction", object: "default/deleted", what: "delete by tool/1.0" },
  ]);
  expect(deletedWithoutEviction(seen, new Set(["default/deleted"]))).toEqual([]);
  const unlogged = deletedWithoutEviction({ ...seen, audit: [] }).map((violation) => violation.object);
  expect(unlogged).toContain("default/deleted");
  expect(unlogged).not.toContain("default/good");
  expect(otherNodesPodTouched(seen)).toEqual([
    { rule: "other-nodes-pod-touched", object: "default/elsewhere", what: "create eviction on node-2 by tool/1.0" },
  ]);
});

test("a name's second pod is told from its first by the node it ran on", async () => {
  // KWOK sends the deletion of a pod twice, and by name: the second would take the namesake. So it is not the one who deletes the first.
  await runningPod("twice", "node-1", { hang: true });
  await evict("twice");
  await plane.call("DELETE", pod("twice"), { gracePeriodSeconds: 0 });
  await gone("twice");
  await runningPod("twice", "node-3");
  await evict("twice");
  await gone("twice");
  const touched = otherNodesPodTouched(await run(["node-1", "node-2"]));
  expect(touched).toEqual([{ rule: "other-nodes-pod-touched", object: "default/twice", what: "create eviction on node-3 by tool/1.0" }]);
});

test("lifting another's cordon, taint or label is noticed; lifting one's own is not", async () => {
  const patch = (spec: object, labels: object, by: object = {}): Promise<unknown> =>
    plane.call("PATCH", "/api/v1/nodes/node-3", { spec, metadata: { labels } }, by);
  const taints = [{ key: "theirs", effect: "NoSchedule" }];
  await patch({ unschedulable: true, taints }, { theirs: "1" });
  await patch({}, { ours: "1" }, tool);
  await patch({ unschedulable: null, taints: null }, { theirs: null, ours: null }, tool);
  await patch({ unschedulable: true }, {}, tool);
  await patch({ unschedulable: null }, {}, tool);
  const what = foreignMarkLifted(await run(["node-3"])).map((violation) => violation.what.replace(/ by .*/, ""));
  expect(what).toEqual(["cordon", "taint theirs=:NoSchedule", "label theirs=1"]);
});

test("a watch from before a compaction is too old", async () => {
  await using uncached = await startControlPlane({ watchCache: false });
  const { metadata } = await uncached.call<{ metadata: { resourceVersion: string } }>("GET", "/api/v1/namespaces");
  await uncached.compact();
  const path = `/api/v1/namespaces?watch=true&resourceVersion=${metadata.resourceVersion}`;
  const answer = await uncached.request("GET", path);
  expect(answer.body).toMatchObject({ type: "ERROR", object: { code: 410, reason: "Expired" } });
});
