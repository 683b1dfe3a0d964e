import { allowable } from "../../plan/consent.ts";
import { formatTaint } from "../../kube/taint-spec.ts";
import { marks, modes } from "../../plan/request.ts";
import { usualTaint } from "../../plan/taint.ts";
import { roleNames } from "../../maintenance/role.ts";
import { bool, type Flag } from "./flag.ts";

/** Flags that kubectl does not have. */
export const ownTable = {
  allow: {
    type: "list",
    word: "CONSENTS",
    values: allowable,
    completes: "values",
    help: "Consent to what would otherwise stop the drain. May be given several times.",
  },
  honor: {
    type: "list",
    word: "TOOLS",
    values: marks,
    completes: "values",
    help: "Obey the marks on pods that these tools read: cluster.x-k8s.io/drain, karpenter.sh/do-not-disrupt, cluster-autoscaler.kubernetes.io/safe-to-evict. They are shown either way.",
  },
  rules: {
    type: "text",
    word: "FILE",
    completes: "files",
    help: "Rules that choose pods by labels and namespace and say what becomes of them and when, as YAML or JSON; - is stdin.",
  },
  order: {
    type: "text",
    word: "ORDER",
    values: ["priority"],
    completes: "values",
    help: "priority: pods of lower priority leave first, and the next priority when they are gone. Without it all leave together, infrastructure after them.",
  },
  parallel: { type: "int", initial: "1", word: "N", help: "Empty up to N nodes at the same time." },
  mode: {
    type: "text",
    initial: "Evict",
    word: "MODE",
    values: modes,
    completes: "values",
    help: "Evict: cordon and empty. CordonOnly: cordon and leave the pods. Taint: set a NoExecute taint, and no cordon: the cluster deletes what does not tolerate it, past budgets. EvictThenTaint: cordon and evict, and set the taint after --taint-after if pods are left.",
  },
  taint: {
    type: "text",
    initial: formatTaint(usualTaint),
    word: "TAINT",
    completes: "nothing",
    help: "The taint of the modes Taint and EvictThenTaint: key[=value]:NoExecute.",
  },
  "taint-after": {
    type: "duration",
    word: "DURATION",
    help: "With --mode=EvictThenTaint: set the taint so long after the first eviction, if pods are left by then.",
  },
  "require-room": {
    ...bool,
    help: "Begin only if every pod that leaves is known to find room on another node. Without this, missing room is a warning.",
  },
  fixes: {
    type: "text",
    word: "FILE",
    completes: "files",
    help: "Write to FILE which changes of budgets would make the drain possible or faster, as patches with their reasons and what they save; - is stdout, instead of the preview. None is made by itself.",
  },
  rank: { ...bool, help: "Of the nodes given, which to drain first: with the least disturbance. Changes nothing." },
  deadline: {
    type: "duration",
    word: "DURATION",
    help: "What is still on a node is deleted, past budgets, so early that it has ended this long after the node's first eviction. Needs --allow=budget-violation.",
  },
  "on-failure": {
    type: "text",
    initial: "keep",
    word: "WHAT",
    values: ["keep", "uncordon"],
    completes: "values",
    help: "What becomes of a node that could not be emptied. keep: it stays unschedulable. uncordon: our own cordon is lifted.",
  },
  "volume-detach-timeout": {
    type: "duration",
    initial: "2m",
    word: "DURATION",
    help: "Wait so long for the volumes of moved pods to be detached from the node; then go on with a warning. 0 does not look at them.",
  },
  output: { type: "text", short: "o", word: "FORMAT", completes: "values", help: "Print data on stdout as" },
  "show-kubectl": { ...bool, help: "Show beside each step the plain kubectl line that does it by hand." },
  quiet: { ...bool, short: "q", help: "Say nothing on stderr but warnings and errors." },
  yes: { ...bool, short: "y", help: "Answer every question with yes. Never stands for a consent (--allow)." },
  "print-role": {
    type: "text",
    bare: "drain",
    word: "ROLE",
    values: roleNames,
    completes: "values",
    help: "Print a ClusterRole for kubectl apply, without asking the server. drain: all that a drain makes use of; least: what it cannot do without; preview: what preview reads; maintain: what those need who hand nodes over to the operator.",
  },
  watch: { ...bool, short: "w", help: "Go on, and show every change, until it is stopped." },
  "undo-script": { ...bool, help: "Print plain kubectl lines that take back what Drydock changed on the nodes." },
  client: { ...bool, help: "Do not ask the server." },
  help: { ...bool, short: "h", help: "Show help." },
} as const satisfies Readonly<Record<string, Flag>>;
