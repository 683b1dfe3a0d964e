import { bool, type Flag } from "./flag.ts";

/** What kubectl drain, cordon and uncordon accept: names, shorts, types and values-when-bare are kubectl 1.36's. */
export const kubectlTable = {
  all: { ...bool, help: "Choose all nodes of the cluster." },
  "chunk-size": { type: "int", initial: "500", word: "N", help: "Fetch large lists in chunks of N; 0 fetches everything at once." },
  "delete-emptydir-data": {
    ...bool,
    old: ["delete-local-data"],
    help: "Go on even if pods have emptyDir volumes: their data is deleted with the pod. Same as --allow=emptydir.",
  },
  "disable-eviction": {
    ...bool,
    help: "Delete pods instead of evicting them: disruption budgets are NOT respected. Gives --allow=budget-violation too.",
  },
  "dry-run": {
    type: "text",
    bare: "client",
    bareNote: "--dry-run is deprecated and can be replaced with --dry-run=client.",
    initial: "none",
    word: "HOW",
    values: ["none", "client", "server"],
    completes: "values",
    help: "client: print what would be done. server: also ask the server, without changing anything.",
  },
  "field-manager": {
    type: "text",
    initial: "kubectl-taint",
    word: "NAME",
    ignored: true,
    help: "Accepted; what is written is written as drydock.",
  },
  force: {
    ...bool,
    help: "Go on even if pods have no controller: nobody makes a new one. Same as --allow=unmanaged,vm-shutdown.",
  },
  "grace-period": {
    type: "int",
    initial: "-1",
    word: "SECONDS",
    help: "Seconds that each pod is given to end. Negative: the pod's own; 0: removed from the API at once.",
  },
  "ignore-daemonsets": { ...bool, help: "Leave DaemonSet pods running on the node. Without this, they stop the drain." },
  overwrite: { ...bool, help: "Replace a taint of the same key and effect. Without this, one that is there stops the change." },
  "pod-selector": { type: "text", word: "LABELS", help: "Only the pods with these labels are looked at at all." },
  selector: { type: "text", short: "l", word: "LABELS", help: "Choose nodes by label: key=value,key!=value,'key in (a,b)',key." },
  "skip-wait-for-delete-timeout": {
    type: "int",
    initial: "0",
    word: "SECONDS",
    help: "Do not wait for pods whose deletionTimestamp is older than this; 0 waits for all.",
  },
  validate: {
    type: "text",
    bare: "strict",
    initial: "strict",
    word: "HOW",
    ignored: true,
    help: "Accepted; the server validates every write.",
  },
  timeout: { type: "duration", initial: "0s", word: "DURATION", help: "Give up on a node after this long (5m, 1h30m); 0 never." },
} as const satisfies Readonly<Record<string, Flag>>;
