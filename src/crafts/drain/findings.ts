import type { ClusterView } from "../../cluster/view/cluster-view.ts";
import { unschedulableTaint } from "../../kube/node.ts";
import type { Finding } from "../../plan/finding.ts";
import { nodeRef, podRef } from "../../plan/refs.ts";
import type { PlanRequest } from "../../plan/request.ts";
import type { DrainCode } from "./codes.ts";
import { allNodeFindings } from "./node/findings.ts";
import { compareText } from "../../runtime/text-order.ts";

/** Schedulers of other makes read taints, not `spec.unschedulable`; the node lifecycle controller turns one into the other. */
export const taintPatience = 5_000;

export const defaultScheduler = "default-scheduler";

/** What is true of the view and the nodes, beside the decisions. */
export function viewFindings(view: ClusterView, request: PlanRequest): readonly Finding<DrainCode>[] {
  return [...blindFindings(view), ...allNodeFindings(view, request), ...request.nodes.flatMap((name) => nodeFindings(name, view))];
}

function blindFindings(view: ClusterView): readonly Finding<DrainCode>[] {
  return view.blind.map(({ resource, verb, instead }) => ({
    code: instead !== "unread" ? "not-watched" : resource === "namespaces" ? "namespaces-unread" : "budgets-unread",
    severity: "warning",
    objects: [],
    args: { resource, verb },
  }));
}

function nodeFindings(name: string, view: ClusterView): readonly Finding<DrainCode>[] {
  const node = view.node(name);
  if (node === undefined) return [];
  const findings: Finding<DrainCode>[] = [];
  if (!node.ready) findings.push({ code: "node-not-ready", severity: "warning", objects: [nodeRef(node)], args: { node: name } });
  const since = view.cordonAcknowledged(name);
  const late = since !== undefined && view.asOf - since >= taintPatience && !node.taints.some((taint) => taint.key === unschedulableTaint);
  const others = late
    ? view
        .podsOn(name)
        .filter((pod) => pod.schedulerName !== defaultScheduler)
        // The order in which a watch brought them is no part of a finding.
        .toSorted((a, b) => compareText(a.uid, b.uid))
    : [];
  if (others.length > 0) {
    findings.push({
      code: "unschedulable-taint-missing",
      severity: "warning",
      objects: [nodeRef(node), ...others.map(podRef)],
      args: { node: name },
    });
  }
  return findings;
}
