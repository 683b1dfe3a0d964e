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
  const missed = new ReactionQueue(self, (name) => {
    if (!machines.isAlive(name)) markUnreachable(self, name);
  });
  const returned = new ReactionQueue(kubelet, (name) => {
    if (machines.isAlive(name)) reportReady(kubelet, name);
  });
  world.store.onChange(({ resource, after }) => {
    if (!isSame(resource, nodes) || after === undefined) return;
    if (wantedTaints(after as Node, 0) !== undefined) cordons.add(after.metadata.name);
  });
  machines.onChange((name) => {
    if (machines.isAlive(name)) returned.add(name, 2_000);
    else missed.add(name, monitorGrace + Math.floor(self.random.next() * monitorPeriod));
  });
}

function syncTaints(self: Actor, name: string): void {
  const { store, life } = self.world;
  const node = store.find(nodes, { name });
  const taints = node === undefined ? undefined : wantedTaints(node, life.clock.now());
  if (node !== undefined && taints !== undefined) store.put(nodes, withTaints(node, taints), noteOf(self, "patch"));
}

/** Undefined where the taints are as they should be. */
function wantedTaints({ spec, status }: Node, now: Instant): readonly Taint[] | undefined {
  const taints = spec?.taints ?? [];
  const isUnknown = status?.conditions?.some((each) => each.type === "Ready" && each.status === "Unknown") === true;
  const own: readonly (readonly [Taint, boolean])[] = [
    [{ key: unschedulableTaint, effect: "NoSchedule" }, spec?.unschedulable === true],
    [{ key: unreachableTaint, effect: "NoSchedule" }, isUnknown],
    [{ key: unreachableTaint, effect: "NoExecute" }, isUnknown],
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

function reportReady(self: Actor, name: string): void {
  const { store, life } = self.world;
  const node = store.find(nodes, { name });
  if (node === undefined || isNodeReady(node.status)) return;
  store.put(nodes, withNodeCondition(node, readyNode, life.clock.now()), noteOf(self, "status"));
}

export const readyNode: NodeCondition = {
  type: "Ready",
  status: "True",
  reason: "KubeletReady",
  message: "kubelet is posting ready status",
};

export function withNodeCondition(node: Node, condition: NodeCondition, now: Instant): Node {
  const others = (node.status?.conditions ?? []).filter(({ type }) => type !== condition.type);
  return { ...node, status: { ...node.status, conditions: [...others, { ...condition, lastTransitionTime: formatTime(now) }] } };
}
