import type { ApiGroup } from "../../client/kube-api.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Node } from "../../kube/node.ts";
import type { Pod } from "../../kube/pod.ts";
import type { PersistentVolumeClaim } from "../../kube/volume.ts";
import {
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
import { isSame } from "../store/store.ts";
import { notServed } from "./refusal.ts";

type FieldLookup = (object: never) => string | undefined;

/** How the server treats the objects of one resource. */
export interface ServedKind {
  readonly resource: Resource;
  readonly subresources: readonly string[];
  /** Fields that can be selected by, besides metadata.name and metadata.namespace. */
  readonly fields: Readonly<Record<string, FieldLookup>>;
  /** `metadata.generation` counts the changes of the spec. Nodes have none. */
  readonly generations: boolean;
  /** A custom resource takes no strategic merge patch (415). */
  readonly custom: boolean;
}

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

type Traits = Partial<Omit<ServedKind, "resource">>;

function served(resource: Resource, traits: Traits = {}): ServedKind {
  return { resource, subresources: [], fields: {}, generations: false, custom: false, ...traits };
}

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
  served(builtIn("batch", "v1", "jobs", "Job"), withStatus),
  served(services, { subresources: ["status"] }),
  served(builtIn("", "v1", "configmaps", "ConfigMap")),
  served(builtIn("", "v1", "events", "Event")),
  served(persistentVolumeClaims, { subresources: ["status"] }),
  served(persistentVolumes, { subresources: ["status"] }),
  served(volumeAttachments, { subresources: ["status"] }),
  served(leases),
];

/** Created, never kept: the answer is the object with its status. */
export const reviews: readonly Resource[] = [selfSubjectReviews, selfSubjectAccessReviews];

/** The resources the embedded cluster has. Anything else is refused by name. */
export class ServedKinds {
  readonly #kinds: readonly ServedKind[];

  /** `custom`: further resources, as a CustomResourceDefinition with a status subresource would add them. */
  constructor(custom: readonly Resource[] = []) {
    this.#kinds = [...builtIns, ...custom.map((resource) => served(resource, { ...withStatus, custom: true }))];
  }

  /** @throws KubeError "not-found" that names what is served */
  of(r: Resource): ServedKind {
    const kind = this.#kinds.find(({ resource }) => isSame(resource, r) && resource.version === r.version);
    if (kind === undefined) throw notServed(r, this.names);
    return kind;
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

/** The value of a selectable field; `undefined` for the function means that there is no such field to select by. */
export function fieldOf(kind: ServedKind, path: string): ((object: KubeObject) => string | undefined) | undefined {
  if (path === "metadata.name") return ({ metadata }) => metadata.name;
  if (path === "metadata.namespace" && kind.resource.namespaced) return ({ metadata }) => metadata.namespace;
  return Object.hasOwn(kind.fields, path) ? (kind.fields[path] as (object: KubeObject) => string | undefined) : undefined;
}
