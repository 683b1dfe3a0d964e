const page = { file: "runai-planned-maintenance.md", title: "Run:ai planned maintenance" };

/** How what belongs to taints appears and ends; part of code-kinds.ts. */
export const taintCodeKinds = {
  "tolerates-taint": { appears: ["decision"] },
  "tolerates-for": {
    appears: ["decision", "blocker"],
    ends: "by itself, when the time is over for which the pod tolerates the taint.",
    by: "cluster",
  },
  "daemonset-untolerating": { appears: ["decision"] },
  "infrastructure-untolerating": { appears: ["decision"] },
  "set-taint": { appears: ["change"] },
  "taint-breaks-budget": {
    appears: ["warning"],
    ends: "with the consent `--allow=budget-violation`, without which nothing begins; or by evicting instead, which waits for the budget.",
    by: "person",
    page,
  },
  "taint-conflict": {
    appears: ["fatal finding"],
    ends: "by a person: `drydock taint --overwrite`, or remove the other taint.",
    by: "person",
  },
  "taint-later": { appears: ["warning"], ends: "with the last pod, if that is gone before the taint is due.", by: "cluster", page },
  "tolerating-may-return": { appears: ["warning"], ends: "with a cordon of the node. The drain goes on all the same.", by: "person" },
  "taint-unconfirmed": { appears: ["blocker"], ends: "by itself, when the watch shows the taint.", by: "cluster" },
  "taint-lifted": { appears: ["blocker"], ends: "by a person: find who removes the taint, then start the drain again.", by: "person" },
  "awaiting-taint": { appears: ["blocker"], ends: "by itself, when the taint is set.", by: "cluster" },
  "awaiting-taint-eviction": { appears: ["blocker"], ends: "by itself, most often within milliseconds.", by: "cluster" },
  "taint-eviction-slow": { appears: ["blocker"], ends: "when the taint eviction controller gets to it; look at its log.", by: "either" },
  "taint-eviction-off": {
    appears: ["blocker"],
    ends: "by a person: evict instead (`--mode=Evict`), or have the taint eviction controller run.",
    by: "person",
    page,
  },
  "node-tainted": { appears: ["proof"] },
  "taint-failed": {
    appears: ["blocker", "failure"],
    ends: "with the server's next answer, where that may differ; else by a person.",
    by: "either",
  },
  "taint-present": { appears: ["failure"], ends: "by a person: `--overwrite` replaces the taint that is there.", by: "person" },
  "taint-absent": { appears: ["failure"], ends: "by a person: name a taint that is on the node.", by: "person" },
} as const;
