import type { ClusterView, NodeView } from "../../../cluster/view/cluster-view.ts";
import type { Self } from "../../../cluster/view/surroundings.ts";
import type { Finding } from "../../../plan/finding.ts";
import { nodeRef } from "../../../plan/refs.ts";
import type { PlanRequest } from "../../../plan/request.ts";
import { oncePer } from "../../../runtime/once-per.ts";
import { compareText } from "../../../runtime/text-order.ts";
import type { NodeFindingCode } from "../codes.ts";

/** Stamps are cut to whole seconds and travel: what is below this says nothing. */
const noticeableSkew = 2_000;

/** By which ways the nodes are reached, which a drain does not change: Services' addresses, our own way to the server, the clocks. */
export function reachFindings(view: ClusterView, { nodes }: PlanRequest): readonly Finding<NodeFindingCode>[] {
  const ours = nodes.flatMap((name) => view.node(name) ?? []);
  return [
    ...ours.flatMap((node) => serviceFindings(node, view)),
    ...ours.filter((node) => isOurServer(node, view)).map((node) => serverFinding(node, view)),
    ...skewFindings(view),
  ];
}

function serviceFindings(node: NodeView, view: ClusterView): readonly Finding<NodeFindingCode>[] {
  const named = view.surroundings.services.flatMap(({ namespace, name, addresses }) => {
    const own = addresses.filter(({ address }) => node.addresses.includes(address));
    return own.length === 0 ? [] : [{ namespace, name, own }];
  });
  if (named.length === 0) return [];
  const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)].toSorted(compareText);
  return [
    {
      code: "address-in-service",
      severity: "warning",
      objects: [nodeRef(node), ...named.map(({ namespace, name }) => ({ kind: "Service", namespace, name }))],
      args: {
        node: node.name,
        addresses: unique(named.flatMap(({ own }) => own.map(({ address }) => address))),
        services: unique(named.map(({ namespace, name }) => `${namespace}/${name}`)),
        fields: unique(named.flatMap(({ own }) => own.map(({ from }) => from))),
      },
      beside: true,
    },
  ];
}

/** How the address of our server names its host; undefined where it is no address. */
const serverHost = oncePer(({ server }: Self) =>
  URL.canParse(server) ? new URL(server).hostname.replace(/^\[(.*)\]$/, "$1").toLowerCase() : undefined,
);

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** Is the server that we speak to this node, or is this run on the node itself, where the kubeconfig says "localhost"? */
function isOurServer({ name, addresses }: NodeView, { surroundings: { self } }: ClusterView): boolean {
  const host = self === undefined ? undefined : serverHost(self);
  if (self === undefined || host === undefined) return false;
  const names = [name, ...addresses].map((one) => one.toLowerCase());
  return names.includes(loopback.test(host) && !names.includes(host) ? self.host.toLowerCase() : host);
}

function serverFinding(node: NodeView, { surroundings }: ClusterView): Finding<NodeFindingCode> {
  const args = { node: node.name, server: surroundings.self?.server };
  return { code: "kubeconfig-server", severity: "warning", objects: [nodeRef(node)], args, beside: true };
}

function skewFindings({ surroundings: { clockOffset } }: ClusterView): readonly Finding<NodeFindingCode>[] {
  if (clockOffset === undefined || Math.abs(clockOffset) <= noticeableSkew) return [];
  const args = { seconds: Math.round(Math.abs(clockOffset) / 1000), ahead: clockOffset > 0 };
  return [{ code: "clock-skew", severity: "warning", objects: [], args, beside: true }];
}
