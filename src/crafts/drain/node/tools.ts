import type { ClusterView, NodeView } from "../../../cluster/view/cluster-view.ts";
import { isInForce, objectHolders } from "../../../cluster/view/held-record.ts";
import { holderName } from "../../../cluster/view/holder.ts";
import { maintenanceLeaseHolder } from "../../../kube/medik8s-lease.ts";
import { formatTime } from "../../../kube/time.ts";
import { isPodFinished } from "../../../kube/pod.ts";
import type { Finding } from "../../../plan/finding.ts";
import { nodeRef, podRef } from "../../../plan/refs.ts";
import type { PlanRequest } from "../../../plan/request.ts";
import type { Instant } from "../../../runtime/clock.ts";
import { compareText } from "../../../runtime/text-order.ts";
import type { NodeFindingCode } from "../codes.ts";

type Found = Finding<NodeFindingCode>;

/** Who else is at work on the nodes: tools that cordon, drain, reboot or delete by their own rules, and people who hold them. */
export function toolFindings(view: ClusterView, { nodes }: PlanRequest): readonly Found[] {
  return nodes
    .flatMap((name) => view.node(name) ?? [])
    .flatMap((node) => [
      ...machineConfig(node),
      ...upgradePlans(node, view),
      ...rebootLocks(node, view),
      ...deletedMachines(node, view),
      ...foreignLeases(node, view),
      ...otherHolders(node, view),
    ]);
}

const mco = "machineconfiguration.openshift.io/";

/** OpenShift's Machine Config Operator says on the node what it does with it. */
function machineConfig(node: NodeView): readonly Found[] {
  const read = (key: string): string => node.annotations[`${mco}${key}`] ?? "";
  const [state, current, desired] = [read("state"), read("currentConfig"), read("desiredConfig")];
  const drains = read("desiredDrain") !== read("lastAppliedDrain") || read("desiredDrain").startsWith("drain-");
  if ((state === "" || state === "Done") && current === desired && !drains) return [];
  return [{ code: "machine-config", severity: "warning", objects: [nodeRef(node)], args: { node: node.name, state, current, desired } }];
}

/** The system-upgrade-controller works on a node by a Job, whose pod runs there under the plan's label. */
function upgradePlans(node: NodeView, view: ClusterView): readonly Found[] {
  const pods = view
    .podsOn(node.name)
    .filter(({ labels, phase }) => labels["upgrade.cattle.io/plan"] !== undefined && !isPodFinished(phase))
    .toSorted((a, b) => compareText(a.uid, b.uid));
  if (pods.length === 0) return [];
  const plans = [...new Set(pods.map(({ labels }) => labels["upgrade.cattle.io/plan"] ?? ""))].toSorted(compareText);
  const args = { node: node.name, plans, pods: pods.map(({ namespace, name }) => `${namespace}/${name}`) };
  return [{ code: "upgrade-plan", severity: "warning", objects: [nodeRef(node), ...pods.map(podRef)], args }];
}

function rebootLocks(node: NodeView, { surroundings }: ClusterView): readonly Found[] {
  return surroundings.rebootLocks
    .filter((lock) => lock.node === node.name)
    .map(({ namespace, name, since }) => ({
      code: "reboot-lock",
      severity: "warning",
      objects: [nodeRef(node), { kind: "DaemonSet", namespace, name }],
      args: { node: node.name, daemonset: `${namespace}/${name}`, since: stamp(since) },
      beside: true,
    }));
}

function deletedMachines(node: NodeView, { surroundings }: ClusterView): readonly Found[] {
  return surroundings.machines
    .filter((machine) => machine.node === node.name && machine.deletionTimestamp !== undefined)
    .map(({ group, namespace, name, uid, deletionTimestamp }) => ({
      code: "machine-deleting",
      severity: "warning",
      objects: [nodeRef(node), { kind: "Machine", namespace, name, uid }],
      args: { node: node.name, machine: `machines.${group} ${namespace}/${name}`, since: stamp(deletionTimestamp) },
      beside: true,
    }));
}

function foreignLeases(node: NodeView, { surroundings }: ClusterView): readonly Found[] {
  return surroundings.leases
    .filter((lease) => lease.node === node.name && !(lease.holder === maintenanceLeaseHolder && isHeldByObject(node)))
    .map(({ namespace, name, holder, since, until }) => ({
      code: "node-lease",
      severity: "warning",
      objects: [nodeRef(node), { kind: "Lease", namespace, name }],
      args: { node: node.name, holder, lease: `${namespace}/${name}`, since: stamp(since), until: stamp(until) },
      beside: true,
    }));
}

/** Then its operator has the lease, and the object is named among those who hold the node. */
function isHeldByObject(node: NodeView): boolean {
  const { held } = node;
  return held !== undefined && held !== "unreadable" && isInForce(held, node) && objectHolders(held).length > 0;
}

/** One user is one holder: what the same user began before is gone on with. */
function otherHolders(node: NodeView, { surroundings: { self } }: ClusterView): readonly Found[] {
  const { held } = node;
  if (self === undefined || held === undefined || held === "unreadable" || !isInForce(held, node)) return [];
  return held.holders
    .filter((holder) => holderName(holder) !== self.user)
    .map((holder) => ({
      code: "held-by-others",
      severity: "info",
      objects: [nodeRef(node)],
      args: {
        node: node.name,
        user: holderName(holder),
        ...(holder.kind === "command" ? { host: holder.host } : {}),
        since: holder.since,
        evicts: holder.evictingSince !== undefined,
      },
      beside: true,
    }));
}

function stamp(at: Instant | undefined): string | undefined {
  return at === undefined ? undefined : formatTime(at);
}
