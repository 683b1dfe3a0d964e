import { describe, expect, test } from "vitest";
import { nodeView, podView } from "../../../test/support/cluster-view.ts";
import { judgeReturn, type ReturnSight, type ReturnWishes } from "./judge.ts";

const all: ReturnWishes = { ready: true, rebooted: "Ignored", daemonSets: true, allocatable: true };
const logs = { uid: "logs", namespace: "kube-system", name: "logs", nodeSelector: undefined, required: undefined, tolerations: [] };
const ofLogs = (ready: boolean) =>
  podView({ name: "logs-1", ready, controller: { apiVersion: "apps/v1", kind: "DaemonSet", name: "logs", uid: "logs", controller: true } });
const fit: ReturnSight = {
  node: nodeView({ bootID: "2", allocatable: { cpu: "8", memory: "32Gi" } }),
  before: { bootID: "1", allocatable: { cpu: "8000m", memory: "32Gi" } },
  ownTaints: new Set(),
  daemonSets: [logs],
  pods: [ofLogs(true)],
  expressions: [],
};
const failing = (sight: Partial<ReturnSight>, wishes: Partial<ReturnWishes> = {}) =>
  judgeReturn({ ...all, ...wishes }, { ...fit, ...sight }).failed.map(({ name, message }) => `${name}: ${message}`);

test("a node that is as it was passes", () => {
  expect(judgeReturn(all, fit)).toEqual({ failed: [], pending: [] });
});

test("every check that fails is named with what was seen", () => {
  const node = nodeView({ ready: false, bootID: "2", allocatable: { cpu: "4" } });
  expect(failing({ node, pods: [ofLogs(false)], expressions: [{ name: "gpu", passed: false, message: "8 GPUs are wanted" }] })).toEqual([
    "Ready: the node is not Ready",
    "DaemonSets: no Ready pod on the node of kube-system/logs",
    "Allocatable: cpu was 8000m and is 4, memory was 32Gi and is gone",
    "gpu: 8 GPUs are wanted",
  ]);
});

test("a node that is not there is not fit", () => {
  expect(failing({ node: undefined })).toEqual(["Ready: there is no node of this name"]);
});

describe("booted anew", () => {
  test.each([
    { rebooted: "Required", bootID: "1", failed: ["Rebooted: it has not booted anew: its boot ID is still 1"] },
    { rebooted: "Required", bootID: "2", failed: [] },
    { rebooted: "Forbidden", bootID: "2", failed: ["Rebooted: it booted anew: its boot ID was 1 and is 2"] },
    { rebooted: "Forbidden", bootID: "1", failed: [] },
    { rebooted: "Ignored", bootID: "2", failed: [] },
    { rebooted: "Required", bootID: undefined, failed: ["Rebooted: whether it booted anew cannot be told: no boot ID is known"] },
  ] as const)("$rebooted, boot ID $bootID", ({ rebooted, bootID, failed }) => {
    const { bootID: _, ...rest } = fit.node ?? nodeView({});
    expect(failing({ node: bootID === undefined ? rest : { ...rest, bootID } }, { rebooted })).toEqual(failed);
  });
});

describe("DaemonSets", () => {
  const tainted = nodeView({ taints: [{ key: "gpu", effect: "NoSchedule" }], allocatable: { cpu: "8", memory: "32Gi" } });
  const none = { pods: [] };

  test("that do not belong on the node are not missed", () => {
    expect(failing({ ...none, node: tainted })).toEqual([]);
    expect(failing({ ...none, daemonSets: [{ ...logs, nodeSelector: { zone: "b" } }] })).toEqual([]);
  });

  test("are not kept away by a cordon, nor by a taint of ours that goes with the return", () => {
    const node = nodeView({
      unschedulable: true,
      taints: [
        { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" },
        { key: "medik8s.io/drain", effect: "NoSchedule" },
      ],
      allocatable: { cpu: "8", memory: "32Gi" },
    });
    expect(failing({ ...none, node, ownTaints: new Set(["medik8s.io/drain"]) })).toHaveLength(1);
  });

  test("that tolerate its taints are missed", () => {
    expect(failing({ ...none, node: tainted, daemonSets: [{ ...logs, tolerations: [{ operator: "Exists" }] }] })).toHaveLength(1);
  });

  test("not read yet are pending, and denied is no pass", () => {
    expect(judgeReturn(all, { ...fit, daemonSets: "unread" })).toEqual({ failed: [], pending: ["DaemonSets"] });
    expect(failing({ pods: "denied" })).toEqual(["DaemonSets: not checked: DaemonSets and pods may not be listed"]);
  });
});

test("what is not asked for is not looked at", () => {
  const node = nodeView({ ready: false });
  expect(failing({ node, pods: [] }, { ready: false, daemonSets: false, allocatable: false })).toEqual([]);
});
