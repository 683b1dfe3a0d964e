import { leaseNamespace, names, ports } from "../../operator/manifests/names.ts";
import { bool, type Flag } from "./flag.ts";

/** Of `operator`; named as controller-runtime's programs name them where they have the like. */
export const operatorTable = {
  "leader-elect": {
    ...bool,
    help: `Work only while this process holds the Lease ${names.operator}: needed as soon as more than one may run. Without it there is none, and a second one must not run.`,
  },
  "metrics-bind-address": {
    type: "text",
    initial: `:${ports.metrics}`,
    word: "ADDRESS",
    completes: "nothing",
    help: "Where /metrics is served, as [HOST]:PORT; 0 serves none.",
  },
  "health-probe-bind-address": {
    type: "text",
    initial: `:${ports.health}`,
    word: "ADDRESS",
    completes: "nothing",
    help: "Where /healthz and /readyz are served, as [HOST]:PORT; 0 serves none.",
  },
  "webhook-bind-address": {
    type: "text",
    initial: `:${ports.webhook}`,
    word: "ADDRESS",
    completes: "nothing",
    help: "Where the API server's questions about new objects are answered, as [HOST]:PORT; 0 answers none.",
  },
  "webhook-service": {
    type: "text",
    initial: names.webhook,
    word: "NAME",
    completes: "nothing",
    help: "The Service by which the API server reaches the webhooks; the certificate is made for it.",
  },
  "lease-namespace": {
    type: "text",
    initial: leaseNamespace,
    word: "NAME",
    completes: "namespaces",
    help: "Where the Leases of nodes are by which operators of medik8s agree on who works on which.",
  },
  "log-format": {
    type: "text",
    initial: "json",
    word: "FORMAT",
    values: ["json", "text"],
    completes: "values",
    help: "json: one object a line. text: for reading.",
  },
  "log-level": {
    type: "text",
    initial: "info",
    word: "LEVEL",
    values: ["debug", "info", "warn", "error"],
    completes: "values",
    help: "What is less important is not written.",
  },
} as const satisfies Readonly<Record<string, Flag>>;
