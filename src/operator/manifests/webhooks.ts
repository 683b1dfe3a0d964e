import { labelsOf, type Manifest } from "./manifest.ts";
import { names, webhookNames, webhookPaths } from "./names.ts";
import type { ManifestOptions } from "./options.ts";

/**
 * Which requests the API server asks the operator about: a new object of our two kinds, and one whose spec changes. Never a node, a pod or an
 * eviction, and never what ends a maintenance: status, finalizers and deletion go through while no operator answers.
 *
 * The certificate authority is left out: the operator writes it, as it alone knows it. Until then these requests are refused.
 */
export function webhooks(o: ManifestOptions): readonly Manifest[] {
  if (o.withoutWebhooks) return [];
  return [
    webhook(o, names.maintenanceWebhook, webhookNames.maintenance, webhookPaths.maintenance, {
      group: "drydock.dev",
      version: "v1alpha1",
      plural: "maintenances",
    }),
    ...(o.withoutMedik8s
      ? []
      : [
          webhook(o, names.nodeMaintenanceWebhook, webhookNames.nodeMaintenance, webhookPaths.nodeMaintenance, {
            group: "nodemaintenance.medik8s.io",
            version: "v1beta1",
            plural: "nodemaintenances",
          }),
        ]),
  ];
}

function webhook(
  { version: ours, namespace }: ManifestOptions,
  configuration: string,
  name: string,
  path: string,
  { group, version, plural }: { readonly group: string; readonly version: string; readonly plural: string },
): Manifest {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: configuration, labels: labelsOf(ours) },
    webhooks: [
      {
        name,
        admissionReviewVersions: ["v1"],
        clientConfig: { service: { name: names.webhook, namespace, path, port: 443 } },
        failurePolicy: "Fail",
        matchPolicy: "Equivalent",
        sideEffects: "None",
        timeoutSeconds: 5,
        rules: [{ apiGroups: [group], apiVersions: [version], operations: ["CREATE", "UPDATE"], resources: [plural], scope: "Cluster" }],
        matchConditions: [
          {
            name: "spec-changed",
            expression:
              'request.operation == "CREATE" || has(object.spec) != has(oldObject.spec) || (has(object.spec) && object.spec != oldObject.spec)',
          },
        ],
      },
    ],
  };
}
