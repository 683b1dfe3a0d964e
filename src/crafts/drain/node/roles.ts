import type { ClusterView, NodeView } from "../../../cluster/view/cluster-view.ts";
import { type NodeRole, rolesOf } from "../../../cluster/view/node-role.ts";
import type { RoleHolders, UnfitNode } from "../../../cluster/view/other-nodes.ts";
import type { Finding } from "../../../plan/finding.ts";
import { nodeRef } from "../../../plan/refs.ts";
import type { PlanRequest } from "../../../plan/request.ts";
import { compareText } from "../../../runtime/text-order.ts";
import type { NodeFindingCode } from "../codes.ts";

/**
 * Is a node the last Ready one of a role? Others that are drained with it do not count, nor do those that are cordoned. A node that is not
 * Ready serves its role no more: nothing is lost with it.
 */
export function roleFindings(view: ClusterView, request: PlanRequest): readonly Finding<NodeFindingCode>[] {
  const nodes = request.nodes.flatMap((name) => view.node(name) ?? []);
  return [...nodes.flatMap((node) => lastOfRole(node, view, request)), ...unknownRoles(nodes, view)];
}

/** One finding for the roles that ask for consent, one for those that do not. */
function lastOfRole(node: NodeView, view: ClusterView, request: PlanRequest): readonly Finding<NodeFindingCode>[] {
  if (!node.ready) return [];
  const last = rolesOf(node.labels).flatMap((role) => {
    const holders = view.others.withRole(role.selector);
    return holders.kind === "none" ? [{ role, unfit: holders.unfit }] : [];
  });
  return [true, false].flatMap((asked): readonly Finding<NodeFindingCode>[] => {
    const those = last.filter(({ role }) => asksConsent(role, view, request) === asked);
    if (those.length === 0) return [];
    return [
      {
        code: "last-of-role",
        severity: "warning",
        objects: [nodeRef(node)],
        args: {
          node: node.name,
          roles: those.map(({ role }) => role.name).toSorted(compareText),
          unfit: unfitWords(those.flatMap(({ unfit }) => unfit)),
        },
        ...(asked ? { consent: "last-of-role" } : {}),
      },
    ];
  });
}

/**
 * A general role ("worker") is none that anything depends on: whether its pods find room is another question. On the only node of a cluster
 * every role is the last, and whoever drains it knows. A cordon alone takes nothing away.
 */
function asksConsent(role: NodeRole, view: ClusterView, { mode }: PlanRequest): boolean {
  return !role.isGeneral && view.others.any !== false && mode !== "CordonOnly";
}

const faults: Readonly<Record<UnfitNode["why"], string>> = {
  "not-ready": "not Ready",
  unschedulable: "unschedulable",
  leaving: "being deleted",
};

function unfitWords(unfit: readonly UnfitNode[]): readonly string[] {
  return [...new Set(unfit.map(({ name, why }) => `${name} (${faults[why]})`))].toSorted(compareText);
}

/** Said once for all nodes and roles. */
function unknownRoles(nodes: readonly NodeView[], view: ClusterView): readonly Finding<NodeFindingCode>[] {
  const unknown = nodes
    .flatMap(({ labels }) => rolesOf(labels).map(({ selector }) => view.others.withRole(selector)))
    .filter((holders): holders is Extract<RoleHolders, { kind: "unknown" }> => holders.kind === "unknown");
  const [first] = unknown;
  if (first === undefined) return [];
  return [
    {
      code: "not-checked",
      severity: "info",
      objects: [],
      args: { verb: "list", resource: "nodes", message: unknown.find(({ message }) => message !== undefined)?.message },
    },
  ];
}
