/** How what is found about nodes ends; part of code-kinds.ts. None of it stops a drain, but for a consent. */
export const nodeCodeKinds = {
  "last-of-role": {
    appears: ["warning"],
    ends: "when another node with the role is Ready and schedulable, or by the consent `--allow=last-of-role`, where it is asked for.",
    by: "person",
  },
  "quorum-at-risk": {
    appears: ["warning"],
    ends: "when enough other members of etcd are Ready. The drain goes on all the same.",
    by: "either",
  },
  "quorum-not-visible": { appears: ["warning"], ends: "never: etcd does not run where it can be seen.", by: "person" },
  "address-in-service": {
    appears: ["warning"],
    ends: "when the Service no longer names an address of the node. The drain goes on all the same.",
    by: "person",
  },
  "kubeconfig-server": {
    appears: ["warning"],
    ends: "with another server in the kubeconfig. The drain goes on all the same.",
    by: "person",
  },
  "clock-skew": { appears: ["warning"], ends: "when both clocks are right. The drain goes on all the same.", by: "person" },
  "reboot-lock": { appears: ["warning"], ends: "when kured has rebooted the node. The drain goes on all the same.", by: "either" },
  "upgrade-plan": { appears: ["warning"], ends: "when the plan's Job has ended. The drain goes on all the same.", by: "either" },
  "machine-config": { appears: ["warning"], ends: "when the operator's state is `Done`. The drain goes on all the same.", by: "either" },
  "machine-deleting": { appears: ["warning"], ends: "with the machine. The drain goes on all the same.", by: "cluster" },
  "node-lease": {
    appears: ["warning"],
    ends: "when the lease is released or has run out. The drain goes on all the same.",
    by: "either",
  },
  "health-check": {
    appears: ["warning"],
    ends: "when the check is paused, or does not select the node. The drain goes on all the same.",
    by: "person",
  },
  "held-by-others": { appears: ["warning"], ends: "when the other holder has brought the node back, or is left to it.", by: "person" },
  "not-checked": { appears: ["warning"], ends: "when the permission is given, or the server answers.", by: "person" },
} as const;
