import type { ClusterView } from "../../../cluster/view/cluster-view.ts";
import { isControlPlane } from "../../../cluster/view/node-role.ts";
import type { Finding } from "../../../plan/finding.ts";
import { nodeRef } from "../../../plan/refs.ts";
import type { PlanRequest } from "../../../plan/request.ts";
import type { NodeFindingCode } from "../codes.ts";

/**
 * Would etcd keep its majority without the nodes of this drain? A drain leaves static pods running, so it is what comes after it that ends
 * the quorum: the switch. All of these nodes are counted as off together, as they stay out until somebody brings them back.
 */
export function quorumFindings(view: ClusterView, { nodes }: PlanRequest): readonly Finding<NodeFindingCode>[] {
  const { etcd } = view.surroundings;
  if (etcd === undefined) return [];
  const ours = nodes.flatMap((name) => view.node(name) ?? []);
  if (etcd.by === "nothing") {
    const of = ours.filter(({ labels }) => isControlPlane(labels));
    if (of.length === 0) return [];
    const args = { nodes: of.map(({ name }) => name) };
    return [{ code: "quorum-not-visible", severity: "info", objects: of.map(nodeRef), args, beside: true }];
  }
  const members = new Map(etcd.members.map(({ node, ready }) => [node, ready]));
  const leaving = ours.filter(({ name }) => members.has(name));
  const ready = etcd.members.filter((member) => member.ready);
  const left = ready.filter(({ node }) => !nodes.includes(node)).length;
  const needs = Math.floor(members.size / 2) + 1;
  // A single member has no majority to lose: it is the last of its role.
  if (leaving.length === 0 || members.size < 2 || left >= needs) return [];
  const args = { nodes: leaving.map(({ name }) => name), members: members.size, ready: ready.length, left, needs };
  return [{ code: "quorum-at-risk", severity: "warning", objects: leaving.map(nodeRef), args, beside: true }];
}
