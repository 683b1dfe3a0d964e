import type { StringMap } from "../../kube/object.ts";
import { compareText } from "../../runtime/text-order.ts";
import { isControlPlaneByRole, isEtcdByLabel } from "./control-plane-role.ts";
import type { AdmissionFacts, EtcdPod, HolderFact, Known, NodeFact } from "./facts.ts";

/** How the members were told from other nodes. */
export type Evidence = "etcd-pods" | "etcd-label" | "roles";

export interface Member {
  readonly name: string;
  /** Why it does not count, now or soon; undefined: it is up. */
  readonly out?: string;
}

/** What taking a node out would do to the control plane. */
export type QuorumVerdict =
  /** The node is no member, as far as can be seen. */
  | { readonly kind: "no-member" }
  | { readonly kind: "enough"; readonly members: readonly Member[]; readonly left: number; readonly needed: number }
  /** It is out or down already: nothing is lost by taking it out. */
  | { readonly kind: "already-out"; readonly node: string; readonly why: string }
  /** Fewer than three members are visible: what the rest can do cannot be told. */
  | { readonly kind: "too-few-visible"; readonly members: readonly Member[]; readonly evidence: Evidence }
  | { readonly kind: "not-visible"; readonly missing: readonly string[] }
  | {
      readonly kind: "broken";
      readonly members: readonly Member[];
      readonly left: number;
      readonly needed: number;
      readonly evidence: Evidence;
    };

const fewestMembers = 3;

/**
 * Whether the control plane keeps a majority of its members when `nodeName` goes, by what the API shows: etcd's mirror pods (kubeadm), the label
 * of k3s and RKE2, else the roles of nodes (Talos and others run etcd where the API does not show it). A member counts while its node is Ready,
 * nothing holds the node out, no other object is about to take it out, and its etcd pod, where it is visible, is not unready.
 */
export function judgeQuorum(nodeName: string, facts: AdmissionFacts): QuorumVerdict {
  if (facts.quorum.kind !== "evidence") return { kind: "no-member" };
  const { nodes, etcdPods } = facts.quorum;
  const target = "known" in facts.node ? facts.node.known : undefined;
  if ("unknown" in nodes) return notVisible(target?.labels, [`nodes (${nodes.unknown})`], etcdPods);
  const pods = "known" in etcdPods ? etcdPods.known : [];
  const found = membersOf(nodes.known, pods);
  if (!found.names.has(nodeName)) return { kind: "no-member" };
  const members = nodes.known
    .filter(({ name }) => found.names.has(name))
    .map((node) => memberOf(node, pods, holdersOf(facts, node.name)))
    .concat(nodeless(found.names, nodes.known))
    .toSorted((a, b) => compareText(a.name, b.name));
  const self = members.find(({ name }) => name === nodeName);
  if (self?.out !== undefined) return { kind: "already-out", node: nodeName, why: self.out };
  if (members.length < fewestMembers) return { kind: "too-few-visible", members, evidence: found.evidence };
  const needed = Math.floor(members.length / 2) + 1;
  const left = members.filter(({ name, out }) => name !== nodeName && out === undefined).length;
  return left >= needed ? { kind: "enough", members, left, needed } : { kind: "broken", members, left, needed, evidence: found.evidence };
}

/** Etcd pods of nodes that are no more: their members still count for the majority until somebody removes them from etcd. */
function nodeless(names: ReadonlySet<string>, nodes: readonly NodeFact[]): readonly Member[] {
  const present = new Set(nodes.map(({ name }) => name));
  return [...names].filter((name) => !present.has(name)).map((name) => ({ name, out: "has no Node" }));
}

/** Without a list of nodes the members cannot be counted; that is worth a word only where the node may be one. */
function notVisible(labels: StringMap | undefined, missing: readonly string[], etcdPods: Known<readonly EtcdPod[]>): QuorumVerdict {
  if (labels !== undefined && !isControlPlaneByRole(labels) && !isEtcdByLabel(labels)) return { kind: "no-member" };
  return { kind: "not-visible", missing: [...missing, ...("unknown" in etcdPods ? [`etcd pods (${etcdPods.unknown})`] : [])] };
}

function membersOf(
  nodes: readonly NodeFact[],
  pods: readonly EtcdPod[],
): { readonly names: ReadonlySet<string>; readonly evidence: Evidence } {
  const labelled = nodes.filter(({ labels }) => isEtcdByLabel(labels)).map(({ name }) => name);
  if (pods.length > 0) return { names: new Set([...pods.map(({ nodeName }) => nodeName), ...labelled]), evidence: "etcd-pods" };
  if (labelled.length > 0) return { names: new Set(labelled), evidence: "etcd-label" };
  return { names: new Set(nodes.filter(({ labels }) => isControlPlaneByRole(labels)).map(({ name }) => name)), evidence: "roles" };
}

/** A Maintenance that has brought its node back holds it no more. */
const overPhase = "Finished";

function holdersOf(facts: AdmissionFacts, nodeName: string): readonly string[] {
  const of = (kind: string, all: Known<readonly HolderFact[]>): readonly string[] =>
    ("known" in all ? all.known : [])
      .filter((each) => each.nodeName === nodeName && each.phase !== overPhase)
      .map(({ name }) => `${kind}/${name}`);
  return [...of("maintenance", facts.maintenances), ...of("nodemaintenance", facts.nodeMaintenances)];
}

function memberOf({ name, ready, heldOut }: NodeFact, pods: readonly EtcdPod[], holders: readonly string[]): Member {
  if (!ready) return { name, out: "is not Ready" };
  if (heldOut) return { name, out: "is held out of service" };
  if (holders[0] !== undefined) return { name, out: `is to go out by ${holders[0]}` };
  const unready = pods.find((pod) => pod.nodeName === name && pod.ready !== "True");
  return unready === undefined ? { name } : { name, out: `its pod ${unready.name} is not Ready` };
}
