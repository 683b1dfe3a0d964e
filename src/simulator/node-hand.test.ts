import { expect, test } from "vitest";
import { isNodeReady } from "../kube/node.ts";
import { isPodReady, type Pod } from "../kube/pod.ts";
import { nodes, pods } from "../kube/resource.ts";
import { Rig } from "./testing/rig.ts";

const stateOf = (rig: Rig, name = "a"): readonly unknown[] => {
  const node = rig.control.find(nodes, { name });
  const ready = node?.status?.conditions?.find(({ type }) => type === "Ready")?.status;
  return [ready, node?.spec?.taints?.map(({ key, effect }) => `${key}:${effect}`) ?? []];
};
const bootOf = (rig: Rig, name = "a"): string | undefined => rig.control.find(nodes, { name })?.status?.nodeInfo?.bootID;
const podNamed = (rig: Rig, name: string): Pod | undefined => rig.control.find(pods, { namespace: "shop", name });

function rigWithPods(): Rig {
  const rig = new Rig();
  for (const name of ["a", "b"]) rig.control.addNode({ name });
  rig.control.addWorkload({ kind: "DaemonSet", namespace: "shop", name: "agent" });
  rig.control.addPod({ namespace: "shop", name: "p", on: "a" });
  return rig;
}

test("a machine that dies is found unreachable, and its pods are deleted after 300 s and stay Terminating", async () => {
  await using rig = rigWithPods();
  rig.control.node("a").die();
  await rig.pass(49_000);
  expect(stateOf(rig)[0]).toBe("True");
  await rig.pass(10_000);
  const unreachable = "node.kubernetes.io/unreachable";
  expect(stateOf(rig)).toEqual(["Unknown", [`${unreachable}:NoSchedule`, `${unreachable}:NoExecute`]]);
  expect(rig.control.podsOn("a").filter(({ status }) => isPodReady(status))).toEqual([]);
  await rig.pass(320_000);
  const deleted = rig.control.podsOn("a").map(({ metadata }) => [metadata.name.split("-")[0], metadata.deletionTimestamp !== undefined]);
  expect(deleted).toEqual([
    ["agent", false],
    ["p", true],
  ]);
});

test("it comes back with another bootID, ends what was deleted, and its DaemonSet pods are Ready again", async () => {
  await using rig = rigWithPods();
  const before = bootOf(rig);
  rig.control.node("a").die();
  await rig.pass(400_000);
  rig.control.node("a").comeBack();
  await rig.settle();
  expect(stateOf(rig)).toEqual(["True", []]);
  expect(bootOf(rig)).not.toBe(before);
  const left = rig.control.podsOn("a");
  expect(left.map(({ metadata, status }) => [metadata.name.split("-")[0], isPodReady(status)])).toEqual([["agent", true]]);
  expect(left[0]?.status?.containerStatuses?.[0]?.restartCount).toBe(1);
});

test("it comes back with the same bootID where only its network was gone", async () => {
  await using rig = rigWithPods();
  const before = bootOf(rig);
  rig.control.node("a").die();
  await rig.pass(100_000);
  rig.control.node("a").comeBack("same-boot");
  await rig.settle();
  expect([bootOf(rig), podNamed(rig, "p")?.status?.containerStatuses?.[0]?.restartCount]).toEqual([before, 0]);
  expect(rig.control.podsOn("a").every(({ status }) => isPodReady(status))).toBe(true);
});

test("a reboot that nobody missed changes the bootID, and every container starts once more", async () => {
  await using rig = rigWithPods();
  const before = bootOf(rig);
  rig.control.node("a").reboot();
  await rig.pass(1_500);
  expect(isPodReady(podNamed(rig, "p")?.status)).toBe(false);
  await rig.settle();
  expect(stateOf(rig)).toEqual(["True", []]);
  expect(bootOf(rig)).not.toBe(before);
  expect([isPodReady(podNamed(rig, "p")?.status), podNamed(rig, "p")?.status?.containerStatuses?.[0]?.restartCount]).toEqual([true, 1]);
});

test("a machine that comes back in time and dies again is given the whole grace once more", async () => {
  await using rig = rigWithPods();
  rig.control.node("a").die();
  await rig.pass(30_000);
  rig.control.node("a").comeBack();
  await rig.pass(10_000);
  rig.control.node("a").die();
  await rig.pass(48_000);
  expect(stateOf(rig)[0]).toBe("True");
  await rig.pass(10_000);
  expect(stateOf(rig)[0]).toBe("Unknown");
});

test("a replaced machine registers under the old name with another uid, is Ready after a moment, and gets its DaemonSet pod", async () => {
  await using rig = rigWithPods();
  const old = rig.control.find(nodes, { name: "a" });
  rig.control.node("a").die();
  await rig.pass(60_000);
  rig.control.node("a").delete();
  await rig.pass(60_000);
  expect(rig.control.podsOn("a")).toEqual([]);
  const fresh = rig.control.node("a").register({ cpu: "4" });
  expect([isNodeReady(fresh.status), fresh.metadata.uid === old?.metadata.uid]).toEqual([false, false]);
  expect(stateOf(rig)[1], "before anything could be bound there").toEqual(["node.kubernetes.io/not-ready:NoSchedule"]);
  await rig.settle();
  expect(stateOf(rig)).toEqual(["True", []]);
  expect(rig.control.find(nodes, { name: "a" })?.status?.allocatable?.["cpu"]).toBe("4");
  expect(rig.control.podsOn("a").map(({ status }) => isPodReady(status))).toEqual([true]);
});
