import { word } from "../../../plan/args.ts";
import { none, phrase, type Phrases, type Speaker } from "../../../plan/phrase.ts";
import type { Args } from "../../../plan/step.ts";
import type { TaintCode, TaintDecisionCode } from "../codes.ts";

const agreeInfrastructure = (): string => "agree with --allow=infrastructure, or let it tolerate the taint";

/** What the node cannot do meanwhile. */
const services: Readonly<Record<string, string>> = {
  network: "the node's network (CNI)",
  storage: "volumes of the node (CSI)",
  devices: "GPUs or other devices of the node (device plugin)",
  "service-network": "addresses of Services on the node",
  "load-balancing": "load balancer addresses that this node answers for",
  node: "something that the node needs (priority system-node-critical)",
  drydock: "Drydock itself",
};

const untaintLine = (a: Args, say: Speaker): string => `${say.program} taint nodes ${word(a, "node")} ${word(a, "taint")}-`;

/** What a taint does with a pod. Sentences go on from the object's name: "pod web/a: …". */
export const taintDecisionPhrases: Phrases<TaintDecisionCode> = {
  "tolerates-taint": phrase(
    (a) => `tolerates ${word(a, "taint")}: it stays`,
    none,
    "The first of the pod's tolerations that matches the taint sets no limit of time, so the cluster leaves it where it is.",
  ),
  "tolerates-for": phrase(
    (a) => `tolerates ${word(a, "taint")} for ${word(a, "seconds")} s, then the cluster deletes it`,
    none,
    "The first of the pod's tolerations that matches the taint has tolerationSeconds: the pod is deleted when they are over, counted from when the cluster saw the taint. If the taint is removed before, it stays.",
  ),
  "daemonset-untolerating": phrase(
    (a) => `DaemonSet/${word(a, "owner")} does not tolerate ${word(a, "taint")}: it goes, and comes back when the taint is removed`,
    none,
    "A NoExecute taint deletes DaemonSet pods too, and the DaemonSet controller makes no other on a node with a taint that it does not tolerate.",
  ),
  "infrastructure-untolerating": phrase(
    (a) =>
      `DaemonSet/${word(a, "owner")} does not tolerate ${word(a, "taint")}: while it is away the node lacks ${services[word(a, "service")] ?? word(a, "service")}`,
    agreeInfrastructure,
    "The pod is one that its node needs: a network, storage or device plugin, kube-proxy, a load balancer, a DaemonSet of the priority system-node-critical, or Drydock itself. It is recognised by what it mounts, its labels or its priority, which are the evidence. Pods that end after it may miss it: volumes that do not unmount, connections that do not close.",
  ),
};

/** What is said of the taint itself. */
export const taintPhrases: Phrases<TaintCode> = {
  "set-taint": phrase(
    (a) => `node ${word(a, "node")} gets the taint ${word(a, "taint")}`,
    none,
    "The taint is set with a record of who asked, in one write that no taint of anybody else is lost by. The cluster then deletes every pod that does not tolerate it.",
  ),
  "taint-breaks-budget": phrase(
    (a) =>
      `${a["later"] === true ? "if it comes, " : ""}the taint ${word(a, "taint")} breaks the budget ${word(a, "namespace")}/${word(a, "budget")}: without ${word(a, "pods")} of its pods it has ${word(a, "left")} healthy and needs ${word(a, "needs")} (${word(a, "short")} short)`,
    () => "agree with --allow=budget-violation, or evict instead (--mode=Evict), which waits for the budget",
    "The cluster's deletions for a taint ask no PodDisruptionBudget. Named are budgets that would have fewer healthy pods than they need if all that the taint deletes goes at once, on all nodes asked for.",
  ),
  "taint-conflict": phrase(
    (a) => `node ${word(a, "node")} has ${word(a, "other")} already: ${word(a, "taint")} cannot stand beside it`,
    (a, say) => `find out who set it; to replace it: ${say.program} taint nodes ${word(a, "node")} ${word(a, "taint")} --overwrite`,
    "A node has at most one taint of each key and effect. One with another value is somebody else's, and is not overwritten by a drain.",
  ),
  "taint-later": phrase(
    (a) =>
      `if pods are left ${word(a, "seconds")} s after the first eviction, node ${word(a, "node")} gets the taint ${word(a, "taint")}: the cluster then deletes what is left of its pods, past their budgets`,
    none,
    "Evictions respect budgets and may never end; the taint ends them at a time that was announced. The time is counted anew when the command is started again.",
  ),
  "tolerating-may-return": phrase(
    (a) =>
      `${word(a, "pods")} tolerate ${word(a, "taint")} for a time: their replacements may come back to node ${word(a, "node")}, which is not cordoned`,
    (a, say) => `cordon it as well: ${say.program} cordon ${word(a, "node")}`,
    "A scheduler places a pod that tolerates a NoExecute taint on the node, also if it tolerates it for some seconds only. It is deleted when they are over, its replacement may come again, and so on. A cordon ends that.",
  ),
  "taint-unconfirmed": phrase(
    () => "the taint has been accepted and is not visible yet",
    none,
    "The server's answer was yes; the watch has not shown the new state.",
  ),
  "taint-lifted": phrase(
    (a) => `somebody keeps removing ${word(a, "taint")} from node ${word(a, "node")}`,
    () => "find out who (the node's managedFields name the last writer of spec.taints)",
    "The taint was set again three times and removed each time; it is taken as somebody's wish now. What had been deleted stays deleted.",
  ),
  "awaiting-taint": phrase(
    (a) => `cannot be evicted, and waits for the taint ${word(a, "taint")} to end it`,
    none,
    "No budget will ever let the pod go. With --mode=EvictThenTaint the taint ends it at the time that was announced.",
  ),
  "awaiting-taint-eviction": phrase(
    (a) => `does not tolerate ${word(a, "taint")}; the cluster is about to delete it`,
    none,
    "The taint eviction controller of the controller-manager deletes what does not tolerate the taint, most often within milliseconds.",
  ),
  "taint-eviction-slow": phrase(
    (a) => `does not tolerate ${word(a, "taint")}, and the cluster has not deleted it for ${word(a, "seconds")} s`,
    () => "the taint eviction controller has deleted others and is slow with this one: see the controller-manager's log",
    "Other pods of the node were deleted for the taint, so the controller runs. It may be held up by the API server, or by a webhook that denies the deletion.",
  ),
  "taint-eviction-off": phrase(
    (a) => `the cluster deletes nothing for ${word(a, "taint")}: taint eviction seems to be off (nothing in ${word(a, "seconds")} s)`,
    (a, say) =>
      `evict instead (--mode=Evict), or see whether the controller-manager runs with --controllers=-taint-eviction-controller; take the taint off: ${untaintLine(a, say)}`,
    "A NoExecute taint only keeps new pods away unless the taint eviction controller runs. It can be switched off since Kubernetes 1.29, so that is never assumed but observed: no pod of the node was deleted by it within 10 seconds.",
  ),
  "node-tainted": phrase((a) => `node ${word(a, "node")} has the taint ${word(a, "taint")}`, none, "Read from the API after the write."),
};
