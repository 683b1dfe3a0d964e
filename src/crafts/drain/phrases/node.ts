import { word } from "../../../plan/args.ts";
import { phrase, type Phrases } from "../../../plan/phrase.ts";
import type { Args } from "../../../plan/step.ts";
import type { NodeFindingCode } from "../codes.ts";

/** What should be known of the nodes themselves. */
export const nodePhrases: Phrases<NodeFindingCode> = {
  "last-of-role": phrase(
    (a) => `${word(a, "node")} is the last Ready, schedulable node with ${roles(a)}${others(a)}`,
    (a) => `what needs that role has nowhere to go: make another node ready for it (kubectl label node NODE ${label(a)}=)`,
    "No node outside of this drain that is Ready and schedulable has the role: a label `node-role.kubernetes.io/…` or one of Juno's, with any value but `false`. Pods that are bound to the role stay Pending until a node has it again. It asks for the consent `last-of-role`, but for general roles (`worker`, `agent`, `compute`, `node`), on the only node of a cluster and in mode CordonOnly.",
  ),
  "quorum-at-risk": phrase(
    (a) =>
      `etcd has ${word(a, "members")} members, of which ${word(a, "ready")} are Ready; without ${word(a, "nodes")} there would be ${word(a, "left")}, and it needs ${word(a, "needs")}`,
    () => "the drain leaves etcd running: do not switch the machine off before enough other members are Ready",
    "Below a majority of its members etcd answers no more, and neither does the API server. Members are known by the label `node-role.kubernetes.io/etcd` (k3s, RKE2), else by etcd's static pods. All nodes of one drain are counted as off together.",
  ),
  "quorum-not-visible": phrase(
    (a) => `whether etcd keeps its majority without ${word(a, "nodes")} is not visible`,
    () => "ask etcd itself before the machine is switched off: etcdctl endpoint status --cluster",
    "The node belongs to the control plane, but neither a label nor a static pod tells where etcd runs: it may stand outside of the cluster's nodes.",
  ),
  "address-in-service": phrase(
    (a) =>
      `${word(a, "addresses")} of ${word(a, "node")} stands in ${word(a, "fields")} of Service ${word(a, "services")}: a drain does not move it`,
    () => "send traffic elsewhere (DNS, load balancer) before the machine is switched off",
    "Clients come in by an address of this node, which the status of the Service, or its externalIPs, names to DNS and people. Neither a cordon nor a drain takes the address out: DaemonSet pods that answer on it stay, and DNS goes on to name it.",
  ),
  "kubeconfig-server": phrase(
    (a) => `${word(a, "node")} is the API server that is spoken to (${word(a, "server")})`,
    () => "when the machine is switched off, this kubeconfig leads nowhere: use one with another address (--server)",
    "The host of the kubeconfig's server is a name or an address of this node, or it is the local machine, and that is this node. The drain itself leaves the API server running.",
  ),
  "clock-skew": phrase(
    (a) => `the clock of the API server is ${word(a, "seconds")} s ${a["ahead"] === true ? "ahead of" : "behind"} this machine's`,
    () => "let both follow a time server (NTP): certificates, leases and logs depend on it",
    "Ages of what the server stamped are told by the server's clock, so the drain is not misled. The record on the node and other machines' logs carry this machine's time.",
  ),
  "reboot-lock": phrase(
    (a) => `kured holds ${word(a, "node")} to reboot it${since(a)}`,
    (a) => `let it end, or release its lock: kubectl -n ${space(a)} annotate ds ${name(a)} weave.works/kured-node-lock-`,
    "kured's lock (an annotation of its DaemonSet) names this node: it drains it, reboots it, and uncordons it afterwards, also if somebody else had cordoned it.",
  ),
  "upgrade-plan": phrase(
    (a) => `the system-upgrade-controller works on ${word(a, "node")} (plan ${word(a, "plans")}, pod ${word(a, "pods")})`,
    (a) => `let it end; to keep it off a node: kubectl label node ${word(a, "node")} plan.upgrade.cattle.io/PLAN=disabled`,
    "A Job of the plan runs on this node: it cordons and drains it, upgrades it and uncordons it, whoever else had cordoned it. A drain would also evict the Job's own pod.",
  ),
  "machine-config": phrase(
    (a) => `OpenShift's Machine Config Operator works on ${word(a, "node")} (state ${word(a, "state")}${configs(a)})`,
    () => 'let it end (oc get mcp), or pause the pool: oc patch mcp POOL --type=merge -p \'{"spec":{"paused":true}}\'',
    "Its annotations on the node name a configuration to come, a drain that it has asked for, or a state that is not Done: it drains, reboots and uncordons the node by its own order.",
  ),
  "machine-deleting": phrase(
    (a) => `the machine of ${word(a, "node")} is being deleted (${word(a, "machine")}${since(a)})`,
    () => "its controller drains the node itself, and then removes the machine: nothing needs to be brought back",
    "The Machine object of Cluster API or OpenShift that stands for this node has a deletionTimestamp: its controller cordons and drains the node and deletes the machine.",
  ),
  "node-lease": phrase(
    (a) => `${word(a, "holder")} holds ${word(a, "node")} by a lease (${word(a, "lease")}, until ${word(a, "until")}${since(a)})`,
    () => "it maintains or remediates the node: agree with whoever runs it before you go on",
    "medik8s' operators (Node Maintenance, Node Healthcheck, remediators) take this Lease before they work on a node, so that only one does. It is held, and has not run out.",
  ),
  "health-check": phrase(
    (a) =>
      `${word(a, "kind")} ${word(a, "check")} acts when ${word(a, "node")} has not been Ready for ${word(a, "seconds")} s: it repairs or replaces the machine`,
    (a) =>
      a["kind"] === "NodeHealthCheck"
        ? `before it is switched off: kubectl patch ${word(a, "resource")} ${word(a, "check")} --type=merge -p '{"spec":{"pauseRequests":["maintenance"]}}'`
        : `before it is switched off: kubectl -n ${space(a, "check")} annotate ${word(a, "resource")} ${name(a, "check")} cluster.x-k8s.io/paused=`,
    "A health check cannot tell planned work from a failure: when the machine goes dark for longer than its timeout, it is rebooted or replaced under your hands.",
  ),
  "held-by-others": phrase(
    (a) => {
      const from = a["host"] === undefined ? "" : `, from ${word(a, "host")}`;
      return `${word(a, "user")} holds ${word(a, "node")} out too${from}, since ${word(a, "since")}${evicts(a)}`;
    },
    () => "the last who holds it brings it back: talk to each other",
    "The record on the node (annotation `drydock.dev/held`) names another holder. Both work on the same node; evictions of one are seen by the other.",
  ),
  "not-checked": phrase(
    (a) =>
      a["message"] === undefined
        ? `not checked: may not ${word(a, "verb")} ${word(a, "resource")}`
        : `not checked: ${word(a, "resource")} could not be read (${word(a, "message")})`,
    (a, { program }) =>
      a["message"] === undefined
        ? `what that leaves unseen: ${program} check cluster; the role that allows it: ${program} check cluster --print-role`
        : "",
    "Something optional could not be read. The drain works without it; what it would have found is not known, which is not the same as not there.",
  ),
};

function roles(args: Args): string {
  const { roles: all } = args;
  return `the role${Array.isArray(all) && all.length > 1 ? "s" : ""} ${word(args, "roles")}`;
}

function others({ unfit }: Args): string {
  return Array.isArray(unfit) && unfit.length > 0 ? `; others that have it: ${unfit.join(", ")}` : "";
}

/** The first of the roles, as it is set: a role that is a value (`key=value`) has its value already. */
function label({ roles: all }: Args): string {
  const [first = "ROLE"] = Array.isArray(all) ? (all as readonly string[]) : [];
  return first.replace(/=.*$/, "");
}

function since({ since: stamp }: Args): string {
  return stamp === undefined ? "" : `, since ${String(stamp)}`;
}

function evicts({ evicts: is }: Args): string {
  return is === true ? ", and moves its pods" : "";
}

function configs({ current, desired }: Args): string {
  return current === desired ? "" : `, from ${String(current)} to ${String(desired)}`;
}

function space(args: Args, of = "daemonset"): string {
  return word(args, of).split("/")[0] ?? "";
}

function name(args: Args, of = "daemonset"): string {
  return word(args, of).split("/")[1] ?? "";
}
