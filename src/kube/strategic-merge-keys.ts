/** How a list merges: items by the value of one member, or as a set of plain values. Every other list is replaced as a whole. */
export type ListMerge = { readonly by: string } | "set";

const containerLists: readonly (readonly [string, string])[] = [
  ["ports", "containerPort"],
  ["env", "name"],
  ["volumeMounts", "mountPath"],
  ["volumeDevices", "devicePath"],
];

/**
 * The patchStrategy and patchMergeKey tags of Node and Pod (k8s.io/api core/v1), by path without indexes. `spec.taints` and `spec.tolerations`
 * are not here: they have no merge key, so a strategic patch replaces the whole list, also what someone else added meanwhile.
 */
export const listMerges: ReadonlyMap<string, ListMerge> = new Map<string, ListMerge>([
  ["metadata.ownerReferences", { by: "uid" }],
  ["metadata.finalizers", "set"],
  ["status.conditions", { by: "type" }],
  ["status.addresses", { by: "type" }],
  ["status.hostIPs", { by: "ip" }],
  ["status.podIPs", { by: "ip" }],
  ["status.resourceClaimStatuses", { by: "name" }],
  ["spec.podCIDRs", "set"],
  ["spec.volumes", { by: "name" }],
  ["spec.imagePullSecrets", { by: "name" }],
  ["spec.hostAliases", { by: "ip" }],
  ["spec.topologySpreadConstraints", { by: "topologyKey" }],
  ["spec.schedulingGates", { by: "name" }],
  ["spec.resourceClaims", { by: "name" }],
  ...["spec.containers", "spec.initContainers", "spec.ephemeralContainers"].flatMap((path): readonly (readonly [string, ListMerge])[] => [
    [path, { by: "name" }],
    ...containerLists.map(([field, by]): readonly [string, ListMerge] => [`${path}.${field}`, { by }]),
  ]),
]);
