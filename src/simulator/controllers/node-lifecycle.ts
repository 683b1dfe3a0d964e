import { isNodeReady, type Node, type NodeCondition, type Taint, unschedulableTaint } from "../../kube/node.ts";
import { isPodReady } from "../../kube/pod.ts";
import { nodes, pods } from "../../kube/resource.ts";
import { formatTime } from "../../kube/time.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";
import type { Machines } from "../machines.ts";
import { withPodConditions } from "../server/pod-condition.ts";
import { isSame } from "../store/store.ts";
import type { World } from "../world.ts";
import { actor, type Actor, noteOf, ReactionQueue } from "./actor.ts";

const unreachableTaint = "node.kubernetes.io/unreachable";
export const notReadyTaint = "node.kubernetes.io/not-ready";

/** From a boot until its kubelet has reported, and a registration until it is found Ready. */
const kubeletReports: Millis = 2_000;

/** Since 1.32 a node that says nothing is given 50 s, looked at every 5 s. */
const monitorGrace: Millis = 50_000;
const monitorPeriod: Millis = 5_000;

/**
 * The node lifecycle controller: a taint for a cordon, and for a machine that has died: Ready Unknown, its pods not Ready, the unreachable
 * taints. A kubelet renews nothing here: the death of its machine is an event, noticed after the grace period.
 */
export function startNodeLifecycleController(world: World, machines: Machines): void {
  const self = actor(world, "node-controller");
  const kubelet = actor(world, "kubelet-node-status");
  const cordons = new ReactionQueue(self, (name) => syncTaints(self, name));
  const died = new Map<string, Millis>();
  const missed = new ReactionQueue(self, (name) => {
    if (machines.isAlive(name)) return;
    // It may have come back and died once more since this was to be looked at.
    const left = (died.get(name) ?? 0) + monitorGrace - world.life.clock.monotonic();
    if (left > 0) missed.add(name, left);
    else markUnreachable(self, name);
  });
  const returned = new ReactionQueue(kubelet, (name) => {
    if (machines.isAlive(name)) reportReady(kubelet, name, machines.bootOf(name));
  });
  world.store.onChange(({ resource, before, after }) => {
    if (!isSame(resource, nodes) || after === undefined) return;
    if (before === undefined && readinessOf(after as Node) === "False") returned.add(after.metadata.name, kubeletReports);
    if (wantedTaints(after as Node, 0) !== undefined) cordons.add(after.metadata.name);
  });
  machines.onChange((name) => {
    if (machines.isAlive(name)) {
      returned.add(name, kubeletReports);
      return;
    }
    died.set(name, world.life.clock.monotonic());
    missed.add(name, monitorGrace + Math.floor(self.random.next() * monitorPeriod));
  });
}

function syncTaints(self: Actor, name: string): void {
  const { store, life } = self.world;
  const node = store.find(nodes, { name });
  const taints = node === undefined ? undefined : wantedTaints(node, life.clock.now());
  if (node !== undefined && taints !== undefined) store.put(nodes, withTaints(node, taints), noteOf(self, "patch"));
}

/** Undefined where the taints are as they should be. */
function wantedTaints(node: Node, now: Instant): readonly Taint[] | undefined {
  const { spec } = node;
  const taints = spec?.taints ?? [];
  const ready = readinessOf(node);
  const own: readonly (readonly [Taint, boolean])[] = [
    [{ key: unschedulableTaint, effect: "NoSchedule" }, spec?.unschedulable === true],
    [{ key: notReadyTaint, effect: "NoSchedule" }, ready === "False"],
    [{ key: notReadyTaint, effect: "NoExecute" }, ready === "False"],
    [{ key: unreachableTaint, effect: "NoSchedule" }, ready === "Unknown"],
    [{ key: unreachableTaint, effect: "NoExecute" }, ready === "Unknown"],
  ];
  let next = taints;
  for (const [taint, wanted] of own) {
    const has = next.some(({ key, effect }) => key === taint.key && effect === taint.effect);
    if (wanted && !has) next = [...next, { ...taint, timeAdded: formatTime(now) }];
    if (!wanted && has) next = next.filter(({ key, effect }) => key !== taint.key || effect !== taint.effect);
  }
  return next === taints ? undefined : next;
}

function withTaints(node: Node, taints: readonly Taint[]): Node {
  const { taints: _, ...spec } = node.spec ?? {};
  return { ...node, spec: taints.length === 0 ? spec : { ...spec, taints } };
}

function markUnreachable(self: Actor, name: string): void {
  const { store, life, index } = self.world;
  const node = store.find(nodes, { name });
  if (node === undefined) return;
  const now = life.clock.now();
  const unknown = { type: "Ready", status: "Unknown", reason: "NodeStatusUnknown", message: "Kubelet stopped posting node status." };
  store.put(nodes, withNodeCondition(node, unknown, now), noteOf(self, "status"));
  for (const pod of index.on(name)) {
    if (!isPodReady(pod.status)) continue;
    const unready = { type: "Ready", status: "False", reason: "NodeNotReady" };
    store.put(pods, withPodConditions(pod, [unready], now), noteOf(self, "status"));
  }
}

/** A machine that booted faster than it was missed has a new bootID and was never seen to be gone. */
function reportReady(self: Actor, name: string, bootID: string): void {
  const { store, life } = self.world;
  const node = store.find(nodes, { name });
  if (node === undefined || (isNodeReady(node.status) && node.status?.nodeInfo?.bootID === bootID)) return;
  const booted: Node = { ...node, status: { ...node.status, nodeInfo: { ...node.status?.nodeInfo, bootID } } };
  store.put(nodes, isNodeReady(node.status) ? booted : withNodeCondition(booted, readyNode, life.clock.now()), noteOf(self, "status"));
}

function readinessOf({ status }: Node): string | undefined {
  return status?.conditions?.find(({ type }) => type === "Ready")?.status;
}

export const readyNode: NodeCondition = {
  type: "Ready",
  status: "True",
  reason: "KubeletReady",
  message: "kubelet is posting ready status",
};

/** As a kubelet registers itself, before its first report. */
export const registeredNode: NodeCondition = {
  type: "Ready",
  status: "False",
  reason: "KubeletNotReady",
  message: "container runtime status check may not have completed yet",
};

export function withNodeCondition(node: Node, condition: NodeCondition, now: Instant): Node {
  const others = (node.status?.conditions ?? []).filter(({ type }) => type !== condition.type);
  return { ...node, status: { ...node.status, conditions: [...others, { ...condition, lastTransitionTime: formatTime(now) }] } };
}
