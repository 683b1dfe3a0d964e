import type { StructuralSchema } from "../src/kube/structural-schema/schema.ts";

const text: StructuralSchema = { type: "string" };
const integer: StructuralSchema = { type: "integer" };

/** The fields of medik8s' own NodeMaintenance (node-maintenance-operator v0.20, api/v1beta1), by name and type. */
export const originalSchema: StructuralSchema = {
  type: "object",
  properties: {
    apiVersion: text,
    kind: text,
    metadata: { type: "object" },
    spec: { type: "object", required: ["nodeName"], properties: { nodeName: text, reason: text } },
    status: {
      type: "object",
      properties: {
        phase: text,
        drainProgress: integer,
        lastUpdate: { type: "string", format: "date-time" },
        lastError: text,
        pendingPods: { type: "array", items: text },
        pendingPodsRefs: { type: "array", items: { type: "object", properties: { namespace: text, name: text } } },
        totalpods: integer,
        evictionPods: integer,
        errorOnLeaseCount: integer,
      },
    },
  },
};

/** A definition as their operator's installation leaves it in a cluster. */
export const originalDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: {
    name: "nodemaintenances.nodemaintenance.medik8s.io",
    labels: { "operators.coreos.com/node-maintenance-operator.openshift-workload-availability": "" },
    annotations: { "controller-gen.kubebuilder.io/version": "v0.20.1", "operatorframework.io/installed-alongside-1": "ns/nmo.v0.20.1" },
  },
  spec: {
    group: "nodemaintenance.medik8s.io",
    scope: "Cluster",
    names: {
      kind: "NodeMaintenance",
      listKind: "NodeMaintenanceList",
      plural: "nodemaintenances",
      singular: "nodemaintenance",
      shortNames: ["nm"],
    },
    versions: [{ name: "v1beta1", served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema: originalSchema } }],
  },
} as const;
