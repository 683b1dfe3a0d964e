import { names } from "../../operator/manifests/names.ts";
import type { Command } from "./command.ts";

/** SET UP: the controllers themselves. */
export const operatorCommands: readonly Command[] = [
  {
    name: "operator",
    group: "SET UP",
    summary: "Run the controllers, in or out of a cluster",
    usage: "",
    about: [
      "Looks after the objects that take nodes out of service: Maintenance, and the NodeMaintenance of medik8s. It applies their kinds when it starts, and runs until it is told to end (SIGTERM, Ctrl-C): what is being written is finished, leadership is handed over, and the nodes stay as they are.",
      "`install` runs it in a cluster. Outside one it works as whoever the kubeconfig names; the API server cannot reach its webhooks there: add --without-webhooks, and objects are accepted unchecked.",
    ],
    examples: [
      { what: "Outside a cluster, by your kubeconfig", line: "{p} operator --leader-elect -n default --without-webhooks" },
      { what: "As the Deployment runs it", line: "{p} operator --leader-elect" },
    ],
    flags: [
      "health-probe-bind-address",
      "leader-elect",
      "lease-namespace",
      "log-format",
      "log-level",
      "metrics-bind-address",
      "namespace",
      "webhook-bind-address",
      "webhook-service",
      "without-medik8s",
      "without-webhooks",
    ],
    meanings: {
      namespace: `Namespace of the leader's Lease and the webhooks' certificate. Default: POD_NAMESPACE, else ${names.namespace}.`,
    },
    arguments: "none",
  },
];
