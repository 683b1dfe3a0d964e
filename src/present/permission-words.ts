import type { PermissionName } from "../maintenance/role.ts";

/** What is lost without each permission; sentences go on from "without it:". */
export const permissionWords: Readonly<Record<PermissionName, string>> = {
  "get-nodes": "nothing is touched: exit code 5",
  "patch-nodes": "nothing is touched: exit code 5",
  "list-pods": "nothing is touched: exit code 5",
  "evict-pods": "nothing is touched: exit code 5. Allowed in the namespaces of the pods that go is enough",
  "list-nodes":
    "nodes are read by name every 5 seconds, `-l` cannot choose them, and it is not checked whether a node is the last of its role",
  "watch-nodes": "nodes are listed every 5 seconds: each step is up to 5 seconds slower",
  "watch-pods": "pods are listed every 5 seconds: each step is up to 5 seconds slower, and most ends of pods are reported as not proven",
  "read-budgets": "budgets are honoured by the server, but not foreseen, not named, and asked again every 5 seconds",
  "read-daemonsets": "a pod whose DaemonSet was deleted is not told from one that would come back: it stays",
};
