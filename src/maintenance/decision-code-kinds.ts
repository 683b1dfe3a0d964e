const rulesPage = { file: "rules.md", title: "Rules" };

/** How what keeps a pod ends; part of code-kinds.ts. */
export const decisionCodeKinds = {
  managed: { appears: ["decision"] },
  finished: { appears: ["decision"] },
  "local-storage": { appears: ["decision"] },
  unmanaged: { appears: ["decision"] },
  "daemonset-managed": { appears: ["decision"] },
  "daemonset-orphaned": { appears: ["decision"] },
  "static-pod": { appears: ["decision"] },
  "comes-back": { appears: ["decision", "warning"], ends: "when its controller no longer lets its pods onto the node.", by: "person" },
  "already-terminating": { appears: ["decision"] },
  "skipped-terminating": { appears: ["decision"] },
  "two-budgets": {
    appears: ["decision", "fatal finding", "blocker"],
    ends: "when a person changes the selector of one of the budgets. It stops the whole drain before anything is touched, unless `--allow=partial` is given.",
    by: "person",
  },
  "budget-never-allows": {
    appears: ["decision", "fatal finding", "blocker"],
    ends: "when a person scales the workload up or relaxes the budget. It stops the whole drain before anything is touched, unless `--allow=partial` is given. Where it rests on a count of pods, which a StatefulSet's pod between two lives lowers for a moment, the scale of the owner is read and the count is looked at again for 2 seconds first; under way it is believed after 30 seconds.",
    by: "person",
  },
  "own-operator": {
    appears: ["decision", "blocker"],
    ends: "by itself, as soon as another replica of the operator is Ready on a node that is in service. With a single replica a person must scale it up, or delete the pod.",
    by: "either",
  },
  session: { appears: ["decision"] },
  "gpu-reservation": { appears: ["decision"] },
  "rule-stay": { appears: ["decision"] },
  "rule-wait": { appears: ["decision"] },
  "rule-ask": {
    appears: ["decision", "fatal finding", "blocker"],
    ends: "when a person decides about the pod and changes the rule. It stops the whole drain before anything is touched, unless `--allow=partial` is given.",
    by: "person",
    page: rulesPage,
  },
  "drain-skip": {
    appears: ["decision", "warning"],
    ends: "when the label is removed; with `--honor=cluster-api` it is obeyed.",
    by: "person",
  },
  "drain-wait-completed": {
    appears: ["decision", "warning"],
    ends: "when the pod has ended, or the label is removed; with `--honor=cluster-api` it is obeyed.",
    by: "either",
  },
  "do-not-disrupt": {
    appears: ["decision", "warning"],
    ends: "when its duration has passed, the pod has ended, or the annotation is removed; with `--honor=karpenter` it is obeyed.",
    by: "either",
  },
  "not-safe-to-evict": {
    appears: ["decision", "fatal finding", "warning", "blocker"],
    ends: "when the pod has ended or the annotation is removed. With `--honor=autoscaler` it is obeyed: a pod that can end by itself is waited for, any other stops the whole drain before anything is touched, unless `--allow=partial` is given.",
    by: "person",
  },
} as const;
