import type { NodeView, PodView } from "../../cluster/view/cluster-view.ts";
import { daemonTolerations } from "../../kube/daemon-tolerations.ts";
import { compareQuantities, parseQuantity } from "../../kube/quantity.ts";
import type { Toleration } from "../../kube/pod.ts";
import { matchesNode } from "../../kube/scheduling/node-affinity.ts";
import type { NodeSelector } from "../../kube/scheduling/wire.ts";
import { untoleratedTaint } from "../../kube/scheduling/taints.ts";
import type { StringMap } from "../../kube/object.ts";
import type { ReturnChecks } from "../lifecycle/facts.ts";

type FailedCheck = ReturnChecks["failed"][number];

/** What must hold before a node is put back into service. */
export interface ReturnWishes {
  readonly ready: boolean;
  readonly rebooted: "Required" | "Forbidden" | "Ignored";
  readonly daemonSets: boolean;
  readonly allocatable: boolean;
}

/** A DaemonSet, as far as it says on which nodes it belongs. */
export interface DaemonSetView {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly nodeSelector: StringMap | undefined;
  readonly required: NodeSelector | undefined;
  readonly tolerations: readonly Toleration[];
}

/** The own expressions, evaluated over the node as it is now; undefined: not yet. */
export interface ExpressionResult {
  readonly name: string;
  readonly passed: boolean;
  readonly message: string;
}

export interface ReturnSight {
  readonly node: NodeView | undefined;
  /** As it was when it was taken out. */
  readonly before: { readonly bootID?: string; readonly allocatable?: StringMap };
  /** Taints of ours go with the return: they keep nobody away afterwards. */
  readonly ownTaints: ReadonlySet<string>;
  readonly daemonSets: readonly DaemonSetView[] | "unread" | "denied";
  readonly pods: readonly PodView[] | "unread" | "denied";
  readonly expressions: readonly ExpressionResult[] | "unread";
}

/** Is the node fit for service? Every check that fails is named, with what was seen; what could not be seen yet is pending, never fine. */
export function judgeReturn(wishes: ReturnWishes, sight: ReturnSight): ReturnChecks {
  const { node } = sight;
  if (node === undefined) return { failed: [{ name: "Ready", message: "there is no node of this name" }], pending: [] };
  const failed: FailedCheck[] = [];
  const pending: string[] = [];
  if (wishes.ready && !node.ready) failed.push({ name: "Ready", message: "the node is not Ready" });
  failed.push(...rebootFault(wishes, node, sight.before));
  if (wishes.daemonSets) {
    const { daemonSets, pods } = sight;
    if (daemonSets === "denied" || pods === "denied")
      failed.push({ name: "DaemonSets", message: "not checked: DaemonSets and pods may not be listed" });
    else if (daemonSets === "unread" || pods === "unread") pending.push("DaemonSets");
    else failed.push(...daemonSetFaults(daemonSets, pods, node, sight.ownTaints));
  }
  if (wishes.allocatable) failed.push(...allocatableFaults(node, sight.before.allocatable));
  if (sight.expressions === "unread") pending.push("expressions");
  else failed.push(...sight.expressions.flatMap(({ name, passed, message }) => (passed ? [] : [{ name, message }])));
  return { failed, pending };
}

function rebootFault({ rebooted }: ReturnWishes, { bootID }: NodeView, before: ReturnSight["before"]): readonly FailedCheck[] {
  if (rebooted === "Ignored") return [];
  if (bootID === undefined || before.bootID === undefined)
    return [{ name: "Rebooted", message: "whether it booted anew cannot be told: no boot ID is known" }];
  const isAnew = bootID !== before.bootID;
  if (rebooted === "Required" && !isAnew) return [{ name: "Rebooted", message: `it has not booted anew: its boot ID is still ${bootID}` }];
  if (rebooted === "Forbidden" && isAnew)
    return [{ name: "Rebooted", message: `it booted anew: its boot ID was ${before.bootID} and is ${bootID}` }];
  return [];
}

/** Does the DaemonSet controller want a pod of it there (pkg/controller/daemon, NodeShouldRunDaemonPod)? */
function belongsOn({ nodeSelector, required, tolerations }: DaemonSetView, node: NodeView, ownTaints: ReadonlySet<string>): boolean {
  const lasting = node.taints.filter(({ key, effect }) => effect !== "PreferNoSchedule" && !ownTaints.has(key));
  return matchesNode(nodeSelector, required, node) && untoleratedTaint([...tolerations, ...daemonTolerations], lasting) === undefined;
}

function daemonSetFaults(
  daemonSets: readonly DaemonSetView[],
  pods: readonly PodView[],
  node: NodeView,
  ownTaints: ReadonlySet<string>,
): readonly FailedCheck[] {
  const down = daemonSets.filter((one) => belongsOn(one, node, ownTaints) && !pods.some((pod) => isUp(pod, one.uid)));
  if (down.length === 0) return [];
  const names = down.map(({ namespace, name }) => `${namespace}/${name}`).toSorted();
  return [{ name: "DaemonSets", message: `no Ready pod on the node of ${names.join(", ")}` }];
}

function isUp({ controller, ready, deletionTimestamp }: PodView, uid: string): boolean {
  return controller?.uid === uid && ready && deletionTimestamp === undefined;
}

function allocatableFaults(node: NodeView, before: StringMap | undefined): readonly FailedCheck[] {
  const now = node.allocatable ?? {};
  const less = Object.entries(before ?? {}).flatMap(([resource, was]) => {
    const is = now[resource];
    if (is !== undefined && isAtLeast(is, was)) return [];
    return [`${resource} was ${was} and is ${is ?? "gone"}`];
  });
  return less.length === 0 ? [] : [{ name: "Allocatable", message: less.join(", ") }];
}

/** What is no quantity to us is no reason to keep a node out, unless it changed. */
function isAtLeast(is: string, was: string): boolean {
  const [now, before] = [parseQuantity(is), parseQuantity(was)];
  return now === undefined || before === undefined ? is === was : compareQuantities(now, before) >= 0;
}
