import { type Template, templateOf, fieldsOf } from "./template.ts";

const holes = ["NAME", "NAMESPACE", "UID", "VERSION", "NODE", "ADDRESS", "APP", "OWNER", "SINCE"] as const;

export type PodText = Template<(typeof holes)[number]>;

/** A pod as clusters have them: two containers with probes and many variables, a mesh's annotations, conditions, and who wrote what. */
export const workloadPod: PodText = templateOf(podOf("ReplicaSet", 4), holes);
/** One that its node keeps. */
export const daemonPod: PodText = templateOf(podOf("DaemonSet", 4), holes);

function podOf(kind: "ReplicaSet" | "DaemonSet", variables: number): object {
  const labels = {
    app: "@APP@",
    "app.kubernetes.io/name": "@APP@",
    "app.kubernetes.io/instance": "@APP@-production",
    "app.kubernetes.io/managed-by": "Helm",
    ...(kind === "ReplicaSet" ? { "pod-template-hash": "5d8f9c7b6d" } : { "controller-revision-hash": "6c9f8b7d5f" }),
    "security.istio.io/tlsMode": "istio",
    "topology.kubernetes.io/team": "payments-and-billing",
  };
  const annotations = {
    "checksum/config": "f3b6a7d4e0c15a4b8c6d7e9f00112233445566778899aabbccddeeff00112233",
    "prometheus.io/scrape": "true",
    "prometheus.io/port": "9090",
    "kubectl.kubernetes.io/default-container": "server",
    "cni.projectcalico.org/podIP": "@ADDRESS@/32",
    "cni.projectcalico.org/containerID": "@UID@",
    "sidecar.istio.io/status": JSON.stringify({
      initContainers: ["istio-init"],
      containers: ["proxy"],
      volumes: ["envoy", "data", "token"],
    }),
  };
  const spec = {
    nodeName: "@NODE@",
    schedulerName: "default-scheduler",
    restartPolicy: "Always",
    dnsPolicy: "ClusterFirst",
    serviceAccountName: "@APP@",
    serviceAccount: "@APP@",
    priority: 0,
    preemptionPolicy: "PreemptLowerPriority",
    enableServiceLinks: true,
    terminationGracePeriodSeconds: 30,
    securityContext: { runAsNonRoot: true, fsGroup: 1001, seccompProfile: { type: "RuntimeDefault" } },
    containers: [containerOf("server", variables), containerOf("proxy", Math.floor(variables / 2))],
    volumes: [
      { name: "config", configMap: { name: "@APP@-config", defaultMode: 420 } },
      { name: "scratch", emptyDir: {} },
      {
        name: "kube-api-access-x7k2p",
        projected: { defaultMode: 420, sources: [{ serviceAccountToken: { expirationSeconds: 3607, path: "token" } }] },
      },
    ],
    tolerations:
      kind === "DaemonSet"
        ? ["disk-pressure", "memory-pressure", "pid-pressure", "unschedulable", "not-ready", "unreachable"].map((name) => ({
            key: `node.kubernetes.io/${name}`,
            operator: "Exists",
            effect: name.startsWith("not") || name === "unreachable" ? "NoExecute" : "NoSchedule",
          }))
        : ["not-ready", "unreachable"].map((name) => ({
            key: `node.kubernetes.io/${name}`,
            operator: "Exists",
            effect: "NoExecute",
            tolerationSeconds: 300,
          })),
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 100, podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "@APP@" } } } },
        ],
      },
    },
  };
  const status = {
    phase: "Running",
    qosClass: "Burstable",
    hostIP: "10.0.0.1",
    podIP: "@ADDRESS@",
    podIPs: [{ ip: "@ADDRESS@" }],
    startTime: "@SINCE@",
    conditions: ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map((type) => ({
      type,
      status: "True",
      lastProbeTime: null,
      lastTransitionTime: "@SINCE@",
    })),
    containerStatuses: ["server", "proxy"].map((name) => ({
      name,
      image: `registry.example.com/payments/${name}:v1.42.7`,
      imageID: `registry.example.com/payments/${name}@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08`,
      containerID: "containerd://@UID@-2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: "@SINCE@" } },
      lastState: {},
    })),
  };
  const owner = {
    apiVersion: "apps/v1",
    kind,
    name: kind === "ReplicaSet" ? "@APP@-5d8f9c7b6d" : "@APP@",
    uid: "@OWNER@",
    controller: true,
    blockOwnerDeletion: true,
  };
  const written = (manager: string, fields: object, subresource?: string): object => ({
    manager,
    operation: "Update",
    apiVersion: "v1",
    time: "@SINCE@",
    fieldsType: "FieldsV1",
    fieldsV1: fields,
    ...(subresource === undefined ? {} : { subresource }),
  });
  return {
    kind: "Pod",
    apiVersion: "v1",
    metadata: {
      name: "@NAME@",
      generateName: `@APP@-${kind === "ReplicaSet" ? "5d8f9c7b6d-" : ""}`,
      namespace: "@NAMESPACE@",
      uid: "@UID@",
      resourceVersion: "@VERSION@",
      creationTimestamp: "@SINCE@",
      labels,
      annotations,
      ownerReferences: [owner],
      managedFields: [
        written("kube-controller-manager", { "f:metadata": fieldsOf({ labels, annotations }), "f:spec": fieldsOf(plain(spec)) }),
        written("kubelet", { "f:status": fieldsOf(plain(status)) }, "status"),
      ],
    },
    spec,
    status,
  };
}

function containerOf(name: string, variables: number): object {
  const probe = { httpGet: { path: "/healthz", port: 8080, scheme: "HTTP" }, periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 };
  return {
    name,
    image: `registry.example.com/payments/${name}:v1.42.7`,
    imagePullPolicy: "IfNotPresent",
    ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
    env: Array.from({ length: variables }, (_, i) => ({ name: `PAYMENTS_SETTING_${i}`, value: `value-of-setting-${i}-of-@APP@` })),
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    livenessProbe: probe,
    readinessProbe: probe,
    volumeMounts: [
      { name: "config", mountPath: "/etc/app", readOnly: true },
      { name: "scratch", mountPath: "/tmp" },
      { name: "kube-api-access-x7k2p", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true },
    ],
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, readOnlyRootFilesystem: true },
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
  };
}

function plain(value: object): Parameters<typeof fieldsOf>[0] {
  return JSON.parse(JSON.stringify(value)) as Parameters<typeof fieldsOf>[0];
}
