import { labelsOf, type Manifest, podLabels } from "./manifest.ts";
import { leaseNamespace, names, ports } from "./names.ts";
import type { ManifestOptions } from "./options.ts";

/** The pods that run the operator, what keeps one of them up, and how others reach them. */
export function workload(o: ManifestOptions): readonly Manifest[] {
  const { namespace, replicas } = o;
  const labels = labelsOf(o.version);
  const service = (name: string, named: string, port: number): Manifest => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, labels },
    spec: { selector: podLabels, ports: [{ name: named, port, targetPort: named, protocol: "TCP" }] },
  });
  return [
    service(names.operator, "metrics", ports.metrics),
    ...(o.withoutWebhooks ? [] : [service(names.webhook, "webhook", 443), certificate(o)]),
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: names.operator, namespace, labels },
      spec: {
        replicas,
        selector: { matchLabels: podLabels },
        template: { metadata: { labels }, spec: podSpec(o) },
      },
    },
    // With a single replica a budget could only forbid to drain its node.
    ...(replicas < 2
      ? []
      : [
          {
            apiVersion: "policy/v1",
            kind: "PodDisruptionBudget",
            metadata: { name: names.operator, namespace, labels },
            spec: { maxUnavailable: 1, selector: { matchLabels: podLabels }, unhealthyPodEvictionPolicy: "AlwaysAllow" },
          } satisfies Manifest,
        ]),
  ];
}

/** Empty: the operator fills it. It is made here, so that it goes with the rest and no right to create Secrets is needed. */
function certificate({ namespace, version }: ManifestOptions): Manifest {
  return { apiVersion: "v1", kind: "Secret", metadata: { name: names.certificate, namespace, labels: labelsOf(version) }, type: "Opaque" };
}

/** What the program is called with. */
export function operatorArguments(o: ManifestOptions): readonly string[] {
  return [
    "operator",
    `--namespace=${o.namespace}`,
    "--leader-elect",
    `--metrics-bind-address=:${ports.metrics}`,
    `--health-probe-bind-address=:${ports.health}`,
    ...(o.withoutWebhooks ? ["--without-webhooks"] : [`--webhook-bind-address=:${ports.webhook}`, `--webhook-service=${names.webhook}`]),
    `--lease-namespace=${leaseNamespace}`,
    ...(o.withoutMedik8s ? ["--without-medik8s"] : []),
    "--log-format=json",
    "--log-level=info",
  ];
}

function podSpec(o: ManifestOptions) {
  // With the version that the server would fill in: the reference is one value to server-side apply, and without it two who apply the same would
  // contradict each other.
  const field = (fieldPath: string) => ({ valueFrom: { fieldRef: { apiVersion: "v1", fieldPath } } });
  const probe = (path: string) => ({ httpGet: { path, port: "health" } });
  return {
    serviceAccountName: names.operator,
    // It has to come back while nodes are being emptied around it.
    priorityClassName: "system-cluster-critical",
    nodeSelector: { "kubernetes.io/os": "linux" },
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 100, podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: podLabels } } },
        ],
      },
    },
    // No user is fixed: the image brings a number of its own, and OpenShift's restricted-v2 gives one from the namespace's range.
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 30,
    containers: [
      {
        name: "operator",
        image: o.image,
        args: operatorArguments(o),
        env: [
          { name: "POD_NAMESPACE", ...field("metadata.namespace") },
          { name: "POD_NAME", ...field("metadata.name") },
        ],
        ports: [
          { name: "metrics", containerPort: ports.metrics, protocol: "TCP" },
          { name: "health", containerPort: ports.health, protocol: "TCP" },
          ...(o.withoutWebhooks ? [] : [{ name: "webhook", containerPort: ports.webhook, protocol: "TCP" }]),
        ],
        livenessProbe: { ...probe("/healthz"), initialDelaySeconds: 5, periodSeconds: 20, timeoutSeconds: 5 },
        readinessProbe: { ...probe("/readyz"), periodSeconds: 5, timeoutSeconds: 5 },
        resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "512Mi" } },
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
      },
    ],
  };
}
