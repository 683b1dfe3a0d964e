import type { ClusterView, PodView } from "../../../cluster/view/cluster-view.ts";
import { infrastructureOf } from "../../../cluster/view/infrastructure.ts";
import type { Taint } from "../../../kube/node.ts";
import { isPodFinished, type Toleration } from "../../../kube/pod.ts";
import { decideTaintEviction } from "../../../kube/taint-eviction.ts";
import { formatTaint } from "../../../kube/taint-spec.ts";
import type { Args, Evidence } from "../../../plan/step.ts";
import { comesBackTo } from "../comes-back.ts";
import { consentsOf } from "../consents.ts";
import { type Decision, leave, seen } from "../decision.ts";
import { deletionSeen, mirrorSeen } from "../seen.ts";

/**
 * What the taint does with a pod: it stays if it tolerates the taint without a limit, or is static; else the cluster deletes it, at once or
 * after the time for which it tolerates the taint. Budgets, owners, rules and marks are not asked; so what kubectl asks consent for, and what
 * the node needs, has to be agreed to before the taint is set.
 */
export function decideByTaint(pod: PodView, taint: Taint, view: ClusterView): Decision {
  if (pod.mirror) return leave("stay", "static-pod", [mirrorSeen(pod)]);
  const verdict = decideTaintEviction([taint], pod.tolerations);
  if (verdict.kind === "stays") return leave("stay", "tolerates-taint", tolerated(pod, verdict.by), { taint: formatTaint(taint) });
  // On its way or not: the next one comes as soon as this one goes.
  if (comesBackTo(pod, view, taint))
    return leave("stay", "comes-back", [seen(pod, "spec.nodeName", pod.node)], { node: pod.node, taint: formatTaint(taint) });
  if (pod.deletionTimestamp !== undefined) return leave("wait", "already-terminating", [deletionSeen(pod)]);
  const base = { action: "delete", budgets: [], byTaint: verdict.afterSeconds } as const;
  if (isPodFinished(pod.phase))
    return { ...base, code: "finished", args: { phase: pod.phase }, evidence: [seen(pod, "status.phase", pod.phase)], consents: [] };
  const going = isDaemons(pod, view) ? daemonGoing(pod, taint) : withInfrastructure(pod, consentsOf(pod));
  if (verdict.afterSeconds === 0) return { ...base, ...going };
  const args: Args = { ...going.args, seconds: verdict.afterSeconds, taint: formatTaint(taint) };
  const evidence = [...going.evidence, ...tolerated(pod, verdict.by)];
  return { ...base, ...going, args, evidence, code: going.code === "managed" ? "tolerates-for" : going.code };
}

/**
 * The decision of an eviction that a taint follows: as it is, and what the taint would do later. What no budget will ever let go waits for
 * the taint. A DaemonSet's pod stays until the taint is there.
 */
export function followedByTaint(evicted: Decision, pod: PodView, taint: Taint, view: ClusterView): Decision {
  // Who ended a DaemonSet's pod that is on its way can be told only by the taint that is there.
  const { deletionTimestamp: _, ...standing } = pod;
  const byTaint = decideByTaint(evicted.action === "stay" ? standing : pod, taint, view);
  if (byTaint.byTaint === undefined) return evicted;
  switch (evicted.action) {
    case "evict":
    case "delete": {
      const { consents, evidence } = withInfrastructure(pod, evicted);
      return { ...evicted, consents, evidence, byTaint: byTaint.byTaint };
    }
    case "ask":
      return { ...evicted, action: "delete", byTaint: byTaint.byTaint };
    case "stay": {
      if (evicted.code !== "daemonset-managed") return evicted;
      const isThere = view.node(pod.node)?.taints.some((other) => formatTaint(other) === formatTaint(taint)) ?? false;
      return { ...(isThere ? byTaint : evicted), consents: [...new Set([...evicted.consents, ...byTaint.consents])] };
    }
    default:
      return evicted;
  }
}

type Going = Pick<Decision, "code" | "args" | "evidence" | "consents">;

function isDaemons({ controller }: PodView, view: ClusterView): boolean {
  return controller?.kind === "DaemonSet" && view.owner(controller.uid) !== "missing";
}

/** Its controller makes no other while the taint is there (pkg/controller/daemon, NodeShouldRunDaemonPod). */
function daemonGoing(pod: PodView, taint: Taint): Going {
  const owner = pod.controller?.name;
  const data = pod.emptyDirs.length === 0 ? [] : [seen(pod, "spec.volumes", `emptyDir ${pod.emptyDirs.join(", ")}`)];
  const evidence = [
    seen(pod, "metadata.ownerReferences", `DaemonSet/${owner}`),
    seen(pod, "spec.tolerations", "none for the taint"),
    ...data,
  ];
  const going: Going = {
    code: "daemonset-untolerating",
    args: { owner, taint: formatTaint(taint) },
    evidence,
    consents: data.length === 0 ? [] : ["emptydir"],
  };
  return withInfrastructure(pod, going);
}

function withInfrastructure<G extends Going>(pod: PodView, going: G): G {
  const needed = infrastructureOf(pod);
  if (needed === undefined) return going;
  const { field, value } = needed.evidence;
  return {
    ...going,
    code: going.code === "daemonset-untolerating" ? "infrastructure-untolerating" : going.code,
    args: { ...going.args, service: needed.service },
    evidence: [...going.evidence, seen(pod, field, value)],
    consents: [...going.consents, "infrastructure"],
  };
}

function tolerated(pod: PodView, by: readonly Toleration[]): readonly Evidence[] {
  return by.map((toleration) => seen(pod, "spec.tolerations", tolerationText(toleration)));
}

/** "runai=drain:NoExecute", "runai for 300 s", "everything". */
function tolerationText({ key = "", operator, value = "", effect = "", tolerationSeconds }: Toleration): string {
  const what = `${key === "" ? "everything" : key}${operator === "Exists" || value === "" ? "" : `=${value}`}${effect === "" ? "" : `:${effect}`}`;
  return tolerationSeconds === undefined ? what : `${what} for ${tolerationSeconds} s`;
}
