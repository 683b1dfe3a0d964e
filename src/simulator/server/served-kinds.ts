import type { ApiGroup } from "../../client/kube-api.ts";
import type { Node } from "../../kube/node.ts";
import type { Pod } from "../../kube/pod.ts";
import type { PersistentVolumeClaim } from "../../kube/volume.ts";
import { type CustomResourceDefinition, customResourceDefinitions } from "../../kube/custom-resource-definition.ts";
import {
  apiVersionOf,
  budgets,
  daemonSets,
  deployments,
  leases,
  namespaces,
  nodes,
  persistentVolumes,
  pods,
  qualifiedName,
  type Resource,
  selfSubjectAccessReviews,
  selfSubjectReviews,
  services,
  volumeAttachments,
} from "../../kube/resource.ts";
import type { Change } from "../store/change.ts";
import { isSame } from "../store/store.ts";
import { definedKind } from "./custom-resources/defined-kind.ts";
import { notServed } from "./refusal.ts";
import { served, type ServedKind, type Traits } from "./served-kind.ts";

function builtIn(group: string, version: string, plural: string, kind: string, namespaced = true): Resource {
  return { group, version, plural, kind, namespaced };
}

export const replicaSets = builtIn("apps", "v1", "replicasets", "ReplicaSet");
export const statefulSets = builtIn("apps", "v1", "statefulsets", "StatefulSet");
export const persistentVolumeClaims: Resource<PersistentVolumeClaim> = builtIn("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim");

const podFields: Readonly<Record<string, (pod: Pod) => string | undefined>> = {
  "spec.nodeName": ({ spec }) => spec.nodeName,
  "spec.schedulerName": ({ spec }) => spec.schedulerName,
  "spec.hostNetwork": ({ spec }) => String(spec.hostNetwork ?? false),
  "status.phase": ({ status }) => status?.phase,
};

const nodeFields: Readonly<Record<string, (node: Node) => string | undefined>> = {
  "spec.unschedulable": ({ spec }) => String(spec?.unschedulable ?? false),
};

const withStatus: Traits = { subresources: ["status"], generations: true };

/** What stands in every embedded cluster. The last ones are kept as they are written; nothing acts on them. */
const builtIns: readonly ServedKind[] = [
  served(nodes, { subresources: ["status"], fields: nodeFields }),
  served(pods, { subresources: ["status", "eviction"], fields: podFields, generations: true }),
  served(namespaces, { subresources: ["status"] }),
  served(budgets, withStatus),
  served(deployments, withStatus),
  served(replicaSets, withStatus),
  served(statefulSets, withStatus),
  served(daemonSets, withStatus),
  served(customResourceDefinitions, withStatus),
  served(builtIn("batch", "v1", "jobs", "Job"), withStatus),
  served(services, { subresources: ["status"] }),
  served(builtIn("", "v1", "configmaps", "ConfigMap")),
  served(builtIn("", "v1", "secrets", "Secret")),
  served(builtIn("", "v1", "serviceaccounts", "ServiceAccount")),
  served(builtIn("", "v1", "events", "Event")),
  served(builtIn("events.k8s.io", "v1", "events", "Event")),
  served(builtIn("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", false), {
    generations: true,
  }),
  served(persistentVolumeClaims, { subresources: ["status"] }),
  served(persistentVolumes, { subresources: ["status"] }),
  served(volumeAttachments, { subresources: ["status"] }),
  served(leases),
];

/** Created, never kept: the answer is the object with its status. */
export const reviews: readonly Resource[] = [selfSubjectReviews, selfSubjectAccessReviews];

/** The resources the embedded cluster has: its own, and those of established definitions. Anything else is refused by name. */
export class ServedKinds {
  readonly #fixed: readonly ServedKind[];
  /** By the name of the definition. */
  readonly #defined = new Map<string, ServedKind>();
  #kinds: readonly ServedKind[];

  /** `custom`: further resources, as a CustomResourceDefinition with a status subresource and no schema would add them. */
  constructor(custom: readonly Resource[] = []) {
    this.#fixed = [...builtIns, ...custom.map((resource) => served(resource, { ...withStatus, custom: true }))];
    this.#kinds = this.#fixed;
  }

  /** Definitions come, change and go as they are written. */
  see({ resource, before, after }: Change): void {
    if (!isSame(resource, customResourceDefinitions)) return;
    const name = (after ?? before)?.metadata.name ?? "";
    const kind = after === undefined ? undefined : definedKind(after as CustomResourceDefinition);
    if (kind === undefined) this.#defined.delete(name);
    else this.#defined.set(name, kind);
    this.#kinds = [...this.#fixed, ...this.#defined.values()];
  }

  /** @throws KubeError "not-found" that names what is served */
  of(r: Resource): ServedKind {
    const kind = this.#kinds.find(({ resource }) => isSame(resource, r) && resource.version === r.version);
    if (kind === undefined) throw notServed(r, this.names);
    return kind;
  }

  /** The resource of an apiVersion and kind, as owner references name it; undefined where it is not served. */
  named(apiVersion: string, kind: string): Resource | undefined {
    return this.#kinds.find(({ resource }) => resource.kind === kind && apiVersionOf(resource) === apiVersion)?.resource;
  }

  /** As discovery lists them: each group but the core one, in the order of its first kind. */
  get groups(): readonly ApiGroup[] {
    const groups = Map.groupBy(
      this.#kinds.map(({ resource }) => resource).filter(({ group }) => group !== ""),
      ({ group }) => group,
    );
    return [...groups].map(([name, kinds]) => {
      const versions = [...new Set(kinds.map(({ version }) => version))];
      return { name, versions, preferred: versions[0] ?? "" };
    });
  }

  get names(): readonly string[] {
    return [...this.#kinds.map(({ resource }) => resource), ...reviews].map(qualifiedName);
  }
}
