import type { StringMap } from "../../kube/object.ts";

/** What a node is there for, as its labels say. */
export interface NodeRole {
  /** The label: "node-role.kubernetes.io/control-plane". */
  readonly name: string;
  /** Selects the nodes that have it. */
  readonly selector: string;
  /** Nodes of any work ("worker"): what runs there runs anywhere there is room, so the last of them is no service of its own. */
  readonly isGeneral: boolean;
}

/** Kubernetes', Run:ai's (`runai-system`, `runai-gpu-worker`…) and KAI's roles. */
const prefix = "node-role.kubernetes.io/";

/** Juno's roles are labels of their own. */
const plainRoles: readonly string[] = ["juno-innovations.com/service", "juno-innovations.com/workstation", "juno-innovations.com/headless"];

/** Older Juno: one label, whose value is the role. */
const valueRole = "junovfx.com/node";

/** As installers name the nodes that are there for anything: kubeadm guides, k3s and RKE2 agents, OpenShift, kops. */
const general: ReadonlySet<string> = new Set(["", "worker", "node", "agent", "compute", "minion"]);

/**
 * A role is present where its label is there with any value but "false": guides write "true", runai-adm and kubeadm write the empty string,
 * and "false" is Run:ai's way to take a role away.
 */
export function rolesOf(labels: StringMap): readonly NodeRole[] {
  return Object.entries(labels).flatMap(([key, value]): readonly NodeRole[] => {
    if (key === valueRole) return [{ name: `${key}=${value}`, selector: `${key}=${value}`, isGeneral: false }];
    if (value === "false" || !(key.startsWith(prefix) || plainRoles.includes(key))) return [];
    return [{ name: key, selector: `${key},${key}!=false`, isGeneral: key.startsWith(prefix) && general.has(key.slice(prefix.length)) }];
  });
}

const controlPlaneRoles: readonly string[] = [`${prefix}control-plane`, `${prefix}master`, `${prefix}etcd`];

export function isControlPlane(labels: StringMap): boolean {
  return rolesOf(labels).some(({ name }) => controlPlaneRoles.includes(name));
}

/** K3s and RKE2 label the members of their embedded etcd. */
export const etcdRole = `${prefix}etcd`;
