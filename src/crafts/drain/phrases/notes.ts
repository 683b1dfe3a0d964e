import { word } from "../../../plan/args.ts";
import { none, phrase, type Phrases } from "../../../plan/phrase.ts";
import type { NoteCode } from "../codes.ts";

/** What should be known before anything begins. Sentences go on from the object's name: "pod web/a: …". */
export const notePhrases: Phrases<NoteCode> = {
  "mark-invalid": phrase(
    (a) => `its mark ${word(a, "key")}=${word(a, "value")} means nothing: ignored`,
    (a) =>
      word(a, "key") === "cluster.x-k8s.io/drain"
        ? "it takes skip or wait-completed"
        : "it takes true, or a duration above zero such as 30m or 4h",
    "Another tool's mark with a value that this tool does not understand either: Cluster API and Karpenter ignore it too, so it protects nothing.",
  ),
  "may-come-back": phrase(
    (a) => `tolerates the cordon: ${word(a, "owner")} may bring the next one back to node ${word(a, "node")}`,
    () =>
      "keep its controller off the node if it must be empty: its toleration of node.kubernetes.io/unschedulable, or of everything, lets it in",
    "The pod tolerates the taint of a cordoned node, so the scheduler may put its replacement there again. It is evicted once; what comes back is left and named (comes-back).",
  ),
  "unhealthy-pod-policy": phrase(
    (a) =>
      a["policy"] === "AlwaysAllow"
        ? `is not Ready, and goes past the budget ${word(a, "budget")}: its unhealthyPodEvictionPolicy is AlwaysAllow`
        : `is not Ready, and the budget ${word(a, "budget")} keeps it while too few others are healthy (unhealthyPodEvictionPolicy IfHealthyBudget)`,
    (a) =>
      a["policy"] === "AlwaysAllow"
        ? ""
        : `mend the workload, or let its broken pods go: kubectl patch pdb ${word(a, "budget")} -n ${word(a, "namespace")} --type=merge -p '{"spec":{"unhealthyPodEvictionPolicy":"AlwaysAllow"}}'`,
    "A budget's unhealthyPodEvictionPolicy says what becomes of pods that are not Ready. IfHealthyBudget, the default, lets them go only while as many others are healthy as must be: a workload of which all pods crash keeps its node for ever. AlwaysAllow lets them go.",
  ),
  "host-path": phrase(
    (a) => `has files on node ${word(a, "node")} (hostPath ${word(a, "paths")}): its replacement elsewhere does not find them`,
    none,
    "A hostPath volume is a directory of the node. What is in it stays there; neither kubectl nor the eviction asks about it.",
  ),
  "budget-sync-failed": phrase(
    (a) => `the budget ${word(a, "namespace")}/${word(a, "budget")} cannot be counted and allows nothing: ${word(a, "message")}`,
    (a) =>
      `the usual cause is an owner without scale: give the budget an integer minAvailable, or see kubectl describe pdb ${word(a, "budget")} -n ${word(a, "namespace")}`,
    "The condition DisruptionAllowed is False with reason SyncFailed. The disruption controller needs the scale of the pods' owners for maxUnavailable and for percentages; Jobs, bare pods and many custom controllers have none. The server refuses every eviction until it can count.",
  ),
  "budget-unobserved": phrase(
    (a) => `the newest spec of the budget ${word(a, "namespace")}/${word(a, "budget")} has not been counted yet`,
    () => "it takes well under a second; if it lasts, see whether the controller-manager runs",
    "status.observedGeneration is behind metadata.generation: the server refuses evictions under the budget until the disruption controller has caught up.",
  ),
  "namespaces-unread": phrase(
    () => "not checked: may not list namespaces, so rules that choose namespaces by label match nothing",
    () => "allow the verbs list and watch on namespaces, or name the namespaces in the rule",
    "The labels of namespaces are read only where a rule needs them.",
  ),
};
